"""Texts with wildcards and policy variables, and sets of them; matching is linear in the text for every pattern.

There is no regular expression here: eight repeats of `*a` in one ARN would take a backtracking one minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from signout.iam.fold import fold


class Wild(Enum):
    """A wildcard: any text, or any one character."""

    ANY = "*"
    ONE = "?"


class Variable(NamedTuple):
    """A policy variable, `${key}` or `${key, 'default'}`; the key is in lower case."""

    key: str
    default: str | None = None


Part = str | Wild | Variable


class BadVariable(ValueError):
    """A `${` that is not the beginning of a policy variable; the message says what is wrong with it."""


ESCAPES: Final = {"*": "*", "?": "?", "$": "$"}


def parts_of(text: str, *, wildcards: bool, variables: bool, ignore_case: bool = False) -> tuple[Part, ...]:
    """The text as literals, wildcards and variables, in order; neighbouring literals and stars are joined.

    Raises BadVariable for a `${` without its end, an empty name, or a default that is not in single quotes.
    """
    has_variables = variables and "${" in text
    if not has_variables and not (wildcards and "?" in text):
        text = fold(text) if ignore_case else text
        return _split_at_stars(text) if wildcards and "*" in text else (text,) if text else ()
    return _scanned(text, wildcards=wildcards, variables=has_variables, ignore_case=ignore_case)


def _split_at_stars(text: str) -> tuple[Part, ...]:
    first, *rest = text.split("*")
    parts: list[Part] = [first] if first else []
    for literal in rest:
        if not parts or parts[-1] is not Wild.ANY:
            parts.append(Wild.ANY)
        if literal:
            parts.append(literal)
    return tuple(parts)


def _scanned(text: str, *, wildcards: bool, variables: bool, ignore_case: bool) -> tuple[Part, ...]:
    parts: list[Part] = []
    literal: list[str] = []

    def flush() -> None:
        if literal:
            parts.append(fold("".join(literal)) if ignore_case else "".join(literal))
            literal.clear()

    position = 0
    while position < len(text):
        character = text[position]
        if variables and text.startswith("${", position):
            end = _end_of_variable(text, position)
            body = text[position + 2 : end]
            if body in ESCAPES:
                literal.append(ESCAPES[body])
            else:
                flush()
                parts.append(_variable(body))
            position = end + 1
            continue
        if wildcards and character in "*?":
            flush()
            wild = Wild(character)
            if not (wild is Wild.ANY and parts and parts[-1] is Wild.ANY):
                parts.append(wild)
        else:
            literal.append(character)
        position += 1
    flush()
    return tuple(parts)


def _end_of_variable(text: str, start: int) -> int:
    """The position of the `}` that closes the variable; one inside a quoted default does not count."""
    quoted = False
    for position in range(start + 2, len(text)):
        if text[position] == "'":
            quoted = not quoted
        elif text[position] == "}" and not quoted:
            return position
    raise BadVariable('"${" without a closing "}"')


def _variable(body: str) -> Variable:
    key, comma, rest = body.partition(",")
    key = key.strip()
    if not key or any(c in "*?$ {}'" for c in key):
        raise BadVariable(f'"${{{body}}}" does not name a condition key')
    if not comma:
        return Variable(fold(key))
    default = rest.strip()
    if len(default) < 2 or default[0] != "'" or default[-1] != "'" or "'" in default[1:-1]:
        raise BadVariable(f'"${{{body}}}" has a default that is not in single quotes')
    return Variable(fold(key), default[1:-1])


@dataclass(frozen=True, slots=True)
class Pattern:
    """One text of a policy with its wildcards and variables. Two patterns are equal if they match the same way."""

    source: str = field(compare=False)
    parts: tuple[Part, ...]

    @property
    def variables(self) -> frozenset[str]:
        """The keys of its variables, in lower case."""
        return frozenset(part.key for part in self.parts if isinstance(part, Variable))

    def matches(self, text: str) -> bool:
        """Does the pattern match this text? Only where it has no variables; with some, `bind` comes first."""
        return matcher(self.parts)(text)

    @classmethod
    def of(cls, text: str, *, wildcards: bool = True, variables: bool = False, ignore_case: bool = False) -> Pattern:
        """The pattern written as `text`; for one that ignores case, match folded texts against it."""
        parts = parts_of(text, wildcards=wildcards, variables=variables, ignore_case=ignore_case)
        return cls(text, parts)

    def bind(self, value_of: Callable[[str], str | None], *, ignore_case: bool = False) -> Pattern | None:
        """The pattern with its variables replaced, as literals; None if one has neither a value nor a default."""
        parts: list[Part] = []
        for part in self.parts:
            if isinstance(part, Variable):
                value = value_of(part.key)
                value = part.default if value is None else value
                if value is None:
                    return None
                part = fold(value) if ignore_case else value
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part != "":
                parts.append(part)
        return Pattern(self.source, tuple(parts))


@lru_cache(maxsize=1 << 16)
def matcher(parts: tuple[Part, ...]) -> Callable[[str], bool]:
    """The test for a text. Raises TypeError for parts with variables, which have to be bound to a request first."""
    match parts:
        case ():
            return "".__eq__
        case (str() as literal,):
            return literal.__eq__
        case (Wild.ANY,):
            return _anything
        case (str() as prefix, Wild.ANY):
            return lambda text: text.startswith(prefix)
        case _ if any(isinstance(part, Variable) for part in parts):
            raise TypeError("a pattern with policy variables has to be bound to a request before it can match")
        case _:
            return _general(parts)


def _anything(text: str) -> bool:
    return True


Segment = tuple[str | Wild, ...]
"""What stands between two stars: literals and `?`."""


def _general(parts: tuple[Part, ...]) -> Callable[[str], bool]:
    """Matches by walking the segments between stars, each at its first possible place: no later one could do better."""
    segments: list[list[str | Wild]] = [[]]
    for part in parts:
        if part is Wild.ANY:
            segments.append([])
        else:
            assert not isinstance(part, Variable)
            segments[-1].append(part)
    if len(segments) == 1:
        whole = _finder(tuple(segments[0]))
        length = _length(segments[0])
        return lambda text: len(text) == length and whole(text, 0, length) == length
    first, *middle, last = (tuple(segment) for segment in segments)
    starts, ends = _finder(first), _finder(last)
    start_length, end_length = _length(first), _length(last)
    finders = tuple(_finder(segment) for segment in middle if segment)

    def matches(text: str) -> bool:
        stop = len(text) - end_length
        if stop < start_length or starts(text, 0, start_length) < 0 or ends(text, stop, len(text)) < 0:
            return False
        position = start_length
        for find in finders:
            position = find(text, position, stop)
            if position < 0:
                return False
        return True

    return matches


def _length(segment: Iterable[str | Wild]) -> int:
    return sum(len(part) if isinstance(part, str) else 1 for part in segment)


def _finder(segment: Segment) -> Callable[[str, int, int], int]:
    """A search for the segment in text[start:stop] that answers where its first occurrence ends, or -1."""
    if not segment:
        return lambda text, start, stop: start
    if len(segment) == 1 and isinstance(segment[0], str):
        literal = segment[0]
        length = len(literal)

        def find_literal(text: str, start: int, stop: int) -> int:
            found = text.find(literal, start, stop)
            return found + length if found >= 0 else -1

        return find_literal
    return _gapped_finder(segment)


def _gapped_finder(segment: Segment) -> Callable[[str, int, int], int]:
    """The same for a segment with `?`: all positions at once as the bits of one integer, one step a character."""
    named: dict[str, int] = {}
    gaps, position = 0, 0
    for part in segment:
        if isinstance(part, str):
            for character in part:
                named[character] = named.get(character, 0) | 1 << position
                position += 1
        else:
            gaps |= 1 << position
            position += 1
    final = 1 << (position - 1)

    def find(text: str, start: int, stop: int) -> int:
        live = 0
        for place in range(start, stop):
            live = (live << 1 | 1) & (named.get(text[place], 0) | gaps)
            if live & final:
                return place + 1
        return -1

    return find


@dataclass(frozen=True, slots=True)
class PatternSet:
    """Several patterns of one element, matched together: exact texts by hash, prefixes at once, the rest in turn."""

    patterns: tuple[Pattern, ...]
    exact: frozenset[str] = field(init=False, compare=False, repr=False)
    prefixes: tuple[str, ...] = field(init=False, compare=False, repr=False)
    others: tuple[Pattern, ...] = field(init=False, compare=False, repr=False)
    """What is neither one text nor a prefix."""
    unbound: tuple[Pattern, ...] = field(init=False, compare=False, repr=False)
    """The patterns with variables: they match only once they are bound to a request."""

    def __post_init__(self) -> None:
        exact, prefixes, others, unbound = [], [], [], []
        for pattern in self.patterns:
            parts = pattern.parts
            if len(parts) == 1 and isinstance(parts[0], str):
                exact.append(parts[0])
            elif len(parts) == 2 and parts[1] is Wild.ANY and isinstance(parts[0], str):
                prefixes.append(parts[0])
            elif not parts:
                exact.append("")
            elif parts[0] is Wild.ANY and len(parts) == 1:
                prefixes.append("")
            elif any(isinstance(part, Variable) for part in parts):
                unbound.append(pattern)
            else:
                others.append(pattern)
        object.__setattr__(self, "exact", frozenset(exact))
        object.__setattr__(self, "prefixes", tuple(prefixes))
        object.__setattr__(self, "others", tuple(others))
        object.__setattr__(self, "unbound", tuple(unbound))

    def matches(self, text: str) -> bool:
        """Does any pattern without variables match?"""
        if text in self.exact or text.startswith(self.prefixes):
            return True
        return any(pattern.matches(text) for pattern in self.others)
