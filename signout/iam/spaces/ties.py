"""Policy variables: what a pattern says about the variable's key once the text is known, and the other way round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from signout.iam.automaton import TooComplex
from signout.iam.fold import fold
from signout.iam.operators.arn import ArnPattern, ArnTest
from signout.iam.operators.base import Test, ValueOf
from signout.iam.operators.string import StringTest
from signout.iam.pattern import Part, Pattern, PatternSet, Variable, Wild, matcher
from signout.iam.policy import Condition, Statement

MOST_FILLINGS = 200
"""Values of one variable that one pattern may leave possible for one text."""


def fillings(parts: tuple[Part, ...], text: str) -> set[str]:
    """Every value that, in place of all variables in the pattern, can make it match the text.

    With several variables in it these are the values that each can have, whatever the others. Raises TooComplex.
    """
    first = next(place for place, part in enumerate(parts) if isinstance(part, Variable))
    last = next(place for place in range(len(parts) - 1, -1, -1) if isinstance(parts[place], Variable))
    if first == last:
        return _between(parts[:first], parts[last + 1 :], text)
    found = set()
    for place, part in enumerate(parts):
        if isinstance(part, Variable):
            found |= _between(_widened(parts[:place]), _widened(parts[place + 1 :]), text)
    return found


def _between(before: tuple[Part, ...], after: tuple[Part, ...], text: str) -> set[str]:
    """What may stand in the text between a match of the one pattern and a match of the other."""
    starts = _cuts(before, text, lambda place: text[:place])
    ends = _cuts(after, text, lambda place: text[place:])
    found = {text[start:end] for start in starts for end in ends if start <= end}
    if len(found) > MOST_FILLINGS:
        raise TooComplex(f"a policy variable between wildcards has more than {MOST_FILLINGS} possible values")
    return found


def _cuts(parts: tuple[Part, ...], text: str, piece: Callable[[int], str]) -> list[int]:
    matches = matcher(parts)
    return [place for place in range(len(text) + 1) if matches(piece(place))]


def _widened(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return _merged(tuple(Wild.ANY if isinstance(part, Variable) else part for part in parts))


def _merged(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The same with neighbouring literals joined and neighbouring stars made one."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        elif not (part is Wild.ANY and found and found[-1] is Wild.ANY) and part != "":
            found.append(part)
    return tuple(found)


def fillings_of_test(test: Test, text: str) -> Iterator[tuple[str, bool]]:
    """The values of its variables that can make a test match a text, and whether in any case of letters.

    The variables that have a value are to be bound before.
    """
    if isinstance(test, StringTest):
        for pattern in test.texts.unbound:
            for value in fillings(pattern.parts, fold(text) if test.ignore_case else text):
                yield value, test.ignore_case
    elif isinstance(test, ArnTest):
        for arn in test.patterns:
            pieces = text.split(":", len(arn.sections) - 1)
            if len(pieces) == len(arn.sections):
                for section, piece in zip(arn.sections, pieces, strict=True):
                    if section.variables:
                        yield from ((value, False) for value in fillings(section.parts, piece))


Fill = Mapping[str, tuple[Part, ...]]
"""By key of a variable that stays open, the pattern of all that it may stand for."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A pattern with open variables: the same one in two statements is true or false in both."""

    key: str
    """The condition key that it is compared with; empty for the resource."""
    parts: tuple[Part, ...]
    """For a pattern of ARNs with their sections, colons between them."""
    how: str = "text"
    """Or "any case", or "ARN": how the pattern is compared."""


def bound(pattern: Pattern, value_of: ValueOf, fill: Fill, *, ignore_case: bool = False) -> Pattern | None:
    """The pattern with closed variables replaced by their values, and open ones by all they may stand for."""

    def part_of(part: Part) -> tuple[Part, ...]:
        if not isinstance(part, Variable):
            return (part,)
        if part.key in fill:
            return tuple(fold(each) if ignore_case and isinstance(each, str) else each for each in fill[part.key])
        value = value_of(part.key)
        value = part.default if value is None else value
        if value is None:
            raise LookupError
        return (fold(value) if ignore_case else value,)

    try:
        return replace(pattern, parts=_merged(tuple(new for part in pattern.parts for new in part_of(part))))
    except LookupError:
        return None


def is_open(variables: frozenset[str], fill: Fill) -> bool:
    """Does one of the variables stay open?"""
    return not variables.isdisjoint(fill)


def atoms(statement: Statement, fill: Fill) -> Iterator[Atom]:
    """The patterns of a statement that have open variables."""
    yield from atoms_of_resources(statement, fill)
    for condition in statement.conditions:
        yield from atoms_of_condition(condition, fill)


def atoms_of_resources(statement: Statement, fill: Fill) -> Iterator[Atom]:
    """The patterns of its resources that have open variables."""
    for pattern in statement.resources.unbound if statement.resources is not None else ():
        if is_open(pattern.variables, fill):
            yield _resource_atom(pattern)


def atoms_of_condition(condition: Condition, fill: Fill) -> Iterator[Atom]:
    """The patterns of a condition that have open variables."""
    test = condition.test
    if isinstance(test, StringTest):
        for pattern in test.texts.unbound:
            if is_open(pattern.variables, fill):
                yield _string_atom(condition.key, pattern, test.ignore_case)
    elif isinstance(test, ArnTest):
        for arn in test.patterns:
            if is_open(arn.variables, fill):
                yield _arn_atom(condition.key, arn)


def _resource_atom(pattern: Pattern) -> Atom:
    return Atom("", pattern.parts)


def _string_atom(key: str, pattern: Pattern, ignore_case: bool) -> Atom:
    return Atom(key, pattern.parts, "any case" if ignore_case else "text")


def _arn_atom(key: str, arn: ArnPattern) -> Atom:
    return Atom(key, tuple(part for section in arn.sections for part in (*section.parts, ":")), "ARN")


def closed(statement: Statement, value_of: ValueOf, fill: Fill, held: frozenset[Atom]) -> Statement:
    """The statement without variables: closed ones have their value, patterns with open ones match nothing unless held.

    One that is held matches all that it could match for any value that the variable may stand for. So what the real
    statement matches lies between the two, whatever the value.
    """
    resources = statement.resources
    if resources is not None and resources.unbound:
        resources = closed_set(resources, value_of, fill, held, _resource_atom)
    conditions = tuple(closed_condition(condition, value_of, fill, held) for condition in statement.conditions)
    return replace(statement, resources=resources, conditions=conditions)


def closed_set(
    patterns: PatternSet,
    value_of: ValueOf,
    fill: Fill,
    held: frozenset[Atom],
    atom_of: Callable[[Pattern], Atom] = _resource_atom,
    *,
    ignore_case: bool = False,
) -> PatternSet:
    """The patterns without variables, as for `closed`."""
    kept = (
        bound(pattern, value_of, fill, ignore_case=ignore_case)
        for pattern in patterns.patterns
        if not is_open(pattern.variables, fill) or atom_of(pattern) in held
    )
    return PatternSet(tuple(pattern for pattern in kept if pattern is not None))


def closed_condition(condition: Condition, value_of: ValueOf, fill: Fill, held: frozenset[Atom]) -> Condition:
    """The condition without variables, as for `closed`."""
    test, key = condition.test, condition.key
    if not test.variables:
        return condition
    if isinstance(test, StringTest):
        fold_too = test.ignore_case
        texts = closed_set(
            test.texts, value_of, fill, held, lambda p: _string_atom(key, p, fold_too), ignore_case=fold_too
        )
        return replace(condition, test=StringTest(texts, fold_too))
    assert isinstance(test, ArnTest)
    arns = []
    for arn in test.patterns:
        if is_open(arn.variables, fill) and _arn_atom(key, arn) not in held:
            continue
        sections = [bound(section, value_of, fill) for section in arn.sections]
        complete = [section for section in sections if section is not None]
        if len(complete) == len(sections):
            arns.append(ArnPattern(tuple(complete)))
    return replace(condition, test=ArnTest(tuple(arns)))


def widest(condition: Condition, narrower: Fill | None = None) -> Condition:
    """The condition with a star for every variable, or with the pattern of all that it may stand for."""
    fill = {**dict.fromkeys(condition.test.variables, (Wild.ANY,)), **(narrower or {})}
    return closed_condition(condition, lambda key: None, fill, frozenset(atoms_of_condition(condition, fill)))


def spellings(statement: Statement) -> Iterator[tuple[str, str]]:
    """The keys of a statement's variables, each as it is spelled there."""
    for pattern in statement.resources.unbound if statement.resources is not None else ():
        for key in pattern.variables:
            yield key, spelled(key, pattern.source) or key
    for condition in statement.conditions:
        for key in condition.test.variables:
            names = (spelled(key, value) for value in condition.values)
            yield key, next((name for name in names if name), key)


def spelled(key: str, written: str) -> str | None:
    """The key of a variable as the text of a policy spells it; None where it is not in it."""
    start = fold(written).find("${")
    while start >= 0:
        name = written[start + 2 :].lstrip()[: len(key)]
        if fold(name) == key:
            return name
        start = fold(written).find("${", start + 1)
    return None
