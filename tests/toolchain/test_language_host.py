"""The Python language host: asked directly as the engine asks it, and by the real engine."""

import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import language_pb2 as pb
from pulumi.runtime.proto import language_pb2_grpc

from signout.sandbox import engine

ROOT = Path(__file__).resolve().parents[2]
HOST = ROOT / "toolchain" / "language_host.py"

SHIM = """
import json, os, sys
from pathlib import Path
Path("seen.json").write_text(json.dumps([sys.argv[1:], os.environ["PULUMI_CONFIG"], os.environ["PATH"]]))
sys.exit(int(sys.argv[-1]))
"""


class Running:
    """A language host, as the engine starts it."""

    def __init__(self, shim: Path, environment: dict[str, str]) -> None:
        command = [sys.executable, "-Iu", str(HOST), str(shim), "127.0.0.1:1"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        self.channel = grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}")
        self.ask = language_pb2_grpc.LanguageRuntimeStub(self.channel)

    def end(self) -> str:
        self.channel.close()
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=60)[1]


@pytest.fixture
def host(tmp_path):
    shim = tmp_path / "shim.py"
    shim.write_text(SHIM)
    running = Running(shim, {**os.environ, "PULUMI_PYTHON_CMD": sys.executable})
    yield running
    running.end()


def info(folder: Path, **options: str) -> pb.ProgramInfo:
    made = pb.ProgramInfo(root_directory=str(folder), program_directory=str(folder), entry_point=".")
    made.options.update(options)
    return made


def test_about(host, tmp_path):
    """It names the interpreter that a program runs on."""
    answer = host.ask.About(pb.AboutRequest(info=info(tmp_path)))

    assert (sys.executable, sys.version.split()[0]) == (answer.executable, answer.version)


def test_required_packages(host, tmp_path):
    """A provider's SDK asks for its provider, at its own version; the SDK itself asks for none."""
    answer = host.ask.GetRequiredPackages(pb.GetRequiredPackagesRequest(info=info(tmp_path)))

    found = [(package.name, package.kind, package.version) for package in answer.packages]
    assert [("aws", "resource", f"v{version('pulumi-aws')}")] == found


def test_dependencies(host, tmp_path):
    """Direct dependencies are those in requirements.txt, transitive ones all that is installed."""
    (tmp_path / "requirements.txt").write_text("# a comment\npulumi_aws>=7 # another\n--hash=x\nBoto3[crt] ; x\n")
    direct = host.ask.GetProgramDependencies(pb.GetProgramDependenciesRequest(info=info(tmp_path)))
    every = host.ask.GetProgramDependencies(
        pb.GetProgramDependenciesRequest(info=info(tmp_path), transitiveDependencies=True)
    )

    assert ["boto3", "pulumi-aws"] == [dependency.name for dependency in direct.dependencies]
    assert {"boto3", "botocore", "pulumi"} <= {dependency.name for dependency in every.dependencies}


UNUSABLE = [
    # name                     options                  what the error says
    ("virtualenv missing", {"virtualenv": "nowhere"}, "/nowhere is not a virtual environment; make one with"),
    ("another toolchain", {"toolchain": "uv"}, 'runtime.options.toolchain is "uv"; this language host knows "pip"'),
]


@pytest.mark.parametrize(("options", "says"), [row[1:] for row in UNUSABLE], ids=[row[0] for row in UNUSABLE])
def test_unusable(host, tmp_path, options, says):
    """What is wrong with a project's options is said to its author, without a traceback of the host."""
    with pytest.raises(grpc.RpcError) as error:
        host.ask.GetRequiredPackages(pb.GetRequiredPackagesRequest(info=info(tmp_path, **options)))

    assert says in error.value.details()
    assert "Traceback" not in host.end()


EXITS = [
    # name                    code  bail   error
    ("well", 0, False, ""),
    ("error already shown", 32, True, ""),
    ("error", 3, False, "Program exited with non-zero exit code: 3"),
]


@pytest.mark.parametrize(("code", "bail", "error"), [row[1:] for row in EXITS], ids=[row[0] for row in EXITS])
def test_run(host, tmp_path, code, bail, error):
    """A program gets its stack, its configuration and its arguments; how it exits is passed on."""
    answer = host.ask.Run(
        pb.RunRequest(
            info=info(tmp_path),
            pwd=str(tmp_path),
            project="shop",
            stack="dev",
            organization="organization",
            monitor_address="127.0.0.1:2",
            dryRun=True,
            parallel=4,
            config={"shop:size": "3"},
            args=[str(code)],
        )
    )

    assert (bail, error) == (answer.bail, answer.error)
    arguments, configuration, path = json.loads((tmp_path / "seen.json").read_text())
    flags = dict(zip(arguments[:-2:2], arguments[1:-2:2], strict=True))
    expected = {"--project": "shop", "--stack": "dev", "--monitor": "127.0.0.1:2", "--engine": "127.0.0.1:1"}
    assert expected | {"--dry_run": "true", "--parallel": "4"} == {
        name: flags[name] for name in (*expected, "--dry_run", "--parallel")
    }
    assert [str(tmp_path), str(code)] == arguments[-2:]
    assert {"shop:size": "3"} == json.loads(configuration)
    assert path.startswith(f"{Path(sys.executable).parent}{os.pathsep}")


def test_run_plugin(host, tmp_path):
    """Of a plugin both outputs are passed on as they come, and its exit code; what the engine gives it, it has."""
    program = (
        "import os, sys; print('out', os.environ['GIVEN'], flush=True); print('err', file=sys.stderr); sys.exit(5)"
    )
    (tmp_path / "__main__.py").write_text(program)
    request = pb.RunPluginRequest(info=info(tmp_path), pwd=str(tmp_path), kind="resource", env=["GIVEN=a=b"])

    answers = list(host.ask.RunPlugin(request))

    assert b"out a=b\n" == b"".join(answer.stdout for answer in answers)
    assert b"err\n" == b"".join(answer.stderr for answer in answers)
    assert 5 == answers[-1].exitcode


def test_hanging_up_ends_the_plugin(host, tmp_path):
    """When the engine ends a call, the process that the call started is ended too."""
    program = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    (tmp_path / "__main__.py").write_text(program)
    call = host.ask.RunPlugin(pb.RunPluginRequest(info=info(tmp_path), pwd=str(tmp_path), kind="resource"))
    pid = int(next(call).stdout)

    call.cancel()

    with pytest.raises(ProcessLookupError):
        wait_for_end(pid)


def test_leaves_with_a_killed_engine(tmp_path):
    """An engine that was killed cannot say goodbye: the host notices, and leaves."""
    command = f"'{sys.executable}' -Iu '{HOST}' shim 127.0.0.1:1 & echo $!; wait"
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        assert int(parent.stdout.readline())
        parent.kill()

    with pytest.raises(ProcessLookupError):
        wait_for_end(pid)


def wait_for_end(pid: int) -> None:
    """Raises ProcessLookupError once the process is gone; a minute is far more than it may take."""
    for _ in range(600):
        os.kill(pid, 0)
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            raise ProcessLookupError
        time.sleep(0.1)


def test_install(host, tmp_path):
    """`pulumi install` makes the project's virtual environment; of a step that fails it passes on all that was said."""
    request = pb.InstallDependenciesRequest(directory=str(tmp_path), info=info(tmp_path, virtualenv="own"))

    list(host.ask.InstallDependencies(request))

    assert (tmp_path / "own" / "bin" / "python").exists()

    (tmp_path / "requirements.txt").write_text("./no-such-wheel.whl\n")
    heard = b""
    with pytest.raises(grpc.RpcError) as error:
        for answer in host.ask.InstallDependencies(request):
            heard += answer.stdout + answer.stderr

    assert b"no-such-wheel" in heard
    assert "-m pip install --quiet -r requirements.txt` exited with 1" in error.value.details()


def test_package_add(host):
    """What it cannot do it refuses, saying what can."""
    with pytest.raises(grpc.RpcError) as error:
        host.ask.GeneratePackage(pb.GeneratePackageRequest())

    assert grpc.StatusCode.UNIMPLEMENTED == error.value.code()
    assert "install Pulumi the usual way" in error.value.details()


PROGRAM = """
import pulumi

class Shop(pulumi.ComponentResource):
    def __init__(self, name, size):
        super().__init__("shop:index:Shop", name, {"size": size})

size = pulumi.Config().require_int("size")
Shop("shop", size)
pulumi.export("size", size)
"""

PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def small(args, report):
    if args.resource_type == "shop:index:Shop" and args.props["size"] > 9:
        report("too large")

PolicyPack("shops", [ResourceValidationPolicy("small", "Shops are small.", small, EnforcementLevel.MANDATORY)])
"""


@pytest.fixture
def pulumi(tmp_path):
    """Runs the real engine on a project and a policy pack of the test's own."""
    found = engine.find()
    virtualenv = f"options: {{toolchain: pip, virtualenv: {Path(sys.prefix)}}}"
    for folder, name, text in (
        ("shop", "Pulumi.yaml", f"name: shop\nruntime:\n  name: python\n  {virtualenv}\n"),
        ("shop", "__main__.py", PROGRAM),
        ("pack", "PulumiPolicy.yaml", f"runtime:\n  name: python\n  {virtualenv}\n"),
        ("pack", "__main__.py", PACK),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(text)
    (tmp_path / "state").mkdir()
    target = engine.Target("http://127.0.0.1:9", "none", "none", "eu-west-1")
    settings = engine.environment(target, tmp_path / "home", tmp_path / "state", "passphrase")

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        command = [found.path, *args, "--non-interactive"]
        return subprocess.run(command, cwd=tmp_path / "shop", env=settings, capture_output=True, text=True, check=False)

    assert 0 == run("stack", "init", "dev").returncode
    return run


def test_program_and_pack_on_the_engine(pulumi, tmp_path):
    """The real engine runs a program through the host that stands beside it, and a pack that lets it pass or not."""
    assert 0 == pulumi("config", "set", "size", "3").returncode
    done = pulumi("up", "--yes", "--skip-preview", "--policy-pack", str(tmp_path / "pack"))
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "3\n" == pulumi("stack", "output", "size").stdout

    assert 0 == pulumi("config", "set", "size", "12").returncode
    refused = pulumi("preview", "--policy-pack", str(tmp_path / "pack"))
    assert 0 != refused.returncode
    assert "too large" in refused.stdout


def test_error_in_a_program(pulumi):
    """An error in a program is shown with the line where it is."""
    failed = pulumi("preview")

    assert 0 != failed.returncode
    assert "Missing required configuration variable 'shop:size'" in failed.stdout + failed.stderr
