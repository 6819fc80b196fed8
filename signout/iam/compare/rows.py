"""The cells of a grid that differ, gathered into few rows: actions that differ in the same places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from signout.iam.compare.grid import Grid, Group, Path, Spot
from signout.iam.compare.texts import Preference
from signout.iam.request import ABSENT


@dataclass(frozen=True, slots=True)
class Place:
    """A resource and settings of keys in which actions differ."""

    spot: Spot
    path: Path


@dataclass(frozen=True, slots=True)
class Row:
    """Actions, each with what it leaves standing, and the places in which all of them differ."""

    actions: tuple[tuple[int, Spot], ...]
    places: tuple[Place, ...]


class Rule(Protocol):
    """When two sets of policies differ, told by the statements that apply."""

    @property
    def preference(self) -> Preference:
        """The statements of which fewer or more make a difference likelier."""

    @property
    def only_iam(self) -> bool:
        """Does it look only at what IAM decides?"""

    def settled(self, standing: int, firm: int) -> bool:
        """Is there no difference, whatever the keys? The bits in `firm` are those that no key can refute."""

    def differs(self, standing: int) -> bool:
        """Is there a difference where exactly these statements apply?"""


MOST_ROWS = 3
"""Beyond that a reader has more from one row that says less exactly where the difference lies."""


def rows(grid: Grid, rule: Rule) -> list[Row]:
    """The rows in which the policies differ; none is a proof that they do not. Raises TooComplex."""
    by_action: dict[int, dict[tuple[int, int], Path]] = {}
    for number, group in enumerate(grid.groups):
        for actions, resources, path in _differing(grid, group, rule):
            by_action.setdefault(actions, {})[number, resources] = path
    alike: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for actions, places in by_action.items():
        alike.setdefault(tuple(places), []).append(actions)
    if len(alike) > MOST_ROWS:
        alike = {tuple({place: None for places in alike for place in places}): list(by_action)}
    paths = {place: path for places in by_action.values() for place, path in places.items()}
    return [
        Row(
            tuple((bits, spot) for bits in together for spot in grid.actions[bits]),
            tuple(
                Place(spot, paths[number, resources])
                for number, resources in places
                for spot in grid.groups[number].resources[resources]
            ),
        )
        for places, together in alike.items()
    ]


def _differing(grid: Grid, group: Group, rule: Rule) -> Iterator[tuple[int, int, Path]]:
    """The bits of an action and of a resource that differ together, with settings in which they do."""
    undecided: dict[int, list[tuple[int, int]]] = {}
    for actions in grid.actions:
        for resources in group.resources:
            standing = actions & resources
            if standing & group.required == group.required and not rule.settled(standing, group.firm):
                undecided.setdefault(standing, []).append((actions, resources))
    if not undecided:
        return
    settings = group.settings()
    for standing, pairs in undecided.items():
        found = [path for bits, path in settings if rule.differs(standing & bits)]
        if found:
            simplest = min(found, key=_size)
            yield from ((actions, resources, simplest) for actions, resources in pairs)


def _size(path: Path) -> tuple[int, int, int]:
    """How much a request in these settings leaves to how AWS reads it, leaves out, and says: least shows most."""
    readings = sum(len(setting.readings) for setting in path)
    values = [have for setting in path for have in setting.values.values()]
    return readings, values.count(ABSENT), sum(map(len, values))
