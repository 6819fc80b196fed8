"""Who can do something: by their own policies, or by becoming a role that can, over any number of steps."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from signout.iam.account import Holder
from signout.iam.decide import decide
from signout.iam.decision import Decision, Effect
from signout.iam.effects import COGNITO, is_trust, needs_resource_policy
from signout.iam.layers import Layers
from signout.iam.parse import parse
from signout.iam.policy import Kind, Policy, Statement
from signout.iam.principal import ANONYMOUS, Principal, PrincipalKind, account_of, parse_principal
from signout.iam.request import SESSION_NAME, Request, arn_account

ASSUME_ROLE = "sts:AssumeRole"
ASSUMING = (ASSUME_ROLE, "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML")

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
    them is listed as DEPENDS, with what it hangs on. Who can assume a role among the principals is told by its trust
    policy; what else only a policy of the resource allows hangs on that policy.
    """
    Request(ANONYMOUS, action, resource)  # a wildcard is an error, also where there is nobody to ask for
    able: dict[str, Access] = {}
    holders = {holder.principal.name: holder for holder in principals}
    role = holders.get(resource)
    for holder in principals:
        request = Request(holder.principal, action, resource, context)
        policy, also = _policy_of_resource(request, role)
        decision = decide(request, _layers(holder, policy))
        if decision.effect is Effect.NOT_IAM:
            return Answer((), decision)
        if access := _access(holder.principal.name, decision, (), _texts_of(holder), also):
            able[access.principal] = access
    if role is not None and role.trust is not None and is_trust(Request(role.principal, action, resource)):
        for name, decision, also in _outsiders(role, role.trust, (action,), holders, context):
            if access := _access(name, decision, (), also=also):
                able[name] = access
    _spread(able, holders)
    ordered = sorted(
        able.values(), key=lambda access: (access.effect is not Effect.ALLOWED, len(access.via), access.principal)
    )
    return Answer(tuple(ordered), None)


def _policy_of_resource(request: Request, role: Holder | None) -> tuple[Policy | None, tuple[str, ...]]:
    """The policy of what is asked for, where nothing is allowed without one; what it is called if it is not given.

    One that is not given is taken to leave the decision to the policies of whoever asks.
    """
    if role is not None and role.trust is not None and is_trust(request):
        return role.trust, ()
    if needs_resource_policy(request) or (request.cross_account and request.service not in COGNITO):
        return _left_to(request.principal.account or ""), (f"the policy of {request.resource}",)
    return None, ()


@lru_cache(maxsize=64)
def _left_to(account: str) -> Policy:
    statement = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "*"}
    return parse({"Version": "2012-10-17", "Statement": [statement]}, "the policy of the resource", Kind.RESOURCE)


def _access(
    principal: str, decision: Decision, via: tuple[str, ...], missing: tuple[str, ...] = (), also: tuple[str, ...] = ()
) -> Access | None:
    """The access that a decision stands for, if any.

    `missing` are texts of policies that are not given: they leave open what nothing allows so far.
    `also` is what the rest of the way hangs on.
    """
    refused = decision.effect is Effect.IMPLICITLY_DENIED or decision.denied_anyhow
    if decision.effect is Effect.EXPLICITLY_DENIED or (refused and not missing):
        return None
    hangs_on = tuple(dict.fromkeys((*decision.depends_on, *missing, *also)))
    return Access(principal, Effect.DEPENDS if hangs_on else decision.effect, via, hangs_on, decision)


def _texts_of(holder: Holder) -> tuple[str, ...]:
    return tuple(f"the text of {name}" for name in holder.missing)


def _layers(holder: Holder, resource_policy: Policy | None = None) -> Layers:
    return Layers(identity=holder.identity, boundary=holder.boundary, resource_policy=resource_policy)


def _spread(able: dict[str, Access], holders: Mapping[str, Holder]) -> None:
    """Adds whoever can become one who is able, breadth first from the able; a sure way replaces one that depends."""
    # Whoever is able already and has texts that are not given gains nothing by becoming somebody: it stays open.
    assumers = [
        holder
        for name, holder in holders.items()
        if not (holder.missing and name in able) and _may_assume_something(holder)
    ]
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
    """Does any of its policies allow sts:AssumeRole on something? A filter: most principals' policies do not.

    One whose text is not given may.
    """
    return bool(holder.missing) or any(
        not statement.denies and statement.actions.matches("sts:assumerole") is not statement.negated_actions
        for policy in holder.identity
        for statement in policy.statements
    )


def _becoming(
    access: Access, role: Holder, trust: Policy, assumers: Iterable[Holder], holders: Mapping[str, Holder]
) -> Iterator[Access]:
    via = (role.principal.name, *access.via)
    inside = {holder.principal.name: holder for holder in assumers} if _opens_to_account(trust, role) else {}
    inside.update((holder.principal.name, holder) for holder in _named_holders(trust, holders))
    for name, holder in inside.items():
        if name in via:
            continue
        decision = decide(Request(holder.principal, ASSUME_ROLE, role.principal.name), _layers(holder, trust))
        if found := _access(name, decision, via, _texts_of(holder), access.depends_on):
            yield _for_action(found, access)
    for name, decision, also in _outsiders(role, trust, ASSUMING, holders):
        if found := _access(name, decision, via, also=(*also, *access.depends_on)):
            yield _for_action(found, access)


def _named_holders(trust: Policy, holders: Mapping[str, Holder]) -> Iterator[Holder]:
    """The principals that the trust policy names, or of which it names a session."""
    named = _named(trust)
    yield from (holders[name] for _, name in named if name in holders)
    if any(":assumed-role/" in name for _, name in named):
        for holder in holders.values():
            if holder.principal.kind is PrincipalKind.ROLE and any(
                statement.principals.sessions_of(holder.principal)
                for statement in trust.statements
                if statement.principals is not None
            ):
                yield holder


def _opens_to_account(trust: Policy, role: Holder) -> bool:
    """Does the trust policy leave it to identity policies who of the role's own account may assume it?

    One that lets everyone in is answered with that; whoever has policies for it is listed besides.
    """
    own = role.principal.account
    return any(name == "*" or account_of(name) == own for _, name in _named(trust))


def _for_action(found: Access, access: Access) -> Access:
    return Access(found.principal, found.effect, found.via, found.depends_on, access.decision)


Entry = tuple[str, str]
"""What a Principal element names: type and value."""


def _named(trust: Policy) -> list[Entry]:
    """Everything that the trust policy may let in, as it names it, each once."""
    return list(dict.fromkeys(entry for statement in trust.statements for entry in _let_in(statement)))


def _let_in(statement: Statement) -> tuple[Entry, ...]:
    """Whom an Allow names or a Deny excepts; an Allow with NotPrincipal lets in everyone else."""
    if statement.principals is None or (statement.denies and not statement.negated_principals):
        return ()
    if statement.negated_principals and not statement.denies:
        return (("*", "*"),)
    return statement.principals.entries


EVERYTHING = parse(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},
    origin="its own account",
)


OF_ANYONE = ("aws:principalarn", "aws:principaltype", "aws:username", "aws:userid", SESSION_NAME)
OF_EVERYONE = (*OF_ANYONE, "aws:principalaccount", "aws:principalisawsservice", "aws:principalservicename")
"""Keys that differ among those for whom one principal stands: of an account, or of all accounts."""


def _outsiders(
    role: Holder,
    trust: Policy,
    actions: Iterable[str],
    holders: Mapping[str, Holder],
    context: Mapping[str, object] | None = None,
) -> Iterator[tuple[str, Decision, tuple[str, ...]]]:
    """Whom the trust policy lets in beyond the holders: other accounts, services, identity providers, everyone.

    Each with the decision on the first of the actions that is not refused, and what else that hangs on.
    """
    for kind, name in _named(trust):
        principal = None if name in holders else _as_principal(kind, name, role)
        if principal is None or _stands_for_holders(principal, name, role, holders):
            continue
        also = (f"the policies of {_whose(name, principal, role)}",) if principal.account else ()
        for action in actions:
            request = Request(principal, action, role.principal.name, context)
            if name == "*":
                request = request.without(OF_EVERYONE)
            elif kind == "AWS" and account_of(name):
                request = request.without(OF_ANYONE)
            decision = decide(request, Layers(identity=(EVERYTHING,), resource_policy=trust))
            if decision.may_be_allowed:
                yield "everyone" if name == "*" else name, decision, also
                break


def _stands_for_holders(principal: Principal, name: str, role: Holder, holders: Mapping[str, Holder]) -> bool:
    """Is it the account of the role, or a session of a holder: looked at as holders?"""
    if principal.account != role.principal.account or principal.account is None:
        return False
    if account_of(name) or principal.kind is PrincipalKind.FEDERATED_USER:  # who cannot assume roles
        return True
    start, _, of_session = principal.identity.rpartition("/")
    return principal.kind is PrincipalKind.SESSION and any(
        other.startswith(f"{start}/") and other.endswith(f"/{of_session}") for other in holders
    )


def _whose(name: str, principal: Principal, role: Holder) -> str:
    if name == "*":
        return f"their own account, but for account {role.principal.account}"
    return name if principal.account == role.principal.account else f"account {principal.account}"


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
