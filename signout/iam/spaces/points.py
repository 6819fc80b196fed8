"""Numbers and dates: points on a line, cut by the bounds that conditions compare with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Context, Decimal
from itertools import pairwise

from signout.iam.operators.date import YEAR
from signout.iam.operators.numeric import DIGITS, number

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXACT = Context(prec=4 * DIGITS)
"""Enough for any arithmetic on two numbers of DIGITS digits."""


def points(bounds: Iterable[Decimal]) -> list[Decimal]:
    """Every bound, a point in every gap between two of them, and one outside at either end."""
    ordered = sorted(set(bounds))
    if not ordered:
        return [Decimal(0)]
    found = [EXACT.subtract(_floor(ordered[0]), Decimal(1))]
    for low, high in pairwise(ordered):
        found += [low, between(low, high)]
    return [*found, ordered[-1], EXACT.add(_floor(ordered[-1]), Decimal(1))]


def between(low: Decimal, high: Decimal) -> Decimal:
    """The number strictly between the two that takes the fewest decimals."""
    step = Decimal(1)
    while True:
        above = EXACT.add(EXACT.multiply(_floor(EXACT.divide(low, step)), step), step)
        if above < high:
            return above
        step = EXACT.divide(step, Decimal(10))


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_FLOOR, EXACT)


def numerals(point: Decimal) -> Iterator[str]:
    """Texts of the number, the usual one first. None for one that takes more digits than are read."""
    text = format(point.normalize(EXACT), "f")
    while number(text) is not None:
        yield text
        text += "0" if "." in text else ".0"


def dates(point: Decimal) -> Iterator[str]:
    """Texts of the instant, in seconds since 1970: as ISO 8601 where that is exact, then as numbers."""
    micros = EXACT.multiply(point, Decimal(1_000_000))
    if micros == _floor(micros):
        try:
            moment = EPOCH + timedelta(microseconds=int(micros))
            yield moment.isoformat().replace("+00:00", "Z")
        except OverflowError:
            pass  # outside the years 1 to 9999: a number only
    for text in numerals(point):
        if len(text) != YEAR:
            yield text


def short_numerals() -> Iterator[str]:
    """Every number that is written with as many characters as a year: such a text is a date only if it is a year."""
    for digits in range(10**YEAR):
        text = f"{digits:04}"
        yield text
        for place in range(1, YEAR - 1):
            yield f"{text[1 : 1 + place]}.{text[1 + place :]}"
    for digits in range(10 ** (YEAR - 1)):
        yield f"-{digits:03}"
    for digits in range(10 ** (YEAR - 2)):
        yield f"-{digits // 10}.{digits % 10}"
