"""The part of Java's regular expressions that the API models use, read into a tree.

Known: literals, escapes (``\\w \\d \\s \\S \\t \\x21 \\p{L}``, escaped punctuation), ``.``, bracketed sets with ranges
and negation, groups, alternatives, ``* + ?``, counted repeats, a leading ``(?s)``, and ``^`` and ``$`` at the ends,
where they say nothing since the whole value has to match. Everything else is a PatternError.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

CharacterTest = Callable[[str], bool]

_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_DIGIT = frozenset("0123456789")
_SPACE = frozenset(" \t\n\x0b\f\r")
_LINE_ENDS = frozenset("\n\r\x85\u2028\u2029")
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_CATEGORIES = {"C": "cfnos", "L": "lmotu", "M": "cen", "N": "dlo", "P": "cdefios", "S": "ckmo", "Z": "lps"}
_CATEGORY_NAMES = frozenset(major + minor for major, minors in _CATEGORIES.items() for minor in ("", *minors))


class PatternError(ValueError):
    """An expression uses what is not known here. The message quotes it and names the place."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character for which ``test`` holds."""

    test: CharacterTest


@dataclass(frozen=True, slots=True)
class Sequence:
    """All parts, one after the other; without parts, the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any one of the branches."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``part``, ``least`` to ``most`` times; ``most`` None is no limit."""

    part: Node
    least: int
    most: int | None


Node = Character | Sequence | Choice | Repeat


def read(text: str) -> Node:
    """The tree of an expression; raises PatternError."""
    return _Reader(text).read()


class _Reader:
    """Reads from left to right; ``at`` is the index of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.dot_is_any = self._take("(?s)")

    def read(self) -> Node:
        self._take("^")
        node = self._choice()
        if self.at != len(self.text):
            self._refuse(f"{self.text[self.at]!r} out of place")
        return node

    def _choice(self) -> Node:
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            if self.text[self.at :] == "$":
                self.at += 1
                break
            parts.append(self._repeated(self._one()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _one(self) -> Node:
        if self._take("("):
            if not self._take("?:") and self._ahead() == "?":
                self._refuse("a group that is more than a group")
            node = self._choice()
            self._expect(")")
            return node
        if self._take("["):
            return Character(self._set())
        if self._take("."):
            return Character(_anything if self.dot_is_any else _all_but(_LINE_ENDS.__contains__))
        if self._ahead() in "*+?{}]^$":
            self._refuse(f"{self._ahead()!r} out of place")
        return Character(self._single())

    def _repeated(self, part: Node) -> Node:
        if self._take("*"):
            repeat = Repeat(part, 0, None)
        elif self._take("+"):
            repeat = Repeat(part, 1, None)
        elif self._take("?"):
            repeat = Repeat(part, 0, 1)
        elif self._take("{"):
            least = self._number()
            most: int | None = least
            if self._take(","):
                most = None if self._ahead() == "}" else self._number()
            self._expect("}")
            if most is not None and most < least:
                self._refuse("a repeat whose most is under its least")
            repeat = Repeat(part, least, most)
        else:
            return part
        if self._ahead() and self._ahead() in "*+?{":
            self._refuse("a second repeat sign")
        return repeat

    def _set(self) -> CharacterTest:
        """What stands between brackets. A ``-`` is a range only between two single characters, else itself."""
        negated = self._take("^")
        tests: list[CharacterTest] = []
        while not self._take("]"):
            if not self._ahead():
                self._refuse("a set that is not closed")
            if self._ahead() in "[&":
                self._refuse("a set made of sets")
            start = self.at
            test = self._single()
            low = _literal(self.text[start : self.at])
            if low is not None and self._ahead() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                start = self.at
                self._single()
                high = _literal(self.text[start : self.at])
                if high is None or high < low:
                    self._refuse("a range without two ends in order")
                test = _between(low, high)
            tests.append(test)
        either = _any_of(tuple(tests))
        return _all_but(either) if negated else either

    def _single(self) -> CharacterTest:
        """A literal or an escape."""
        character = self._next()
        if character != "\\":
            return character.__eq__
        kind = self._next()
        match kind:
            case "w":
                return _WORD.__contains__
            case "d":
                return _DIGIT.__contains__
            case "s":
                return _SPACE.__contains__
            case "S":
                return _all_but(_SPACE.__contains__)
            case "p":
                return self._category()
            case "x":
                return self._hexadecimal().__eq__
            case _ if kind in _CONTROLS:
                return _CONTROLS[kind].__eq__
            case _ if kind.isascii() and kind.isalnum():
                self._refuse(f"the escape \\{kind}")
            case _:
                return kind.__eq__

    def _category(self) -> CharacterTest:
        self._expect("{")
        name = ""
        while not self._take("}"):
            name += self._next()
        if name not in _CATEGORY_NAMES:
            self._refuse(f"\\p{{{name}}}; expected a Unicode general category such as \\p{{L}} or \\p{{Lu}}")
        return lambda character: unicodedata.category(character).startswith(name)

    def _hexadecimal(self) -> str:
        digits = self._next() + self._next()
        try:
            return chr(int(digits, 16))
        except ValueError:
            self._refuse(f"\\x{digits}")

    def _number(self) -> int:
        digits = ""
        while self._ahead().isdecimal():
            digits += self._next()
        if not digits:
            self._refuse("a repeat without a number")
        return int(digits)

    def _ahead(self) -> str:
        return self.text[self.at : self.at + 1]

    def _next(self) -> str:
        if self.at == len(self.text):
            self._refuse("an end too early")
        self.at += 1
        return self.text[self.at - 1]

    def _take(self, wanted: str) -> bool:
        found = self.text.startswith(wanted, self.at)
        self.at += len(wanted) if found else 0
        return found

    def _expect(self, wanted: str) -> None:
        if not self._take(wanted):
            self._refuse(f"no {wanted!r} where one has to be")

    def _refuse(self, what: str) -> NoReturn:
        raise PatternError(f"expression {self.text!r}, character {self.at}: {what} is not supported")


def _literal(source: str) -> str | None:
    """The one character that a piece of a set stands for, or None for a class of characters."""
    if len(source) == 1:
        return source
    if source.startswith("\\x"):
        return chr(int(source[2:], 16))
    kind = source[1]
    return None if kind in "wdsSp" else _CONTROLS.get(kind, kind)


def _anything(_: str) -> bool:
    return True


def _between(low: str, high: str) -> CharacterTest:
    return lambda character: low <= character <= high


def _any_of(tests: tuple[CharacterTest, ...]) -> CharacterTest:
    return lambda character: any(test(character) for test in tests)


def _all_but(test: CharacterTest) -> CharacterTest:
    return lambda character: not test(character)
