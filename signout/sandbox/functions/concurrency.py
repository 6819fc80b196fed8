"""How many environments may be at work at once: a function's reservation, or what the account has left.

Source: Lambda Developer Guide, "Understanding Lambda function scaling".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from signout.sandbox.functions.definition import Definition, Limits

# Of an account's limit this much cannot be reserved, or all of it where the limit is lower.
UNRESERVABLE = 100


class Throttled(Exception):
    """There is no room for another invocation; `reason` is one of the API's ThrottleReason."""

    def __init__(self, reason: str) -> None:
        super().__init__("Rate Exceeded.")
        self.reason = reason


class Concurrency:
    """Counts what is at work; used on one thread only."""

    def __init__(self) -> None:
        self._at_work: Counter[str] = Counter()

    @contextmanager
    def slot(self, definition: Definition, limits: Limits) -> Iterator[None]:
        """Hold a place for one invocation.

        Raises Throttled when there is none.
        """
        if limits.reserved is not None:
            pool, limit = definition.arn, limits.reserved
            reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
        else:
            pool, limit = f"{definition.account} {definition.region}", limits.unreserved
            reason = "ConcurrentInvocationLimitExceeded"
        if self._at_work[pool] >= limit:
            raise Throttled(reason)
        self._at_work[pool] += 1
        try:
            yield
        finally:
            self._at_work[pool] -= 1
