"""DateEquals, DateLessThan and their kin: instants, written in ISO 8601 or as seconds since 1970."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signout.iam.operators.base import Family
from signout.iam.operators.numeric import number
from signout.iam.operators.ordered import operators

if TYPE_CHECKING:  # loaded with the first date: few policies have one
    from decimal import Decimal

YEAR = 4
"""Characters of a year: a text of so many is a year, as ISO 8601 has it, or nothing; never a moment in 1970."""


def instant(text: str) -> Decimal | None:
    """The instant in seconds since 1970-01-01T00:00Z; None where the text is neither ISO 8601 nor a number.

    Without an offset, UTC is meant. A year, or a year and month, means its first moment.
    """
    from datetime import UTC, datetime, timedelta
    from decimal import Decimal

    if len(text) != YEAR and (seconds := number(text)) is not None:
        return seconds
    if not text.isascii() or not text[:YEAR].isdigit():
        return None
    padded = {YEAR: f"{text}-01-01", YEAR + 3: f"{text}-01"}.get(len(text), text)
    try:
        moment = datetime.fromisoformat(padded)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    except ValueError:
        return None
    return Decimal(since // timedelta(microseconds=1)) / 1_000_000


OPERATORS = operators(
    "Date", Family.DATE, instant, 'a date such as "2026-01-31T12:00:00Z", or seconds since 1970 such as "1769860800"'
)
