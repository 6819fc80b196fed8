"""A statement's region, cut into cells: every way in which requests within it match the other statements.

Action, resource and each key are cut on their own. Each piece notes as bits which statements it leaves standing, and a
statement applies where it stands in all of them; so the pieces are combined with AND. Bits beyond the statements tell
actions apart by who authorizes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Final

from signout.cognito.operations import Governed, operation, operations
from signout.iam.automaton import Frontier, Shape, TooComplex
from signout.iam.compare.texts import (
    ACTIONS,
    EVERYTHING,
    Element,
    Preference,
    Universe,
    meet,
    representatives,
    standing,
)
from signout.iam.compare.worlds import World
from signout.iam.evaluate import Unknown, holds
from signout.iam.pattern import Pattern
from signout.iam.policy import Condition, Statement
from signout.iam.request import ABSENT, Request, Values, arn_account, arn_region
from signout.iam.spaces.clock import CLOCK, times
from signout.iam.spaces.derived import (
    HAS_ACCOUNT,
    HAS_REGION,
    OF_RESOURCE,
    OWNER,
    REGION,
    accounts,
    naming,
    projections,
)
from signout.iam.spaces.keys import settings

BUDGET: Final = 1 << 11
"""Combinations of what keys leave standing, at most: well under a second."""

GOVERNED: Final = {Governed.IAM: 0, Governed.NOT_IAM: 1, Governed.EITHER: 2, Governed.DISPUTED: 4}
"""By who decides an action, its bits beyond those of the statements."""


@cache
def _apart() -> tuple[str, ...]:
    """The actions, in lower case, that are not simply IAM's to decide."""
    return tuple(action for action, each in operations().items() if each.governed is not Governed.IAM)


def governed(action: str) -> Governed:
    """Who decides the action: IAM, unless it is known otherwise."""
    found = operation(action)
    return Governed.IAM if found is None else found.governed


@dataclass(frozen=True, slots=True)
class Spot:
    """A text that stands for others in its element, and the region's pattern that it was found in."""

    text: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Setting:
    """Values of keys, and readings of conditions that AWS leaves ambiguous."""

    values: Mapping[str, Values]
    readings: Mapping[Condition, bool]


Path = tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Resources that fix the same keys, with the keys that they leave free."""

    resources: Mapping[int, list[Spot]]
    firm: int
    """The statements that no key can refute within the region."""
    conditions: tuple[tuple[Condition, int], ...]
    """The conditions on free keys, each with the statements that have it."""
    required: int
    preference: Preference
    several: frozenset[str]

    def settings(self) -> list[tuple[int, Path]]:
        """What the free keys leave standing, of what is preferred, each with settings that do. Raises TooComplex."""
        reached: list[tuple[int, Path]] = [(-1, ())]
        for keys in _units(self.conditions):
            pieces = _pieces([each for each in self.conditions if each[0].key in keys], self.several, self.required)
            reached = self._preferred((bits & more, (*path, piece)) for bits, path in reached for more, piece in pieces)
            if len(reached) > BUDGET:
                names = sorted({condition.name for condition, _ in self.conditions})
                raise TooComplex(f"conditions on {', '.join(names)} combine in more than {BUDGET} ways")
        return reached

    def _preferred(self, found: Iterable[tuple[int, Path]]) -> list[tuple[int, Path]]:
        """The first of those that leave the same standing. What is ambiguous is not preferred to what is not."""
        by_clarity: tuple[dict[int, Path], dict[int, Path]] = ({}, {})
        for bits, path in found:
            by_clarity[any(setting.readings for setting in path)].setdefault(bits, path)
        kept: list[tuple[int, Path]] = []
        for paths in by_clarity:
            frontier = Frontier(self.preference.fewer, self.preference.more)
            for bits in paths:
                frontier.admits(bits)
            kept += ((bits, path) for bits, path in paths.items() if frontier.keeps(bits))
        return kept


@dataclass(frozen=True, slots=True)
class Region:
    """The requests to which the first of the statements applies (`source` 1), or all requests (0)."""

    statements: tuple[Statement | None, ...]
    """None for one that has nothing in common with the first."""
    source: int
    preference: Preference
    actions: Mapping[int, list[Spot]]
    """The actions by what they leave standing. They are the same in all worlds, since they have no variables."""

    @classmethod
    def of(cls, statements: Sequence[Statement], source: int, preference: Preference) -> Region:
        """The region, its actions cut. Raises TooComplex."""
        actions = _actions(statements, source, preference)
        touched = reduce(or_, actions, 0)
        first = statements[0] if source else None
        common = (
            each if touched >> place & 1 and (first is None or _may_share_resources(first, each)) else None
            for place, each in enumerate(statements)
        )
        return cls(tuple(common), source, preference, actions)


def _may_share_resources(one: Statement, other: Statement) -> bool:
    if one.resources is None or other.resources is None or one.negated_resources or other.negated_resources:
        return True
    return meet(one.resources, other.resources)


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a region: every combination of an action and, of one group, a resource and settings."""

    actions: Mapping[int, list[Spot]]
    groups: tuple[Group, ...]


def grid(world: World, region: Region, universe: Universe, several: frozenset[str]) -> Grid:
    """The cells of the region in the world. Raises TooComplex."""
    statements = {1 << place: each for place, each in enumerate(world.statements) if each is not None}
    if region.source and region.source not in statements:
        return Grid({}, ())
    return Grid(region.actions, tuple(_groups(statements, world, region, universe, several)))


def _actions(statements: Sequence[Statement], source: int, preference: Preference) -> dict[int, list[Spot]]:
    first = statements[0] if source else None
    negated = first is None or first.negated_actions
    region = (EVERYTHING,) if first is None or negated else first.actions.patterns
    elements = [Element(each.actions, each.negated_actions, 1 << place) for place, each in enumerate(statements)]
    if not negated:
        del elements[0]
    found = representatives(region, elements, ACTIONS, preference, apart=_apart())
    bits = standing(found, elements, 0 if negated else source)
    apart, beyond = _apart(), 1 << len(statements)
    return _gathered(
        (bits[text] | GOVERNED[governed(text)] * beyond if text in apart else bits[text], Spot(text, pattern))
        for text, pattern in found.items()
        if bits[text] & source == source
    )


def _gathered(spots: Iterable[tuple[int, Spot]]) -> dict[int, list[Spot]]:
    found: dict[int, list[Spot]] = {}
    for bits, spot in spots:
        found.setdefault(bits, []).append(spot)
    return found


def _groups(
    statements: Mapping[int, Statement], world: World, region: Region, universe: Universe, several: frozenset[str]
) -> Iterator[Group]:
    """The resources, in groups by the keys that their ARN fixes; in one, if no condition reads such a key."""
    source = region.source
    conditions = _by_condition(statements)
    derived = [each for each in conditions if each[0].key in OF_RESOURCE]
    settled = {key: world.scene.context[key] for key in OF_RESOURCE if world.concrete and key in world.scene.context}
    shapes = list(projections(condition for condition, _ in derived))
    shapes += (naming(key, values[0]) for key, values in settled.items() if len(values) == 1)
    read = {*settled, *(condition.key for condition, _ in derived)}
    shapes += (has for key, has in ((REGION, HAS_REGION), (OWNER, HAS_ACCOUNT)) if key in read)
    always = -1 << len(world.statements)
    spots = _resources(statements, source, always, region.preference, universe, shapes)
    fitting = [(bits, spot) for bits, spot in spots if _fits(spot.text, settled)]
    for fixed, resources in _by_fixed_keys(fitting, derived, source).items():
        free = tuple(each for each in conditions if each[0].key not in fixed)
        loose = reduce(or_, (bits for _, bits in free if not bits & source), 0)
        yield Group(resources, ~loose, free, source, region.preference, several)


def _fits(resource: str, settled: Mapping[str, Values]) -> bool:
    """Can the resource be asked for where these keys are settled so?"""
    fixed = {REGION: arn_region(resource), OWNER: arn_account(resource)}
    return all(fixed[key] is None or values == (fixed[key],) for key, values in settled.items())


def _by_condition(statements: Mapping[int, Statement]) -> list[tuple[Condition, int]]:
    """Every condition once, with the statements that have it."""
    found: dict[Condition, int] = {}
    for bit, statement in statements.items():
        for condition in statement.conditions:
            found[condition] = found.get(condition, 0) | bit
    return list(found.items())


def _resources(
    statements: Mapping[int, Statement],
    source: int,
    always: int,
    preference: Preference,
    universe: Universe,
    shapes: Sequence[Shape],
) -> list[tuple[int, Spot]]:
    """The resources, each with what it leaves standing; `always` are bits that every resource does."""
    first = statements[source] if source else None
    region: Sequence[Pattern] = (EVERYTHING,)
    negated = first is None or first.resources is None or first.negated_resources
    if first is not None and first.resources is not None and not negated:
        region = first.resources.patterns
    elements = []
    if not negated:
        always |= source
    for bit, each in statements.items():
        if each.resources is None:
            always |= bit
        elif negated or bit != source:
            elements.append(Element(each.resources, each.negated_resources, bit))
    found = representatives(region, elements, universe, preference, shapes=shapes)
    bits = standing(found, elements, always)
    return [(bits[text], Spot(text, pattern)) for text, pattern in found.items() if bits[text] & source == source]


def _by_fixed_keys(
    spots: Iterable[tuple[int, Spot]], derived: Sequence[tuple[Condition, int]], source: int
) -> dict[frozenset[str], dict[int, list[Spot]]]:
    """The resources by the keys that their ARNs fix, as far as conditions read such keys; those are settled here."""
    found: dict[frozenset[str], list[tuple[int, Spot]]] = {}
    keys = {condition.key for condition, _ in derived}
    for bits, spot in spots:
        values = {REGION: arn_region(spot.text), OWNER: arn_account(spot.text)} if keys else {}
        fixed = {key: (value,) for key, value in values.items() if key in keys and value is not None}
        request = _EMPTY.with_context(fixed) if fixed else _EMPTY
        for condition, having in derived:
            if condition.key in fixed and not holds(condition, request):
                bits &= ~having
        if bits & source == source:
            found.setdefault(frozenset(fixed), []).append((bits, spot))
    return {fixed: _gathered(each) for fixed, each in found.items()}


_EMPTY: Final = Request("anonymous", "any:Action", "*", assume_unknown="absent")


def _units(conditions: Iterable[tuple[Condition, int]]) -> list[frozenset[str]]:
    """The keys, one by one; the clock's two as one."""
    keys = (condition.key for condition, _ in conditions)
    return list(dict.fromkeys(CLOCK if key in CLOCK else frozenset({key}) for key in keys))


def _pieces(
    conditions: Sequence[tuple[Condition, int]], several: frozenset[str], required: int
) -> list[tuple[int, Setting]]:
    """What one key, or the clock, leaves standing, each with a setting that does."""
    found: dict[tuple[int, bool], Setting] = {}
    for values in _values([condition for condition, _ in conditions], several):
        pending: list[dict[Condition, bool]] = [{}]
        while pending:
            readings = pending.pop()
            request = _EMPTY.with_context(values, dict[object, bool](readings.items()))
            bits, ambiguous = -1, None
            for condition, having in conditions:
                held = holds(condition, request)
                if isinstance(held, Unknown):
                    ambiguous = condition
                    break
                if not held:
                    bits &= ~having
            if ambiguous is not None:
                pending += [{**readings, ambiguous: True}, {**readings, ambiguous: False}]
            elif bits & required == required:
                kind = (bits, bool(readings))
                if kind not in found or _says_nothing(found[kind]):
                    found[kind] = Setting(values, readings)
    return [(bits, setting) for (bits, _), setting in found.items()]


def _says_nothing(setting: Setting) -> bool:
    """Is it a key left out? A value that is there shows more of what a policy does."""
    return ABSENT in setting.values.values()


def _values(conditions: Sequence[Condition], several: frozenset[str]) -> Iterator[Mapping[str, Values]]:
    key = conditions[0].key
    if key in CLOCK:
        yield from times(conditions)
    elif key == OWNER:
        yield from ({OWNER: (account,)} for account in accounts(conditions))
    else:
        yield from ({key: setting.values} for setting in settings(conditions, several=key in several))
