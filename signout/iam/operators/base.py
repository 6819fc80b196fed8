"""What a condition operator is: how it reads a policy's values, and how it tests one value of a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Family(Enum):
    """The kind of value that an operator compares; a key read by two families has a value space over both."""

    STRING = "string"
    NUMERIC = "number"
    DATE = "date"
    BOOL = "boolean"
    BINARY = "binary"
    ADDRESS = "IP address"
    ARN = "ARN"
    NULL = "presence"


class BadValue(ValueError):
    """A value in a policy that its operator cannot read. `value` is the value, `expected` what it should look like."""

    def __init__(self, value: str, expected: str) -> None:
        self.value, self.expected = value, expected
        super().__init__(f"{value!r}: expected {expected}")


ValueOf = Callable[[str], str | None]
"""The value of a single-valued key (in lower case) in a request, or None where it has none."""


class Test(Protocol):
    """The values of one condition, ready to be compared with one value of a request."""

    @property
    def variables(self) -> frozenset[str]:
        """The keys of the policy variables in the values, in lower case; a test with some has to be bound first."""

    def matches(self, have: str) -> bool:
        """Does the request's value match at least one of the policy's? A value that the operator cannot read: no."""

    def bind(self, value_of: ValueOf) -> Test:
        """The same with its variables replaced; a value whose variable has none matches nothing."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator of the IAM reference, without its set qualifier and without IfExists."""

    name: str
    family: Family
    read: Callable[[Sequence[str], bool], Test]
    """The test for a policy's values; the flag says whether `${...}` is a variable (policy version 2012-10-17).
    Raises BadValue, or BadVariable."""
    negated: bool = False
    """It holds where its positive twin does not: for several values NOR, and where the key is absent."""

    @property
    def asks_presence(self) -> bool:
        """Does it ask whether there is a key, instead of what the key has?"""
        return self.family is Family.NULL


def negate(operator: Operator, name: str) -> Operator:
    """The operator that holds exactly where the given one does not."""
    return Operator(name, operator.family, operator.read, negated=True)


NO_VARIABLES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plain:
    """A test on values that cannot hold variables: any of the predicates matches."""

    accepts: Callable[[str], bool]
    values: tuple[object, ...] = ()
    """The policy's values as the operator reads them; none where the operator knows only two anyway."""

    @property
    def variables(self) -> frozenset[str]:
        return NO_VARIABLES

    def matches(self, have: str) -> bool:
        return self.accepts(have)

    def bind(self, value_of: ValueOf) -> Test:
        return self
