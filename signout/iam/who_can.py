"""Who can do something: by their own policies, or by becoming a role that can, over any number of steps."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from signout.iam.account import Holder
from signout.iam.decide import decide
from signout.iam.decision import Decision, Effect
from signout.iam.layers import Layers
from signout.iam.parse import parse
from signout.iam.policy import Policy
from signout.iam.principal import Principal, PrincipalKind, account_of, parse_principal
from signout.iam.request import Request, arn_account

ASSUME_ROLE = "sts:AssumeRole"

NOT_GIVEN = (
    "service control policies (SCPs)",
    "resource control policies (RCPs)",
    "resource policies other than the trust policies of roles",
    "session policies",
    "VPC endpoint policies",
)
"""Layers that get-account-authorization-details does not print: each could refuse, resource policies also grant."""


@dataclass(frozen=True, slots=True)
class Access:
    """One way by which a principal can, or may be able to, do what was asked."""

    principal: str
    effect: Effect
    """ALLOWED, or DEPENDS where it hangs on something not known. Nobody is listed who certainly cannot."""
    via: tuple[str, ...]
    """ARNs of the roles to assume one after the other; empty where its own policies are enough."""
    depends_on: tuple[str, ...]
    decision: Decision
    """On the action itself, by the principal or by the last role of the chain."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who can do it, as far as the given layers tell."""

    accesses: tuple[Access, ...]
    not_governed: Decision | None
    """Where no identity policy governs the operation, the decision that says so; then `accesses` is empty."""
    not_given: tuple[str, ...] = NOT_GIVEN


def who_can(
    action: str,
    resource: str,
    principals: Sequence[Holder],
    context: Mapping[str, object] | None = None,
) -> Answer:
    """Who among the principals, and who outside by the roles' trust policies, can do the action on the resource.

    The shortest chain of roles is given for each. Context keys that are not given are unknown: an answer that hangs on
    them is listed as DEPENDS, with what it hangs on.
    """
    able: dict[str, Access] = {}
    for holder in principals:
        decision = decide(Request(holder.principal, action, resource, context), _layers(holder))
        if decision.effect is Effect.NOT_IAM:
            return Answer((), decision)
        if access := _access(holder.principal.name, decision, (), _texts_of(holder)):
            able[access.principal] = access
    _spread(able, {holder.principal.name: holder for holder in principals})
    ordered = sorted(
        able.values(), key=lambda access: (access.effect is not Effect.ALLOWED, len(access.via), access.principal)
    )
    return Answer(tuple(ordered), None)


def _access(
    principal: str, decision: Decision, via: tuple[str, ...], missing: tuple[str, ...] = (), also: tuple[str, ...] = ()
) -> Access | None:
    """The access that a decision stands for, if any.

    `missing` are texts of the principal's policies that are not given: they leave open what nothing allows so far.
    `also` is what the rest of the way hangs on.
    """
    if decision.effect is Effect.EXPLICITLY_DENIED or (decision.effect is Effect.IMPLICITLY_DENIED and not missing):
        return None
    hangs_on = tuple(dict.fromkeys((*decision.depends_on, *missing, *also)))
    return Access(principal, Effect.DEPENDS if hangs_on else decision.effect, via, hangs_on, decision)


def _texts_of(holder: Holder) -> tuple[str, ...]:
    return tuple(f"the text of {name}" for name in holder.missing)


def _layers(holder: Holder, resource_policy: Policy | None = None) -> Layers:
    return Layers(identity=holder.identity, boundary=holder.boundary, resource_policy=resource_policy)


def _spread(able: dict[str, Access], holders: Mapping[str, Holder]) -> None:
    """Adds whoever can become one who is able, breadth first from the able; a sure way replaces one that depends."""
    assumers = [holder for holder in holders.values() if _may_assume_something(holder)]
    queue = deque(able.values())
    while queue:
        access = queue.popleft()
        role = holders.get(access.principal)
        if role is None or role.trust is None or able[access.principal] is not access:
            continue
        for found in _becoming(access, role, role.trust, assumers, holders):
            known = able.get(found.principal)
            if known is None or (known.effect is Effect.DEPENDS and found.effect is Effect.ALLOWED):
                able[found.principal] = found
                queue.append(found)


def _may_assume_something(holder: Holder) -> bool:
    """Does any of its policies allow sts:AssumeRole on something? A filter: most principals' policies do not."""
    return any(
        not statement.denies and statement.actions.matches("sts:assumerole") is not statement.negated_actions
        for policy in holder.identity
        for statement in policy.statements
    )


def _becoming(
    access: Access, role: Holder, trust: Policy, assumers: Iterable[Holder], holders: Mapping[str, Holder]
) -> Iterator[Access]:
    via = (role.principal.name, *access.via)
    named = _named(trust)
    inside = {holder.principal.name: holder for holder in assumers} if _opens_to_account(trust, role) else {}
    inside.update({name: holders[name] for _, name in named if name in holders})
    for name, holder in inside.items():
        if name in via:
            continue
        decision = decide(Request(holder.principal, ASSUME_ROLE, role.principal.name), _layers(holder, trust))
        if found := _access(name, decision, via, _texts_of(holder), access.depends_on):
            yield _for_action(found, access)
    yield from _outsiders(access, role, trust, via, [entry for entry in named if entry[1] not in holders])


def _opens_to_account(trust: Policy, role: Holder) -> bool:
    """Does the trust policy leave it to identity policies who of the role's own account may assume it?"""
    own = role.principal.account
    return any(
        statement.negated_principals or statement.principals.everyone or own in statement.principals.accounts
        for statement in trust.statements
        if not statement.denies and statement.principals is not None
    )


def _for_action(found: Access, access: Access) -> Access:
    return Access(found.principal, found.effect, found.via, found.depends_on, access.decision)


Entry = tuple[str, str]
"""What a Principal element names: type and value."""


def _named(trust: Policy) -> list[Entry]:
    """Everything that the trust policy's Allow statements name, each once."""
    entries: dict[Entry, None] = {}
    for statement in trust.statements:
        if not statement.denies and statement.principals is not None:
            entries.update(dict.fromkeys(statement.principals.entries))
    return list(entries)


EVERYTHING = parse(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
    origin="its own account",
)


def _outsiders(
    access: Access, role: Holder, trust: Policy, via: tuple[str, ...], entries: Iterable[Entry]
) -> Iterator[Access]:
    """Whom the trust policy lets in from outside: other accounts, services, identity providers, everyone."""
    for kind, name in entries:
        principal = _as_principal(kind, name, role)
        if principal is None or principal.account == role.principal.account:
            continue
        for action in (ASSUME_ROLE, "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"):
            request = Request(principal, action, role.principal.name)
            decision = decide(request, Layers(identity=(EVERYTHING,), resource_policy=trust))
            also = (f"the policies of account {principal.account}",) if principal.account else ()
            if found := _access(_called(name), decision, via, also=(*also, *access.depends_on)):
                yield _for_action(found, access)
                break


def _called(name: str) -> str:
    return "everyone" if name == "*" else name


def _as_principal(kind: str, name: str, role: Holder) -> Principal | None:
    """One who is as the trust policy names it: for an account a role that stands for any of its.

    None for what nobody is known by who assumes roles, such as the id of a deleted principal.
    """
    if name == "*":
        other = "000000000000" if role.principal.account != "000000000000" else "000000000001"
        return parse_principal(f"arn:aws:iam::{other}:role/anyone")
    match kind:
        case "Service":
            return Principal(PrincipalKind.SERVICE, name)
        case "Federated":
            return Principal(PrincipalKind.FEDERATED, name)
        case "AWS" if account := account_of(name):
            return parse_principal(f"arn:aws:iam::{account}:role/any")
        case "AWS" if arn_account(name):
            return parse_principal(name)
        case _:
            return None
