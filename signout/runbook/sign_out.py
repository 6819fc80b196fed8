"""Carrying out an order: each user in turn, with retries, within the time that the function has left.

Nothing here knows AWS: what a call answered comes in as a Reply, clock and chance come from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .pace import Pace, Time

MOST_TRIES = 5
FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0


class Outcome(StrEnum):
    """What became of one user of an order."""

    SIGNED_OUT = "signed-out"
    NOT_FOUND = "not-found"
    REFUSED = "refused"  # the service will not do this for this caller or in this place; trying again does not help
    FAILED = "failed"
    WOULD_SIGN_OUT = "would-sign-out"  # a dry run asks nothing of the service, so whether the user exists is not known
    NOT_REACHED = "not-reached"  # the function's time ended before the first try


@dataclass(frozen=True, slots=True)
class Error:
    """What the service, or the way to it, had against a call. ``code`` is the error's name as the API gives it."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What one call came to. ``again`` says that another try may go better."""

    outcome: Outcome
    request_id: str | None = None
    error: Error | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class UserOutcome:
    """The outcome for one user. ``request_id`` is that of the last try that the service answered, if one was."""

    username: str
    outcome: Outcome
    tries: int
    request_id: str | None = None
    error: Error | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """How calls are made and how long they may take.

    ``call`` signs out the user of that name. ``longest_call`` is the most seconds that one call can take, with enough
    to spare to answer the order after it. ``jitter`` picks a wait between 0 and the given number of seconds.
    """

    call: Callable[[str], Reply]
    longest_call: float
    pace: Pace
    time: Time
    jitter: Callable[[float], float]


def as_ordered(outcomes: Sequence[UserOutcome]) -> bool:
    """Did all users get what the order asked for?"""
    return all(outcome.outcome in (Outcome.SIGNED_OUT, Outcome.WOULD_SIGN_OUT) for outcome in outcomes)


def dry_run(usernames: tuple[str, ...]) -> Iterator[UserOutcome]:
    """What an order would do, without a call."""
    for username in usernames:
        yield UserOutcome(username, Outcome.WOULD_SIGN_OUT, tries=0)


def sign_out(usernames: tuple[str, ...], caller: Caller, remaining: Callable[[], float]) -> Iterator[UserOutcome]:
    """Signs users out one after the other; yields each outcome as soon as it is known.

    ``remaining`` tells the seconds that the function has left. A call is started only if it can end within them.
    """
    for username in usernames:
        yield _sign_out_one(username, caller, remaining)


def _sign_out_one(username: str, caller: Caller, remaining: Callable[[], float]) -> UserOutcome:
    tries = 0
    backoff = 0.0
    request_id: str | None = None
    error: Error | None = None
    while True:
        wait = max(backoff, caller.pace.due_in())
        if remaining() < wait + caller.longest_call:
            outcome = Outcome.FAILED if tries else Outcome.NOT_REACHED
            return UserOutcome(username, outcome, tries, request_id, error)
        caller.time.sleep(wait)
        caller.pace.start()
        reply = caller.call(username)
        tries += 1
        request_id = reply.request_id or request_id
        error = reply.error
        if not reply.again or tries == MOST_TRIES:
            return UserOutcome(username, reply.outcome, tries, request_id, error)
        # Full jitter: instances that were throttled together do not come back together.
        backoff = caller.jitter(min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (tries - 1)))
