"""Worlds: who asks and what policy variables stand for, settled, so that the statements have no variables left.

Within a world action, resource and the other keys are independent. Where a variable's key has a value that nothing
names, there are infinitely many such values. The world with one of them is concrete: what it shows can be tried. The
worlds in which the key stays open stand for all of them, since a pattern with an open variable may then hold or not
wherever it holds with all that the variable may stand for. They may show too much, and prove what they do not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations
from typing import Final

from signout.iam.automaton import ANY, BUDGET, Automaton, Characters, Item, Run, Shape, TooComplex, Wanted
from signout.iam.compare.texts import Preference
from signout.iam.evaluate import Unknown, holds
from signout.iam.operators.string import StringTest
from signout.iam.pattern import Part, Variable, Wild
from signout.iam.policy import Condition, Statement
from signout.iam.principal import Principal, parse_principal
from signout.iam.request import ABSENT, Request, Values
from signout.iam.spaces import ties
from signout.iam.spaces.derived import OF_PRINCIPAL, OWNER, accounts
from signout.iam.spaces.keys import Setting, settings
from signout.iam.spaces.texts import literal_of, shapes_of

MOST_SCENES: Final = 500
"""Principals times values of the keys in policy variables, at most."""

MOST_ATOMS: Final = 6
"""Patterns with a variable that stays open, at most: each may hold or not."""

STAR: Final[tuple[Part, ...]] = (Wild.ANY,)


@dataclass(frozen=True, slots=True)
class Scene:
    """Who asks, and what the keys in policy variables have."""

    principal: Principal | None
    """None where it does not matter who asks."""
    context: Mapping[str, Values]
    """The keys that are settled, among them those that follow from the principal."""
    fill: ties.Fill
    """The keys of variables that have a value which nothing names, each with the pattern of all such values."""

    def value_of(self, key: str) -> str | None:
        """The value for a policy variable."""
        values = self.context.get(key, ABSENT)
        return values[0] if len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class World:
    """A scene with the statements as they read in it."""

    scene: Scene
    statements: tuple[Statement | None, ...]
    """Without variables, and without the conditions on settled keys; None for one that does not apply in the scene."""
    held: frozenset[ties.Atom] = field(default=frozenset())
    """The patterns with open variables that hold here."""
    concrete: bool = True
    """Has every key a value? Else variables stay open."""


@dataclass(frozen=True, slots=True)
class Person:
    """A principal to explore, with what its ARN leaves open."""

    principal: Principal
    alone: bool = True
    """It stands for itself only, see `spaces.keys`."""
    context: Mapping[str, Values] = field(default_factory=dict)


def is_plain(statements: Iterable[Statement]) -> bool:
    """Do the statements read neither policy variables nor keys that follow from the principal?"""
    for statement in statements:
        if statement.principals is not None or (statement.resources is not None and statement.resources.unbound):
            return False
        for condition in statement.conditions:
            if condition.key in OF_PRINCIPAL or condition.test.variables:
                return False
    return True


def scenes(statements: Sequence[Statement], people: Sequence[Person], several: frozenset[str]) -> list[Scene]:
    """Every scene that the statements tell apart. Raises TooComplex."""
    variables = frozenset(key for statement in statements for key in _variables(statement))
    sources = _ordered(variables - OF_PRINCIPAL, statements)
    found = []
    for person in people:
        context = _of_principal(person)
        loose = () if person.alone else variables & OF_PRINCIPAL
        fill = {key: STAR for key in loose if context.get(key)}
        found += _with_sources(Scene(person.principal, context, fill), sources, statements, several)
        if len(found) > MOST_SCENES:
            raise TooComplex(f"more than {MOST_SCENES} principals and values of {', '.join(sorted(variables))}")
    return found


def _variables(statement: Statement) -> Iterator[str]:
    if statement.resources is not None:
        for pattern in statement.resources.unbound:
            yield from pattern.variables
    for condition in statement.conditions:
        yield from condition.test.variables


def _of_principal(person: Person) -> dict[str, Values]:
    request = Request(person.principal, "any:Action", "*", dict(person.context), assume_unknown="absent")
    return {key: request.context.get(key, ABSENT) for key in OF_PRINCIPAL} | dict(person.context)


def _ordered(sources: frozenset[str], statements: Sequence[Statement]) -> list[str]:
    """The keys, each after those that stand in the variables of its own conditions."""
    before: dict[str, set[str]] = {key: set() for key in sources}
    for statement in statements:
        for condition in statement.conditions:
            if condition.key in before:
                before[condition.key] |= condition.test.variables & sources
    ordered: list[str] = []
    while len(ordered) < len(before):
        ready = sorted(key for key in before if key not in ordered and before[key] <= set(ordered))
        if not ready:
            raise TooComplex(f"policy variables go round in a circle: {', '.join(sorted(sources - set(ordered)))}")
        ordered += ready
    return ordered


def _with_sources(
    scene: Scene, sources: Sequence[str], statements: Sequence[Statement], several: frozenset[str]
) -> list[Scene]:
    found = [scene]
    for key in sources:
        found = [further for each in found for further in _with_source(each, key, statements, several)]
        if len(found) > MOST_SCENES:
            raise TooComplex(f"more than {MOST_SCENES} values of {', '.join(sources)} together")
    return found


def _with_source(scene: Scene, key: str, statements: Sequence[Statement], several: frozenset[str]) -> Iterator[Scene]:
    conditions = [
        ties.closed_condition(condition, scene.value_of, scene.fill, frozenset())
        for statement in statements
        for condition in statement.conditions
        if condition.key == key
    ]
    for setting in _settings(key, conditions, key in several, tuple(_named(key, statements))):
        fill = scene.fill
        if not setting.alone:
            fill = {**fill, key: _standing_for(setting.values[0], conditions)}
        yield Scene(scene.principal, {**scene.context, key: setting.values}, fill)


def _settings(key: str, conditions: Sequence[Condition], several: bool, named: Sequence[Shape]) -> Iterable[Setting]:
    if key == OWNER:
        apart = [text for shape in named if (text := literal_of(shape)) is not None]
        return [Setting((account,), account in apart) for account in accounts(conditions, apart)]
    return settings(conditions, several=several, named=named)


def _named(key: str, statements: Sequence[Statement]) -> Iterator[Shape]:
    """Values of the key that make a pattern with it into a text that another statement names."""
    texts = {text for each in statements if each.resources is not None for text in each.resources.exact}
    for statement in statements:
        for pattern in statement.resources.unbound if statement.resources is not None else ():
            if pattern.variables == {key}:
                yield from (Shape((value,)) for text in texts for value in ties.fillings(pattern.parts, text))
        for condition in statement.conditions:
            if condition.test.variables == {key}:
                for text in _named_texts(condition.key, statements):
                    for value, ignore_case in ties.fillings_of_test(condition.test, text):
                        yield Shape((value,), ignore_case)


def _named_texts(key: str, statements: Sequence[Statement]) -> Iterator[str]:
    for statement in statements:
        for condition in statement.conditions:
            if condition.key == key and isinstance(condition.test, StringTest):
                yield from condition.test.texts.exact


def _standing_for(value: str, conditions: Iterable[Condition]) -> tuple[Part, ...]:
    """The narrowest pattern of the conditions that matches the value, and with it all that are decided like it."""
    found = [
        pattern.parts
        for condition in conditions
        if isinstance(condition.test, StringTest) and not condition.test.ignore_case
        for pattern in condition.test.texts.patterns
        if pattern.matches(value)
    ]
    return max(found, key=lambda parts: sum(len(part) for part in parts if isinstance(part, str)), default=STAR)


def standing_patterns(key: str, statements: Sequence[Statement]) -> Iterator[tuple[Part, ...]]:
    """What a scene may take a variable of the key to stand for, besides everything. Raises TooComplex."""
    for shape in _named(key, statements):
        if not shape.ignore_case and (text := literal_of(shape)) is not None:
            yield (text,)
    for statement in statements:
        for condition in statement.conditions:
            if condition.key != key:
                continue
            if condition.test.variables:
                raise TooComplex(f"{condition.name} is read with a policy variable, and is in one itself")
            if isinstance(condition.test, StringTest):
                if not condition.test.ignore_case:
                    yield from (pattern.parts for pattern in condition.test.texts.patterns)
            else:
                yield from ((text,) for shape in shapes_of(condition.test) if (text := literal_of(shape)) is not None)


# The statements in a scene


def concrete_world(scene: Scene, statements: Sequence[Statement | None]) -> World:
    """The world in which open keys have the value of the scene."""
    closed = (each and ties.closed(each, scene.value_of, {}, frozenset()) for each in statements)
    return World(scene, tuple(_settled(each, scene) for each in closed))


def open_worlds(scene: Scene, statements: Sequence[Statement | None], preference: Preference) -> Iterator[World]:
    """The worlds in which open keys have no value yet: together they stand for every value. Raises TooComplex.

    A pattern that is better held, or better not held, in all statements that have it, is so only.
    """
    if not scene.fill:
        return
    wanted: dict[ties.Atom, int] = {}
    for place, statement in enumerate(statements):
        for atom, better in _wanted(statement, 1 << place, scene.fill, preference) if statement is not None else ():
            wanted[atom] = better if wanted.get(atom, better) == better else 0
    implied = _implications(list(wanted), scene)
    for atom in {atom for pair in implied for atom in pair}:
        wanted[atom] = 0
    always = frozenset(atom for atom, better in wanted.items() if better > 0)
    undecided = [atom for atom, better in wanted.items() if not better]
    if len(undecided) > MOST_ATOMS:
        raise TooComplex(f"{len(undecided)} patterns with {', '.join(sorted(scene.fill))} in policy variables")
    for some in chain.from_iterable(combinations(undecided, size) for size in range(len(undecided) + 1)):
        held = always.union(some)
        if all(wide in held for narrow, wide in implied if narrow in held):
            closed = (each and ties.closed(each, scene.value_of, scene.fill, held) for each in statements)
            yield World(scene, tuple(_settled(each, scene) for each in closed), held, concrete=False)


def _wanted(statement: Statement, bit: int, fill: ties.Fill, preference: Preference) -> Iterator[tuple[ties.Atom, int]]:
    """The open patterns of a statement, each with whether it is better held (1), not held (-1), or neither (0)."""
    applies = -1 if bit & preference.fewer else 1 if bit & preference.more else 0
    for atom in ties.atoms_of_resources(statement, fill):
        yield atom, -applies if statement.negated_resources else applies
    for condition in statement.conditions:
        for atom in ties.atoms_of_condition(condition, fill):
            yield atom, -applies if condition.operator.negated else applies


def _settled(statement: Statement | None, scene: Scene) -> Statement | None:
    """The statement without the conditions on settled keys; None if one of them does not hold, or it names others."""
    if statement is None or not _names(statement, scene.principal):
        return None
    if not any(condition.key in scene.context for condition in statement.conditions):
        return statement
    request = _request(scene)
    left = []
    for condition in statement.conditions:
        if condition.key not in scene.context:
            left.append(condition)
            continue
        held = holds(condition, request)
        if isinstance(held, Unknown):
            raise TooComplex(f"{condition.operator_name} on {condition.name}, which has several values in a variable")
        if not held:
            return None
    return replace(statement, conditions=tuple(left))


def _names(statement: Statement, principal: Principal | None) -> bool:
    """Is the statement about the principal?"""
    if principal is None or statement.principals is None:
        return True
    return statement.is_about(principal, statement.principals.match(principal))


def _request(scene: Scene) -> Request:
    person = scene.principal if scene.principal is not None else parse_principal("anonymous")
    return Request(person, "any:Action", "*", assume_unknown="absent").with_context(scene.context)


# Which pattern with a variable contains which


def _implications(atoms: Sequence[ties.Atom], scene: Scene) -> list[tuple[ties.Atom, ties.Atom]]:
    """Pairs of patterns of which the first cannot hold without the second, whatever the variables stand for."""
    symbols = {key: chr(0xF0000 + number) for number, key in enumerate(sorted(scene.fill))}
    shapes = {atom: shape for atom in atoms if (shape := _symbolic(atom, scene, symbols)) is not None}
    return [
        (narrow, wide)
        for narrow in shapes
        for wide in shapes
        if narrow is not wide and narrow.key == wide.key and _contains(shapes[wide], shapes[narrow])
    ]


def _symbolic(atom: ties.Atom, scene: Scene, symbols: Mapping[str, str]) -> Shape | None:
    """The pattern with every open variable as one character of its own, which only `*` takes in besides."""
    if atom.how != "text":
        return None
    ordinary = Characters(frozenset(symbols.values()), all_but=True)
    found: list[Item] = []
    for part in atom.parts:
        if part is Wild.ANY:
            found.append(Run(ANY))
        elif part is Wild.ONE:
            found.append(ordinary)
        elif isinstance(part, Variable):
            value = symbols.get(part.key) or scene.value_of(part.key) or part.default
            if value is None:
                return None
            found.append(value)
        else:
            found.append(part)
    return Shape(tuple(found))


def _contains(wide: Shape, narrow: Shape) -> bool:
    """Does every text that the narrow shape matches match the wide one too?"""
    automaton = Automaton([narrow, wide])
    mine, other = automaton.finals
    return all(
        reached & other or not reached & mine
        for reached, _ in automaton.walk(Wanted(all_of=(0,)), "policy variables", BUDGET)
    )
