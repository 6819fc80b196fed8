"""Every way in which a text can match a number of patterns, each with a shortest text that matches just so.

All patterns are one nondeterministic automaton whose states are the bits of one integer. A breadth-first walk over the
sets of states that texts lead to tries from each set only the characters that make a difference there: those that a
live position names, and one for all others. So it meets every combination of patterns that any text can match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import chain
from operator import or_
from typing import Final

from signout.iam.fold import fold
from signout.iam.pattern import Part, Variable, Wild


class TooComplex(Exception):
    """A question beyond its budget, or one that mixes what cannot be told apart. The message says what did it."""


@dataclass(frozen=True, slots=True)
class Characters:
    """A set of characters: these, or all but these."""

    names: frozenset[str]
    all_but: bool = False

    def __contains__(self, character: str) -> bool:
        return (character in self.names) is not self.all_but


ANY: Final = Characters(frozenset(), all_but=True)
NOT_COLON: Final = Characters(frozenset(":"), all_but=True)
NOT_SLASH: Final = Characters(frozenset("/"), all_but=True)
DIGIT: Final = Characters(frozenset("0123456789"))


@dataclass(frozen=True, slots=True)
class Run:
    """Any number of characters of a set, none included."""

    of: Characters


Item = str | Characters | Run
"""A literal, one character of a set, or a run of them."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What texts look like: items in order. One that ignores case takes either case of each literal's characters."""

    items: tuple[Item, ...]
    ignore_case: bool = False

    @classmethod
    def of(cls, parts: Iterable[Part], *, ignore_case: bool = False, wild: Characters = ANY) -> Shape:
        """The shape of a pattern without variables, its wildcards standing for characters of a set only."""
        return cls(tuple(items(parts, wild)), ignore_case)


def items(parts: Iterable[Part], wild: Characters = ANY) -> Iterator[Item]:
    """The items of a pattern, its wildcards standing for characters of a set only."""
    for part in parts:
        if part is Wild.ANY:
            yield Run(wild)
        elif part is Wild.ONE:
            yield wild
        else:
            assert not isinstance(part, Variable), "a pattern with variables has no one shape"
            yield part


OTHER_CASES: Final = {
    "k": "\u212a", "å": "\u212b", "ω": "\u2126", "θ": "\u03f4", "ß": "\u1e9e",
    "ǆ": "\u01c5", "ǉ": "\u01c8", "ǌ": "\u01cb", "ǳ": "\u01f2", "ᾳ": "\u1fbc", "ῃ": "\u1fcc", "ῳ": "\u1ffc",
} | {chr(low): chr(low + 8) for start in (0x1F80, 0x1F90, 0x1FA0) for low in range(start, start + 8)}  # fmt: skip
"""Characters besides `upper()` whose lower case is the key: the Kelvin sign is a `k`."""


@lru_cache(maxsize=4096)
def cases(character: str) -> str:
    """Every character that is the given one, in lower case, once case is ignored."""
    upper = character.upper()
    both = character + upper if upper != character and fold(upper) == character else character
    return both + OTHER_CASES.get(character, "")


@dataclass(frozen=True, slots=True, eq=False)
class _Compiled:
    """A shape's positions, the first at bit 0; the bit after the last position is where a text has matched."""

    length: int
    named: tuple[str, ...]
    """By position the characters that a literal has there; empty at a set."""
    literals: dict[str, int]
    """By character the positions that it moves on from."""
    steps: dict[Characters, int]
    """By set the positions that one of its characters moves on from."""
    loops: dict[Characters, int]
    """By set the positions at which its characters may be repeated."""


@lru_cache(maxsize=16384)
def _compiled(shape: Shape) -> _Compiled:
    named: list[str] = []
    literals: dict[str, int] = {}
    steps: dict[Characters, int] = {}
    loops: dict[Characters, int] = {}
    for item in shape.items:
        here = 1 << len(named)
        if isinstance(item, Run):
            loops[item.of] = loops.get(item.of, 0) | here
        elif isinstance(item, Characters):
            steps[item] = steps.get(item, 0) | here
            named.append("")
        else:
            for character in fold(item) if shape.ignore_case else item:
                accepted = cases(character) if shape.ignore_case else character
                for each in accepted:
                    literals[each] = literals.get(each, 0) | 1 << len(named)
                named.append(accepted)
    return _Compiled(len(named), tuple(named), literals, steps, loops)


class Automaton:
    """Several shapes, walked together."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self.start = 0
        self.finals: list[int] = []
        """By shape the bit at which it has matched."""
        self.positions: list[int] = []
        """By shape all its bits."""
        self._named: list[str] = []
        self._literals: dict[str, int] = {}
        self._steps: dict[Characters, int] = {}
        self._loops: dict[Characters, int] = {}
        for shape in shapes:
            self._add(_compiled(shape))
        self._sets = [(each, self._steps.get(each, 0) | self._loops.get(each, 0)) for each in self._steps | self._loops]
        self._in_sets = reduce(or_, (bits for _, bits in self._sets), 0)
        self._literal_bits = reduce(or_, self._literals.values(), 0)
        self._finals = reduce(or_, self.finals, 0)
        self._free = self._in_sets | self._finals
        self._groups = self._grouped()
        self._moves: dict[str, tuple[int, int]] = {}

    def _add(self, shape: _Compiled) -> None:
        offset = len(self._named)
        self.start |= 1 << offset
        self.finals.append(1 << (offset + shape.length))
        self.positions.append(((1 << (shape.length + 1)) - 1) << offset)
        for into, from_ in ((self._steps, shape.steps), (self._loops, shape.loops)):
            for of, bits in from_.items():
                into[of] = into.get(of, 0) | bits << offset
        literals = self._literals
        for character, bits in shape.literals.items():
            literals[character] = literals.get(character, 0) | bits << offset
        self._named.extend(shape.named)
        self._named.append("")

    def _grouped(self) -> list[list[str]]:
        """Characters by the sets that they are in, those that no literal names first; the first group is all others."""
        groups: dict[tuple[bool, ...], list[str]] = {}
        sets = [each for each, _ in self._sets]
        names: set[str] = set().union(*(each.names for each in sets))
        for character in sorted(names, key=lambda each: (each in self._literals, each)):
            groups.setdefault(tuple(character in each for each in sets), []).append(character)
        return [[_fresh(self._literals.keys() | names)], *groups.values()]

    def step(self, live: int, character: str) -> int:
        """The states after one more character."""
        known = self._moves.get(character)
        if known is None:
            known = self._moves[character] = self._moves_of(character)
        move, stay = known
        return (live & move) << 1 | live & stay

    def _moves_of(self, character: str) -> tuple[int, int]:
        move, stay = self._literals.get(character, 0), 0
        for of, bits in self._steps.items():
            if character in of:
                move |= bits
        for of, bits in self._loops.items():
            if character in of:
                stay |= bits
        return move, stay

    def _named_at(self, positions: int) -> Iterator[str]:
        """What literals have at these positions."""
        while positions:
            lowest = positions & -positions
            yield self._named[lowest.bit_length() - 1]
            positions ^= lowest

    def _choices(self, live: int) -> Iterable[str]:
        """The characters that make a difference from here, one of each kind."""
        found = dict.fromkeys(chain.from_iterable(self._named_at(live & self._literal_bits)))
        for group in self._groups if live & self._in_sets else self._groups[:1]:
            for character in group:
                if character not in found:
                    found[character] = None
                    break
        return found

    def _only(self, live: int, within: Iterable[int]) -> str:
        """The characters of which the next has to be one, lest a required shape die; empty if it may be any."""
        for positions in within:
            bits = live & positions
            if not bits & self._free:
                return "".join(self._named_at(bits))
        return ""

    def _run(self, live: int, text: str, within: Sequence[int]) -> tuple[int, str]:
        """On along a literal of a required shape, as far as that leaves no choice."""
        while len(only := self._only(live, within)) == 1:
            live, text = self.step(live, only), text + only
        return live, text

    def walk(self, wanted: Wanted, subject: str, budget: int) -> Iterator[tuple[int, str]]:
        """Every combination of finals that texts can reach, as their bits, each with a shortest text but the empty one.

        The empty text comes last, and only if no other does as well. Combinations that another is preferred to may be
        left out. Raises TooComplex, naming the subject, after `budget` sets of states.
        """
        within = [self.positions[shape] for shape in wanted.all_of]
        frontier = Frontier(self._bits(wanted.fewer), self._bits(wanted.more))
        met: set[int] = set()
        queue = [(self.start, "")]
        for live, text in queue:
            if text and not frontier.keeps(live):
                continue
            for character in self._only(live, within) or self._choices(live):
                after, longer = self._run(self.step(live, character), text + character, within)
                if not all(after & each for each in within) or not frontier.admits(after):
                    continue
                queue.append((after, longer))
                if (reached := after & self._finals) not in met:
                    met.add(reached)
                    yield reached, longer
            if frontier.admitted > budget:
                raise TooComplex(f"{subject}: {len(self.finals)} patterns that overlap in more than {budget} ways")
        if self.start & self._finals not in met:
            yield self.start & self._finals, ""

    def _bits(self, shapes: Iterable[int]) -> int:
        return reduce(or_, (self.positions[shape] for shape in shapes), 0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which texts a walk looks for, by positions of shapes."""

    all_of: tuple[int, ...] = ()
    """Only texts that these match."""
    fewer: tuple[int, ...] = ()
    """Of two texts that match the same otherwise, one that matches fewer of these will do for both."""
    more: tuple[int, ...] = ()
    """And one that matches more of these."""


class Frontier:
    """Sets of states, or of statements, without those that another one is preferred to."""

    def __init__(self, fewer: int, more: int) -> None:
        self._fewer, self._more = fewer, more
        self._exact = ~(fewer | more)
        self._kept: dict[int, set[int]] = {}
        self.admitted = 0
        """How many were, ever."""

    def admits(self, new: int) -> bool:
        """Is nothing that is kept as good as this? Then it is kept, and what it is preferred to is not any more."""
        kept = self._kept.setdefault(new & self._exact, set())
        if new in kept:
            return False
        fewer, more = self._fewer, self._more
        if fewer or more:
            without, lacking = fewer & ~new, new & more
            for old in kept:
                if not (old & without or lacking & ~old):
                    return False
            worse = [old for old in kept if not (new & fewer & ~old or old & more & ~new)]
            kept.difference_update(worse)
        kept.add(new)
        self.admitted += 1
        return True

    def keeps(self, one: int) -> bool:
        """Was it admitted, and nothing preferred to it since?"""
        return one in self._kept.get(one & self._exact, ())


def _fresh(taken: Iterable[str]) -> str:
    """A character that nothing names."""
    taken = set(taken)
    for character in "xyzwvqjkabcdefghilmnoprstu0123456789-_":
        if character not in taken:
            return character
    return next(character for character in map(chr, range(0xE000, 0xF8FF)) if character not in taken)


BUDGET: Final = 10_000
"""Sets of states that one walk may meet: well under a second."""


def texts(shapes: Sequence[Shape], subject: str, wanted: Wanted | None = None, budget: int = BUDGET) -> Sequence[str]:
    """For every combination of the shapes that a text can match, one that does; the empty text only if none other can.

    Of the combinations only those that are wanted. `subject` is what a TooComplex calls it.
    """
    return _texts(tuple(shapes), subject, wanted or Wanted(), budget)


@lru_cache(maxsize=4096)
def _texts(shapes: tuple[Shape, ...], subject: str, wanted: Wanted, budget: int) -> tuple[str, ...]:
    automaton = Automaton(shapes)
    all_of = reduce(or_, (automaton.finals[shape] for shape in wanted.all_of), 0)
    return tuple(text for reached, text in automaton.walk(wanted, subject, budget) if reached & all_of == all_of)
