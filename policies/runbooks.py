"""The functions of a stack's runbooks, and who lets whom invoke them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from signout.arns import Home
from signout.iam import IamError, Kind, Layers, Policy, Request, decide, parse
from signout.iam.principal import account_of, element_of
from signout.resource_types import ALIAS, FUNCTION
from signout.values import UNKNOWN

from .arns import arn_of, as_text
from .grants import SIGN_OUT_RUNBOOK
from .stack import Awaited, Resource, Stack

INVOKE = "lambda:InvokeFunction"
INVOKE_BY_URL = "lambda:InvokeFunctionUrl"
PERMISSION = "aws:lambda/permission:Permission"
FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl"


@dataclass(frozen=True, slots=True)
class Runbook:
    """One function of a SignOutRunbook component."""

    component: Resource
    function: Resource
    aliases: tuple[Resource, ...]


def runbooks_of(stack: Stack) -> Iterator[Runbook]:
    """The runbooks of the stack."""
    for component in stack.of_type(SIGN_OUT_RUNBOOK):
        for function in stack.parts(component, FUNCTION):
            yield Runbook(component, function, tuple(of_function(function, stack, ALIAS)))


def of_function(function: Resource, stack: Stack, type_: str) -> Iterator[Resource]:
    """The aliases, permissions or URLs that a function has in the stack."""
    path = "function" if type_ == PERMISSION else "functionName"
    for resource in stack.of_type(type_):
        if function_of(resource, stack, path) is function:
            yield resource


def function_of(resource: Resource, stack: Stack, path: str) -> Resource | None:
    """The function of this stack that a property names, by name, by ARN or by what it is made from."""
    given = resource.given(path)
    if isinstance(given, str):
        name = given.partition(":function:")[2] or given
        return stack.named(FUNCTION, name.partition(":")[0])
    for source in stack.made_from(resource, path):
        if source.type == FUNCTION:
            return source
        if source.type == ALIAS:
            return function_of(source, stack, "functionName")
    return None


def arns_of(runbook: Runbook, stack: Stack, home: Home) -> Iterator[str]:
    """What callers can name: the function without a version, and each alias."""
    for resource in (runbook.function, *runbook.aliases):
        if (arn := arn_of(resource, stack, home)) is not None:
            yield arn


@dataclass(frozen=True, slots=True)
class Opening:
    """A Lambda permission by which somebody may invoke a function."""

    permission: Resource
    principal: str
    """"*", an account id, an ARN, or a service."""

    @property
    def everyone(self) -> str:
        """Who "*" is here."""
        organization = as_text(self.permission.given("principalOrgId"))
        return f"everyone of the organization {organization}" if organization else "everyone"


def openings(function: Resource, stack: Stack, home: Home) -> Iterator[Opening | Awaited]:
    """The Lambda permissions of a function that let somebody invoke it."""
    arn = arn_of(function, stack, home)
    for permission in of_function(function, stack, PERMISSION):
        principal = permission.given("principal")
        if principal is UNKNOWN:
            yield Awaited(permission, "principal")
        elif isinstance(principal, str) and arn is not None and _lets_invoke(permission, principal, arn):
            yield Opening(permission, principal)


def _lets_invoke(permission: Resource, principal: str, arn: str) -> bool:
    """Does the permission, as the resource policy that Lambda makes of it, allow invoking under any conditions?"""
    try:
        layers = Layers(identity=(_EVERYTHING,), resource_policy=_policy(permission, principal, arn))
        requests = [Request(_representative(principal), action, arn) for action in (INVOKE, INVOKE_BY_URL)]
        return any(decide(request, layers).may_be_allowed for request in requests)
    except IamError:
        return True  # what is not understood is not taken to be harmless


def _policy(permission: Resource, principal: str, arn: str) -> Policy:
    """Source: Lambda API Reference, AddPermission."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": element_of(principal),
        "Action": as_text(permission.given("action")) or INVOKE,
        "Resource": arn,
    }
    return parse({"Version": "2012-10-17", "Statement": statement}, permission.label, Kind.RESOURCE)


def _representative(principal: str) -> str:
    """Somebody whom the permission means."""
    account = account_of(principal)
    if principal == "*" or account:
        return f"arn:aws:iam::{account or '000000000000'}:role/somebody"
    return principal


_EVERYTHING = parse(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, "its own account"
)
