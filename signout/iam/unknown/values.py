"""The values of keys that are not known, among those that are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from signout.iam.automaton import Shape
from signout.iam.pattern import Variable, Wild
from signout.iam.request import Request, Values
from signout.iam.spaces import ties
from signout.iam.spaces.clock import CLOCK, times
from signout.iam.spaces.keys import has_several, settings
from signout.iam.spaces.texts import shapes_of
from signout.iam.unknown.question import Question


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a request may have for one key, or for the clock's two."""

    values: Mapping[str, Values]
    alone: bool
    """It stands for itself only, see `spaces.keys`."""


def values_of(question: Question, keys: Iterable[str]) -> list[Mapping[str, Values]]:
    """What the request may have for one key, or for the clock's two."""
    return [alternative.values for alternative in alternatives(question, keys, question.request)]


def alternatives(
    question: Question,
    keys: Iterable[str],
    trial: Request,
    fill: ties.Fill | None = None,
    held: frozenset[ties.Atom] = frozenset(),
) -> list[Alternative]:
    """What one key, or the clock, may have, where the request has what the trial has already."""
    unknown = frozenset(key for key in question.keys if key not in trial.context)
    conditions = [condition for key in keys for condition in question.reading(key)]
    fill = dict.fromkeys(unknown, (Wild.ANY,)) | dict(fill or {})
    closed = [ties.closed_condition(condition, trial.value_of, fill, held) for condition in conditions]
    if CLOCK.issuperset(keys):
        return [Alternative(values, alone=False) for values in times(closed)]
    (key,) = keys
    named = tuple(_named(question, key, trial, unknown))
    found = settings(closed, several=has_several(conditions), named=named)
    return [Alternative({key: setting.values}, setting.alone) for setting in found]


def _named(question: Question, key: str, trial: Request, unknown: frozenset[str]) -> Iterator[Shape]:
    """The texts that a key's value is compared with by way of a policy variable."""
    kept = {each: (Variable(each),) for each in unknown}
    for statement in question.statements:
        every = frozenset(ties.atoms(statement, kept))
        if statement.resources is not None:
            for pattern in ties.closed_set(statement.resources, trial.value_of, kept, every).unbound:
                if key in pattern.variables:
                    yield from (Shape((value,)) for value in ties.fillings(pattern.parts, trial.resource))
        for condition in statement.conditions:
            if key not in condition.test.variables:
                continue
            if condition.key in unknown:
                for other in question.reading(condition.key):
                    yield from shapes_of(ties.closed_condition(other, trial.value_of, kept, frozenset()).test)
                yield from _named(question, condition.key, trial, unknown)  # ties go in no circle
            else:
                test = ties.closed_condition(condition, trial.value_of, kept, every).test
                for have in trial.context.get(condition.key, ()):
                    for value, ignore_case in ties.fillings_of_test(test, have):
                        yield Shape((value,), ignore_case)
