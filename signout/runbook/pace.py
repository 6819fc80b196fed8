"""How fast calls may follow one another.

The service allows 25 calls a second of this kind for a whole account and Region, users' own sign-outs included, so the
runbook keeps to 10 over all of its instances. It cannot ask the other instances; but no more of them run at a time
than the function's concurrency allows. So each keeps its calls at least 1/n seconds apart, n being 10 divided by that
number, and ends its answer only when the last of these gaps is over: then whatever takes its place, on this instance
or another one, starts after the gap too, and no second sees more than 10 calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Time:
    """A clock that never goes back, and a way to wait for it. Both in seconds."""

    now: Callable[[], float]
    sleep: Callable[[float], None]


class Pace:
    """The gap between the calls of one instance; lives as long as the instance does, over all of its orders."""

    __slots__ = ("_free_at", "_gap", "_time")

    def __init__(self, calls_per_second: int, time: Time) -> None:
        self._gap = 1 / calls_per_second
        self._time = time
        self._free_at = time.now()

    def due_in(self) -> float:
        """Seconds until the next call may start; 0 when it may start now."""
        return max(0.0, self._free_at - self._time.now())

    def start(self) -> None:
        """Notes that a call starts now."""
        self._free_at = self._time.now() + self._gap

    def rest(self) -> None:
        """Waits until the gap after the last call is over."""
        self._time.sleep(self.due_in())
