"""Which Pulumi is used, and what it may see."""

import json
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from signout.sandbox import engine

from .conftest import executable

TARGET = engine.Target("http://127.0.0.1:4000", "AKIDSANDBOX", "not-a-real-secret", "eu-west-1")
REAL = engine.find().path


def pulumi_files() -> set[Path]:
    """What is in the user's ~/.pulumi; Pulumi takes the home from the system's list of users, whatever HOME says."""
    return set(Path(pwd.getpwuid(os.getuid()).pw_dir, ".pulumi").rglob("*"))


REFUSED = [
    # name               answers                  host    what the error says
    ("too old", "v3.258.0", True, "is version 3.258.0; 3.259.0 or a newer 3.x is needed"),
    ("before the release", "v3.259.0-alpha.1", True, "is version 3.259.0-alpha.1; 3.259.0 or a newer"),
    ("the next major", "v4.0.0", True, "is version 4.0.0; 3.259.0 or a newer 3.x is needed"),
    ("no version", "hello", True, "did not answer with a version"),
    ("no language host", "v3.259.0", False, "has no pulumi-language-python beside it"),
]


@pytest.mark.parametrize("version", ["v3.259.0", "3.259.0", "v3.300.1", "v3.260.0-alpha.2"])
def test_new_enough(home, put_pulumi, put_first, version):
    """A pulumi on PATH that is new enough is taken, with its real path and its version."""
    put_first(put_pulumi(home / "bin", version).parent)

    found = engine.on_path()

    assert (home / "bin" / "pulumi", version.removeprefix("v")) == (found.path, found.version)


@pytest.mark.parametrize(("answers", "host", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(home, put_pulumi, put_first, answers, host, says):
    """A pulumi on PATH that will not do is refused, saying what it is and what is needed."""
    put_first(put_pulumi(home / "bin", answers, host).parent)

    with pytest.raises(engine.EngineMissing) as error:
        engine.on_path()

    assert says in str(error.value)


def test_links_are_resolved(home, put_pulumi, put_first):
    """A link on PATH counts by what it points to: the language host stands beside the real file."""
    real = put_pulumi(home / "opt" / "pulumi", "v3.259.0")
    (home / "bin").mkdir()
    (home / "bin" / "pulumi").symlink_to(real)
    put_first(home / "bin")

    assert real == engine.on_path().path


def test_cached_copy(home, put_pulumi):
    """Without a pulumi on PATH, the copy in the cache folder is found."""
    copy = put_pulumi(engine.cached() / "bin", "v3.259.0")

    assert copy == engine.find().path
    assert copy.is_relative_to(home / ".cache" / "cognito-signout")


def test_examination_leaves_the_home_alone():
    """Asking the real pulumi for its version writes nothing into the user's home."""
    before = pulumi_files()

    engine.examine(REAL, "for a test")

    assert before == pulumi_files()


def test_recorded_choice(home, put_pulumi, put_first):
    """What set-up chose is used from then on, whatever comes onto PATH."""
    chosen = engine.Pulumi(put_pulumi(home / "chosen", "v3.259.0"), "3.259.0", "chosen")
    engine.record(chosen)
    put_first(put_pulumi(home / "bin", "v3.300.0").parent)

    assert chosen == engine.find()


NOTES = [
    # name                     note
    ("executable gone", {"path": "/nowhere/pulumi", "version": "3.259.0", "how": "chosen"}),
    ("an older release's", {"path": "/bin/sh", "version": "3.1.0", "how": "chosen"}),
    ("half of it", {"path": "/bin/sh"}),
    ("something else", ["pulumi"]),
]


@pytest.mark.parametrize("note", [row[1] for row in NOTES], ids=[row[0] for row in NOTES])
def test_stale_record(home, put_pulumi, put_first, note):
    """A record that no longer holds is passed over, and PATH and cache are looked at again."""
    on_path = put_pulumi(home / "bin", "v3.259.0")
    put_first(on_path.parent)
    place = home / ".cache" / "cognito-signout" / "pulumi.json"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(note))

    assert on_path == engine.find().path


def test_nowhere(home):
    """With no Pulumi anywhere the error says where it was looked for and what to do."""
    with pytest.raises(engine.EngineMissing) as error:
        engine.find()

    assert "no pulumi on PATH; no copy in" in str(error.value)
    assert "Run `make setup`, or install Pulumi 3.259.0 or newer" in str(error.value)


@pytest.mark.parametrize("folder", ["bin", "elsewhere"])
def test_root(home, put_pulumi, put_first, folder):
    """The root holds the chosen pulumi in its bin, also where the real one lies in a folder of another name."""
    real = put_pulumi(home / folder, "v3.259.0")
    put_first(real.parent)

    assert real == (engine.pulumi_root() / "bin" / "pulumi").resolve()
    assert engine.pulumi_root() == engine.pulumi_root()


def test_environment_keeps_the_users_settings_out(home, put_pulumi, put_first):
    """No AWS or Pulumi setting of the user's gets through, and loopback is never asked of a proxy."""
    put_first(put_pulumi(home / "bin", "v3.259.0").parent)
    users = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "theirs",
        "AWS_ENDPOINT_URL_STS": "https://elsewhere.example",
        "PULUMI_ACCESS_TOKEN": "theirs",
        "PULUMI_HOME": "/theirs",
        "LANG": "C.UTF-8",
        "PATH": "/theirs/bin",
        "NO_PROXY": "internal.example",
    }

    made = engine.environment(TARGET, home / "sandbox", home / "state", "passphrase", inherited=users)

    assert "theirs" not in [made.get(name) for name in ("AWS_SESSION_TOKEN", "PULUMI_ACCESS_TOKEN")]
    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_STS", "PULUMI_ACCESS_TOKEN"}.isdisjoint(made)
    assert str(home / "sandbox") == made["PULUMI_HOME"]
    assert "C.UTF-8" == made["LANG"]
    assert f"{home / 'bin'}{os.pathsep}/theirs/bin" == made["PATH"]
    assert "internal.example,127.0.0.1,localhost" == made["NO_PROXY"]
    assert ("/dev/null", "/dev/null") == (made["AWS_CONFIG_FILE"], made["AWS_SHARED_CREDENTIALS_FILE"])


def test_engine_leaves_the_home_alone(tmp_path):
    """The real engine, run in this environment, keeps to its own home and leaves the user's ~/.pulumi as it is."""
    before = pulumi_files()
    (tmp_path / "state").mkdir()
    made = engine.environment(TARGET, tmp_path / "home", tmp_path / "state", "passphrase")

    for command in (["pulumi", "whoami"], ["pulumi", "plugin", "ls"], ["pulumi", "stack", "ls", "--all"]):
        done = subprocess.run(command, env=made, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert 0 == done.returncode, done.stderr

    assert before == pulumi_files()
    assert (tmp_path / "home").is_dir()


def test_real_provider_on_path_is_ignored(tmp_path: Path):
    """A pulumi-resource-aws on the user's PATH is not started by an engine that works on the sandbox."""
    started = tmp_path / "started"
    executable(tmp_path / "bin" / "pulumi-resource-aws", f"touch '{started}'; exit 1")
    (tmp_path / "Pulumi.yaml").write_text(
        f"name: bait\nruntime:\n  name: python\n  options: {{toolchain: pip, virtualenv: {sys.prefix}}}\n"
    )
    (tmp_path / "__main__.py").write_text("from pulumi_aws import sqs\n\nsqs.Queue('queue')\n")
    (tmp_path / "state").mkdir()
    inherited = {"HOME": str(tmp_path), "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    made = engine.environment(TARGET, tmp_path / "home", tmp_path / "state", "passphrase", inherited)

    def pulumi(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["pulumi", *args], env=made, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert 0 == pulumi("stack", "init", "dev").returncode
    refused = pulumi("preview", "--non-interactive")

    assert 0 != refused.returncode
    assert "no resource plugin 'pulumi-resource-aws' found" in refused.stdout
    assert not started.exists()
