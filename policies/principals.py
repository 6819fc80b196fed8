"""The principals of a stack with everything that is attached to them, as `signout.iam.who_can` asks for them.

Policies find their principals by name, and by property dependency where the name is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache

from signout.arns import Home
from signout.aws_managed import aws_managed, is_aws_managed
from signout.cognito.sessions import session_enders
from signout.iam import IamError, Kind, Policy, parse
from signout.iam.account import Holder
from signout.iam.principal import Principal, PrincipalKind, parse_principal
from signout.iam.who_can import ASSUME_ROLE
from signout.resource_types import ATTACHMENTS, GROUP, PERMISSION_SET, POLICY, ROLE, USER, Attachment
from signout.values import UNKNOWN

from .arns import arn_of, home_of, name_of
from .documents import Document, document_at, documents_of
from .grants import component_of, declared_policy
from .stack import Awaited, Resource, Stack

_READABLE = "a policy document that can be read"
_SSO = "aws:ssoadmin/"
_REFERENCES = {
    f"{_SSO}customerManagedPolicyAttachment:CustomerManagedPolicyAttachment": "customerManagedPolicyReference",
    f"{_SSO}customerManagedPolicyAttachmentsExclusive:CustomerManagedPolicyAttachmentsExclusive": (
        "customerManagedPolicyReferences"
    ),
}
"""Types that give a permission set managed policies by their names, and the property with these."""
_BOUNDARY = f"{_SSO}permissionsBoundaryAttachment:PermissionsBoundaryAttachment"


@dataclass(slots=True, eq=False)
class Member:
    """A role, a user, a group, or a permission set of IAM Identity Center."""

    resource: Resource
    """What findings are about: the principal's own, or, where that is not in the stack, what attaches to it."""
    type: str
    arn: str
    """Groups are no principals; theirs only tells them apart. That of a permission set is its role's."""
    component: Resource | None = None
    """The component that declares what it may do."""
    trust: Document | None = None
    documents: dict[str, Document] = field(default_factory=dict)
    """The identity policies that the stack holds for it, by origin: its own and those that are attached."""
    managed: dict[str, Policy] = field(default_factory=dict)
    """Managed policies whose text is not in the stack but known, by ARN."""
    boundary: tuple[Policy, ...] | None = None
    """None without one. One whose text is not known is taken to allow nothing, and is awaited."""
    awaited: list[Awaited] = field(default_factory=list)
    """What else its permissions hang on."""
    groups: dict[str, Member] = field(default_factory=dict)
    declared: Policy | None = None
    """What its component declares, where that stands in for documents that are not known yet."""
    declared_for: frozenset[str] = frozenset()
    """URNs of the resources for whose documents it does."""

    @property
    def policies(self) -> list[Policy]:
        """What is known of its identity policies, without those of its groups."""
        known = [document.policy for document in self.documents.values() if document.policy is not None]
        declared = [] if self.declared is None else [self.declared]
        return [*known, *self.managed.values(), *declared]

    def holder(self) -> Holder:
        """The member with what is known of it, for `signout.iam`."""
        policies = [policy for each in (self, *self.groups.values()) for policy in each.policies]
        trust = None if self.trust is None else self.trust.policy
        return Holder(parse_principal(self.arn), tuple(policies), self.boundary, trust)

    def awaited_trust(self) -> Awaited | None:
        """What is not known of who may become it; None where all is."""
        trust = self.trust
        if trust is None or not (trust.problem or trust.awaited):
            return None
        return Awaited(self.resource, trust.path, _READABLE if trust.problem else "")

    def all_awaited(self) -> Iterator[Awaited]:
        """What its permissions hang on and is not known, that of its groups included."""
        for each in (self, *self.groups.values()):
            yield from each.awaited
            for document in each.documents.values():
                if document.problem:
                    yield Awaited(document.resource, document.path, _READABLE)
                elif document.awaited and document.resource.urn not in each.declared_for:
                    yield Awaited(document.resource, document.path)


@dataclass(frozen=True, slots=True, eq=False)
class Principals:
    """Everybody in a stack who can hold permissions."""

    home: Home
    members: dict[str, Member]
    """By ARN, without groups."""
    astray: tuple[Awaited, ...]
    """Attachments of which it is not known to whom they attach."""
    twins: tuple[Member, ...] = ()
    """Those who, as far as it is known, have a member's ARN too: one name in two accounts, whose ids are not known."""

    @property
    def everybody(self) -> tuple[Member, ...]:
        """The members and, before them, their twins: whoever asks by ARN has the member."""
        return (*self.twins, *self.members.values())

    def supposed(self, stack: Stack, actions: Iterable[str]) -> list[Holder]:
        """The members as they may turn out to be: each document that is not known yet allows these actions, and to
        become roles, on what it is made from, and a trust policy lets in what it is made from.
        """
        return [_supposed(member, stack, self.home, actions) for member in self.everybody]

    def relevant(self, actions: Iterable[str]) -> list[Holder]:
        """The members that can have to do with any of the actions: allowed it or another role, or named in a trust.

        All others neither can do it nor are on anybody's way to it. With them whoever of the own account a trust names
        and the stack does not hold: within an account to be named is enough, whatever its own policies are.
        """
        asked = (*(action.lower() for action in actions), ASSUME_ROLE.lower())
        holders = [member.holder() for member in self.everybody]
        named = dict.fromkeys(name for holder in holders if holder.trust is not None for name in _named(holder.trust))
        found = [holder for holder in holders if holder.principal.name in named or _allows_some(holder, asked)]
        return [*found, *(Holder(each, ()) for each in self._elsewhere(named))]

    def _elsewhere(self, names: Iterable[str]) -> Iterator[Principal]:
        """Users, roles and sessions of the own account among the names that are no members."""
        for name in names:
            with suppress(IamError):
                principal = parse_principal(name)
                own = principal.account == self.home.account and principal.kind is not PrincipalKind.ROOT
                if own and name not in self.members:
                    yield principal

    def of(self, resource: Resource) -> Member | None:
        """The member that is this resource."""
        return next((member for member in self.everybody if member.resource is resource), None)


def role_attached_to(resource: Resource, stack: Stack) -> Resource | None:
    """The role that a resource is, or that it puts a policy document on; by names that are known."""
    if resource.type == ROLE:
        return resource
    if resource.type != "aws:iam/rolePolicy:RolePolicy":
        return None
    return stack.named(ROLE, resource.given("role"))


@lru_cache(maxsize=1)
def principals_of(stack: Stack) -> Principals:
    """The principals of a stack that is complete. Kept for the next rule, which asks for the same ones."""
    return _Builder(stack).build()


class _Builder:
    def __init__(self, stack: Stack) -> None:
        self.stack, self.home = stack, home_of(stack)
        self.members: dict[tuple[str, str], list[Member]] = {}
        """By type and name; permission sets by their URN. Several in several accounts can have one name."""
        self.of_resource: dict[str, Member] = {}
        self.astray: list[Awaited] = []
        self.managed = {arn_of(policy, stack, self.home) or policy.urn: policy for policy in stack.of_type(POLICY)}
        self.texts: dict[tuple[str, Kind], Document] = {}

    def build(self) -> Principals:
        for resource in self.stack.of_type(ROLE, USER, GROUP, PERMISSION_SET):
            self._own(resource)
        for type_, attachment in ATTACHMENTS.items():
            for resource in self.stack.of_type(type_):
                self._attach(resource, attachment)
        for type_, path in _REFERENCES.items():
            for resource in self.stack.of_type(type_):
                self._attach_by_name(resource, path)
        for resource in self.stack.of_type(_BOUNDARY):
            for member in self._named(resource, "permissionSetArn", PERMISSION_SET):
                self._bound_set(member, resource)
        for resource in self.stack.of_type("aws:iam/groupMembership:GroupMembership"):
            self._join(self._named(resource, "users", USER), self._named(resource, "group", GROUP))
        for resource in self.stack.of_type("aws:iam/userGroupMembership:UserGroupMembership"):
            self._join(self._named(resource, "user", USER), self._named(resource, "groups", GROUP))
        everybody: dict[str, Member] = {}
        twins: list[Member] = []
        for member in [each for members in self.members.values() for each in members if self._can_hold(each)]:
            self._declared(member)
            other = everybody.setdefault(member.arn, member)
            if other is not member:
                everybody[member.arn], twin = sorted((other, member), key=_harmless)
                twins.append(twin)
        return Principals(self.home, everybody, tuple(self.astray), tuple(twins))

    def _can_hold(self, member: Member) -> bool:
        """Can it hold permissions: is it no group, and does AWS know such an ARN?"""
        if member.type == GROUP:
            return False
        try:
            parse_principal(member.arn)
        except IamError:
            self.astray.append(
                Awaited(member.resource, "name", f"a name and a path that AWS takes, not {member.arn!r}")
            )
            return False
        return True

    def _own(self, resource: Resource) -> None:
        """A principal that is a resource of the stack, with what that resource itself says."""
        arn = arn_of(resource, self.stack, self.home) or resource.urn
        member = Member(resource, resource.type, arn, component_of(resource, self.stack))
        key = resource.urn if resource.type == PERMISSION_SET else name_of(resource)
        self.members.setdefault((resource.type, key), []).append(member)
        self.of_resource[resource.urn] = member
        for document in documents_of(resource):
            if document.kind is Kind.TRUST:
                member.trust = document
            else:
                member.documents[f"{resource.urn} {document.path}"] = document
        self._attach_managed(member, resource, "managedPolicyArns")
        self._bound(member, resource)

    def _attach(self, resource: Resource, attachment: Attachment) -> None:
        for path, type_ in attachment.targets:
            for member in self._named(resource, path, type_):
                if attachment.policies:
                    self._attach_managed(member, resource, attachment.policies)
                    continue
                for document in documents_of(resource):
                    member.documents[f"{resource.urn} {document.path}"] = document

    def _named(self, resource: Resource, path: str, type_: str) -> list[Member]:
        """The principals of this type that a property names."""
        found: dict[int, Member] = {}
        for name in _items(resource.given(path)):
            if name is UNKNOWN:
                sources = [each for each in self.stack.made_from(resource, path) if each.type == type_]
                found.update((id(member), member) for each in sources for member in [self.of_resource[each.urn]])
                if not sources:
                    self.astray.append(Awaited(resource, path))
            elif isinstance(name, str) and name.rpartition("/")[2]:
                found.update((id(member), member) for member in self._by_name(resource, path, type_, name))
            else:
                self.astray.append(Awaited(resource, path, "a name; what is there is none"))
        return list(found.values())

    def _by_name(self, resource: Resource, path: str, type_: str, name: str) -> list[Member]:
        """The principals of the stack with this name, else one that is not in the stack.

        Of several, those that the property is made from; where it is made from none, any of them may be meant.
        """
        if type_ == PERMISSION_SET:
            own = (each for members in self.members.values() for each in members if each.resource.output("arn") == name)
            key = next((member.resource.urn for member in own), name)
        else:
            key = name.rpartition("/")[2]
        if (type_, key) not in self.members:
            kind = {USER: "user", GROUP: "group"}.get(type_, "role")
            arn = f"arn:{self.home.partition}:iam::{self.home.account}:{kind}/{key.rpartition('/')[2]}"
            self.members[type_, key] = [Member(resource, type_, arn)]
        members = self.members[type_, key]
        sources = self.stack.made_from(resource, path) if len(members) > 1 else ()
        return [member for member in members if member.resource in sources] or members

    def _attach_managed(self, member: Member, resource: Resource, path: str) -> None:
        for arn in _items(resource.given(path)):
            if arn is UNKNOWN:
                self._attach_new(member, resource, path)
            elif isinstance(arn, str) and (policy := self.managed.get(arn)) is not None:
                member.documents[policy.urn] = self._text(policy, Kind.IDENTITY)
            elif isinstance(arn, str):
                self._attach_foreign(member, resource, path, arn)

    def _attach_new(self, member: Member, resource: Resource, path: str) -> None:
        """A managed policy whose ARN is not known yet: the one that the property is made from."""
        sources = [each for each in self.stack.made_from(resource, path) if each.type == POLICY]
        for policy in sources:
            member.documents[policy.urn] = self._text(policy, Kind.IDENTITY)
        if not sources:
            member.awaited.append(Awaited(resource, path))

    def _attach_foreign(self, member: Member, resource: Resource, path: str, arn: str) -> None:
        policy = _aws_managed(arn, Kind.IDENTITY) if is_aws_managed(arn) else None
        if policy is not None:
            member.managed[arn] = policy
        else:
            member.awaited.append(Awaited(resource, path, f"the text of {arn}, which is not in this stack"))

    def _attach_by_name(self, resource: Resource, path: str) -> None:
        for member in self._named(resource, "permissionSetArn", PERMISSION_SET):
            for reference in _items(resource.given(path)):
                policies = self._referenced(resource, path, reference)
                member.documents.update((policy.urn, self._text(policy, Kind.IDENTITY)) for policy in policies)
                if not policies:
                    member.awaited.append(Awaited(resource, path, _of_name(reference)))

    def _referenced(self, resource: Resource, path: str, reference: object) -> list[Resource]:
        """The stack's managed policies that a reference by name means."""
        name = reference.get("name") if isinstance(reference, Mapping) else reference
        if name is UNKNOWN:
            return [each for each in self.stack.made_from(resource, path) if each.type == POLICY]
        return [each for each in self.stack.of_type(POLICY) if name_of(each) == name]

    def _bound_set(self, member: Member, resource: Resource) -> None:
        """The permissions boundary of a permission set, which names it by ARN or by name."""
        path = "permissionsBoundary.customerManagedPolicyReference"
        reference = resource.given(path)
        if reference is None:
            self._bound(member, resource, "permissionsBoundary.managedPolicyArn")
            return
        policies, member.boundary = self._referenced(resource, path, reference), ()
        if policies:
            self._bound_by(member, policies[0])
        else:
            member.awaited.append(Awaited(resource, path, _of_name(reference)))

    def _bound_by(self, member: Member, policy: Resource) -> None:
        document = self._text(policy, Kind.BOUNDARY)
        if document.policy is not None and not document.awaited:
            member.boundary = (document.policy,)
        else:
            member.awaited.append(Awaited(policy, document.path))

    def _bound(self, member: Member, resource: Resource, path: str = "permissionsBoundary") -> None:
        """The permissions boundary. Only a text that is known allows anything."""
        arn = resource.given(path)
        if not arn:
            return
        member.boundary = ()
        sources = [each for each in self.stack.made_from(resource, path) if each.type == POLICY]
        own = self.managed.get(arn) if isinstance(arn, str) else next(iter(sources), None)
        if own is not None:
            self._bound_by(member, own)
        elif isinstance(arn, str) and (policy := _aws_managed(arn, Kind.BOUNDARY)) is not None:
            member.boundary = (policy,)
        else:
            what = f"the text of {arn}, which is not in this stack" if isinstance(arn, str) else ""
            member.awaited.append(Awaited(resource, path, what))

    def _text(self, policy: Resource, kind: Kind) -> Document:
        if (policy.urn, kind) not in self.texts:
            self.texts[policy.urn, kind] = document_at(policy, "policy", kind)
        return self.texts[policy.urn, kind]

    def _join(self, users: Iterable[Member], groups: Iterable[Member]) -> None:
        for user in users:
            for group in groups:
                user.groups[group.arn] = group

    def _declared(self, member: Member) -> None:
        """Where documents of a component's role are not known yet, what the component declares stands in for them."""
        component = member.component
        if component is None:
            return
        waiting = [each.resource for each in member.documents.values() if each.awaited]
        own = frozenset(each.urn for each in waiting if self.stack.ancestor(each, component.type) is component)
        if own and (declared := declared_policy(component, member.resource, self.stack, self.home)) is not None:
            member.declared, member.declared_for = declared, own


def _supposed(member: Member, stack: Stack, home: Home, actions: Iterable[str]) -> Holder:
    holder, trust = member.holder(), member.trust
    policies = [*holder.identity]
    for awaited in member.all_awaited():
        if sources := _arns_of_sources(awaited, stack, home):
            allowed = {"Effect": "Allow", "Action": [*actions, ASSUME_ROLE], "Resource": sources}
            policies.append(parse({"Version": "2012-10-17", "Statement": [allowed]}, awaited.resource.label))
    lets_in = holder.trust
    if trust is not None and trust.awaited and (sources := _arns_of_sources(trust, stack, home, ROLE, USER)):
        opened = {"Effect": "Allow", "Action": ASSUME_ROLE, "Principal": {"AWS": sources}}
        lets_in = parse({"Version": "2012-10-17", "Statement": [opened]}, trust.origin, Kind.TRUST)
    return replace(holder, identity=tuple(policies), trust=lets_in)


def _arns_of_sources(awaited: Awaited | Document, stack: Stack, home: Home, *types: str) -> list[str]:
    sources = stack.made_from(awaited.resource, awaited.path)
    arns = (arn_of(source, stack, home) for source in sources if not types or source.type in types)
    return [arn for arn in arns if arn is not None]


def _harmless(member: Member) -> tuple[bool, bool]:
    """Of twins, the one comes first that can have to do with ending sessions, and of such one that nobody declares."""
    actions = [*(ender.action.lower() for ender in session_enders()), ASSUME_ROLE.lower()]
    return not _allows_some(member.holder(), actions), member.component is not None


def _named(trust: Policy) -> Iterator[str]:
    for statement in trust.statements:
        if statement.principals is not None:
            yield from statement.principals.names


def _allows_some(holder: Holder, actions: Iterable[str]) -> bool:
    return any(allows_some(policy, actions) for policy in holder.identity)


def allows_some(policy: Policy, actions: Iterable[str]) -> bool:
    """Has the policy an Allow statement for one of the actions, in lower case, on whatever it is?"""
    return any(
        statement.actions.matches(action) is not statement.negated_actions
        for statement in policy.statements
        if not statement.denies
        for action in actions
    )


def _of_name(reference: object) -> str:
    """What is awaited of a reference by name."""
    name = reference.get("name") if isinstance(reference, Mapping) else None
    return f"the text of the policy {name}, which is not in this stack" if isinstance(name, str) else ""


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


@lru_cache(maxsize=256)
def _aws_managed(arn: str, kind: Kind) -> Policy | None:
    """One of AWS's own policies; None for one that is not stored."""
    text = aws_managed(arn)
    return None if text is None else parse(text, arn, kind)
