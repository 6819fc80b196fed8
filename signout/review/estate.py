"""One side of a change: everybody who holds permissions, and what is attached to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from signout.iam import Kind, Policy
from signout.iam.account import Holder
from signout.iam.principal import parse_principal
from signout.review.resource import Location

WITHOUT_LIMIT = frozenset({Kind.BOUNDARY, Kind.SCP, Kind.RCP, Kind.ENDPOINT})
"""Layers that only limit: where there is none, everything passes."""


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document, and what is to be said where it could not be read."""

    origin: str
    """What reports call it: "RolePolicy ci: policy"."""
    kind: Kind
    policy: Policy | None
    address: str = ""
    """Of the resource that holds it."""
    location: Location | None = None
    awaits: str = ""
    """Why it is not known yet: "awaits arn or id of aws:cognito/userPool:UserPool users"."""
    problem: str = ""
    """Why it is no policy document."""
    secret: bool = False
    """What it says is not to be shown."""
    about: str = ""
    """Of a resource policy: the ARN, or the name, of what it is about."""


@dataclass(slots=True, eq=False)
class Member:
    """A role, a user, a group, or a permission set of IAM Identity Center."""

    arn: str
    """The same on both sides, also where a new principal has none yet: then a stand-in made of its name."""
    label: str
    """What reports call it."""
    address: str
    location: Location | None = None
    is_group: bool = False
    identity: list[Document] = field(default_factory=list)
    """Its own and those attached to it, without those of its groups."""
    groups: list[Member] = field(default_factory=list)
    boundary: Document | None = None
    trust: Document | None = None
    awaits: list[str] = field(default_factory=list)
    """What else its permissions hang on: attached policies whose text is not in the input, or not known which."""

    def documents(self) -> Iterator[Document]:
        """Its identity policies with those of its groups."""
        for each in (self, *self.groups):
            yield from each.identity

    def open(self) -> Iterator[str]:
        """All that its permissions hang on and the input does not tell."""
        for each in (self, *self.groups):
            yield from each.awaits
        for document in (*self.documents(), *filter(None, (self.boundary,))):
            if document.policy is None:
                yield f"{document.origin}, which {document.awaits or 'cannot be read'}"

    def holder(self) -> Holder:
        """The member as the engine asks for it. A boundary that is not known is taken to allow anything: what it
        lets through is listed as open."""
        identity = tuple(each.policy for each in self.documents() if each.policy is not None)
        boundary = None if self.boundary is None or self.boundary.policy is None else (self.boundary.policy,)
        trust = None if self.trust is None else self.trust.policy
        return Holder(parse_principal(self.arn), identity, boundary, trust, tuple(self.open()))


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool."""

    arn: str
    label: str


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function with the ARNs by which it is invoked, and the role that it works under."""

    arns: tuple[str, ...]
    label: str
    address: str
    role: str
    """The role's ARN; empty where it is not known."""
    opened_to: tuple[str, ...] = ()
    """Principals whom Lambda permissions let invoke it."""


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything on one side."""

    members: dict[str, Member] = field(default_factory=dict)
    """By ARN, groups too."""
    documents: tuple[Document, ...] = ()
    """Policies that are not about one principal: of resources, organizations and endpoints."""
    pools: tuple[Pool, ...] = ()
    functions: tuple[Function, ...] = ()
    open: tuple[str, ...] = ()
    """What nobody knows to whom it belongs: attachments whose target is not known."""
    not_reviewed: tuple[str, ...] = ()
    """Resources that look as if they granted something, of types that no table has."""

    @property
    def found(self) -> int:
        """How much there is to review."""
        return len(self.members) + len(self.documents)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source read."""

    what: str
    """"a Pulumi preview"."""
    before: Estate
    after: Estate
    incomplete: tuple[str, ...] = ()
    """What the input leaves out, so that an absence proves nothing."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Files that have another name now: the old one and the new one."""
