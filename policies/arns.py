"""ARNs of a stack's resources, also before they are made.

An ARN is made of names that are known at preview and of the account, the partition and the Region, which the stack's
other ARNs and documents tell. What stays open, such as a new user pool's id, has a stand-in that occurs nowhere else.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from signout.resource_types import FUNCTION, ROLE, USER

from .documents import PLACES
from .stack import Resource, Stack

_NOWHERE = ("aws", "us-east-1", "000000000000")
_ARN = re.compile(r"arn:(aws[a-z-]*):[a-z0-9-]+:([a-z0-9-]*):(\d{12}):([^\s\"'*]+)")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a stack is deployed, as far as it can be told."""

    partition: str
    region: str
    account: str


def home_of(stack: Stack) -> Home:
    """From ARNs that are known, else from those that the stack's own documents name."""
    found = list(_known(stack)) or list(_named(stack))
    return Home(*(_most_common((match[group] for match in found), _NOWHERE[group - 1]) for group in (1, 2, 3)))


def _most_common(texts: Iterable[str], otherwise: str) -> str:
    counted = Counter(text for text in texts if text).most_common(1)
    return counted[0][0] if counted else otherwise


def _known(stack: Stack) -> Iterator[re.Match[str]]:
    for resource in stack:
        arn = resource.output("arn")
        if isinstance(arn, str) and (match := _ARN.match(arn)):
            yield match


def _named(stack: Stack) -> Iterator[re.Match[str]]:
    """ARNs in documents. One that ends in the name of a role or user of the stack tells more than any others."""
    names = {name for each in stack.of_type(ROLE, USER) if isinstance(name := each.given("name"), str)}
    every = [match for text in _texts(stack) for match in _ARN.finditer(text)]
    own = [match for match in every if match[4].rpartition("/")[2] in names]
    yield from own or every


def _texts(stack: Stack) -> Iterator[str]:
    for resource in stack.of_type(*sorted(PLACES)):
        for place in PLACES[resource.type]:
            yield str(resource.given(place.path.partition("[")[0]))


def arn_of(resource: Resource, stack: Stack, home: Home) -> str | None:
    """The resource's ARN, or the one that it is going to have. None for a type that has none here."""
    known = resource.output("arn")
    if isinstance(known, str):
        return known
    match resource.type:
        case "aws:iam/role:Role":
            return _iam(resource, "role", home)
        case "aws:iam/user:User":
            return _iam(resource, "user", home)
        case "aws:iam/policy:Policy":
            return _iam(resource, "policy", home)
        case "aws:cognito/userPool:UserPool":
            return _regional(resource, home, "cognito-idp", f"userpool/{_region(resource, home)}_{_stand_in(resource)}")
        case "aws:lambda/function:Function":
            return _regional(resource, home, "lambda", f"function:{name_of(resource)}")
        case "aws:lambda/alias:Alias":
            return _regional(resource, home, "lambda", f"function:{_function_of(resource, stack)}:{name_of(resource)}")
    return None


def name_of(resource: Resource) -> str:
    """The name that AWS knows it by, or a stand-in."""
    return as_text(resource.given("name")) or f"{resource.name}-{_stand_in(resource)}"


def _iam(resource: Resource, kind: str, home: Home) -> str:
    path = as_text(resource.given("path")) or "/"
    return f"arn:{home.partition}:iam::{home.account}:{kind}{path}{name_of(resource)}"


def _regional(resource: Resource, home: Home, service: str, name: str) -> str:
    return f"arn:{home.partition}:{service}:{_region(resource, home)}:{home.account}:{name}"


def _region(resource: Resource, home: Home) -> str:
    return as_text(resource.given("region")) or home.region


def _function_of(alias: Resource, stack: Stack) -> str:
    """The name of an alias's function; the property may hold the name or the ARN."""
    given = alias.given("functionName")
    if isinstance(given, str):
        return given.partition(":function:")[2] or given
    source = next((each for each in stack.made_from(alias, "functionName") if each.type == FUNCTION), None)
    return name_of(source) if source is not None else _stand_in(alias)


def _stand_in(resource: Resource) -> str:
    """Letters and digits, as ids have, that no real id is."""
    return "NotMade" + hashlib.sha256(resource.urn.encode()).hexdigest()[:12]


def resource_with(stack: Stack, home: Home, arn: str, *types: str) -> Resource | None:
    """The resource of one of these types that has, or is going to have, this ARN."""
    return next((each for each in stack.of_type(*types) if arn_of(each, stack, home) == arn), None)


def as_text(value: Any) -> str | None:
    """The value if it is a text that is known and not empty."""
    return value if isinstance(value, str) and value else None
