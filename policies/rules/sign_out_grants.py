"""Roles of SignOutAccess and SignOutRunbook may do what their components declare, and nothing else.

What is declared is there at preview, before any ARN exists, and is held to what such roles are for. The documents
themselves are held to what is declared as soon as they are known: each before it is made, all of them in the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from signout.findings import Severity
from signout.iam import Kind, Policy, PolicyError, parse
from signout.resource_types import USER_POOL
from signout.values import UNKNOWN

from ..arns import home_of
from ..documents import documents_of
from ..grants import (
    COMPONENTS,
    SIGN_OUT_ACCESS,
    SIGN_OUT_RUNBOOK,
    Grant,
    GrantError,
    component_of,
    declared_policy,
    grants_of,
    role_of,
)
from ..principals import Member, principals_of, role_attached_to
from ..rule import Outcome, Rule, Violation
from ..settings import setting
from ..stack import Awaited, Resource, Stack

_SIGN_OUT = ("cognito-idp:AdminUserGlobalSignOut", "arn:*:cognito-idp:*:*:userpool/*")
_LIMITS = {
    SIGN_OUT_ACCESS: (_SIGN_OUT, ("lambda:InvokeFunction", "arn:*:lambda:*:*:function:*:*")),
    SIGN_OUT_RUNBOOK: (
        _SIGN_OUT,
        ("logs:CreateLogStream", "arn:*:logs:*:*:log-group:*"),
        ("logs:PutLogEvents", "arn:*:logs:*:*:log-group:*"),
        ("sqs:SendMessage", "arn:*:sqs:*:*:*"),
    ),
}
"""By component, what its roles are for: actions, each with the resources that it can be about."""


@dataclass(frozen=True, slots=True)
class Further:
    """What more roles may be for."""

    actions: tuple[str, ...] = setting(
        (), 'Actions that these roles may have besides, on the resources that are declared: "kms:Decrypt".'
    )


def _declared(component: Resource, stack: Stack, settings: Further) -> Iterator[Outcome]:
    """The grants are readable, for what such roles are for, and for one user pool."""
    try:
        grants = grants_of(component)
    except GrantError as error:
        yield Violation(component, f"{component.label}: {error}.")
        return
    limit = _limit(component, settings)
    for index, grant in enumerate(grants):
        place = f"{component.label}: grants[{index}]"
        try:
            difference = _beyond(_as_policy(grant, place), limit)
        except PolicyError as error:
            yield Violation(component, f"{error}.")
            continue
        if difference is not None:
            yield Violation(component, f"{place} gives role {grant.role} more than it is for: {difference}.")
    yield from _pools(component, grants, stack)


def _limit(component: Resource, settings: Further) -> Policy:
    allowed = [*_LIMITS[component.type], *((action, "*") for action in settings.actions)]
    statements = [{"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in allowed]
    return parse({"Version": "2012-10-17", "Statement": statements}, f"what {component.type} is for")


_NEW = {"cognito-idp": "userpool/new_0", "lambda": "function:new:new"}
"""By service, how the ARN of something new ends."""


def _as_policy(grant: Grant, place: str) -> Policy:
    """The grant, with a stand-in where a resource's ARN is not known yet: it is going to be that of one resource."""
    service = grant.actions[0].partition(":")[0].lower()
    new = f"arn:aws:{service}:us-east-1:000000000000:{_NEW.get(service, 'new')}"
    resources = [new if each is UNKNOWN else str(each) for each in grant.resources]
    statement = {"Effect": "Allow", "Action": list(grant.actions), "Resource": resources}
    return parse({"Version": "2012-10-17", "Statement": [statement]}, place)


def _pools(component: Resource, grants: Iterable[Grant], stack: Stack) -> Iterator[Outcome]:
    """Every grant on user pools is for one pool, and all of a component's for the same one."""
    named: dict[str, None] = {}
    for grant in grants:
        if not any(action.lower().startswith("cognito-idp:") for action in grant.actions):
            continue
        for resource in grant.resources:
            if resource is UNKNOWN:
                sources = [each for each in stack.made_from(component, "grants") if each.type == USER_POOL]
                named.update((source.label, None) for source in sources)
            elif "*" in str(resource) or "?" in str(resource):
                yield Violation(component, f"{component.label} declares a grant on every user pool like {resource}.")
            else:
                named[str(resource)] = None
    if len(named) > 1:
        yield Violation(component, f"{component.label} declares grants on several user pools: {', '.join(named)}.")


def _attached(resource: Resource, stack: Stack, settings: Further) -> Iterator[Outcome]:
    """A document that is about to be attached to a component's role."""
    role = role_attached_to(resource, stack)
    component = None if role is None else component_of(role, stack)
    if role is None or component is None:
        return
    declared = declared_policy(component, role, stack, home_of(stack))
    for document in documents_of(resource):
        if document.kind is not Kind.IDENTITY or document.policy is None or declared is None:
            continue
        if (difference := _beyond(document.policy, declared)) is not None:
            yield _more(resource, role, component, difference)


def _agree(stack: Stack, settings: Further) -> Iterator[Outcome]:
    """Everything that a role has, and what is declared for it, are the same."""
    for component in stack.of_type(*COMPONENTS):
        try:
            grants = grants_of(component)
        except GrantError:
            continue  # reported above
        for name in dict.fromkeys(grant.role for grant in grants):
            role = next((role_of(grant, component, stack) for grant in grants if grant.role == name), None)
            member = None if role is None else principals_of(stack).of(role)
            if role is None or member is None:
                change = "Give the role's resource the name that the grant has."
                yield Violation(component, f"{component.label} declares grants for {name}, a role it has not.", change)
            else:
                yield from _role_agrees(component, role, member, stack)


def _role_agrees(component: Resource, role: Resource, member: Member, stack: Stack) -> Iterator[Outcome]:
    waiting = [*member.all_awaited()]
    waiting += [Awaited(each.resource, each.path) for each in member.documents.values() if each.awaited]
    declared = declared_policy(component, role, stack, principals_of(stack).home)
    if waiting or declared is None:
        yield from waiting or [Awaited(component, "grants")]
        return
    held = [(document.resource, document.policy) for document in member.documents.values()]
    held += [(role, policy) for policy in member.managed.values()]
    policies = [(resource, policy) for resource, policy in held if policy is not None]
    if not policies:
        yield Violation(role, f"{role.label} may do nothing, though {component.label} declares grants for it.")
        return
    for resource, policy in policies:
        if (difference := _beyond(policy, declared)) is not None:
            yield _more(resource, role, component, difference)
    written = replace(policies[0][1], statements=tuple(each for _, policy in policies for each in policy.statements))
    if (difference := _beyond(declared, written)) is not None:
        change = "Take the grant out of the declaration, or put it into the role's policy."
        yield Violation(role, f"{role.label} may do less than {component.label} declares: {difference}.", change)


def _more(resource: Resource, role: Resource, component: Resource, difference: str) -> Violation:
    return Violation(resource, f"{role.label} may do more than {component.label} declares: {difference}.")


def _beyond(policy: Policy, limit: Policy) -> str | None:
    """A request that the policy allows and the limit does not, in words; None if there is proven to be none."""
    from signout.iam.compare import within  # only for a stack with one of the components

    comparison = within(policy, limit)
    if comparison.holds:
        return None
    if not comparison.added:
        return f"what it allows could not be worked out ({comparison.undetermined})"
    worst = comparison.added[0]
    return f"for example {worst.witness.action} on {worst.witness.resource}, by {worst.statement}"


SIGN_OUT_GRANTS = Rule(
    name="sign-out-grants",
    description="Roles of SignOutAccess and SignOutRunbook may do what is declared and no more, each on one user pool.",
    why="Whoever holds such a role, or finds a way into the runbook, has everything that it may do.",
    change="Take what is too much out of the policy, or declare it where the component makes the role.",
    severity=Severity.CRITICAL,
    settings=Further,
    types=frozenset(COMPONENTS),
    of_resource=_declared,
    before=_attached,
    of_stack=_agree,
)

RULES = (SIGN_OUT_GRANTS,)
