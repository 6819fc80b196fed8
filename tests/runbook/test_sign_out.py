"""An order is carried out user by user, with retries, at its pace and within its time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signout.runbook.pace import Pace
from signout.runbook.sign_out import (
    FIRST_BACKOFF,
    LONGEST_BACKOFF,
    MOST_TRIES,
    Caller,
    Error,
    Outcome,
    Reply,
    UserOutcome,
    dry_run,
    sign_out,
)
from tests.runbook.fake_time import FakeTime

DONE = Reply(Outcome.SIGNED_OUT, request_id="r-done")
THROTTLED = Reply(
    Outcome.FAILED, request_id="r-throttled", error=Error("TooManyRequestsException", "slow down"), again=True
)
CUT_OFF = Reply(Outcome.FAILED, error=Error("ConnectionClosedError", "closed"), again=True)
NOT_FOUND = Reply(Outcome.NOT_FOUND, request_id="r-none", error=Error("UserNotFoundException", "no such user"))


@dataclass
class Service:
    """Answers calls with the given replies, the last of them for good, and notes when each began and ended."""

    clock: FakeTime
    replies: list[Reply]
    takes: float = 0.05
    calls: list[tuple[str, float]] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)

    def call(self, username: str) -> Reply:
        self.calls.append((username, self.clock.now()))
        self.clock.sleep(self.takes)
        self.ended.append(self.clock.now())
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def run(
    service: Service,
    usernames: Iterable[str],
    *,
    calls_per_second: int = 10,
    seconds: float = 600,
    longest_call: float = 1,
    jitter: Callable[[float], float] = lambda most: most,
) -> list[UserOutcome]:
    clock = service.clock
    ends = clock.now() + seconds
    caller = Caller(service.call, longest_call, Pace(calls_per_second, clock.as_time()), clock.as_time(), jitter)
    return list(sign_out(tuple(usernames), caller, lambda: ends - clock.now()))


REPLIES = [
    ([DONE], UserOutcome("alice", Outcome.SIGNED_OUT, 1, "r-done")),
    ([NOT_FOUND], UserOutcome("alice", Outcome.NOT_FOUND, 1, "r-none", NOT_FOUND.error)),
    ([THROTTLED, DONE], UserOutcome("alice", Outcome.SIGNED_OUT, 2, "r-done")),
    ([CUT_OFF, CUT_OFF, NOT_FOUND], UserOutcome("alice", Outcome.NOT_FOUND, 3, "r-none", NOT_FOUND.error)),
    ([THROTTLED], UserOutcome("alice", Outcome.FAILED, MOST_TRIES, "r-throttled", THROTTLED.error)),
    ([CUT_OFF], UserOutcome("alice", Outcome.FAILED, MOST_TRIES, None, CUT_OFF.error)),
    # The id of the last try that was answered stays, the error is that of the last try.
    (
        [THROTTLED, CUT_OFF, CUT_OFF, CUT_OFF, CUT_OFF],
        UserOutcome("alice", Outcome.FAILED, MOST_TRIES, "r-throttled", CUT_OFF.error),
    ),
]


@pytest.mark.parametrize(("replies", "expected"), REPLIES)
def test_tries(clock: FakeTime, replies: list[Reply], expected: UserOutcome) -> None:
    """What can go better is tried again, up to a limit; the outcome counts every try."""
    service = Service(clock, list(replies))

    assert run(service, ["alice"]) == [expected]
    assert len(service.calls) == expected.tries


def test_each_user(clock: FakeTime) -> None:
    """One user's fault is not another's: everyone is tried, in order."""
    service = Service(clock, [NOT_FOUND, THROTTLED, DONE, DONE])
    outcomes = run(service, ["ann", "bob", "cy"])

    assert [(o.username, o.outcome, o.tries) for o in outcomes] == [
        ("ann", Outcome.NOT_FOUND, 1),
        ("bob", Outcome.SIGNED_OUT, 2),
        ("cy", Outcome.SIGNED_OUT, 1),
    ]


def test_outcomes_come_one_by_one(clock: FakeTime) -> None:
    """An outcome is known before the next user is tried, so that it is logged even if the function then dies."""
    service = Service(clock, [DONE])
    caller = Caller(service.call, 1, Pace(10, clock.as_time()), clock.as_time(), lambda most: most)
    outcomes = sign_out(("ann", "bob"), caller, lambda: 600)

    assert next(outcomes).username == "ann"
    assert [username for username, _ in service.calls] == ["ann"]


def test_backoff(clock: FakeTime) -> None:
    """Waits are drawn from a range that doubles with every try and stops growing at its limit."""
    ranges: list[float] = []

    def no_wait(most: float) -> float:
        ranges.append(most)
        return 0.0

    run(Service(clock, [THROTTLED]), ["alice"], jitter=no_wait)

    doubling = [FIRST_BACKOFF * 2**n for n in range(MOST_TRIES - 1)]
    assert ranges == [min(most, LONGEST_BACKOFF) for most in doubling]


def test_out_of_time(clock: FakeTime) -> None:
    """Whoever cannot be reached in time is said to be not reached, and is not called for."""
    service = Service(clock, [DONE], takes=1.0)
    outcomes = run(service, ["ann", "bob", "cy"], seconds=2.5, longest_call=1.0)

    assert [o.outcome for o in outcomes] == [Outcome.SIGNED_OUT, Outcome.SIGNED_OUT, Outcome.NOT_REACHED]
    assert outcomes[-1] == UserOutcome("cy", Outcome.NOT_REACHED, tries=0)
    assert len(service.calls) == 2


def test_out_of_time_between_tries(clock: FakeTime) -> None:
    """A user who was tried and cannot be tried again in time has failed, with the error that was met."""
    service = Service(clock, [THROTTLED], takes=1.0)
    outcomes = run(service, ["alice"], seconds=2.2, longest_call=1.0)

    assert outcomes == [UserOutcome("alice", Outcome.FAILED, 1, "r-throttled", THROTTLED.error)]


def test_dry_run() -> None:
    """A dry run says what would be done; there is nothing for it to call."""
    assert list(dry_run(("ann", "bob"))) == [
        UserOutcome("ann", Outcome.WOULD_SIGN_OUT, tries=0),
        UserOutcome("bob", Outcome.WOULD_SIGN_OUT, tries=0),
    ]


@given(
    users=st.integers(1, 40),
    replies=st.lists(st.sampled_from([DONE, THROTTLED, CUT_OFF, NOT_FOUND]), min_size=1, max_size=60),
    calls_per_second=st.integers(1, 10),
    seconds=st.floats(0, 30),
    takes=st.floats(0, 2),
    luck=st.floats(0, 1),
)
def test_never_past_the_time(
    users: int, replies: list[Reply], calls_per_second: int, seconds: float, takes: float, luck: float
) -> None:
    """Whatever the service answers and however long it takes within its limit, no call ends after the time does, and
    every user has exactly one outcome.
    """
    service = Service(FakeTime(), replies, takes=takes)
    names = [f"user{n}" for n in range(users)]
    outcomes = run(
        service,
        names,
        calls_per_second=calls_per_second,
        seconds=seconds,
        longest_call=2.001,
        jitter=lambda most: most * luck,
    )

    assert [outcome.username for outcome in outcomes] == names
    assert sum(outcome.tries for outcome in outcomes) == len(service.calls)
    assert all(ended <= seconds for ended in service.ended)
