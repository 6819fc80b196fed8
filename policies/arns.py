"""ARNs of a stack's resources, also before they are made, and where it is deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from signout.arns import Home, arn_to_be, found_in, home_told_by, stand_in
from signout.iam import Kind
from signout.resource_types import ALIAS, FUNCTION, PERMISSION_SET, ROLE, USER

from .documents import PLACES
from .stack import Resource, Stack


def home_of(stack: Stack) -> Home:
    """From ARNs that are known, else from those that the stack's own documents name."""
    return home_told_by(_known(stack), _named(stack))


def _known(stack: Stack) -> Iterator[re.Match[str]]:
    for resource in stack:
        yield from found_in(as_text(resource.output("arn")) or "")


def _named(stack: Stack) -> Iterator[re.Match[str]]:
    """ARNs in documents. One that ends in the name of a role or user of the stack tells more than any others.

    What policies grant tells more than whom trust policies let in: that may be somebody elsewhere.
    """
    names = {name for each in stack.of_type(ROLE, USER) if isinstance(name := each.given("name"), str)}
    every = [(kind, match) for kind, text in _texts(stack) for match in found_in(text)]
    own = [match for _, match in every if match[4].rpartition("/")[2] in names]
    granted = [match for kind, match in every if kind is Kind.IDENTITY]
    yield from own or granted or [match for _, match in every]


def _texts(stack: Stack) -> Iterator[tuple[Kind, str]]:
    for resource in stack.of_type(*sorted(PLACES)):
        for place in PLACES[resource.type]:
            yield place.kind, str(resource.given(place.path.partition("[")[0]))


def arn_of(resource: Resource, stack: Stack, home: Home) -> str | None:
    """The resource's ARN, or the one that it is going to have. None for a type that has none here.

    A permission set goes by the role that is made of it.
    """
    known = resource.output("arn")
    if isinstance(known, str) and resource.type != PERMISSION_SET:
        return known
    if resource.type == ALIAS:
        return _to_be(FUNCTION, resource, home, f"{_function_of(resource, stack)}:{name_of(resource)}")
    return _to_be(resource.type, resource, home, name_of(resource))


def _to_be(type_: str, resource: Resource, home: Home, name: str) -> str | None:
    path, region = as_text(resource.given("path")), as_text(resource.given("region"))
    return arn_to_be(type_, home, name, stand_in(resource.urn), path=path, region=region)


def name_of(resource: Resource) -> str:
    """The name that AWS knows it by, or a stand-in."""
    return as_text(resource.given("name")) or f"{resource.name}-{stand_in(resource.urn)}"


def _function_of(alias: Resource, stack: Stack) -> str:
    """The name of an alias's function; the property may hold the name or the ARN."""
    given = alias.given("functionName")
    if isinstance(given, str):
        return given.partition(":function:")[2] or given
    source = next((each for each in stack.made_from(alias, "functionName") if each.type == FUNCTION), None)
    return name_of(source) if source is not None else stand_in(alias.urn)


def resource_with(stack: Stack, home: Home, arn: str, *types: str) -> Resource | None:
    """The resource of one of these types that has, or is going to have, this ARN."""
    return next((each for each in stack.of_type(*types) if arn_of(each, stack, home) == arn), None)


def as_text(value: Any) -> str | None:
    """The value if it is a text that is known and not empty."""
    return value if isinstance(value, str) and value else None
