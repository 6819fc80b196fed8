"""The values of one condition key that stand for all others, over every condition that reads it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from signout.iam.automaton import Shape, TooComplex
from signout.iam.operators import Family
from signout.iam.operators.address import AddressTest
from signout.iam.operators.base import Plain
from signout.iam.operators.binary import octets
from signout.iam.operators.date import YEAR, instant
from signout.iam.operators.numeric import number
from signout.iam.operators.ordered import OrderedTest
from signout.iam.policy import Condition
from signout.iam.request import ABSENT, Values
from signout.iam.spaces.addresses import addresses, stretches
from signout.iam.spaces.points import dates, numerals, points, short_numerals
from signout.iam.spaces.texts import Literals, check_apart, malformed, representatives, shapes_of

TYPED = (Family.NUMERIC, Family.DATE, Family.ADDRESS, Family.BINARY)
"""Families whose operators read a value out of the text, so that several texts mean the same."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a request may have for a key: one value, several, or none."""

    values: Values
    alone: bool
    """It stands for itself only: a text that is named exactly, or whatever a policy variable cannot stand for."""


MISSING = Setting(ABSENT, alone=True)


def settings(conditions: Sequence[Condition], *, several: bool = False, named: Sequence[Shape] = ()) -> list[Setting]:
    """Whatever a request has for the key, these conditions come out as they do for one of the settings.

    The conditions read one and the same key, and have no variables left. `several`: the key may have several values.
    `named` are further texts to be told apart. Raises TooComplex where the operators mix what cannot be told apart.
    """
    texts, alone = _texts(conditions, named)
    single = [Setting((text,), text in alone) for text in texts]
    return [MISSING, *single, *(_several(texts, conditions) if several else ())]


def has_several(conditions: Iterable[Condition]) -> bool:
    """May the key that these read have several values? It may if a set qualifier is used on it anywhere."""
    return any(condition.quantifier is not None for condition in conditions)


def _texts(conditions: Sequence[Condition], named: Sequence[Shape]) -> tuple[Sequence[str], frozenset[str]]:
    """Texts that stand for all, and those among them that stand for themselves only."""
    subject = conditions[0].name if conditions else "a policy variable"
    families = {condition.operator.family for condition in conditions} - {Family.NULL}
    typed = [family for family in TYPED if family in families]
    shapes = [*named]
    for condition in conditions:
        shapes.extend(shapes_of(condition.test))
    if Family.BOOL in families:
        shapes += [Shape(("true",), ignore_case=True), Shape(("false",), ignore_case=True)]
    literals = Literals.of(shapes)
    if families == {Family.BOOL} and not named:
        return ["true", "false", "other"], frozenset()
    if not typed:
        return representatives(shapes, literals, subject), literals.exact
    check_apart(shapes, typed, subject)
    if Family.BINARY in typed and (len(typed) > 1 or literals.folded):
        raise TooComplex(f"{subject} is read both as {Family.BINARY.value} and as something else")
    found = dict.fromkeys([*literals.exact, *map(str.upper, literals.folded)])
    for writings in _classes(typed, conditions):
        found.update(dict.fromkeys(_chosen(writings, literals, subject)))
    found.update(dict.fromkeys([*representatives(shapes, literals, subject), malformed(shapes)]))
    return list(found), literals.exact


@dataclass(frozen=True, slots=True)
class Writings:
    """The texts of one class of values, the usual one first."""

    texts: Iterator[str]
    all: bool = False
    """Is that all there are? Else there are others still."""


TRIES = 1000
"""Texts of one value that are tried to find one that no policy names."""


def _chosen(writings: Writings, literals: Literals, subject: str) -> Iterator[str]:
    """The usual text of a value, and one that no literal names if that one is."""
    tried = 0
    for text in islice(writings.texts, TRIES):
        if not literals.name(text):
            yield text
            return
        if not tried:
            yield text
        tried += 1
    if tried == TRIES or (tried and not writings.all):
        raise TooComplex(f"{subject}: too many texts of one and the same value are named")


def _classes(families: Sequence[Family], conditions: Sequence[Condition]) -> Iterator[Writings]:
    """The texts of each class of values that the operators of these families tell apart."""
    if Family.NUMERIC in families and Family.DATE in families:
        yield from _numbers_and_dates(conditions)
    elif Family.NUMERIC in families:
        yield from (Writings(numerals(point)) for point in points(_bounds(conditions)))
    elif Family.DATE in families:
        yield from (Writings(dates(point)) for point in points(_bounds(conditions)))
    if Family.ADDRESS in families:
        tests = [condition.test for condition in conditions]
        blocks = [block for test in tests if isinstance(test, AddressTest) for block in test.blocks]
        yield from (Writings(addresses(stretch), all=stretch.version == 4) for stretch in stretches(blocks))
    if Family.BINARY in families:
        wanted = {value for condition in conditions for value in _octets(condition)}
        other = next(value for length in range(len(wanted) + 1) if (value := b"other" + b"x" * length) not in wanted)
        yield from (Writings(_encodings(value), all=value in wanted) for value in [*sorted(wanted), other])


def _bounds(conditions: Iterable[Condition]) -> Iterator[Decimal]:
    for condition in conditions:
        if isinstance(condition.test, OrderedTest):
            yield from condition.test.bounds


EDGES = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999998Z")
"""Before and after these there is no date in ISO 8601."""


def _numbers_and_dates(conditions: Sequence[Condition]) -> Iterator[Writings]:
    """One line for both; but a text of four characters is a date only as a year, and ISO 8601 is no number."""
    tests = [condition.test for condition in conditions if isinstance(condition.test, OrderedTest)]
    edges = [edge for text in EDGES if (edge := instant(text)) is not None]
    for point in points([*_bounds(conditions), *edges]):
        yield Writings(text for text in numerals(point) if len(text) != YEAR)
        yield Writings(text for text in islice(dates(point), 1) if number(text) is None)
    short: dict[tuple[bool, ...], list[str]] = {}
    for text in short_numerals():
        short.setdefault(tuple(test.matches(text) for test in tests), []).append(text)
    yield from (Writings(iter(texts), all=True) for texts in short.values())


def _octets(condition: Condition) -> Iterator[bytes]:
    if condition.operator.family is Family.BINARY and isinstance(condition.test, Plain):
        yield from (value for value in condition.test.values if isinstance(value, bytes))


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _encodings(value: bytes) -> Iterator[str]:
    """Texts in base64 of the octets: the last letter before the padding may have bits that do not count."""
    usual = base64.b64encode(value).decode("ascii")
    yield usual
    body = usual.rstrip("=")
    if body != usual:
        others = (body[:-1] + letter + usual[len(body) :] for letter in LETTERS)
        yield from (text for text in others if text != usual and octets(text) == value)


def _several(texts: Iterable[str], conditions: Sequence[Condition]) -> Iterator[Setting]:
    """Sets of two and more values: one for each way in which all of them, and any of them, pass the tests.

    More than that no condition asks of a set, and whether all of its values are empty. A pair of equal values is a set
    with one member to a condition; but a policy variable has a value only where the request gives just one.
    """
    tests = [condition.test.matches for condition in conditions if condition.operator.family is not Family.NULL]
    full = (1 << (len(tests) + 1)) - 1
    vectors: dict[int, str] = {}
    for text in (*texts, ""):
        passed = sum(1 << place for place, matches in enumerate(tests, 1) if matches(text))
        vectors.setdefault(passed | bool(text), text)
    pairs = {(vector, vector): (text, text) for vector, text in vectors.items()}
    reached: dict[tuple[int, int], Values] = {(full, 0): ABSENT}
    queue = [(full, 0)]
    for every, some in queue:
        for vector, text in vectors.items():
            after = (every & vector, some | vector)
            if after not in reached:
                reached[after] = (*reached[every, some], text)
                queue.append(after)
                if len(reached) > MOST_SETS:
                    raise TooComplex(f"{conditions[0].name}: more than {MOST_SETS} kinds of sets of values")
    for values in (reached | pairs).values():
        if len(values) > 1:
            yield Setting(values, alone=True)
    if "" not in texts:
        yield Setting(("",), alone=True)


MOST_SETS = 5_000
