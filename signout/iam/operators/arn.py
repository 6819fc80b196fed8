"""ArnEquals and ArnLike, which behave the same: each of an ARN's six parts is matched on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signout.iam.operators.base import Family, Operator, Test, ValueOf, negate
from signout.iam.pattern import Part, Pattern, parts_of

PARTS = 6
"""arn:partition:service:region:account:resource; colons beyond the fifth belong to the resource."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ArnPattern:
    """A pattern cut at its colons, so that a `*` stays within its part.

    The last part is matched against all that is left: a pattern with fewer parts, such as `*` or `arn:*`, can match a
    whole ARN, if it ends in a wildcard.
    """

    sections: tuple[Pattern, ...]

    @classmethod
    def of(cls, text: str, *, variables: bool) -> ArnPattern:
        """The pattern written as `text`. Its colons are counted before variables are replaced."""
        sections: list[list[Part]] = [[]]
        for part in parts_of(text, wildcards=True, variables=variables):
            if not isinstance(part, str):
                sections[-1].append(part)
                continue
            first, *rest = part.split(":", PARTS - len(sections))
            sections[-1].append(first)
            sections.extend([piece] for piece in rest)
        return cls(tuple(Pattern(text, tuple(part for part in section if part != "")) for section in sections))

    @property
    def variables(self) -> frozenset[str]:
        return frozenset().union(*(section.variables for section in self.sections))

    def matches(self, have: str) -> bool:
        """Does the ARN match, part by part?"""
        pieces = have.split(":", len(self.sections) - 1)
        return len(pieces) == len(self.sections) and all(
            section.matches(piece) for section, piece in zip(self.sections, pieces, strict=True)
        )

    def bind(self, value_of: ValueOf) -> ArnPattern | None:
        """The pattern with its variables replaced; None if one has no value."""
        bound = [section.bind(value_of) for section in self.sections]
        complete = [section for section in bound if section is not None]
        return ArnPattern(tuple(complete)) if len(complete) == len(bound) else None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ArnTest:
    """ARN patterns to compare with."""

    patterns: tuple[ArnPattern, ...]

    @property
    def variables(self) -> frozenset[str]:
        return frozenset().union(*(pattern.variables for pattern in self.patterns))

    def matches(self, have: str) -> bool:
        return any(pattern.matches(have) for pattern in self.patterns)

    def bind(self, value_of: ValueOf) -> Test:
        bound = (pattern.bind(value_of) for pattern in self.patterns)
        return ArnTest(tuple(pattern for pattern in bound if pattern is not None))


def _read(values: Sequence[str], variables: bool) -> Test:
    return ArnTest(tuple(ArnPattern.of(value, variables=variables) for value in values))


EQUALS = Operator("ArnEquals", Family.ARN, _read)
LIKE = Operator("ArnLike", Family.ARN, _read)
NOT_EQUALS = negate(EQUALS, "ArnNotEquals")
NOT_LIKE = negate(LIKE, "ArnNotLike")
