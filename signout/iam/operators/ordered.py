"""Comparison with bounds, for the operators on values that have an order: numbers and dates."""

from __future__ import annotations

import operator as compare
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signout.iam.operators.base import NO_VARIABLES, BadValue, Family, Operator, Test, ValueOf, negate

if TYPE_CHECKING:  # see numeric.py
    from decimal import Decimal

Parse = Callable[[str], "Decimal | None"]
"""A text as a point on the line, or None where it is malformed."""
Holds = Callable[["Decimal", "Decimal"], bool]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OrderedTest:
    """Bounds to compare with: `holds(request's value, bound)` for at least one of them."""

    bounds: tuple[Decimal, ...]
    parse: Parse
    holds: Holds

    @property
    def variables(self) -> frozenset[str]:
        return NO_VARIABLES

    def matches(self, have: str) -> bool:
        value = self.parse(have)
        return value is not None and any(self.holds(value, bound) for bound in self.bounds)

    def bind(self, value_of: ValueOf) -> Test:
        return self


def operators(prefix: str, family: Family, parse: Parse, expected: str) -> tuple[Operator, ...]:
    """The six comparisons of a family: Equals, NotEquals, LessThan, LessThanEquals, GreaterThan, GreaterThanEquals."""

    def reader(holds: Holds) -> Callable[[Sequence[str], bool], Test]:
        def read(values: Sequence[str], variables: bool) -> Test:
            return OrderedTest(tuple(_bound(value, parse, expected) for value in values), parse, holds)

        return read

    equals = Operator(f"{prefix}Equals", family, reader(compare.eq))
    return (
        equals,
        negate(equals, f"{prefix}NotEquals"),
        Operator(f"{prefix}LessThan", family, reader(compare.lt)),
        Operator(f"{prefix}LessThanEquals", family, reader(compare.le)),
        Operator(f"{prefix}GreaterThan", family, reader(compare.gt)),
        Operator(f"{prefix}GreaterThanEquals", family, reader(compare.ge)),
    )


def _bound(value: str, parse: Parse, expected: str) -> Decimal:
    point = parse(value)
    if point is None:
        raise BadValue(value, expected)
    return point
