"""The cells of a grid that differ, gathered into few rows: actions that differ in the same places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from signout.iam.compare.grid import Grid, Group, Path, Spot
from signout.iam.compare.texts import Preference
from signout.iam.compare.worlds import Scene
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
    parts: tuple[Row, ...] = ()
    """The rows that were made into this one, where there were too many: here not every action differs everywhere."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An action in a place, for someone."""

    action: Spot
    place: Place
    scene: Scene


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

    def differs(self, standing: int, cell: Cell) -> bool:
        """Is there a difference where exactly these statements apply, as they do in the cell?"""


MOST_ROWS = 3
"""Beyond that a reader has more from one row that says less exactly where the difference lies."""


def rows(grid: Grid, rule: Rule, scene: Scene) -> list[Row]:
    """The rows in which the policies differ; none is a proof that they do not. Raises TooComplex."""
    by_action: dict[int, list[Place]] = {}
    for group in grid.groups:
        for actions, places in _differing(grid, group, rule, scene):
            by_action.setdefault(actions, []).extend(places)
    alike: dict[tuple[int, ...], list[int]] = {}
    for actions, places in by_action.items():
        alike.setdefault(tuple(map(id, places)), []).append(actions)
    found = [
        Row(tuple((bits, spot) for bits in together for spot in grid.actions[bits]), tuple(by_action[together[0]]))
        for together in alike.values()
    ]
    return found if len(found) <= MOST_ROWS else [_merged(found)]


def _merged(parts: list[Row]) -> Row:
    actions = tuple(action for row in parts for action in row.actions)
    places = {(place.spot.text, id(place.path)): place for row in parts for place in row.places}
    return Row(actions, tuple(places.values()), tuple(parts))


def _differing(grid: Grid, group: Group, rule: Rule, scene: Scene) -> Iterator[tuple[int, list[Place]]]:
    """The bits of actions, each with places in which they differ."""
    undecided: dict[int, dict[int, list[int]]] = {}
    for actions in grid.actions:
        for resources in group.resources:
            standing = actions & resources
            if standing & group.required == group.required and not rule.settled(standing, group.firm):
                undecided.setdefault(standing, {}).setdefault(resources, []).append(actions)
    if not undecided:
        return
    settings = group.settings()
    for standing, pairs in undecided.items():
        resources, alike = next(iter(pairs.items()))
        action, spot = grid.actions[alike[0]][0], group.resources[resources][0]
        found = [
            path for bits, path in settings if rule.differs(standing & bits, Cell(action, Place(spot, path), scene))
        ]
        if found:
            simplest = min(found, key=_size)
            for resources, alike in pairs.items():
                places = [Place(spot, simplest) for spot in group.resources[resources]]
                yield from ((actions, places) for actions in alike)


def _size(path: Path) -> tuple[int, int, int]:
    """How much a request in these settings leaves to how AWS reads it, leaves out, and says: least shows most."""
    readings = sum(len(setting.readings) for setting in path)
    values = [have for setting in path for have in setting.values.values()]
    return readings, values.count(ABSENT), sum(map(len, values))
