"""Ways in which something that is not known may turn out, and the statements that each leaves standing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from signout.iam.evaluate import Applies, Unknown, evaluate
from signout.iam.policy import Condition
from signout.iam.request import Request, Values
from signout.iam.unknown.question import Part, Question


@dataclass(frozen=True, slots=True)
class Option:
    """One way in which a field may turn out."""

    values: Mapping[str, Values]
    readings: Mapping[Condition, bool]
    standing: int
    """The statements that it does not refute, as bits. Higher bits tell options apart beyond that."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is not known, with options that stand for every way in which it may turn out."""

    parts: tuple[Part, ...]
    options: tuple[Option, ...]
    exact: bool = True
    """Are the options certainly all there are? Else there may be others, though none was found."""


def field_of(question: Question, keys: Iterable[str], alternatives: Iterable[Mapping[str, Values]]) -> Field:
    options = tuple(option for values in alternatives for option in options_for(question, values))
    readings = dict.fromkeys(condition for option in options for condition in option.readings)
    return Field((*sorted(keys), *readings), options)


def options_for(question: Question, values: Mapping[str, Values]) -> Iterator[Option]:
    """The option with these values; two for each condition that it leaves to how AWS reads it."""
    pending: list[dict[Condition, bool]] = [{}]
    while pending:
        readings = pending.pop()
        trial = trial_of(question.request, values, readings)
        outcomes = [evaluate(statement, trial) for statement in question.statements]
        ambiguous = {each: None for outcome in outcomes if isinstance(outcome, Unknown) for each in outcome.readings}
        new = next((condition for condition in ambiguous if condition not in question.readings), None)
        if new is None:
            yield Option(values, readings, standing_of(outcomes))
        else:
            pending += [{**readings, new: False}, {**readings, new: True}]


def standing_of(outcomes: Sequence[object]) -> int:
    """The statements that are not refuted; all higher bits are set."""
    bits = -1 << len(outcomes)
    for place, outcome in enumerate(outcomes):
        if isinstance(outcome, Applies | Unknown):
            bits |= 1 << place
    return bits


def trial_of(request: Request, values: Mapping[str, Values], readings: Mapping[Condition, bool]) -> Request:
    """The request where these keys have these values and these conditions are read so."""
    return request.with_context(values, dict[object, bool](readings.items()))
