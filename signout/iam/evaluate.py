"""One statement against one request: does it apply, does it not, or does that hang on something unknown?

Every question about permission ends here; there is no second reading of the policy language.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from signout.iam.policy import Condition, Quantifier, Statement
from signout.iam.principal import Match, PrincipalKind
from signout.iam.request import SESSION_NAME, Request


class Miss(Enum):
    """The element by which a statement does not apply."""

    ACTION = "action"
    RESOURCE = "resource"
    PRINCIPAL = "principal"


class Applies(NamedTuple):
    """The statement applies; `match` says how directly it names the principal (DIRECT where it names none)."""

    match: Match


class Unknown(NamedTuple):
    """Whether the statement applies hangs on these keys (lower case), and on how AWS reads these conditions.

    A condition without set qualifier on a key that has several values is not defined by the IAM reference: either
    reading is possible.
    """

    keys: frozenset[str]
    readings: tuple[Condition, ...] = ()
    match: Match = Match.DIRECT


Outcome = Applies | Miss | Condition | Unknown
"""A Condition is the first one that does not hold."""

APPLIES = {match: Applies(match) for match in Match}


def evaluate(statement: Statement, request: Request) -> Outcome:
    """Does the statement apply to the request? Elements in the order action, resource, principal, conditions."""
    actions, action = statement.actions, request.folded_action
    hit = action in actions.exact or action.startswith(actions.prefixes)
    if not hit and actions.others:
        hit = any(pattern.matches(action) for pattern in actions.others)
    if hit is statement.negated_actions:
        return Miss.ACTION
    unknown: Unknown | None = None
    resources = statement.resources
    if resources is not None:
        resource = request.resource
        hit = resource in resources.exact or resource.startswith(resources.prefixes)
        if not hit and resources.others:
            hit = any(pattern.matches(resource) for pattern in resources.others)
        if not hit and resources.unbound:
            matched = _bound_match(statement, request)
            if isinstance(matched, Unknown):
                unknown = matched
            else:
                hit = matched
        if unknown is None and hit is statement.negated_resources:
            return Miss.RESOURCE
    match = Match.DIRECT
    if statement.principals is not None:
        named = _principal_match(statement, request)
        if named is Match.NONE:
            return Miss.PRINCIPAL
        if isinstance(named, Unknown):
            unknown, match = _both(unknown, named), named.match
        else:
            match = named
    for condition in statement.conditions:
        held = holds(condition, request)
        if held is False:
            return condition
        if held is not True:
            unknown = _both(unknown, held)
    if unknown is not None:
        return Unknown(unknown.keys, unknown.readings, match)
    return APPLIES[match]


def _both(one: Unknown | None, other: Unknown) -> Unknown:
    return other if one is None else Unknown(one.keys | other.keys, one.readings + other.readings)


def _bound_match(statement: Statement, request: Request) -> bool | Unknown:
    """Do the resources with policy variables match? One whose variable has no value matches nothing.

    Source: IAM User Guide, "Policy variables with no value".
    """
    assert statement.resources is not None
    missing = _unknown_among(frozenset().union(*(p.variables for p in statement.resources.unbound)), request)
    for pattern in statement.resources.unbound:
        if pattern.variables.isdisjoint(missing):
            bound = pattern.bind(request.value_of)
            if bound is not None and bound.matches(request.resource):
                return True
    return Unknown(missing) if missing else False


def _unknown_among(keys: frozenset[str], request: Request) -> frozenset[str]:
    if request.default is not None:
        return frozenset()
    return frozenset(key for key in keys if key not in request.context)


def _principal_match(statement: Statement, request: Request) -> Match | Unknown:
    assert statement.principals is not None
    principal, principals = request.principal, statement.principals
    match = principals.match(principal)
    if match is not Match.DIRECT and principal.kind is PrincipalKind.ROLE:
        sessions = principals.sessions_of(principal)
        if sessions:
            name = request.context.get(SESSION_NAME, request.default)
            if name is None:
                return Unknown(frozenset({SESSION_NAME}))
            if name and name[0] in sessions:
                match = Match.DIRECT
    if not statement.is_about(principal, match):
        return Match.NONE
    return Match.DIRECT if statement.negated_principals else match


def holds(condition: Condition, request: Request) -> bool | Unknown:
    """Does the condition hold? Source: IAM User Guide, "Condition operators" and "Multivalued context keys"."""
    have = request.context.get(condition.key, request.default)
    if have is None:
        return Unknown(frozenset({condition.key}))
    if condition.operator.asks_presence:
        return condition.test.matches("false" if have else "true")
    quantifier = condition.quantifier
    if not have or (quantifier is not None and not any(have)):
        if condition.if_exists or quantifier is Quantifier.FOR_ALL_VALUES:
            return True
        return condition.operator.negated and quantifier is None
    test = condition.test
    if test.variables:
        if missing := _unknown_among(test.variables, request):
            return Unknown(missing)
        test = test.bind(request.value_of)
    negated = condition.operator.negated
    if quantifier is Quantifier.FOR_ALL_VALUES:
        return all(test.matches(value) is not negated for value in have)
    if quantifier is Quantifier.FOR_ANY_VALUE:
        return any(test.matches(value) is not negated for value in have)
    if len(have) == 1:
        return test.matches(have[0]) is not negated
    results = {test.matches(value) is not negated for value in have}
    if len(results) == 1:
        return results.pop()
    reading = request.readings.get(condition)
    return Unknown(frozenset(), (condition,)) if reading is None else reading
