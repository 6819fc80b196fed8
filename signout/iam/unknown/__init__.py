"""Decide where something is not known: does the answer hang on it, and on what exactly?

What is not known are fields: a context key, several keys that policy variables tie together, the session of a role, the
way in which AWS reads a condition. Each field has a few options that stand for all others, and each option leaves some
statements standing, as bits. A statement applies where no field refutes it; so the options of all fields, combined with
AND, give every set of statements that can apply, and one decision for each is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from signout.iam.automaton import TooComplex
from signout.iam.decision import Decision, Effect, Example, Reason
from signout.iam.effects import Scan, Trail, possible
from signout.iam.explain import reasons
from signout.iam.layers import Layers
from signout.iam.request import Request
from signout.iam.spaces.clock import CLOCK
from signout.iam.unknown.fields import fields_of
from signout.iam.unknown.options import Field, Option, trial_of
from signout.iam.unknown.question import Part, Question

BUDGET: Final = 1 << 14
"""Sets of statements that may apply, at most."""

DENIALS: Final = frozenset({Effect.EXPLICITLY_DENIED, Effect.IMPLICITLY_DENIED})

Effects = tuple[Effect, ...]
"""More than one where it is disputed who decides at all."""


def resolve(
    request: Request, layers: Layers, scans: Iterable[Scan], explain: Callable[[], tuple[Reason, ...]]
) -> Decision:
    """The decision where statements hang on something unknown: an effect if all settings agree, else DEPENDS.

    Past the budget, or where it cannot be worked out exactly, it is DEPENDS on all that is not known, and
    `undetermined` says why.
    """
    question = Question.of(request, scans)
    try:
        return _answer(question, layers, explain)
    except TooComplex as error:
        everything = tuple(sorted(question.names.values()))
        return Decision(Effect.DEPENDS, explain, everything, (), f"too complex: {error}")


def _answer(question: Question, layers: Layers, explain: Callable[[], tuple[Reason, ...]]) -> Decision:
    fields = fields_of(question)
    reachable = _reachable(fields)
    effects = _effects(question, layers, reachable)
    inexact = [part for field in fields if not field.exact for part in field.parts]
    answers = set(effects.values())
    if len(answers) == 1 and not inexact:
        (only,) = answers
        if len(only) == 1:
            settled = _settled(question.request, next(iter(reachable.values())))
            return Decision(only[0], lambda: (*_of_layers(settled, layers, only[0]), *explain()))
    turns = [turn for field in fields for turn in _turns(field, fields, effects)]
    hangs_on = {question.name(turn.part) for turn in turns} | {question.name(part) for part in inexact}
    if any(len(answer) > 1 for answer in answers):
        hangs_on.add(f"who authorizes {question.request.action}")
    why = f"too complex: {' and '.join(map(question.name, inexact))} are tied" if inexact else ""
    examples = _examples(question, turns, effects)
    denied = not inexact and all(DENIALS.issuperset(answer) for answer in answers)
    return Decision(Effect.DEPENDS, explain, tuple(sorted(hangs_on)), examples, why, denied)


def _of_layers(settled: Request, layers: Layers, effect: Effect) -> Iterator[Reason]:
    """What a decision on one setting says of whole layers; of statements it would tell for that setting only."""
    trail = Trail(settled, [])
    possible(settled, layers, trail)
    return (reason for reason in reasons(trail, effect) if reason.statement is None)


Path = tuple[Option, ...]


def _effects(question: Question, layers: Layers, reachable: Mapping[int, Path]) -> dict[int, Effects]:
    """What follows from each set of statements. Two sets with one of each sort in common come to the same."""
    known: dict[int, Effects] = {}
    effects = {}
    for standing, path in reachable.items():
        sorts = standing >> len(question.statements) << len(question.statements)
        for place, sort in enumerate(question.sorts):
            if standing >> place & 1:
                sorts |= 1 << sort
        if sorts not in known:
            known[sorts] = possible(_settled(question.request, path), layers, Trail(question.request, []))
        effects[standing] = known[sorts]
    return effects


def _reachable(fields: Iterable[Field]) -> dict[int, Path]:
    """Every set of statements that options of all fields together leave standing, each with such options."""
    reached: dict[int, Path] = {-1: ()}
    for field in fields:
        further: dict[int, Path] = {}
        for standing, path in reached.items():
            for option in field.options:
                further.setdefault(standing & option.standing, (*path, option))
        reached = further
        if len(reached) > BUDGET:
            raise TooComplex(f"more than {BUDGET} sets of statements may apply")
    return reached


def _settled(request: Request, path: Path) -> Request:
    values = {key: have for option in path for key, have in option.values.items()}
    readings = {condition: reading for option in path for condition, reading in option.readings.items()}
    return trial_of(request, values, readings)


@dataclass(frozen=True, slots=True)
class _Turn:
    """Two settings that differ in one part only and lead to different answers."""

    part: Part
    elsewhere: Path
    options: tuple[Option, Option]
    standing: tuple[int, int]


def _turns(field: Field, fields: Sequence[Field], effects: Mapping[int, Effects]) -> Iterator[_Turn]:
    """For each part of the field on which an answer turns, one turn; one to or from ALLOWED where there is any."""
    elsewhere = _reachable(each for each in fields if each is not field)
    for part in field.parts:
        pairs = [
            _Turn(part, path, (one, other), (standing & one.standing, standing & other.standing))
            for group in _differing_in(part, field)
            for standing, path in elsewhere.items()
            for one, other in combinations(group, 2)
            if effects[standing & one.standing] != effects[standing & other.standing]
        ]
        if pairs:
            yield min(pairs, key=lambda turn: not any(effects[each] == (Effect.ALLOWED,) for each in turn.standing))


def _differing_in(part: Part, field: Field) -> Iterator[list[Option]]:
    """The field's options in groups that differ in this part only, one of each kind.

    Whether a condition is ambiguous follows from the values of its key; so readings do not count beside a key.
    """
    groups: dict[tuple[object, ...], dict[int, Option]] = {}
    for option in field.options:
        if isinstance(part, str):
            same: tuple[object, ...] = tuple((key, have) for key, have in option.values.items() if key != part)
            if part in CLOCK:
                same = tuple((key, have) for key, have in option.values.items() if key not in CLOCK)
        else:
            rest = tuple((each, reading) for each, reading in option.readings.items() if each != part)
            same = (*option.values.items(), *rest)
        groups.setdefault(same, {}).setdefault(option.standing, option)
    return (list(group.values()) for group in groups.values())


def _examples(question: Question, turns: Sequence[_Turn], effects: Mapping[int, Effects]) -> tuple[Example, ...]:
    """Two settings that differ in as little as can be, without what the answer does not hang on."""
    if not turns:
        return ()
    turn = min(turns, key=lambda each: not any(effects[standing] == (Effect.ALLOWED,) for standing in each.standing))
    parts = {each.part for each in turns}
    return tuple(
        _example(question, (*turn.elsewhere, option), parts, effects[standing])
        for option, standing in zip(turn.options, turn.standing, strict=True)
    )


def _example(question: Question, path: Path, parts: set[Part], effects: Effects) -> Example:
    context = {question.names[key]: have for option in path for key, have in option.values.items() if key in parts}
    readings = {each.place: reading for option in path for each, reading in option.readings.items() if each in parts}
    return Example(effects[0] if len(effects) == 1 else Effect.DEPENDS, context, readings)
