"""What is not known, field by field."""

from __future__ import annotations

from signout.iam.evaluate import evaluate
from signout.iam.policy import Condition
from signout.iam.request import SESSION_NAME
from signout.iam.spaces.clock import CLOCK
from signout.iam.unknown.options import Field, Option, field_of, options_for, standing_of, trial_of
from signout.iam.unknown.question import Question, elements
from signout.iam.unknown.tied import tied_field
from signout.iam.unknown.values import values_of


def fields_of(question: Question) -> list[Field]:
    """The fields of a question. Raises TooComplex where one cannot be explored."""
    found = [_reading_field(question, condition) for condition in question.readings]
    for keys in _tied(question):
        if keys == {SESSION_NAME}:
            found.append(_session_field(question))
        elif len(keys) == 1 or keys <= CLOCK:
            found.append(field_of(question, keys, values_of(question, keys)))
        else:
            found.append(tied_field(question, frozenset(keys)))
    return found


def _tied(question: Question) -> list[set[str]]:
    """The keys in groups: keys that one element of a statement looks at together cannot be explored one by one."""
    groups: list[set[str]] = []
    looked_at = (keys for each in question.statements for keys in elements(each, question.request))
    for together in ({SESSION_NAME}, set(CLOCK), *looked_at):
        if keys := together & question.keys:
            touched = [group for group in groups if not group.isdisjoint(keys)]
            groups = [group for group in groups if group.isdisjoint(keys)]
            groups.append(keys.union(*touched))
    return groups


def _reading_field(question: Question, condition: Condition) -> Field:
    found = []
    for reading in (False, True):
        trial = trial_of(question.request, {}, {condition: reading})
        outcomes = [evaluate(statement, trial) for statement in question.statements]
        found.append(Option({}, {condition: reading}, standing_of(outcomes)))
    return Field((condition,), tuple(found))


def _session_field(question: Question) -> Field:
    """The sessions that some statement names, and another. Bits tell them apart: it counts how a session is named."""
    role = question.request.principal
    named = {
        name
        for each in question.statements
        if each.principals is not None
        for name in each.principals.sessions_of(role)
    }
    other = next(name for length in range(len(named) + 1) if (name := "other" + "-" * length) not in named)
    statements = len(question.statements)
    found = []
    for place, name in enumerate((*sorted(named), other)):
        for option in options_for(question, {SESSION_NAME: (name,)}):
            below, own = (1 << statements) - 1, 1 << (statements + place)
            found.append(Option(option.values, option.readings, option.standing & below | own))
    return Field((SESSION_NAME,), tuple(found))
