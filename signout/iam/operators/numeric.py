"""NumericEquals, NumericLessThan and their kin: integers and decimal fractions, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signout.iam.operators.base import Family
from signout.iam.operators.ordered import operators

if TYPE_CHECKING:  # loaded with the first number: few policies have one
    from decimal import Decimal

DIGITS = 100
"""The longest number that is read: none that AWS sends is near it, and arithmetic on more is only slow."""


def number(text: str) -> Decimal | None:
    """The text as an exact number; None where it is not a plain decimal one (no exponent, no infinity)."""
    whole, point, fraction = text.removeprefix("-").partition(".")
    if not (whole.isascii() and whole.isdigit()) or len(text) > DIGITS:
        return None
    if point and not (fraction.isascii() and fraction.isdigit()):
        return None
    from decimal import Decimal

    return Decimal(text)


OPERATORS = operators("Numeric", Family.NUMERIC, number, 'a number such as "10" or "0.5"')
