"""One side of a change: everybody who holds permissions, and what is attached to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from signout.iam import Kind, Policy
from signout.iam.account import Holder
from signout.iam.principal import parse_principal
from signout.review.bounds import of_boundary, on_condition
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
    bound: Policy | None = None
    """What it can allow at most, where it is not known yet and something bounds it."""
    arn: str = ""
    """Of a managed policy."""
    bounded_by: str = ""
    """What bounds it: "the grants that SignOutAccess access declares, if it keeps to them"."""

    @property
    def hangs_on(self) -> str:
        """What an answer hangs on that needs this document, which is not known."""
        awaits = f", which {self.awaits}" if self.awaits else ""
        return f"{self.origin}{awaits} (bounded by {self.bounded_by})"


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
    stands_in: bool = False
    """Nobody of this name is there: it has what somebody has who is not in the input."""
    identity: list[Document] = field(default_factory=list)
    """Its own and those attached to it, without those of its groups."""
    groups: list[Member] = field(default_factory=list)
    boundary: Document | None = None
    trust: Document | None = None
    awaits: list[str] = field(default_factory=list)
    """What else its permissions hang on: attached policies whose text is not in the input, or not known which."""

    @property
    def asks_as(self) -> str:
        """The ARN under which it sends requests: a group's are those of the users in it."""
        return self.arn.replace(":group/", ":user/of-group/", 1) if self.is_group else self.arn

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

    def bounds(self) -> tuple[Document, ...]:
        """The documents that are not known, each with what it can allow at most; one for all of them where only the
        permissions boundary bounds them. Empty where nothing is open, or something that is open has no bound.
        """
        reasons = tuple(self.open())
        if not reasons or (self.boundary is not None and self.boundary.policy is None):
            return ()
        unknown = [each for each in self.documents() if each.policy is None]
        if len(unknown) == len(reasons) and all(each.bound is not None for each in unknown):
            return tuple(unknown)
        if self.boundary is None or self.boundary.policy is None:
            return ()
        origin = " and ".join(reasons)
        most = of_boundary(self.boundary.policy)
        return (Document(origin, Kind.IDENTITY, None, bound=most, bounded_by="its permissions boundary"),)

    def holder(self) -> Holder:
        """The member as the engine asks for it, without what its open policies can allow at most.

        A boundary that is not known is taken to allow anything: what it lets through is listed as open.
        """
        bounded = bool(self.bounds())
        identity = tuple(each.policy for each in self.documents() if each.policy is not None)
        boundary = None if self.boundary is None or self.boundary.policy is None else (self.boundary.policy,)
        trust = None if self.trust is None else self.trust.policy
        return Holder(parse_principal(self.asks_as), identity, boundary, trust, () if bounded else tuple(self.open()))

    def holder_at_most(self) -> Holder:
        """The same with what its open policies can allow at most, under the condition that they do."""
        holder = self.holder()
        most = tuple(on_condition(each.bound, each.hangs_on) for each in self.bounds() if each.bound is not None)
        return replace(holder, identity=(*holder.identity, *most)) if most else holder


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool."""

    arn: str
    label: str


SOMEBODY = "somebody whom a secret names"


@dataclass(frozen=True, slots=True)
class Opening:
    """Whom a permission lets invoke a function."""

    principal: str
    """As the permission names it; "*" is everyone."""
    hangs_on: tuple[str, ...] = ()
    """Condition keys, policies of other accounts, what is not known yet."""


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function with the ARNs by which it is invoked, and the role that it works under."""

    arns: tuple[str, ...]
    label: str
    address: str
    role: str
    """The role's ARN; empty where it is not known."""
    opened_to: tuple[Opening, ...] = ()
    """Whom Lambda permissions and URLs let invoke it."""


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
    hidden: frozenset[str] = frozenset()
    """Names that only secrets say."""

    def peopled(self) -> frozenset[str]:
        """ARNs of the groups that somebody of the input is in."""
        return frozenset(group.arn for member in self.members.values() for group in member.groups)

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

    @property
    def hidden(self) -> frozenset[str]:
        """Names that reports must not say."""
        return self.before.hidden | self.after.hidden
