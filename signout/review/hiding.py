"""Names that only secrets say: reports say of whom they speak by the name in the program, and not by these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from signout.resource_types import ATTACHMENTS, DOCUMENTS
from signout.review.resource import Resource
from signout.values import SHORTEST_SECRET, is_secret, open_texts, secret_texts, without

_PIECES_OF_ARN = 6

_NAMES = frozenset(
    {
        *(
            "name",
            "arn",
            "path",
            "role",
            "user",
            "users",
            "group",
            "groups",
            "permissionsBoundary",
            "managedPolicyArns",
        ),
        *("function", "functionName", "qualifier", "principal", "sourceArn", "sourceAccount", "principalOrgId"),
        *(path for each in ATTACHMENTS.values() for path, _ in each.targets),
        *(each.policies for each in ATTACHMENTS.values()),
        *(place.resource for places in DOCUMENTS.values() for place in places),
    }
)
"""Properties by which reports call a resource or a principal."""


def only_in_secrets(resources: Iterable[Resource]) -> frozenset[str]:
    """The names that secrets say and nothing else in the input does."""
    listed = list(resources)
    found = {
        piece
        for resource in listed
        for path in _NAMES & resource.props.keys()
        if is_secret(resource.props[path])
        for text in secret_texts(resource.props[path])
        for piece in _pieces(text)
        if len(piece) >= SHORTEST_SECRET
    }
    if not found:
        return frozenset()
    said = "\n".join(text for resource in listed for text in _open_texts(resource))
    return frozenset(each for each in found if each not in said)


def _pieces(text: str) -> Iterator[str]:
    """The text, and of an ARN or a path what somebody could be known by."""
    yield text
    pieces = text.split(":", _PIECES_OF_ARN - 1)
    if pieces[0] == "arn" and len(pieces) == _PIECES_OF_ARN:
        yield pieces[4]
        _, *named = pieces[5].replace(":", "/").split("/")
        yield from named
    elif "/" in text:
        yield from text.split("/")


def _open_texts(resource: Resource) -> Iterator[str]:
    yield resource.address
    yield from open_texts(resource.props)


def without_in(names: frozenset[str], value: Any) -> Any:
    """A JSON value without the names in any of its texts."""
    if not names:
        return value
    if isinstance(value, str):
        return without(names, value)
    if isinstance(value, list):
        return [without_in(names, item) for item in value]
    if isinstance(value, Mapping):
        return {name: without_in(names, item) for name, item in value.items()}
    return value
