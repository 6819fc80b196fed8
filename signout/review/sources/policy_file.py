"""One policy document in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from signout.iam import IamError, Kind, parse
from signout.review.errors import InputError
from signout.review.estate import Document, Estate, Member
from signout.review.resource import Location

WHAT = "policy documents"
ACCOUNT = "000000000000"


def recognised(content: Any) -> bool:
    """Is it a policy document?"""
    return isinstance(content, Mapping) and "Statement" in content


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
