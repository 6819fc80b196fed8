"""From a property's value to a policy document, or to the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from signout.iam import IamError, Kind, Policy, parse
from signout.resource_types import DOCUMENTS, kind_of, values_at
from signout.review.bounds import of_parts
from signout.review.estate import Document
from signout.review.resource import Resource
from signout.values import UNKNOWN, is_secret, is_unknown, revealed

_PARTS = "the parts of it that are known"
LONGEST = 262_144
"""Characters of a document that is read. AWS takes 32,768 at most; far longer ones take minutes to compare."""


@dataclass(slots=True)
class Documents:
    """Reads documents; the same text is parsed once, though a policy may be attached a thousand times."""

    parsed: dict[tuple[str, str, Kind], Policy]

    def of(self, resource: Resource) -> Iterator[Document]:
        """All documents of a resource."""
        for place in DOCUMENTS.get(resource.type, ()):
            kind = kind_of(resource.type, place, resource.text("type"))
            if kind is None:
                continue
            for path, value in values_at(place.path, resource.props.get(place.path.partition("[]")[0])):
                if value is not None:
                    yield self.at(resource, path, kind, value, place.resource)

    def at(self, resource: Resource, path: str, kind: Kind, value: Any, about: str = "") -> Document:
        """The document in a property, read as a policy of this kind."""
        origin, content = f"{resource.label}: {path}", revealed(value)
        named = (resource.text(about) or resource.name) if about else ""
        unread = Document(origin, kind, None, resource.address, resource.location, secret=is_secret(value), about=named)
        if content is UNKNOWN or is_unknown(content):
            hidden = "is a secret whose text is not in the input"
            awaits = hidden if unread.secret else resource.awaited(path.partition("[")[0])
            most = of_parts(content, origin) if kind is Kind.IDENTITY and not unread.secret else None
            return replace(unread, awaits=awaits, bound=most, bounded_by=resource.bounded_by.get(path, _PARTS))
        try:
            return replace(unread, policy=self.parse(content, origin, kind))
        except IamError as error:
            # What the parser says has the value in it that it stumbled over.
            hidden = "is no policy document; what it says is a secret"
            return replace(unread, problem=hidden if unread.secret else str(error))

    def parse(self, content: Any, origin: str, kind: Kind) -> Policy:
        """The policy; from the last time, if it was read before. Raises IamError."""
        if not isinstance(content, str):
            return parse(content, origin, kind)
        if len(content) > LONGEST:
            raise IamError(origin, f"is {len(content):,} characters long", f"at most {LONGEST:,}")
        key = (content, origin, kind)
        if key not in self.parsed:
            self.parsed[key] = parse(content, origin, kind)
        return self.parsed[key]
