"""A bound on the work that a test may cause, so that one which would never end fails instead."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Ends what takes longer, in processor time, so that a busy machine fails nothing."""

    def ended(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"took more than {seconds} s of processor time")

    before = signal.signal(signal.SIGPROF, ended)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
