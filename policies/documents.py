"""The policy documents of a stack: which resource type holds one, where, and what kind of policy it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from signout.iam import IamError, Kind, Policy, parse
from signout.values import UNKNOWN, is_secret, is_unknown, revealed

from .stack import Resource, Stack


@dataclass(frozen=True, slots=True)
class Place:
    """A property that holds a policy document."""

    path: str
    """`inlinePolicies[].policy` is the property of each item of a list."""
    kind: Kind
    required: bool = True


PLACES: Mapping[str, tuple[Place, ...]] = {
    "aws:iam/role:Role": (
        Place("assumeRolePolicy", Kind.TRUST),
        Place("inlinePolicies[].policy", Kind.IDENTITY, required=False),
    ),
    "aws:iam/rolePolicy:RolePolicy": (Place("policy", Kind.IDENTITY),),
    "aws:iam/userPolicy:UserPolicy": (Place("policy", Kind.IDENTITY),),
    "aws:iam/groupPolicy:GroupPolicy": (Place("policy", Kind.IDENTITY),),
    "aws:iam/policy:Policy": (Place("policy", Kind.IDENTITY),),
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": (Place("inlinePolicy", Kind.IDENTITY),),
    "aws:ec2/vpcEndpoint:VpcEndpoint": (Place("policy", Kind.ENDPOINT, required=False),),
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": (Place("policy", Kind.ENDPOINT, required=False),),
    "aws:organizations/policy:Policy": (Place("content", Kind.SCP),),
}
"""By resource type. Where a type holds policies of several kinds, `_kind` tells them apart."""

TYPES = frozenset(PLACES)
_OF_ORGANIZATION = {"SERVICE_CONTROL_POLICY": Kind.SCP, "RESOURCE_CONTROL_POLICY": Kind.RCP}


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document of a resource."""

    resource: Resource
    path: str
    kind: Kind
    policy: Policy | None
    """None where it is not known, or not readable. With `partly` the statements that are known."""
    problem: str
    """Why it cannot be read; empty where it can, or where it is not known."""
    awaited: bool
    """It, or a part of it, is not known yet."""
    secret: bool
    """What it says is not to be shown."""

    @property
    def origin(self) -> str:
        """What messages call it."""
        return origin_of(self.resource, self.path)


def origin_of(resource: Resource, path: str) -> str:
    """What messages call a document: "RolePolicy ci: policy"."""
    return f"{resource.label}: {path}"


def documents(stack: Stack, *types: str) -> Iterator[Document]:
    """The documents of all resources, or of those of the types."""
    for resource in stack.of_type(*(types or sorted(TYPES))):
        yield from documents_of(resource)


def documents_of(resource: Resource) -> Iterator[Document]:
    """The documents of one resource."""
    for place in PLACES.get(resource.type, ()):
        kind = _kind(resource, place)
        if kind is not None:
            for path, value in _values(resource, place.path):
                if value is not None or place.required:
                    yield _document(resource, path, kind, value)


def document_at(resource: Resource, path: str, kind: Kind) -> Document:
    """The document in a property, read as a policy of this kind: as a boundary, say, in place of an identity policy."""
    return _document(resource, path, kind, resource.raw(path))


def _kind(resource: Resource, place: Place) -> Kind | None:
    if resource.type != "aws:organizations/policy:Policy":
        return place.kind
    return _OF_ORGANIZATION.get(str(resource.given("type", "SERVICE_CONTROL_POLICY")))


def _values(resource: Resource, path: str) -> Iterator[tuple[str, Any]]:
    """The values at a path, each with its own path; several where the path goes through a list."""
    name, through_list, rest = path.partition("[].")
    value = resource.raw(name)
    if not through_list:
        yield name, value
        return
    items = revealed(value) if not isinstance(value, list) else value
    if items is UNKNOWN:
        yield name, UNKNOWN
    for index, item in enumerate(items if isinstance(items, list) else ()):
        inner = item.get(rest) if isinstance(item, Mapping) else item
        yield f"{name}[{index}].{rest}", inner


def _document(resource: Resource, path: str, kind: Kind, value: Any) -> Document:
    secret = is_secret(value)
    content = revealed(value)
    if content is UNKNOWN:
        return Document(resource, path, kind, None, "", True, secret)
    partly = is_unknown(content)
    if partly and (content := _known_part(content)) is None:
        return Document(resource, path, kind, None, "", True, secret)
    policy, problem = None, ""
    try:
        policy = _parsed(content, origin_of(resource, path), kind)
    except IamError as error:
        # What the parser says has the value in it that it stumbled over.
        problem = f"{error.place}: not a policy document; what it says is a secret" if secret else str(error)
    return Document(resource, path, kind, policy, problem, partly, secret)


def _parsed(content: Any, origin: str, kind: Kind) -> Policy:
    return _parsed_text(content, origin, kind) if isinstance(content, str) else parse(content, origin, kind)


@lru_cache(maxsize=8192)
def _parsed_text(text: str, origin: str, kind: Kind) -> Policy:
    """Several rules read the same documents, when a resource comes in and again at the end."""
    return parse(text, origin, kind)


def _known_part(content: Any) -> dict[str, Any] | None:
    """The document with those statements that are known in full; None where there are none."""
    if not isinstance(content, Mapping) or not isinstance(content.get("Statement"), list):
        return None
    statements = [statement for statement in content["Statement"] if not is_unknown(statement)]
    known = {name: value for name, value in content.items() if not is_unknown(value)}
    return {**known, "Statement": statements} if statements else None
