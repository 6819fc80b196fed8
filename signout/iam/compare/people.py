"""Principals that stand for all others, over the Principal elements and the conditions of all policies in sight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Final

from signout.iam.automaton import Shape, TooComplex, Wanted, texts
from signout.iam.compare.texts import NAME, literal_of
from signout.iam.compare.worlds import STAR, Person, standing_patterns
from signout.iam.errors import RequestError
from signout.iam.policy import Condition, Statement
from signout.iam.principal import (
    ANONYMOUS,
    Principal,
    PrincipalKind,
    PrincipalSet,
    is_account,
    is_service,
    parse_principal,
)
from signout.iam.request import SESSION_NAME, arn_account
from signout.iam.spaces import ties
from signout.iam.spaces.derived import OF_PRINCIPAL, OWNER, principals
from signout.iam.spaces.derived import accounts as accounts_of
from signout.iam.spaces.texts import shapes_of

SERVICE_NAME: Final = "aws:principalservicename"
SERVICE: Final = Shape((*NAME, ".amazonaws.com"))
MEMBERS: Final = (PrincipalKind.USER, PrincipalKind.ROLE, PrincipalKind.ROOT)
OTHER_PROVIDER: Final = "arn:aws:iam::999999999999:saml-provider/other"


def attached_people(statements: Sequence[Statement], kinds: Sequence[PrincipalKind]) -> list[Person]:
    """Those to whom policies without Principal elements can be attached, in the accounts of resources or in others.

    Raises TooComplex.
    """
    return _members(statements, kinds, (), sorted(set(_accounts_of_resources(statements))))


def everyone(statements: Sequence[Statement]) -> list[Person]:
    """Everyone: whom the policies name, others of their accounts, of other accounts, services, providers, anonymous.

    Service-linked roles and federated users that are not named are left out. Raises TooComplex.
    """
    sets = [each.principals for each in statements if each.principals is not None]
    named = sorted({name for each in sets for name in each.names})
    accounts = {account for each in sets for account in each.accounts}
    accounts.update(account for name in named if (account := arn_account(name)) is not None)
    accounts.update(_accounts_of_resources(statements))
    members = _members(statements, MEMBERS, [name for name in named if name.startswith("arn:")], sorted(accounts))
    people = {person.principal.name: person for person in members}
    for person in (*_named(named), *_services(statements, named), Person(ANONYMOUS), _other_provider(named)):
        people.setdefault(person.principal.name, person)
    return [_with_session(person, sets) for person in people.values()]


def _members(
    statements: Sequence[Statement], kinds: Sequence[PrincipalKind], named: Sequence[str], accounts: Sequence[str]
) -> list[Person]:
    found = principals(_conditions(statements), kinds, accounts, named)
    return [Person(parse_principal(arn), alone) for arn, alone in found]


def _conditions(statements: Sequence[Statement]) -> list[Condition]:
    """The conditions on who asks, with patterns of all that their variables may stand for. Raises TooComplex."""
    conditions = dict.fromkeys(
        condition for each in statements for condition in each.conditions if condition.key in OF_PRINCIPAL
    )
    return [closed for condition in conditions for closed in _closed(condition, statements)]


MOST_PATTERNS: Final = 100
"""Combinations of what the variables in a condition on who asks may stand for, at most."""


def _closed(condition: Condition, statements: Sequence[Statement]) -> Iterator[Condition]:
    """The condition with a star for every variable, then with all that other keys in variables are settled to."""
    yield ties.widest(condition)
    keys = sorted(condition.test.variables - OF_PRINCIPAL)
    if not keys:
        return
    patterns = [list(dict.fromkeys(standing_patterns(key, statements))) or [STAR] for key in keys]
    if prod(map(len, patterns)) > MOST_PATTERNS:
        raise TooComplex(f"more than {MOST_PATTERNS} values of variables in conditions on {condition.name}")
    for choice in product(*patterns):
        yield ties.widest(condition, dict(zip(keys, choice, strict=True)))


def _accounts_of_resources(statements: Sequence[Statement]) -> Iterator[str]:
    """The accounts that resources and conditions on whose they are name: who asks may be of one of them.

    Raises TooComplex for a part of an account in a resource.
    """
    owned = [ties.widest(each) for statement in statements for each in statement.conditions if each.key == OWNER]
    if owned:
        told_apart = {tuple(each.test.matches(account) for each in owned): account for account in accounts_of(owned)}
        if len(told_apart) > 1:
            yield from told_apart.values()
    for statement in statements:
        for pattern in statement.resources.patterns if statement.resources is not None else ():
            literal = literal_of(pattern.parts)
            sections = (literal if literal is not None else pattern.source).split(":", 5)
            account = sections[4] if len(sections) == 6 else ""
            if is_account(account):
                yield account
            elif account.strip("*") and any(wild in account for wild in "*?") and "$" not in account:
                raise TooComplex(f"a part of an account in the resource {pattern.source}")


def _named(names: Iterable[str]) -> Iterator[Person]:
    """Whom policies name, but for ids that nobody who asks is known by."""
    for name in names:
        try:
            yield Person(parse_principal(name))
        except RequestError:
            continue


def _services(statements: Sequence[Statement], named: Iterable[str]) -> Iterator[Person]:
    shapes = [SERVICE, *(Shape((name,)) for name in named if is_service(name))]
    for condition in _conditions(statements):
        if condition.key == SERVICE_NAME:
            shapes += shapes_of(condition.test)
    for name in texts(list(dict.fromkeys(shapes)), "services", Wanted(all_of=(0,))):
        if is_service(name):
            yield Person(Principal(PrincipalKind.SERVICE, name))


def _other_provider(named: Iterable[str]) -> Person:
    name = OTHER_PROVIDER
    while name in named:
        name += "-"
    return Person(parse_principal(name))


def _with_session(person: Person, sets: Iterable[PrincipalSet]) -> Person:
    """For a role of which some sessions are named, another session."""
    if person.principal.kind is not PrincipalKind.ROLE:
        return person
    sessions = {name for each in sets for name in each.sessions_of(person.principal)}
    if not sessions:
        return person
    other = next(name for length in range(len(sessions) + 1) if (name := "other" + "-" * length) not in sessions)
    start, _, role = person.principal.identity.partition(":role/")
    if "/" in role:
        return Person(person.principal, person.alone, {SESSION_NAME: (other,)})
    session = f"{start.replace(':iam:', ':sts:', 1)}:assumed-role/{role}/{other}"
    return Person(parse_principal(session), person.alone)
