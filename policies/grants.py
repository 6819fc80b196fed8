"""What the components SignOutAccess and SignOutRunbook declare that their roles may do.

A component hands its grants over as its own inputs, so they can be read at preview, when a role's policy document is
one unknown text as long as one ARN in it is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from signout.arns import Home
from signout.iam import IamError, Policy, parse
from signout.resource_types import ALIAS, FUNCTION, ROLE, USER_POOL
from signout.values import UNKNOWN, Unknown

from .arns import arn_of
from .stack import Resource, Stack

SIGN_OUT_ACCESS = "signout:cognito:SignOutAccess"
SIGN_OUT_RUNBOOK = "signout:cognito:SignOutRunbook"
COMPONENTS = (SIGN_OUT_ACCESS, SIGN_OUT_RUNBOOK)

_MADE = {"cognito-idp": (USER_POOL,), "lambda": (ALIAS, FUNCTION)}
"""By the prefix of an action, the types whose ARNs a grant of it is about."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role may do these actions on these resources."""

    role: str
    """The name of the role's resource in the program."""
    actions: tuple[str, ...]
    resources: tuple[str | Unknown, ...]


class GrantError(ValueError):
    """Grants that cannot be read: the place, what is there, what was expected."""


def grants_of(component: Resource) -> tuple[Grant, ...]:
    """The grants that a component declares. Raises GrantError; NotKnown where not even their number is known."""
    value = component.given("grants", [])
    if value is UNKNOWN:
        component.known("grants")
    if not isinstance(value, list):
        raise GrantError(f"grants: is {type(value).__name__}; expected a list")
    return tuple(_grant(item, f"grants[{index}]") for index, item in enumerate(value))


def _grant(item: Any, place: str) -> Grant:
    if not isinstance(item, Mapping):
        raise GrantError(f"{place}: is {type(item).__name__}; expected an object with role, actions, resources")
    role = item.get("role")
    if not isinstance(role, str):
        raise GrantError(f"{place}.role: is {type(role).__name__}; expected the name of a role's resource")
    actions = tuple(_texts(item.get("actions"), f"{place}.actions"))
    return Grant(role, actions, tuple(_texts(item.get("resources"), f"{place}.resources", unknown=True)))


def _texts(value: Any, place: str, unknown: bool = False) -> Iterator[Any]:
    if not isinstance(value, list) or not value:
        raise GrantError(f"{place}: is {type(value).__name__}; expected a list with at least one text")
    for index, item in enumerate(value):
        if not isinstance(item, str) and not (unknown and item is UNKNOWN):
            raise GrantError(f"{place}[{index}]: is {type(item).__name__}; expected a text")
        yield item


def component_of(role: Resource, stack: Stack) -> Resource | None:
    """The component that declares grants for a role; None for a role that none declares any for."""
    component = stack.ancestor(role, *COMPONENTS)
    return component if component is not None and _of_role(component, role) else None


def _of_role(component: Resource, role: Resource) -> list[Grant]:
    try:
        return [grant for grant in grants_of(component) if grant.role == role.name]
    except GrantError:
        return []  # the rule on grants reports it


def role_of(grant: Grant, component: Resource, stack: Stack) -> Resource | None:
    """The role that a grant is for."""
    return next((role for role in stack.parts(component, ROLE) if role.name == grant.role), None)


def declared_policy(component: Resource, role: Resource, stack: Stack, home: Home) -> Policy | None:
    """The role's grants as a policy, with the ARNs that new resources are going to have.

    None where a resource is not known and no property dependency tells which one it is, or where no grant is readable.
    """
    statements = []
    for grant in _of_role(component, role):
        resources = list(_resources(grant, component, stack, home))
        if not resources:
            return None
        statements.append({"Effect": "Allow", "Action": list(grant.actions), "Resource": resources})
    try:
        return parse({"Version": "2012-10-17", "Statement": statements}, f"the grants of {component.label}")
    except IamError:
        return None  # the rule on grants reports it


def _resources(grant: Grant, component: Resource, stack: Stack, home: Home) -> Iterator[str]:
    for resource in grant.resources:
        if resource is not UNKNOWN:
            yield str(resource)
            continue
        yield from new_resources(grant.actions, stack.made_from(component, "grants"), stack, home)


def new_resources(actions: Iterable[str], sources: Iterable[Resource], stack: Stack, home: Home) -> Iterator[str]:
    """The ARNs of those sources that the actions can be about."""
    types = {each for action in actions for each in _MADE.get(action.partition(":")[0].lower(), ())}
    for source in sources:
        if source.type in types and (arn := arn_of(source, stack, home)) is not None:
            yield arn
