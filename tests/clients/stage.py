"""Where a test takes place: a sandbox, the recorder that all its clients go through, and who calls."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from signout.sandbox.state import StateFolder
from tests.clients.cases import Caller
from tests.clients.directory import Aws, Callers, Directory, make_callers, make_directory
from tests.clients.wire import Recorder, Unrecorded, operation_request
from tests.support.sandbox import Keys, Sandbox

ROOT = Path(__file__).resolve().parents[2]
LIVE = pytest.StashKey["Stage"]()
"""In the stash of a run against AWS: where it takes place."""


@dataclass(frozen=True)
class Stage:
    """A running sandbox and what belongs to it; for `make test-aws`, an account of AWS's instead."""

    aws: Aws
    wire: Recorder | Unrecorded
    callers: Callers

    def directory(self) -> Directory:
        """A directory of the test's own."""
        return make_directory(self.aws)

    def keys_of(self, caller: Caller) -> Keys | None:
        """The keys that the caller finds."""
        match caller:
            case Caller.NOBODY:
                return None
            case Caller.OPERATOR:
                return self.callers.operator
            case Caller.BYSTANDER:
                return self.callers.bystander

    def use_up_quota(self) -> None:
        """Call until the service turns calls away. The quota comes back by one request every 40 ms."""
        assert isinstance(self.wire, Recorder)
        request = operation_request("GlobalSignOut", {"AccessToken": "e.y.J"}, self.wire.endpoint)
        while b"TooManyRequestsException" not in self.wire.pass_on(*request)[2]:
            pass


@contextmanager
def running_stage(folder: Path, *options: str) -> Iterator[Stage]:
    """A sandbox in a process of its own, which ends with the block."""
    with Recorder().running() as wire:
        command = [sys.executable, "-m", "tests.clients.serve", str(folder), str(wire.port), *options]
        with (
            (folder.parent / f"{folder.name}.log").open("wb") as log,
            subprocess.Popen(
                command, cwd=ROOT, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            ) as process,
        ):
            assert process.stdout
            # The block closes the process's standard input, upon which it ends.
            wire.sandbox = f"127.0.0.1:{int(process.stdout.readline())}"
            sandbox = Sandbox(StateFolder(folder))
            yield Stage(sandbox, wire, make_callers(sandbox))
