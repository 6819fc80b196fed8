"""One statement's region, in every scene: rows in which the policies differ, each shown by a witness, or a proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product

from signout.cognito.operations import Governed, operation
from signout.iam.automaton import TooComplex
from signout.iam.compare.grid import Region, governed, grid
from signout.iam.compare.names import Names
from signout.iam.compare.rows import Place, Row, Rule, rows
from signout.iam.compare.texts import Universe, literal_of
from signout.iam.compare.witness import Confirm, Witness, witness
from signout.iam.compare.worlds import Person, Scene, World, concrete_world, open_worlds, scenes
from signout.iam.errors import RequestError
from signout.iam.pattern import Pattern, Variable
from signout.iam.policy import Statement
from signout.iam.principal import parse_principal
from signout.iam.spaces import ties
from signout.iam.spaces.derived import OF_PRINCIPAL, PRINCIPAL_ACCOUNT, USERNAME


@dataclass(frozen=True, slots=True)
class Found:
    """A row in which the policies differ, with the request that shows it."""

    row: Row
    witness: Witness


@dataclass(slots=True)
class Findings:
    """What the exploration of a region came to."""

    found: list[Found] = field(default_factory=list)
    undetermined: list[str] = field(default_factory=list)
    """Why there may be more."""
    without_effect: list[str] = field(default_factory=list)
    """Actions that a statement names and that make no difference all the same, since IAM does not decide them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all regions of a comparison."""

    universe: Universe
    several: frozenset[str]
    """Keys that may have several values."""
    names: Mapping[str, str]
    """Condition keys as the policies spell them."""


People = Callable[[Sequence[Statement]], Sequence[Person] | None]
"""Who may ask, as far as the statements tell principals apart; None where it does not matter."""


def explore(
    statements: Sequence[Statement], source: int, rule: Rule, people: People, setting: Setting, confirm: Confirm
) -> Findings:
    """Where the policies differ in the region of the first statement (`source` 1), or in everything (0)."""
    findings = Findings()
    try:
        region = Region.of(statements, source, rule.preference)
        exploring = _Exploring(Names(statements), region, rule, setting, confirm, findings)
        common = [each for each in region.statements if each is not None]
        who = people(common)
        if who is None:
            exploring.look(World(Scene(None, {}, {}), region.statements))
        else:
            for scene in scenes(common, who, setting.several):
                exploring.look_into(scene)
    except TooComplex as error:
        findings.undetermined.append(f"too complex: {error}")
    return findings


@dataclass(frozen=True, slots=True)
class _Exploring:
    names: Names
    region: Region
    rule: Rule
    setting: Setting
    confirm: Confirm
    findings: Findings

    def rows(self, world: World) -> Iterator[Row]:
        """The rows of the world in which the policies differ."""
        cells = grid(world, self.region, self.setting.universe, self.setting.several)
        for row in rows(cells, self.rule, world.scene):
            if (left := _governed(row, self.rule, self.findings)) is not None:
                yield left

    def shows(self, row: Row, world: World) -> bool:
        """Is there a request that shows the difference? Then it is noted."""
        for each in (row, *row.parts):
            shown = witness(each, world, self.names, self.setting.universe, self.setting.names, self.confirm)
            if shown is not None:
                self.findings.found.append(Found(row, shown))
                return True
        return False

    def look(self, world: World) -> None:
        """A world with all values settled."""
        for row in self.rows(world):
            if not self.shows(row, world):
                self.findings.undetermined.append(_unshown(row))

    def look_into(self, scene: Scene) -> None:
        """A scene with all values settled, and where that finds nothing, with variables left open."""
        before = len(self.findings.found)
        self.look(concrete_world(scene, self.region.statements))
        if len(self.findings.found) > before:
            return
        for world in open_worlds(scene, self.region.statements, self.region.preference):
            for row in self.rows(world):
                if not any(self.shows(row, closed) for closed in _closings(row, world)):
                    keys = ", ".join(sorted(self.setting.names.get(key, key) for key in scene.fill))
                    why = f"whether patterns with {keys} in a policy variable differ could not be worked out"
                    self.findings.undetermined.append(why)
                return


def _governed(row: Row, rule: Rule, findings: Findings) -> Row | None:
    """The row without the actions that are not IAM's to decide, where that is what the rule is about."""
    kept, disputed = [], []
    for bits, spot in row.actions:
        match governed(spot.text):
            case Governed.DISPUTED:
                disputed.append(_spelled(spot.text))
            case Governed.NOT_IAM if rule.only_iam:
                if literal_of(spot.pattern.parts) is not None:
                    findings.without_effect.append(_spelled(spot.text))
            case _:
                kept.append((bits, spot))
    if disputed and not kept:
        findings.undetermined.append(f"sources disagree on who authorizes {', '.join(disputed)}")
    return Row(tuple(kept), row.places) if kept else None


def _spelled(action: str) -> str:
    found = operation(action)
    return action if found is None else found.action


MOST_CLOSINGS = 20
"""Values of open variables that are tried to find a request that shows a difference."""


def _closings(row: Row, world: World) -> Iterator[World]:
    """The world with values for its open variables: those of its scene, then such as make held patterns match."""
    yield world
    for scene in islice(_scenes(row, world), MOST_CLOSINGS):
        yield replace(world, scene=scene)


def _scenes(row: Row, world: World) -> Iterator[Scene]:
    scene = world.scene
    kept = {key: (Variable(key),) for key in scene.fill}
    for place, atom in product(row.places, world.held):
        bound = ties.bound(Pattern("", atom.parts), scene.value_of, kept)
        if bound is None or len(bound.variables) != 1:
            continue
        (key,) = bound.variables
        for text in _texts(place, atom.key, scene):
            for value in sorted(ties.fillings(bound.parts, text)):
                if (closed := _with(scene, key, value)) is not None:
                    yield closed


def _texts(place: Place, key: str, scene: Scene) -> Iterator[str]:
    """What a request in the place has for the key; for no key, its resource."""
    if not key:
        yield place.spot.text
    for setting in place.path:
        yield from setting.values.get(key, ())
    yield from scene.context.get(key, ())


def _with(scene: Scene, key: str, value: str) -> Scene | None:
    """The scene in which the key has the value; for one that follows from the principal, another principal."""
    if key not in OF_PRINCIPAL:
        return replace(scene, context={**scene.context, key: (value,)})
    if scene.principal is None:
        return None
    name = scene.principal.name
    if key == USERNAME:
        name = f"{name.rpartition('/')[0]}/{value}"
    elif key == PRINCIPAL_ACCOUNT:
        name = name.replace(f":{scene.principal.account}:", f":{value}:")
    else:
        name = value
    try:
        principal = parse_principal(name)
    except RequestError:
        return None
    return replace(scene, principal=principal) if principal.account is not None else None


def _unshown(row: Row) -> str:
    readings = {condition.name for place in row.places for each in place.path for condition in each.readings}
    if readings:
        return f"how AWS reads a condition on {', '.join(sorted(readings))} with several values and no set qualifier"
    return "a difference that no request shows"
