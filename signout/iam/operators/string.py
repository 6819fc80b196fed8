"""StringEquals, StringLike and their kin: the whole text, with or without case, with or without wildcards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from signout.iam.fold import fold
from signout.iam.operators.base import Family, Operator, Test, ValueOf, negate
from signout.iam.pattern import Pattern, PatternSet


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StringTest:
    """Texts to compare with; `ignore_case` folds both sides."""

    texts: PatternSet
    ignore_case: bool

    @property
    def variables(self) -> frozenset[str]:
        return frozenset().union(*(pattern.variables for pattern in self.texts.unbound))

    def matches(self, have: str) -> bool:
        return self.texts.matches(fold(have) if self.ignore_case else have)

    def bind(self, value_of: ValueOf) -> Test:
        bound = (pattern.bind(value_of, ignore_case=self.ignore_case) for pattern in self.texts.patterns)
        return StringTest(PatternSet(tuple(pattern for pattern in bound if pattern is not None)), self.ignore_case)


def _reader(*, wildcards: bool, ignore_case: bool = False) -> Callable[[Sequence[str], bool], Test]:
    def read(values: Sequence[str], variables: bool) -> Test:
        patterns = (
            Pattern.of(value, wildcards=wildcards, variables=variables, ignore_case=ignore_case) for value in values
        )
        return StringTest(PatternSet(tuple(patterns)), ignore_case)

    return read


EQUALS = Operator("StringEquals", Family.STRING, _reader(wildcards=False))
NOT_EQUALS = negate(EQUALS, "StringNotEquals")
EQUALS_IGNORE_CASE = Operator("StringEqualsIgnoreCase", Family.STRING, _reader(wildcards=False, ignore_case=True))
NOT_EQUALS_IGNORE_CASE = negate(EQUALS_IGNORE_CASE, "StringNotEqualsIgnoreCase")
LIKE = Operator("StringLike", Family.STRING, _reader(wildcards=True))
NOT_LIKE = negate(LIKE, "StringNotLike")
