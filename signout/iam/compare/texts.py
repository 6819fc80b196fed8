"""Texts that stand for all others, within the patterns of one statement's element."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from signout.iam.automaton import ANY, NOT_COLON, Characters, Run, Shape, TooComplex, Wanted, texts
from signout.iam.pattern import Part, Pattern, PatternSet, Wild, matcher


@dataclass(frozen=True, slots=True)
class Universe:
    """The texts that an element of a request can have."""

    subject: str
    """What an error calls them."""
    shape: Shape
    admits: Callable[[str], bool]
    begins: Callable[[str], bool]
    """Is a text that begins so, and goes on at least as one that is admitted, certainly admitted too?"""
    beyond: tuple[str, ...] = ()
    """Texts that it has besides those of the shape."""

    def has_all_of(self, parts: tuple[Part, ...]) -> bool:
        """Does it certainly have every text that the pattern matches?"""
        return self.begins(_head(parts)) and self.admits(filled(parts, ""))


def _is_action(text: str) -> bool:
    service, _, name = text.partition(":")
    return bool(service and name)


def _is_resource(text: str) -> bool:
    return text == "*" or (text.startswith("arn:") and text.count(":") >= 5)


NAME: Final = (NOT_COLON, Run(NOT_COLON))
ACTIONS: Final = Universe("actions", Shape((*NAME, ":", ANY, Run(ANY))), _is_action, lambda head: ":" in head[1:])
PART: Final = Run(NOT_COLON)
ARN: Final = Shape(("arn:", PART, ":", PART, ":", PART, ":", PART, ":", Run(ANY)))
RESOURCES: Final = Universe("resources", ARN, _is_resource, lambda head: head.startswith("arn:"), ("*",))
"""ARNs, and `*` for an action without a resource."""
TEXTS: Final = Universe("resources", Shape((ANY, Run(ANY))), bool, bool)
"""Any text: resource policies may write resources in a form of their own."""

NOTHING: Final = Shape((Characters(frozenset()),))


def just(*resources: str) -> Universe:
    """These resources and no others: of a trust policy, the role that it is the policy of."""
    return Universe("resources", NOTHING, resources.__contains__, lambda head: False, resources)


EVERYTHING: Final = Pattern("*", (Wild.ANY,))


@dataclass(frozen=True, slots=True)
class Element:
    """The patterns of one statement for one element of requests, and the statement's bit."""

    patterns: PatternSet
    negated: bool
    bit: int


@dataclass(frozen=True, slots=True)
class Preference:
    """Which requests show a difference best, by bits of statements: what a comparison looks for."""

    fewer: int = 0
    """A request to which fewer of these apply, all else equal, shows a difference if one with more of them does."""
    more: int = 0
    """And one to which more of these apply."""

    def of(self, element: Element) -> int:
        """Is it better that the element's patterns match (1), that they do not (-1), or neither (0)?"""
        wanted = -1 if element.bit & self.fewer else 1 if element.bit & self.more else 0
        return -wanted if element.negated else wanted


def representatives(
    region: Iterable[Pattern],
    elements: Sequence[Element],
    universe: Universe,
    preference: Preference,
    *,
    apart: Sequence[str] = (),
    shapes: Sequence[Shape] = (),
) -> dict[str, Pattern]:
    """Texts that the region's patterns match, each with the pattern: one for every way in which the elements match.

    Of the ways, those that are preferred. None of the patterns has variables. What a pattern names without wildcards is
    taken as it is; other texts are the universe's. Those in `apart` stand for themselves only; `shapes` are told apart
    too. Raises TooComplex.
    """
    found: dict[str, Pattern] = {}
    named_by = (each.patterns.exact for each in elements)
    literals = sorted(frozenset(apart).union(universe.beyond, *named_by) - {""})
    for pattern in region:
        if (literal := literal_of(pattern.parts)) is not None:
            if literal:  # a variable that stands for nothing may leave nothing, which no request asks for
                found.setdefault(literal, pattern)
        else:
            named = list(_beginning(_head(pattern.parts), literals, matcher(pattern.parts)))
            found.update((text, pattern) for text in named if text not in found)
            for text in _unnamed(pattern.parts, elements, universe, preference, shapes, frozenset(named)):
                found.setdefault(text, pattern)
    return found


def literal_of(parts: tuple[Part, ...]) -> str | None:
    """The text of a pattern without wildcards; None for another."""
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 and isinstance(parts[0], str) else None


def _beginning(head: str, literals: Sequence[str], matches: Callable[[str], bool]) -> Iterator[str]:
    """Those of the literals, which are sorted, that begin so and match."""
    for place in range(bisect_left(literals, head), len(literals)):
        if not literals[place].startswith(head):
            return
        if matches(literals[place]):
            yield literals[place]


def _unnamed(
    parts: tuple[Part, ...],
    elements: Sequence[Element],
    universe: Universe,
    preference: Preference,
    shapes: Sequence[Shape],
    named: frozenset[str],
) -> Iterator[str]:
    """Texts that the pattern matches and nobody names, for every way in which the elements match that is preferred."""
    overlapping: dict[tuple[Part, ...], int] = {}
    welcome: dict[int, list[tuple[Part, ...]]] = {}
    for element in elements:
        better = preference.of(element)
        for other in _overlapping(parts, element.patterns):
            overlapping[other] = better if overlapping.get(other, better) == better else 0
            if better > 0:
                welcome.setdefault(element.bit if element.negated else 0, []).append(other)
    if not overlapping and not shapes:
        for filling in ("", "x"):
            text = filled(parts, filling)
            if text not in named and universe.admits(text):
                yield text
                return
    told_apart = [Shape.of(other) for other, better in overlapping.items() if not better]
    unwelcome = [Shape.of(other) for other, better in overlapping.items() if better < 0]
    for chosen in _choices([[other for other in each if overlapping[other]] for each in welcome.values()]):
        required = [Shape.of(parts), *map(Shape.of, chosen)]
        if not universe.has_all_of(parts):
            required.append(universe.shape)
        yield from _walked(required, unwelcome, [*told_apart, *shapes], universe.subject, named)


MOST_CHOICES: Final = 500
"""Combinations of patterns, one of each set of which it is enough that one matches, at most."""


def _choices(welcome: Sequence[Sequence[tuple[Part, ...]]]) -> Iterator[list[tuple[Part, ...]]]:
    """Patterns to be matched: of each set one or none, since one is enough for the set."""
    if prod(len(each) + 1 for each in welcome) > MOST_CHOICES:
        raise TooComplex(f"more than {MOST_CHOICES} combinations of patterns in NotAction, NotResource or lifted Denys")
    for chosen in product(*((None, *dict.fromkeys(each)) for each in welcome)):
        yield [other for other in chosen if other is not None]


def _walked(
    required: Sequence[Shape],
    unwelcome: Sequence[Shape],
    told_apart: Sequence[Shape],
    subject: str,
    named: frozenset[str],
) -> Iterator[str]:
    """Texts that all required shapes match and nobody names: those that as few unwelcome ones match as can be."""
    all_of = tuple(range(len(required)))
    fewer = tuple(range(len(required), len(required) + len(unwelcome)))
    walked = [*required, *unwelcome, *told_apart]
    taken: set[str] = set()
    while True:
        found = texts(walked, subject, Wanted(all_of, fewer, all_of))
        again = named.intersection(found) - taken
        if not again:
            break
        fewer += tuple(range(len(walked), len(walked) + len(again)))
        walked += [Shape((text,)) for text in sorted(again)]
        taken |= again
    yield from (text for text in found if text not in taken)


def _overlapping(parts: tuple[Part, ...], patterns: PatternSet) -> list[tuple[Part, ...]]:
    """The set's patterns with wildcards that may match some of what the given one matches; none if one matches all."""
    head, tail = _head(parts), _tail(parts)
    if head.startswith(patterns.prefixes) or any(other.parts == parts for other in patterns.others):
        return []
    found: list[tuple[Part, ...]] = [(prefix, Wild.ANY) for prefix in patterns.prefixes if prefix.startswith(head)]
    found += (other.parts for other in patterns.others if _may_meet(other.parts, head, tail))
    return found


def _may_meet(parts: tuple[Part, ...], head: str, tail: str) -> bool:
    other_head, other_tail = _head(parts), _tail(parts)
    heads = other_head.startswith(head) or head.startswith(other_head)
    return heads and (other_tail.endswith(tail) or tail.endswith(other_tail))


def meet(one: PatternSet, other: PatternSet) -> bool:
    """May a pattern of the one and a pattern of the other match the same text? Variables count as stars."""
    ends = [(_head(pattern.parts), _tail(pattern.parts)) for pattern in other.patterns]
    return any(_may_meet(pattern.parts, head, tail) for pattern in one.patterns for head, tail in ends)


def _head(parts: tuple[Part, ...]) -> str:
    return parts[0] if parts and isinstance(parts[0], str) else ""


def _tail(parts: tuple[Part, ...]) -> str:
    return parts[-1] if parts and isinstance(parts[-1], str) else ""


def filled(parts: Iterable[Part], star: str, one: str = "x") -> str:
    """A text that the pattern matches: this for every star, that for every question mark."""
    return "".join(star if part is Wild.ANY else one if part is Wild.ONE else str(part) for part in parts)


def standing(found: Iterable[str], elements: Iterable[Element], always: int) -> dict[str, int]:
    """By text the bits of the elements that match it, and those in `always`."""
    bits = dict.fromkeys(found, always)
    names = bits.keys()
    for element in elements:
        patterns = element.patterns
        hits: set[str] = names & patterns.exact
        if patterns.prefixes:
            hits.update(text for text in names if text.startswith(patterns.prefixes))
        for pattern in patterns.others:
            hits.update(filter(matcher(pattern.parts), names))
        for text in names - hits if element.negated else hits:
            bits[text] |= element.bit
    return bits
