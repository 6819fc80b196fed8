"""No second sees more than 10 calls, whatever instances carry out whatever orders."""

from __future__ import annotations

import heapq

from hypothesis import given
from hypothesis import strategies as st

from components.concurrency import CALLS_PER_SECOND, MOST_INSTANCES, Reserved, calls_per_second
from signout.runbook.pace import Pace
from tests.runbook.fake_time import FakeTime

SECOND = 1_000_000


def test_the_first_call_is_free(clock: FakeTime) -> None:
    """A new instance need not wait; the next call has to."""
    pace = Pace(5, clock.as_time())
    assert pace.due_in() == 0

    pace.start()
    assert pace.due_in() == 0.2


def test_the_gap_counts_from_the_start_of_a_call(clock: FakeTime) -> None:
    """A call that took longer than the gap is followed at once."""
    pace = Pace(5, clock.as_time())
    pace.start()
    clock.sleep(0.3)

    assert pace.due_in() == 0


def test_rest(clock: FakeTime) -> None:
    """An instance that has rested may call at once, and so may any other in its place."""
    pace = Pace(2, clock.as_time())
    pace.start()
    clock.sleep(0.1)
    pace.rest()

    assert clock.now() == 0.5
    assert pace.due_in() == 0


@given(
    concurrency=st.integers(1, MOST_INSTANCES),
    orders=st.lists(st.tuples(st.integers(1, 8), st.integers(0, 400_000)), min_size=1, max_size=60),
    data=st.data(),
)
def test_over_all_instances(concurrency: int, orders: list[tuple[int, int]], data: st.DataObject) -> None:
    """Orders wait for a free slot and go to any idle instance, as in Lambda; every second holds at most 10 calls.

    An order is a number of calls and the microseconds that each takes.
    """
    rate = calls_per_second(Reserved(concurrency))
    instances: list[tuple[FakeTime, Pace]] = []
    slots = [0] * concurrency  # when each of the slots of the reservation is free
    calls: list[int] = []
    for count, takes in orders:
        start = heapq.heappop(slots)
        idle = [index for index, (own, _) in enumerate(instances) if own.microseconds <= start]
        chosen = data.draw(st.sampled_from([*idle, len(instances)]))
        if chosen == len(instances):
            new = FakeTime()
            new.microseconds = start
            instances.append((new, Pace(rate, new.as_time())))
        own, pace = instances[chosen]
        own.microseconds = start
        for _ in range(count):
            own.sleep(pace.due_in())
            pace.start()
            calls.append(own.microseconds)
            own.microseconds += takes
        pace.rest()
        heapq.heappush(slots, own.microseconds)

    calls.sort()
    assert all(later - earlier >= SECOND for earlier, later in zip(calls, calls[CALLS_PER_SECOND:], strict=False))
