"""The policy documents of a stack: which resource type holds one, where, and what kind of policy it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from signout.iam import IamError, Kind, Policy, parse
from signout.resource_types import DOCUMENTS, kind_of, values_at
from signout.values import UNKNOWN, is_secret, is_unknown, revealed

from .stack import Resource, Stack

PLACES = {type_: places for type_, places in DOCUMENTS.items() if places[0].kind is not Kind.RESOURCE}
"""Where the policies are that can be about ending sessions. Cognito has no resource policies of its own."""

TYPES = frozenset(PLACES)


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
        kind = kind_of(resource.type, place, resource.given("type"))
        if kind is not None:
            for path, value in values_at(place.path, resource.raw(place.path.partition("[]")[0])):
                if place.required or value not in (None, ""):  # AWS's provider has "" for what nobody set
                    yield _document(resource, path, kind, value)


def document_at(resource: Resource, path: str, kind: Kind) -> Document:
    """The document in a property, read as a policy of this kind: as a boundary, say, in place of an identity policy."""
    return _document(resource, path, kind, resource.raw(path))


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
