"""Policies that say whom they are about, compared person by person.

For one principal such a policy is worth what its statements about that principal say. So it is compared for each
principal that either side names, and for one that stands for everybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from signout.iam import IamError, Kind, Policy
from signout.iam.compare import Comparison, Difference, Relation, compare
from signout.iam.pattern import Pattern, PatternSet
from signout.iam.policy import Statement
from signout.iam.principal import Match, Principal, PrincipalKind, account_of, parse_principal

EVERYONE = "everyone"
_STRANGERS = ("000000000000", "000000000001")
_ANYTHING = PatternSet((Pattern.of("*"),))


def reaching(before: Policy, after: Policy, account: str) -> Iterator[tuple[str, Comparison]]:
    """For each principal whose access differs, its name and the comparison. `account` is that of what is reached."""
    everyone = _compared(_stranger(before, after), before, after)
    if everyone.relation is not Relation.EQUAL:
        yield EVERYONE, everyone
    seen = {_regions(everyone)}
    for name in _named(before, after):
        principal = _principal(name)
        if principal is None:
            continue
        comparison = _compared(principal, before, after)
        if comparison.relation is Relation.EQUAL or _regions(comparison) in seen:
            continue
        yield name, comparison


def _regions(comparison: Comparison) -> tuple[object, ...]:
    """What a comparison comes to, without its witnesses."""
    return tuple(
        tuple((each.actions, each.resources, each.conditions) for each in side)
        for side in (comparison.added, comparison.removed)
    )


def _named(before: Policy, after: Policy) -> list[str]:
    """Everybody whom a statement of either side names, new ones first."""
    entries = [
        value
        for policy in (after, before)
        for statement in policy.statements
        if statement.principals is not None
        for kind, value in statement.principals.entries
        if value != "*" and kind != "CanonicalUser"
    ]
    return list(dict.fromkeys(entries))


def _stranger(before: Policy, after: Policy) -> Principal:
    """Somebody in an account that neither policy names."""
    named = {account_of(name) or "" for name in _named(before, after)}
    account = next(each for each in (*_STRANGERS, "000000000002") if each not in named)
    return parse_principal(f"arn:aws:iam::{account}:role/anyone")


def _principal(name: str) -> Principal | None:
    """Whom an entry means; for an account, a role that stands for any of its principals. None for a deleted one."""
    account = account_of(name)
    try:
        return parse_principal(f"arn:aws:iam::{account}:role/any" if account else name)
    except IamError:
        return Principal(PrincipalKind.FEDERATED, name) if not name.startswith("A") else None


def _compared(principal: Principal, before: Policy, after: Policy) -> Comparison:
    comparison = compare(_about(before, principal), _about(after, principal))
    assuming = "that its own account's policies allow it too" if principal.account else ""

    def shown(each: Difference) -> Difference:
        # A trust policy is about its role: what stands for a resource here would only say so.
        resources = () if after.kind is Kind.TRUST else each.resources
        return replace(each, resources=resources, assuming=assuming)

    return replace(comparison, added=tuple(map(shown, comparison.added)), removed=tuple(map(shown, comparison.removed)))


def _about(policy: Policy, principal: Principal) -> Policy:
    """What the policy says about this principal, as if it were attached to it."""
    statements = [_attached(each) for each in policy.statements if _means(each, principal)]
    return Policy(policy.origin, Kind.IDENTITY, policy.version, policy.id, tuple(statements))


def _means(statement: Statement, principal: Principal) -> bool:
    if statement.principals is None:
        return True
    return (statement.principals.match(principal) is not Match.NONE) is not statement.negated_principals


def _attached(statement: Statement) -> Statement:
    resources = _ANYTHING if statement.resources is None else statement.resources
    return replace(statement, principals=None, negated_principals=False, resources=resources)
