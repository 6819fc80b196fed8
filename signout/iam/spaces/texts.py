"""Texts under the operators that look at the text itself: StringEquals, StringLike, ArnLike and their kin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from signout.iam.automaton import ANY, NOT_COLON, Item, Run, Shape, TooComplex, items, texts
from signout.iam.fold import fold
from signout.iam.operators import Family
from signout.iam.operators.arn import ArnPattern, ArnTest
from signout.iam.operators.base import Test
from signout.iam.operators.string import StringTest


def literal_of(shape: Shape) -> str | None:
    """The text of a shape that has no wildcard, in whichever case; None for another."""
    match shape.items:
        case ():
            return ""
        case (str() as literal,):
            return literal
        case _:
            return None


def shapes_of(test: Test) -> Iterator[Shape]:
    """The shapes of a test of the STRING or ARN family without variables; of any other, none."""
    if isinstance(test, StringTest):
        for pattern in test.texts.patterns:
            yield Shape.of(pattern.parts, ignore_case=test.ignore_case)
    elif isinstance(test, ArnTest):
        for arn in test.patterns:
            if (shape := shape_of_arn(arn)) is not None:
                yield shape


def shape_of_arn(arn: ArnPattern) -> Shape | None:
    """The shape whose wildcards stay within the ARN's parts; None if a bound variable's colon lets it match nothing."""
    *inner, last = arn.sections
    found: list[Item] = []
    for section in inner:
        if any(isinstance(part, str) and ":" in part for part in section.parts):
            return None
        found += [*items(section.parts, NOT_COLON), ":"]
    return Shape(joined([*found, *items(last.parts, ANY)]))


def joined(parts: Iterable[Item]) -> tuple[Item, ...]:
    """The items with neighbouring literals made one."""
    found: list[Item] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Literals:
    """Texts that are named without a wildcard: exactly, or (in lower case) whatever their case."""

    exact: frozenset[str]
    folded: frozenset[str]

    def name(self, text: str) -> bool:
        """Does one of them name the text?"""
        return text in self.exact or fold(text) in self.folded

    @classmethod
    def of(cls, shapes: Iterable[Shape]) -> Literals:
        """Those among the shapes that have no wildcard."""
        exact, folded = set(), set()
        for shape in shapes:
            if (literal := literal_of(shape)) is not None:
                if shape.ignore_case:
                    folded.add(fold(literal))
                else:
                    exact.add(literal)
        return cls(frozenset(exact), frozenset(folded))


def representatives(shapes: Sequence[Shape], literals: Literals, subject: str) -> Sequence[str]:
    """A text for every combination of the shapes that a text can match."""
    if not literals.folded and all(literal_of(shape) is not None for shape in shapes):
        return [*sorted(literals.exact), unlike(literals.exact)]
    return texts(tuple(dict.fromkeys(shapes)), subject)


def unlike(taken: Collection[str]) -> str:
    """A text that is none of these."""
    text = "other"
    while text in taken:
        text += "-"
    return text


CHARACTERS = {
    Family.NUMERIC: frozenset("0123456789.-"),
    Family.DATE: frozenset("0123456789.,-+:TtZzWw "),
    Family.ADDRESS: frozenset("0123456789abcdefABCDEF:."),
    Family.BINARY: frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="),
}
"""By family the characters that its texts are made of."""

STRANGERS = {Family.DATE: 2}
"""Characters beyond these that a text of the family may not have; 1 if not given. A date's time may begin with any."""


def check_apart(shapes: Iterable[Shape], families: Collection[Family], subject: str) -> None:
    """Raises TooComplex if a pattern with wildcards could tell apart two texts that stand for the same number.

    Patterns that match every text, or none that is a number, are harmless; so it is with dates, addresses and octets.
    """
    for shape in shapes:
        if literal_of(shape) is not None or shape.items == (Run(ANY),):
            continue
        literals = "".join(item for item in shape.items if isinstance(item, str))
        for family in families:
            strangers = sum(character not in CHARACTERS[family] for character in literals)
            if strangers < STRANGERS.get(family, 1):
                raise TooComplex(f"{subject} is read both as {family.value} and as text with wildcards")


def malformed(shapes: Iterable[Shape]) -> str:
    """A text that is no number, date, address or octets, and matches only what matches every text."""
    taken = {character for shape in shapes for item in shape.items if isinstance(item, str) for character in item}
    return next(
        character for character in map(chr, chain(b"xyzwvq_~!", range(0xE000, 0xF8FF))) if character not in taken
    )
