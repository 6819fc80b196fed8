"""The regular expressions of the API models, matched as the service matches them: the whole value, in linear time.

The models write Java's dialect, with Unicode classes such as ``\\p{L}`` that Python's ``re`` does not know.
``\\w``, ``\\d`` and ``\\s`` mean ASCII, as in Java; ``\\p{..}`` means the general category that this Python's
``unicodedata`` gives a character, so a character younger than it counts as unassigned.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from signout.cognito.pattern_syntax import Character, CharacterTest, Choice, Node, PatternError, Repeat, Sequence, read

__all__ = ["Pattern", "PatternError", "pattern"]

_REMEMBERED = 4096
_Key = TypeVar("_Key")


class Pattern:
    """One expression. Matching keeps the set of positions reached as the bits of one integer, and never backtracks."""

    __slots__ = ("_accepting", "_follow", "_masks", "_start", "_steps", "_tests", "text")

    def __init__(self, text: str) -> None:
        """Read ``text``; raises PatternError for syntax that is not known here."""
        self.text = text
        self._tests: list[CharacterTest] = []
        self._follow: list[int] = []
        empty, first, last = self._place(read(text))
        # One more position stands for "before the first character"; it accepts where the empty text does.
        self._start = 1 << len(self._follow)
        self._follow.append(first)
        self._accepting = last | (self._start if empty else 0)
        self._masks: dict[str, int] = {}
        self._steps: dict[tuple[int, int], int] = {}

    def matches(self, value: str) -> bool:
        """Whether the whole of ``value`` matches."""
        return self.mismatch(value) is None

    def mismatch(self, value: str) -> int | None:
        """Index of the first character that cannot stand where it stands; ``len(value)`` if the value ends too early;
        None if the value matches.
        """
        reached = self._start
        for index, character in enumerate(value):
            reached = self._step(reached, self._mask(character))
            if not reached:
                return index
        return None if reached & self._accepting else len(value)

    def _mask(self, character: str) -> int:
        """The positions at which ``character`` may stand."""
        mask = self._masks.get(character)
        if mask is None:
            mask = sum(1 << position for position, test in enumerate(self._tests) if test(character))
            _remember(self._masks, character, mask)
        return mask

    def _step(self, reached: int, mask: int) -> int:
        after = self._steps.get((reached, mask))
        if after is None:
            after = mask & _union(self._follow[position] for position in _positions(reached))
            _remember(self._steps, (reached, mask), after)
        return after

    def _place(self, node: Node) -> tuple[bool, int, int]:
        """Give the node's characters positions. Answers: matches the empty text; first positions; last positions."""
        match node:
            case Character(test):
                position = len(self._tests)
                self._tests.append(test)
                self._follow.append(0)
                return False, 1 << position, 1 << position
            case Sequence(parts):
                return self._place_sequence(parts)
            case Choice(branches):
                placed = [self._place(branch) for branch in branches]
                return any(p[0] for p in placed), _union(p[1] for p in placed), _union(p[2] for p in placed)
            case Repeat(part, 0, None):
                _, first, last = self._place(part)
                self._link(last, first)
                return True, first, last
            case Repeat(part, least, most):
                rest = (Repeat(part, 0, None),) if most is None else (_optional(part),) * (most - least)
                return self._place_sequence((part,) * least + rest)

    def _place_sequence(self, parts: tuple[Node, ...]) -> tuple[bool, int, int]:
        empty, first, last = True, 0, 0
        for part in parts:
            part_empty, part_first, part_last = self._place(part)
            self._link(last, part_first)
            first |= part_first if empty else 0
            last = part_last | (last if part_empty else 0)
            empty = empty and part_empty
        return empty, first, last

    def _link(self, last: int, first: int) -> None:
        for position in _positions(last):
            self._follow[position] |= first


@cache
def pattern(text: str) -> Pattern:
    """The Pattern for ``text``, read once."""
    return Pattern(text)


def _optional(part: Node) -> Node:
    return Choice((part, Sequence(())))


def _positions(bits: int) -> Iterable[int]:
    return (position for position in range(bits.bit_length()) if bits >> position & 1)


def _union(bits: Iterable[int]) -> int:
    union = 0
    for some in bits:
        union |= some
    return union


def _remember(memory: dict[_Key, int], key: _Key, value: int) -> None:
    """Keep a result, in a memory that a hostile value cannot make grow without end."""
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[key] = value
