"""pulumi-language-python, in Python: what Pulumi's engine asks of a language, over the SDK's own gRPC definitions.

For a Pulumi that was built from its Go module only; one installed the usual way brings its own. This file stands alone:
it is copied beside the built command line, and runs in an environment that holds the Pulumi SDK.

Its first argument is the shim that starts a program. The last is the engine's address; the engine reads the port from
the first line of standard output, and shows every later line of both outputs to its user.
"""

import base64
import importlib.util
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty


def _open_without_running(package: str) -> None:
    """Makes the modules in a package importable, and leaves out what its `__init__` would load.

    Of the SDK only the generated messages are needed here; the whole of it would take 80 ms, at each of the two starts
    that every `pulumi preview` and `pulumi up` makes.
    """
    spec = importlib.util.find_spec(package)
    assert spec is not None, f"{package} is not installed beside this file"
    sys.modules[package] = ModuleType(package)
    sys.modules[package].__path__ = list(spec.submodule_search_locations or ())


_open_without_running("pulumi")
_open_without_running("pulumi.runtime")

from pulumi.runtime.proto import language_pb2 as pb  # noqa: E402
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2  # noqa: E402

EXIT_AFTER_SHOWN_ERROR = 32
"""How the shim exits when it has told the user what is wrong, so that nothing needs to be added."""
MAX_MESSAGE_BYTES = 400 << 20
"""As the engine's own: resources with large properties go through here."""

INSTALLED = """
import json, platform, sys
from importlib.metadata import distributions

def plugin_of(distribution):
    for file in distribution.files or ():
        if file.name == "pulumi-plugin.json":
            return json.loads(file.locate().read_text())

found = {}
for distribution in distributions():
    name = distribution.name.lower().replace("_", "-")
    plugin = plugin_of(distribution) if name.startswith("pulumi") else None
    found.setdefault(name, [distribution.version, plugin])
print(json.dumps([sys.executable, platform.python_version(), found]))
"""
"""Run by the program's own interpreter, whose packages need not be those of this host."""

Output = TypeVar("Output", pb.InstallDependenciesResponse, pb.RunPluginResponse)
Context = grpc.ServicerContext


class Unusable(Exception):
    """A program cannot be run as it is configured; the text is for its author."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A program's Python and what is installed for it."""

    executable: str
    version: str
    packages: Mapping[str, tuple[str, dict[str, Any] | None]]
    """Name, in lower case with dashes: its version, and its pulumi-plugin.json where it has one."""

    @classmethod
    def of(cls, info: pb.ProgramInfo) -> "Interpreter":
        command = [python_of(info), "-c", INSTALLED]
        done = subprocess.run(command, capture_output=True, text=True, cwd=info.program_directory or None, check=False)
        if done.returncode:
            raise Unusable(f"{command[0]} could not list its packages: {done.stderr.strip()}")
        executable, release, packages = json.loads(done.stdout)
        return cls(executable, release, {name: (at, plugin) for name, (at, plugin) in packages.items()})


def python_of(info: pb.ProgramInfo) -> str:
    """The interpreter for a program: that of `runtime.options.virtualenv`, else the one on PATH."""
    virtualenv = virtualenv_of(info)
    if virtualenv is None:
        return python_on_path()
    if not (virtualenv / "pyvenv.cfg").exists():
        raise Unusable(
            f"runtime.options.virtualenv: {virtualenv} is not a virtual environment; make one with `pulumi install`"
        )
    return str(virtualenv / "bin" / "python")


def virtualenv_of(info: pb.ProgramInfo) -> Path | None:
    options = dict(info.options)
    tool = options.get("toolchain") or "pip"
    if tool != "pip":
        raise Unusable(f'runtime.options.toolchain is "{tool}"; this language host knows "pip" only')
    name = options.get("virtualenv")
    return Path(info.root_directory or info.program_directory, str(name)) if name else None


def python_on_path() -> str:
    chosen = os.environ.get("PULUMI_PYTHON_CMD") or shutil.which("python3") or shutil.which("python")
    if chosen is None:
        raise Unusable("there is no python3 on PATH; set PULUMI_PYTHON_CMD, or runtime.options.virtualenv")
    return chosen


def environment(info: pb.ProgramInfo, given: Mapping[str, str]) -> dict[str, str]:
    """The host's own environment and what is given, with the program's interpreter first on PATH."""
    merged = {**os.environ, **given}
    merged["PATH"] = os.pathsep.join([str(Path(python_of(info)).parent), merged.get("PATH", os.defpath)])
    return merged


def required_package(name: str, release: str, plugin: Mapping[str, Any]) -> plugin_pb2.PackageDependency:
    """The resource provider that a pulumi-plugin.json asks for."""
    wanted = plugin_pb2.PackageDependency(
        name=plugin.get("name") or name.removeprefix("pulumi-"),
        kind="resource",
        version=f"v{(plugin.get('version') or release).removeprefix('v')}",
        server=plugin.get("server") or "",
    )
    if part := plugin.get("parameterization"):
        value = base64.b64decode(part["value"])
        wanted.parameterization.MergeFrom(
            plugin_pb2.PackageParameterization(name=part["name"], version=part["version"], value=value)
        )
    return wanted


def direct_requirements(folder: Path) -> set[str] | None:
    """The names in requirements.txt; None without such a file."""
    path = folder / "requirements.txt"
    if not path.exists():
        return None
    starts = (re.match(r"[A-Za-z0-9][\w.-]*", line) for line in path.read_text().splitlines())
    return {start[0].lower().replace("_", "-") for start in starts if start}


def install_steps(folder: Path, info: pb.ProgramInfo) -> Iterator[list[str]]:
    """The commands that give a program its virtual environment and its packages."""
    interpreter, virtualenv = python_on_path(), virtualenv_of(info)
    if virtualenv is not None:
        if not (virtualenv / "pyvenv.cfg").exists():
            yield [interpreter, "-m", "venv", str(virtualenv)]
        interpreter = str(virtualenv / "bin" / "python")
    if (folder / "requirements.txt").exists():
        yield [interpreter, "-m", "pip", "install", "--quiet", "-r", "requirements.txt"]


class Children:
    """The processes that run for the engine; none outlives the call that started it."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()

    def start(self, context: Context, command: list[str], **settings: Any) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, **settings)
        self._running.add(child)
        if not context.add_callback(lambda: self._end(child)):  # False: the engine has hung up already
            self._end(child)
        return child

    def stream(
        self, context: Context, message: Callable[..., Output], command: list[str], **settings: Any
    ) -> "Stream[Output]":
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return Stream(self.start(context, command, **pipes, **settings), message)

    def end_all(self) -> None:
        for child in tuple(self._running):
            self._end(child)

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        if child.poll() is None:
            child.terminate()
        self._running.discard(child)


class Stream(Iterable[Output]):
    """A child's two outputs, as messages in the order in which they arrive; then its exit code."""

    def __init__(self, child: subprocess.Popen[bytes], message: Callable[..., Output]) -> None:
        self._child = child
        self._message: Callable[..., Output] = message
        self._queue: queue.Queue[Output | None] = queue.Queue()

    def __iter__(self) -> Iterator[Output]:
        for name in ("stdout", "stderr"):
            threading.Thread(target=self._pump, args=(name,), daemon=True).start()
        for _ in range(2):  # each output ends with a None
            while (message := self._queue.get()) is not None:
                yield message

    def exit_code(self) -> int:
        return self._child.wait()

    def _pump(self, name: str) -> None:
        pipe = getattr(self._child, name)
        while chunk := pipe.read1(1 << 16):
            self._queue.put(self._message(**{name: chunk}))
        self._queue.put(None)


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """The calls of the engine. Those not here are answered UNIMPLEMENTED by the base class."""

    def __init__(self, shim: str, engine_address: str) -> None:
        self._shim = shim
        self._engine_address = engine_address
        self._children = Children()

    def Handshake(self, request: pb.LanguageHandshakeRequest, context: Context) -> pb.LanguageHandshakeResponse:
        self._engine_address = request.engine_address or self._engine_address
        return pb.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Empty, context: Context) -> plugin_pb2.PluginInfo:
        from importlib.metadata import version  # takes 20 ms to import, and is seldom asked for

        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def About(self, request: pb.AboutRequest, context: Context) -> pb.AboutResponse:
        interpreter = Interpreter.of(request.info)
        return pb.AboutResponse(executable=interpreter.executable, version=interpreter.version)

    def GetRequiredPackages(
        self, request: pb.GetRequiredPackagesRequest, context: Context
    ) -> pb.GetRequiredPackagesResponse:
        return pb.GetRequiredPackagesResponse(
            packages=[
                required_package(name, release, plugin)
                for name, (release, plugin) in Interpreter.of(request.info).packages.items()
                if plugin and plugin.get("resource")  # the SDK itself has the file, and no provider
            ]
        )

    def GetProgramDependencies(
        self, request: pb.GetProgramDependenciesRequest, context: Context
    ) -> pb.GetProgramDependenciesResponse:
        wanted = None if request.transitiveDependencies else direct_requirements(Path(request.info.program_directory))
        packages = Interpreter.of(request.info).packages
        return pb.GetProgramDependenciesResponse(
            dependencies=[
                pb.DependencyInfo(name=name, version=release)
                for name, (release, _) in sorted(packages.items())
                if wanted is None or name in wanted
            ]
        )

    def RuntimeOptionsPrompts(self, request: pb.RuntimeOptionsRequest, context: Context) -> pb.RuntimeOptionsResponse:
        return pb.RuntimeOptionsResponse()

    def Template(self, request: pb.TemplateRequest, context: Context) -> pb.TemplateResponse:
        return pb.TemplateResponse()

    def InstallDependencies(
        self, request: pb.InstallDependenciesRequest, context: Context
    ) -> Iterator[pb.InstallDependenciesResponse]:
        folder = Path(request.info.program_directory or request.directory)
        for step in install_steps(folder, request.info):
            output = self._children.stream(context, pb.InstallDependenciesResponse, step, cwd=folder)
            yield from output
            if code := output.exit_code():
                context.abort(grpc.StatusCode.UNKNOWN, f"`{' '.join(step)}` exited with {code}")

    def Run(self, request: pb.RunRequest, context: Context) -> pb.RunResponse:
        info = request.info
        flags = {
            "monitor": request.monitor_address,
            "engine": self._engine_address,
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization,
            "root_directory": info.root_directory,
            "pwd": request.pwd,
            "dry_run": str(request.dryRun).lower(),
            "parallel": str(request.parallel),
        }
        command = [python_of(info), "-u", self._shim]
        command += [part for name, value in flags.items() for part in (f"--{name}", value)]
        command += [str(Path(info.program_directory, info.entry_point or ".")), *request.args]
        settings = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        # The program inherits this host's outputs, which the engine shows.
        code = self._children.start(context, command, cwd=request.pwd, env=environment(info, settings)).wait()
        if code in (0, EXIT_AFTER_SHOWN_ERROR):
            return pb.RunResponse(bail=code == EXIT_AFTER_SHOWN_ERROR)
        return pb.RunResponse(error=f"Program exited with non-zero exit code: {code}")

    def RunPlugin(self, request: pb.RunPluginRequest, context: Context) -> Iterator[pb.RunPluginResponse]:
        """A policy pack ("analyzer"), or a provider written in Python."""
        info = request.info
        program = [info.program_directory, *request.args]
        if request.kind == "analyzer":
            program = ["-m", "pulumi.policy", *request.args, info.program_directory]
        given = dict(entry.split("=", maxsplit=1) for entry in request.env)
        output = self._children.stream(
            context,
            pb.RunPluginResponse,
            [python_of(info), "-u", *program],
            cwd=request.pwd,
            env=environment(info, given),
        )
        yield from output
        yield pb.RunPluginResponse(exitcode=output.exit_code())

    def GeneratePackage(self, request: pb.GeneratePackageRequest, context: Context) -> NoReturn:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            "`pulumi package add` needs Pulumi's own language host; install Pulumi the usual way",
        )

    def Cancel(self, request: Empty, context: Context | None) -> Empty:
        self._children.end_all()
        return Empty()


def main() -> None:
    parent = os.getppid()
    stop = threading.Event()
    # SIGINT is how the engine asks a plugin to leave; one that ignores it is waited for, for ten seconds.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stop.set())
    host = LanguageHost(shim=sys.argv[1], engine_address=sys.argv[-1])
    server = grpc.server(ThreadPoolExecutor(32), options=[("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)])
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    while not stop.wait(0.5) and os.getppid() == parent:  # an engine that was killed cannot say goodbye
        pass
    host.Cancel(Empty(), None)
    server.stop(0)


if __name__ == "__main__":
    main()
