"""The state folder: what a running sandbox leaves on disk for those who want to reach it.

    server.lock     held by the server as long as it lives, however it ends
    start.lock      held by a start until its server answers
    up.lock         held by `make up` until it and the engine that it started have ended
    server.json     process id, port and options of the server; only true while server.lock is held
    credentials     the administrator's access key, in the format of AWS's shared credentials file, mode 0600
    calls.jsonl     the record of calls
    server.log      what the server wrote to its standard output and error
    .gitignore      nothing in here belongs into a repository

AWS's state itself is in the server's memory only: when the server goes, it goes.
"""

from __future__ import annotations

import configparser
import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from .account import CONCURRENCY, DEFAULT_REGION

DIRECTORY_VARIABLE: Final = "SIGNOUT_SANDBOX_DIR"
DEFAULT_DIRECTORY: Final = ".sandbox"
DEFAULT_PORT: Final = 4599
LOCKS: Final = ("server.lock", "start.lock", "up.lock")
LOOKS: Final = 10
"""Times that a lock is tried for: whoever looks whether a server runs holds its lock for a moment."""


class StateError(Exception):
    """The state folder cannot be used: which path, what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach the sandbox as its administrator."""

    endpoint: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str = DEFAULT_REGION


@dataclass(frozen=True, slots=True)
class Server:
    """What server.json says."""

    pid: int
    port: int
    started: str
    """ISO 8601, UTC."""
    throttle: bool
    """Does it keep to Cognito's request quotas?"""
    account_concurrency: int = CONCURRENCY
    """Lambda's limit of the account: environments at work at once in a Region."""

    @property
    def endpoint(self) -> str:
        """The address for an AWS SDK's endpoint URL."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The paths in a state folder, and what is in them."""

    path: Path

    @classmethod
    def of(cls, directory: str | Path | None = None) -> StateFolder:
        """The folder that is named, else the one of the environment variable, else `.sandbox` in the current one."""
        return cls(Path(directory or os.environ.get(DIRECTORY_VARIABLE) or DEFAULT_DIRECTORY).absolute())

    @property
    def server_file(self) -> Path:
        """server.json"""
        return self.path / "server.json"

    @property
    def credentials_file(self) -> Path:
        """credentials; usable as AWS_SHARED_CREDENTIALS_FILE."""
        return self.path / "credentials"

    @property
    def calls_file(self) -> Path:
        """calls.jsonl"""
        return self.path / "calls.jsonl"

    @property
    def log_file(self) -> Path:
        """server.log"""
        return self.path / "server.log"

    def prepare(self) -> None:
        """Make the folder, for its owner only. Raises StateError, also for one that holds something else."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.is_foreign():
                raise StateError(
                    f"{self.path}: holds files that are not a sandbox's; "
                    f"expected an empty folder, or none yet, see {DIRECTORY_VARIABLE}"
                )
            (self.path / LOCKS[0]).touch()  # before anything else: it tells whose folder this is
            self.path.chmod(0o700)
            write(self.path / ".gitignore", "*\n")
        except OSError as error:
            raise StateError(_cannot(self.path, error)) from error

    def is_foreign(self) -> bool:
        """Is it somebody else's, with something in it? What stands there may have the names of a sandbox's files, as
        `credentials` has in ~/.aws. A sandbox's own folder is told by its locks, which no stop removes.
        """
        there = {path.name for path in self.path.iterdir()} if self.path.is_dir() else set()
        return bool(there) and there.isdisjoint(LOCKS)

    @contextmanager
    def turn(self, name: str) -> Iterator[int]:
        """Hold `name`.lock during the block, after whoever holds it now.

        A process that inherits the file descriptor, which the block gets, holds it too, for as long as it lives.
        """
        with self._open_lock(name) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file.fileno()

    def is_held(self, name: str) -> bool:
        """Does a process hold `name`.lock?"""
        with self._open_lock(name) as file:
            return not _try_lock(file.fileno(), fcntl.LOCK_SH)  # shared: others who look are not taken for holders

    def hold(self, name: str) -> bool:
        """Hold `name`.lock until this process ends. False if another process holds it for longer than a look takes."""
        file = self._open_lock(name)
        for _ in range(LOOKS):
            if _try_lock(file.fileno(), fcntl.LOCK_EX):
                _HELD.append(file)
                return True
            time.sleep(0.02)
        file.close()
        return False

    def _open_lock(self, name: str) -> Any:
        path = self.path / f"{name}.lock"
        try:
            return path.open("a")
        except OSError as error:
            raise StateError(_cannot(path, error)) from error

    def running(self) -> Server | None:
        """The server that runs on this folder; None if there is none, whatever an old server.json says."""
        if not self.path.is_dir() or self.is_foreign() or not self.is_held("server"):
            return None
        try:
            return Server(**json.loads(self.server_file.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def connection(self) -> Connection:
        """How to reach the running server. Raises StateError where there is none."""
        server = self.running()
        if server is None:
            raise StateError(f"no sandbox runs on {self.path}; start one with `signout sandbox start`")
        parser = configparser.ConfigParser()
        parser.read(self.credentials_file)
        try:
            section = parser["default"]
            return Connection(server.endpoint, section["aws_access_key_id"], section["aws_secret_access_key"])
        except KeyError as error:
            raise StateError(f"{self.credentials_file}: lacks {error}; start the sandbox anew") from error

    def write_credentials(self, access_key_id: str, secret: str) -> None:
        """Put the administrator's key where only its owner can read it."""
        text = f"[default]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret}\n"
        write(self.credentials_file, text)

    def forget_server(self) -> None:
        """Remove what is only true while a server runs."""
        self.server_file.unlink(missing_ok=True)
        self.credentials_file.unlink(missing_ok=True)


_HELD: Final[list[Any]] = []
"""Files whose locks last as long as the process."""


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write(path: Path, text: str) -> None:
    """Write a file for its owner only, whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _cannot(path: Path, error: OSError) -> str:
    what = f"{error.filename or path}: {error.strerror}"
    return f"{what}; expected a folder that can be written to, see {DIRECTORY_VARIABLE}"
