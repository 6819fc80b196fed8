"""A clock that moves only when told to."""

from __future__ import annotations

from signout.runbook.pace import Time


class FakeTime:
    """A clock in whole microseconds, so that no rounding hides a call that comes too early."""

    def __init__(self) -> None:
        self.microseconds = 0

    def now(self) -> float:
        return self.microseconds / 1_000_000

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.microseconds += -int(-seconds * 1_000_000 // 1)

    def as_time(self) -> Time:
        return Time(now=self.now, sleep=self.sleep)
