"""Keys that policy variables tie together: explored as one, since none says anything without the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations, product
from math import prod
from typing import Final

from signout.iam.automaton import TooComplex
from signout.iam.pattern import Variable, Wild
from signout.iam.request import Request, Values
from signout.iam.spaces import ties
from signout.iam.spaces.clock import CLOCK
from signout.iam.unknown.options import Field, field_of, options_for
from signout.iam.unknown.question import Question
from signout.iam.unknown.values import alternatives

BUDGET: Final = 4096
"""Combinations of values of the keys, at most."""

MOST_ATOMS: Final = 6
"""Patterns with a variable that stays open, at most: each may hold or not."""


def tied_field(question: Question, keys: frozenset[str]) -> Field:
    """Keys that are tied: first those that stand in variables, then, for their values, those that are compared."""
    units = _ordered(question, keys)
    pools: list[dict[tuple[tuple[str, Values], ...], None]] = [{} for _ in units]

    def explore(place: int, trial: Request) -> None:
        if place < len(units):
            for alternative in alternatives(question, units[place], trial):
                pools[place][tuple(alternative.values.items())] = None
                if prod(map(len, pools[: place + 1])) > BUDGET:
                    raise TooComplex(f"{_listed(question, keys)} are tied by policy variables")
                explore(place + 1, trial.with_context(alternative.values))

    explore(0, question.request)
    combined = [dict(chain.from_iterable(choice)) for choice in product(*pools)]
    field = field_of(question, keys, combined)
    found = {option.standing for option in field.options}
    exact = all(standing in found for standing in _conceivable(question, units))
    return Field(field.parts, field.options, exact)


def _listed(question: Question, keys: Iterable[str]) -> str:
    return " and ".join(sorted(question.names.get(key, key) for key in keys))


def _ordered(question: Question, keys: frozenset[str]) -> list[frozenset[str]]:
    """The keys, the clock as one, each after those that stand in the variables of its conditions."""
    units = {key: keys & CLOCK if key in CLOCK else frozenset({key}) for key in keys}
    before = {
        unit: {units[key] for member in unit for c in question.reading(member) for key in c.test.variables & keys}
        for unit in units.values()
    }
    ordered: list[frozenset[str]] = []
    while len(ordered) < len(before):
        ready = [unit for unit in before if unit not in ordered and before[unit] <= set(ordered)]
        if not ready:
            raise TooComplex(f"{_listed(question, keys)} are tied by policy variables in a circle")
        ordered += sorted(ready, key=sorted)
    return ordered


def _conceivable(question: Question, units: Sequence[frozenset[str]]) -> Iterator[int]:
    """The statements left standing where variables stand for values that nothing names: too many, never too few.

    Such a value stays open. A pattern with an open variable may hold or not where it holds with a star in its place.
    """
    kept = {key: (Variable(key),) for unit in units for key in unit}
    patterns = {
        atom
        for condition in question.conditions
        if condition.key in question.keys
        for atom in ties.atoms_of_condition(condition, kept)
    }
    if len(patterns) > MOST_ATOMS:
        raise TooComplex(f"{len(patterns)} patterns with policy variables that are not known")
    subsets = [frozenset(held) for size in range(len(patterns) + 1) for held in combinations(patterns, size)]
    variables = frozenset().union(*(condition.test.variables for condition in question.conditions))

    def explore(place: int, trial: Request, fill: ties.Fill) -> Iterator[int]:
        if place < len(units):
            for alternative in alternatives(question, units[place], trial, fill, frozenset(patterns)):
                is_open = not alternative.alone and not variables.isdisjoint(units[place])
                more = dict.fromkeys(units[place], (Wild.ANY,)) if is_open else {}
                yield from explore(place + 1, trial.with_context(alternative.values), {**fill, **more})
        elif fill:
            for held in subsets:
                closed = tuple(ties.closed(each, trial.value_of, fill, held) for each in question.statements)
                for option in options_for(replace(question, statements=closed), trial.context):
                    yield option.standing

    return explore(0, question.request, {})
