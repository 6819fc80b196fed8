"""The command line as its users run it: a process, its two outputs and its exit code."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


def signout(*arguments: str, stdin: str | bytes = "", env: dict[str, str] | None = None) -> Ran:
    """Runs `signout` with these arguments."""
    return run([sys.executable, "-m", "signout.cli.main", *arguments], stdin, env)


def run(command: Sequence[str], stdin: str | bytes, env: dict[str, str] | None = None) -> Ran:
    """Runs a command to its end."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=60, env=env)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
