"""aws:CurrentTime and aws:EpochTime are one clock: always there, always well formed, and never at odds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from signout.iam.automaton import TooComplex
from signout.iam.operators import Family
from signout.iam.operators.date import YEAR
from signout.iam.operators.ordered import OrderedTest
from signout.iam.policy import Condition
from signout.iam.request import CURRENT_TIME, EPOCH_TIME, Values
from signout.iam.spaces.points import dates, numerals, points

CLOCK = frozenset({CURRENT_TIME, EPOCH_TIME})


def times(conditions: Sequence[Condition]) -> Iterator[Mapping[str, Values]]:
    """Both keys at moments that stand for all others, over all conditions that read either key. Raises TooComplex."""
    for condition in conditions:
        if condition.operator.family not in (Family.DATE, Family.NUMERIC, Family.NULL):
            raise TooComplex(f"{condition.name} is read as {condition.operator.family.value}")
    bounds = [
        bound for condition in conditions if isinstance(condition.test, OrderedTest) for bound in condition.test.bounds
    ]
    for point in points(bounds):
        date = next(dates(point), None)
        number = next((text for text in numerals(point) if len(text) != YEAR), None)
        if date is not None and number is not None:
            yield {CURRENT_TIME: (date,), EPOCH_TIME: (number,)}
