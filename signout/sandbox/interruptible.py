"""Another program that is asked to leave when this one is interrupted, and waited for.

In a session of its own, so that a terminal's Ctrl-C reaches this process alone: the other one hears of it from here,
once. What it has begun it can end; what it holds, such as the lock of a Pulumi stack, it can give back.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PATIENCE: Final = 3
"""The interrupt at which the program and all that it has started are killed; those before ask it to leave."""


@dataclass(frozen=True, slots=True)
class Done:
    """How the program ended, and what it wrote where that was asked for."""

    code: int
    output: str
    errors: str


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    handed_on: Sequence[int] = (),
    given: str | None = None,
    quiet: bool = False,
) -> Done:
    """Runs the program to its end. Its output is shown as it comes, or returned where `quiet`.

    Raises KeyboardInterrupt, when it has ended, if this process was interrupted meanwhile.
    """
    collected = subprocess.PIPE if quiet else None
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
        stdout=collected,
        stderr=collected,
        text=True,
        pass_fds=tuple(handed_on),
        start_new_session=True,
    )
    interrupts = 0
    while True:
        try:
            output, errors = process.communicate(given)
            break
        except KeyboardInterrupt:
            interrupts, given = interrupts + 1, None  # what was given is on its way
            _ask_to_leave(process, interrupts)
    if interrupts:
        raise KeyboardInterrupt
    return Done(process.returncode, output or "", errors or "")


def _ask_to_leave(process: subprocess.Popen[str], interrupts: int) -> None:
    try:
        if interrupts < _PATIENCE:
            process.send_signal(signal.SIGINT)
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # it has left
