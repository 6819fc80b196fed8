"""The Pulumi command line: which one is used, and the environment in which it runs against the sandbox."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from semver import VersionInfo

from signout.sandbox import cache

NEEDED = VersionInfo(3, 259, 0)


class EngineMissing(Exception):
    """There is no usable Pulumi command line where one was looked for; the text says why."""


@dataclass(frozen=True, slots=True)
class Pulumi:
    """A Pulumi command line that is new enough and has a language host for Python beside it."""

    path: Path
    """The executable itself, links resolved."""
    version: str
    """As it says itself, without a leading `v`."""
    how: str
    """Where it comes from, for people."""


def find() -> Pulumi:
    """The command line that set-up chose, else one on PATH, else one in the cache folder.

    Raises EngineMissing, saying what was wrong in each place.
    """
    if (chosen := _recorded()) is not None:
        return chosen
    reasons = []
    for look in (on_path, in_cache):
        try:
            return look()
        except EngineMissing as error:
            reasons.append(str(error))
    raise EngineMissing(f"{'; '.join(reasons)}. Run `make setup`, or install Pulumi {NEEDED} or newer.")


def on_path() -> Pulumi:
    """The `pulumi` that a shell would start, if it will do. Raises EngineMissing otherwise."""
    command = shutil.which("pulumi")
    if command is None:
        raise EngineMissing("no pulumi on PATH")
    return examine(Path(command), "found on PATH")


def in_cache() -> Pulumi:
    """The copy that set-up installed or built before. Raises EngineMissing where there is none."""
    command = cached() / "bin" / "pulumi"
    if not command.exists():
        raise EngineMissing(f"no copy in {cached()}")
    return examine(command, "made before, in the cache folder")


def cached() -> Path:
    """The folder for the copy that set-up installs or builds; it need not exist."""
    return cache.folder() / f"pulumi-{NEEDED}"


def examine(command: Path, how: str) -> Pulumi:
    """Runs `pulumi version`, and accepts the command line if it will do. Raises EngineMissing otherwise."""
    path = command.resolve()
    version = _version(path)
    if version < NEEDED or version.major != NEEDED.major:
        raise EngineMissing(f"{command} is version {version}; {NEEDED} or a newer {NEEDED.major}.x is needed")
    if not os.access(path.with_name("pulumi-language-python"), os.X_OK):
        raise EngineMissing(f"{command} has no pulumi-language-python beside it, in {path.parent}")
    return Pulumi(path, str(version), how)


def record(pulumi: Pulumi) -> None:
    """Notes which command line set-up chose, so that every later start uses the same one."""
    note = _note()
    note.parent.mkdir(parents=True, exist_ok=True)
    partial = note.with_name(f".{note.name}.{os.getpid()}")
    partial.write_text(json.dumps({**asdict(pulumi), "path": str(pulumi.path)}))
    partial.replace(note)


def pulumi_root() -> Path:
    """The folder whose `bin` holds the command line, as `pulumi.automation.PulumiCommand(root)` wants it.

    Raises EngineMissing as `find` does.
    """
    path = find().path
    if path.parent.name == "bin":
        return path.parent.parent
    link = cache.folder() / "pulumi-linked" / "bin" / "pulumi"
    if link.resolve() != path:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(path)
    return link.parent.parent


@dataclass(frozen=True, slots=True)
class Target:
    """A running sandbox, as an AWS client needs to know it."""

    endpoint: str
    """`http://127.0.0.1:PORT`"""
    access_key: str
    secret_key: str
    region: str


def environment(
    target: Target, home: Path, state: Path, passphrase: str, inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The whole environment of a `pulumi` that works on the sandbox, and on nothing of the user's.

    `home` is the sandbox's own PULUMI_HOME (plugins), `state` an existing folder for the state. Every AWS_ and
    PULUMI_ variable of the user's is left out, and the user's AWS files and `~/.pulumi` are out of reach. Secrets go
    in here because an environment, unlike arguments, is not shown to other users.
    """
    kept = {name: value for name, value in inherited.items() if not name.startswith(("AWS_", "PULUMI_"))}
    return kept | {
        "PATH": os.pathsep.join([str(find().path.parent), inherited.get("PATH", os.defpath)]),
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": state.resolve().as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": passphrase,
        "PULUMI_PYTHON_CMD": sys.executable,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # A real AWS provider on PATH would take precedence over the sandbox's own in PULUMI_HOME.
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
        "AWS_ENDPOINT_URL": target.endpoint,
        "AWS_ACCESS_KEY_ID": target.access_key,
        "AWS_SECRET_ACCESS_KEY": target.secret_key,
        "AWS_REGION": target.region,
        "AWS_DEFAULT_REGION": target.region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Otherwise a proxy set for the internet would be asked for 127.0.0.1, and see the credentials.
        **{name: _with_loopback(inherited.get(name, "")) for name in ("NO_PROXY", "no_proxy")},
    }


def _with_loopback(no_proxy: str) -> str:
    return ",".join([*(no_proxy.split(",") if no_proxy else []), "127.0.0.1", "localhost"])


def _version(path: Path) -> VersionInfo:
    with tempfile.TemporaryDirectory() as home:  # even this command writes a log file into its home
        quiet = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": home}
        try:
            command = [str(path), "version"]
            said = subprocess.run(command, env=quiet, capture_output=True, text=True, check=True, timeout=60).stdout
            return VersionInfo.parse(said.strip().removeprefix("v"))
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise EngineMissing(f"`{path} version` did not answer with a version: {error}") from error


def _note() -> Path:
    return cache.folder() / "pulumi.json"


def _recorded() -> Pulumi | None:
    """What `record` noted, if it is readable, still there, and new enough for this release."""
    try:
        noted = json.loads(_note().read_text())
        chosen = Pulumi(Path(noted["path"]), noted["version"], noted["how"])
        usable = os.access(chosen.path, os.X_OK) and VersionInfo.parse(chosen.version) >= NEEDED
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return chosen if usable else None
