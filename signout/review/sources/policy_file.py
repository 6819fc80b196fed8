"""Policy documents in files: one, a pair, or a file at a revision and now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from signout.iam import IamError, Kind, parse
from signout.review.documents import LONGEST
from signout.review.errors import InputError
from signout.review.estate import WITHOUT_LIMIT, Document, Estate, Member, Reading
from signout.review.resource import Location
from signout.review.sources.reading import loads, loads_policy

if TYPE_CHECKING:
    from signout.review.sources.revision import Versions

WHAT = "policy documents"
ACCOUNT = "000000000000"


def recognised(content: Any) -> bool:
    """Is it a policy document?"""
    return isinstance(content, Mapping) and "Statement" in content


def content_of(file: bytes, origin: str) -> Any:
    """The document in a file that is recognised as one. Raises InputError where it is not as AWS takes it."""
    if len(file) > LONGEST:
        raise InputError(f"{origin}: is {len(file):,} bytes long; expected a policy document of at most {LONGEST:,}")
    return loads_policy(file, origin)


def read(content: Any, origin: str, name: str, kind: Kind | None = None) -> Estate:
    """An estate with one principal who has the policy, or with the one policy. Raises InputError.

    `name` is what reports call it: the same on both sides. `kind` is told from the document where it is not given.
    """
    kind = kind or kind_of(content)
    try:
        policy = parse(content, name, kind)
    except IamError as error:
        raise InputError(str(error).replace(name, origin, 1)) from None
    document = Document(name, kind, policy, name, Location(name, 1), about="*")
    if kind not in (Kind.IDENTITY, Kind.TRUST):
        return Estate(documents=(document,))
    trust = kind is Kind.TRUST
    label = f"the role of {name}" if trust else f"whoever has {name}"
    member = Member(f"arn:aws:iam::{ACCOUNT}:role/holder", label, name, document.location)
    if trust:
        member.trust = document
    else:
        member.identity.append(document)
    return Estate({member.arn: member})


def since(versions: Versions, revision: str, kind: Kind | None) -> Iterator[Reading]:
    """What became of a file since a revision: nothing where it is and was no policy document. Raises InputError.

    A document that became one of another kind went, and another one came. One that could not be read at the revision
    counts as absent, so that all of the new one is new, and the fault can be put right; unless it is there to limit.
    """
    new = _content(versions.after, versions.name)
    unread: tuple[str, ...] = ()
    try:
        old = _content(versions.before, f"{versions.was or versions.name} at {revision}")
        if old is not None:
            read(old, f"{versions.was or versions.name} at {revision}", versions.name, kind)
    except InputError as error:
        if kind is not None and kind in WITHOUT_LIMIT:
            raise
        old, unread = None, (f"what it was before, which counts as nothing: {error}",)
    renamed = ((versions.was, versions.name),) if versions.was and old is not None and new is not None else ()
    for each in dict.fromkeys(kind or kind_of(content) for content in (old, new) if content is not None):
        before, after = (
            Estate()
            if content is None or (kind or kind_of(content)) is not each
            else read(content, versions.name, versions.name, each)
            for content in (old, new)
        )
        yield Reading(WHAT, before, after, unread, renamed)


def _content(file: bytes | None, origin: str) -> Any:
    """The document in a file; None where there is no file, or another JSON in it."""
    return content_of(file, origin) if file is not None and recognised(loads(file, origin)) else None


def kind_of(content: Any) -> Kind:
    """Identity policies have no principal, trust policies have one and no resource."""
    statements = list(_statements(content))
    if not any("Principal" in each or "NotPrincipal" in each for each in statements):
        return Kind.IDENTITY
    resources = any("Resource" in each or "NotResource" in each for each in statements)
    return Kind.RESOURCE if resources else Kind.TRUST


def _statements(content: Any) -> Iterator[Mapping[str, Any]]:
    found = content.get("Statement", ())
    for statement in found if isinstance(found, list) else [found]:
        if isinstance(statement, Mapping):
            yield statement
