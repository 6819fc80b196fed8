"""From the resources of one side to its estate: which policy is attached to whom.

Policies find their principals by name, and by what a property is made from where the name is not known yet.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from signout.arns import Home
from signout.aws_managed import aws_managed, is_aws_managed
from signout.iam import IamError, Kind
from signout.resource_types import (
    ALIAS,
    ATTACHMENTS,
    DOCUMENTS,
    FUNCTION,
    FUNCTION_URL,
    GROUP,
    GROUP_MEMBERSHIP,
    PERMISSION,
    PERMISSION_SET,
    POLICY,
    ROLE,
    USER,
    USER_GROUP_MEMBERSHIP,
    USER_POOL,
)
from signout.review.bounds import declared
from signout.review.documents import Documents
from signout.review.estate import Document, Estate, Function, Member, Pool
from signout.review.hiding import only_in_secrets
from signout.review.home import arn_of, home_of, name_of, stand_in
from signout.review.invocation import (
    FUNCTION_OF,
    FunctionName,
    invokes,
    is_hidden,
    is_public,
    open_in,
    opening,
    statement_of,
)
from signout.review.resource import Resource
from signout.review.tables import looks_like_policy
from signout.values import UNKNOWN, is_unknown


def assemble(before: Iterable[Resource], after: Iterable[Resource], documents: Documents) -> tuple[Estate, Estate]:
    """The estates of both sides."""
    then, now = list(before), list(after)
    home = home_of([*then, *now])
    sides = [_Assembly(each, documents, home) for each in (then, now)]
    for one, other in (sides, sides[::-1]):
        one.know_of(other)
    used = sides[0].used | sides[1].used | _unchanged(then, now)
    hidden = only_in_secrets([*then, *now])
    first, second = (side.estate(used, hidden) for side in sides)
    return first, second


def _unchanged(then: Iterable[Resource], now: Iterable[Resource]) -> set[str]:
    """Addresses of the managed policies whose text is what it was."""
    texts = {each.address: each.given("policy") for each in then if each.type == POLICY}
    known = (each for each in now if each.type == POLICY and not is_unknown(each.given("policy")))
    return {each.address for each in known if each.address in texts and texts[each.address] == each.given("policy")}


_PRINCIPALS = (ROLE, USER, GROUP, PERMISSION_SET)
_KINDS = {ROLE: "role", USER: "user", GROUP: "group", PERMISSION_SET: "role"}
_OF_THEIR_OWN = frozenset(DOCUMENTS) - {*ATTACHMENTS, ROLE, POLICY}


class _Assembly:
    def __init__(self, resources: list[Resource], documents: Documents, home: Home) -> None:
        self.resources, self.read, self.home = resources, documents, home
        self.by_address = {each.address: each for each in resources}
        self.members: dict[tuple[str, str], Member] = {}
        """By type and name."""
        self.of_resource: dict[str, Member] = {}
        self.managed = {arn_of(each, home): each for each in self._of(POLICY)}
        self.elsewhere: dict[tuple[str, str], Member] = {}
        """Those of the members that no resource of the input is: something of the input is theirs all the same."""
        self.functions: dict[str, list[Resource]] = {}
        """By name."""
        for each in self._of(FUNCTION):
            self.functions.setdefault(FunctionName.of(arn_of(each, home)).name, []).append(each)
        self.open: list[str] = []
        self.used: set[str] = set()
        """Addresses of the managed policies that somebody of the input has."""
        self._gather()

    def _gather(self) -> None:
        for resource in self._of(*_PRINCIPALS):
            self._principal(resource)
        for resource in self._of(*ATTACHMENTS):
            self._attach(resource)
        for resource in self._of(GROUP_MEMBERSHIP):
            self._join(self._named(resource, "users", USER), self._named(resource, "group", GROUP))
        for resource in self._of(USER_GROUP_MEMBERSHIP):
            self._join(self._named(resource, "user", USER), self._named(resource, "groups", GROUP))

    def estate(self, used: Container[str], hidden: frozenset[str]) -> Estate:
        """The estate. `used` are the managed policies that somebody has on either side, or that did not change.

        Who has the others is not in the input: somebody stands in, so that what they allow is compared all the same.
        """
        for resource in self._of(POLICY):
            if resource.address not in used:
                holder = self._stand_in(resource, f"whoever has {resource.label}")
                holder.identity.append(self._text(resource, Kind.IDENTITY))
        return Estate(
            members={member.arn: member for member in self.members.values()},
            documents=(
                *(each for one in self._of(*_OF_THEIR_OWN) for each in self.read.of(one)),
                *map(self._invocation, self._invocations()),
            ),
            pools=tuple(Pool(arn_of(each, self.home), each.label) for each in self._of(USER_POOL)),
            functions=tuple(self._functions()),
            open=tuple(dict.fromkeys(self.open)),
            not_reviewed=tuple(each.address for each in self.resources if looks_like_policy(each.type)),
            hidden=hidden,
        )

    def _of(self, *types: str) -> Iterator[Resource]:
        return (each for each in self.resources if each.type in types)

    def _principal(self, resource: Resource) -> None:
        member = Member(
            arn_of(resource, self.home),
            resource.label,
            resource.address,
            resource.location,
            is_group=resource.type == GROUP,
        )
        self.members[resource.type, name_of(resource)] = self.of_resource[resource.address] = member
        for document in self.read.of(resource):
            if document.kind is Kind.TRUST:
                member.trust = document
            else:
                member.identity.append(document)
        self._attach_managed(member, resource, "managedPolicyArns")
        self._bound(member, resource)

    def _attach(self, resource: Resource) -> None:
        attachment = ATTACHMENTS[resource.type]
        for path, type_ in attachment.targets:
            members = self._named(resource, path, type_)
            if not members and resource.given(path) not in (None, []):
                members = [self._stand_in(resource, f"whoever {resource.label} is for")]
            for member in members:
                if attachment.policies:
                    self._attach_managed(member, resource, attachment.policies)
                else:
                    member.identity.extend(self._bounded(each, resource, member) for each in self.read.of(resource))

    def _stand_in(self, resource: Resource, label: str) -> Member:
        """Somebody who is not in the input, or not known yet, and has what the resource gives."""
        arn = f"arn:{self.home.partition}:iam::{self.home.account}:role/{stand_in(resource)}"
        member = Member(arn, label, resource.address, resource.location, stands_in=True)
        return self.members.setdefault(("", resource.address), member)

    def _bounded(self, document: Document, resource: Resource, member: Member) -> Document:
        """The document with what bounds it where it is not known: what its component declares for the role."""
        role = self.by_address.get(member.address)
        if document.policy is not None or document.problem or document.secret or role is None:
            return document
        found = declared(resource, role, self.by_address)
        return document if found is None else replace(document, bound=found[0], bounded_by=found[1])

    def _named(self, resource: Resource, path: str, type_: str) -> list[Member]:
        """The principals that a property names: by name, by ARN, or by what it is made from."""
        found: dict[str, Member] = {}
        for name in _items(resource.given(path)):
            if name is UNKNOWN:
                sources = self._sources(resource, path, type_)
                found.update((each, self.of_resource[each]) for each in sources)
                if not sources:
                    self.open.append(f"{resource.label}: whom it is for {resource.awaited(path)}")
            elif isinstance(name, str):
                member = self._by_name(resource, type_, name)
                found[member.arn] = member
            else:
                self.open.append(f"{resource.label}: whom it is for: {path} is no name")
        return list(found.values())

    def _sources(self, resource: Resource, path: str, type_: str) -> list[str]:
        made_from = (self.by_address.get(each) for each in resource.dependencies.get(path, ()))
        return [each.address for each in made_from if each is not None and each.type == type_]

    def _by_name(self, resource: Resource, type_: str, name: str) -> Member:
        """The principal of the input with this name, else one that is elsewhere."""
        key = name.rpartition("/")[2]
        if type_ == PERMISSION_SET:
            sets = (each for each in self._of(PERMISSION_SET) if each.text("arn") == name)
            key = next((name_of(each) for each in sets), key)
        if (type_, key) not in self.members:
            arn = f"arn:{self.home.partition}:iam::{self.home.account}:{_KINDS[type_]}/{key}"
            label = f"{type_.rpartition(':')[2]} {key}"
            awaits = [f"what else {label} has, which is not in the input"]
            member = Member(arn, label, resource.address, resource.location, type_ == GROUP, awaits=awaits)
            self.members[type_, key] = self.elsewhere[type_, key] = member
        return self.members[type_, key]

    def know_of(self, other: _Assembly) -> None:
        """Whoever is elsewhere is there on both sides, and has what is not in the input on both."""
        for key, member in other.elsewhere.items():
            if key not in self.members:
                self.members[key] = replace(member, identity=[], groups=[], awaits=list(member.awaits))

    def _attach_managed(self, member: Member, resource: Resource, path: str) -> None:
        for arn in _items(resource.given(path)):
            if arn is UNKNOWN:
                sources = self._sources(resource, path, POLICY)
                member.identity.extend(self._text(self.by_address[each], Kind.IDENTITY) for each in sources)
                if not sources:
                    member.awaits.append(f"{resource.label}: {path} {resource.awaited(path)}")
            elif isinstance(arn, str):
                document = self._of_arn(arn, Kind.IDENTITY, resource)
                if document is None:
                    member.awaits.append(f"the text of {arn}, which is not in the input")
                else:
                    member.identity.append(document)

    def _bound(self, member: Member, resource: Resource) -> None:
        """The permissions boundary; one whose text is not known is kept as a document without a policy."""
        path = "permissionsBoundary"
        given = resource.given(path)
        if not given:
            return
        if given is UNKNOWN:
            sources = self._sources(resource, path, POLICY)
            if sources:
                member.boundary = self._text(self.by_address[sources[0]], Kind.BOUNDARY)
                return
            awaits = resource.awaited(path)
        else:
            member.boundary = self._of_arn(str(given), Kind.BOUNDARY, resource)
            awaits = f"awaits the text of {given}, which is not in the input"
        if member.boundary is None:
            member.boundary = Document(
                f"{resource.label}: {path}", Kind.BOUNDARY, None, resource.address, resource.location, awaits
            )

    def _of_arn(self, arn: str, kind: Kind, resource: Resource) -> Document | None:
        if (policy := self.managed.get(arn)) is not None:
            return self._text(policy, kind)
        text = aws_managed(arn) if is_aws_managed(arn) else None
        if text is None:
            return None
        return Document(arn, kind, self.read.parse(text, arn, kind), resource.address, resource.location)

    def _text(self, policy: Resource, kind: Kind) -> Document:
        self.used.add(policy.address)
        document = self.read.at(policy, "policy", kind, policy.props.get("policy"))
        return replace(document, arn=arn_of(policy, self.home))

    @staticmethod
    def _join(users: Iterable[Member], groups: Iterable[Member]) -> None:
        for user in users:
            user.groups.extend(group for group in groups if group not in user.groups)

    def _invocations(self) -> Iterator[Resource]:
        """What lets somebody invoke a function: permissions, and URLs that ask for no authorization."""
        yield from self._of(PERMISSION)
        yield from (each for each in self._of(FUNCTION_URL) if is_public(each))

    def _invocation(self, resource: Resource) -> Document:
        """The statement that it puts into the function's own policy."""
        origin, about = f"{resource.label}: statement", self._invoked(resource)
        secret = is_hidden(resource)
        unread = Document(origin, Kind.RESOURCE, None, resource.address, resource.location, secret=secret, about=about)
        if path := open_in(resource):
            return replace(unread, awaits=resource.awaited(path))
        try:
            statement = statement_of(resource, about)
            return replace(unread, policy=self.read.parse({"Statement": statement}, origin, Kind.RESOURCE))
        except IamError as error:
            hidden = "is no policy document; what it says is a secret"
            return replace(unread, problem=hidden if secret else str(error))

    def _invoked(self, resource: Resource) -> str:
        """The ARN of the function that it is about; its own address where that is not known."""
        if functions := self._functions_of(resource):
            return arn_of(functions[0], self.home)
        path = FUNCTION_OF[resource.type]
        name = resource.text(path)
        if name is None:
            self.open.append(f"{resource.label}: which function it is for {resource.awaited(path)}")
            return resource.address
        return FunctionName.of(name).arn(self.home)

    def _functions_of(self, resource: Resource) -> list[Resource]:
        """The functions that a permission, a URL or an alias is about: by name, else by what the name is made from.

        Several have one name where they are in several Regions; then, too, it counts what the name is made from.
        """
        path = FUNCTION_OF[resource.type]
        name = resource.text(path)
        given = FunctionName.of(name) if name is not None else None
        found = self.functions.get(given.name, []) if given is not None else list(self._of(FUNCTION))
        if given is not None:
            found = [each for each in found if given.means(arn_of(each, self.home))]
        if given is not None and len(found) <= 1:
            return found
        sources = set(self._origins(resource, path))
        return [each for each in found if each.address in sources] or (found if given is not None else [])

    def _origins(self, resource: Resource, path: str) -> Iterator[str]:
        """Addresses of what a property is made from, and of what an alias among these is of."""
        for address in resource.dependencies.get(path, ()):
            yield address
            if (other := self.by_address.get(address)) is not None and other.type == ALIAS:
                yield from other.dependencies.get(FUNCTION_OF[ALIAS], ())
                yield from (each.address for each in self._functions_of(other))

    def _of_functions(self, *types: str) -> dict[str, list[Resource]]:
        """By address of a function, what there is about it of these types."""
        found: dict[str, list[Resource]] = {}
        for each in self._of(*types):
            for function in self._functions_of(each):
                found.setdefault(function.address, []).append(each)
        return found

    def _functions(self) -> Iterator[Function]:
        aliases, openings = self._of_functions(ALIAS), self._of_functions(PERMISSION, FUNCTION_URL)
        for each in self._of(FUNCTION):
            arn = arn_of(each, self.home)
            opened = (
                one
                for one in openings.get(each.address, ())
                if (is_public(one) if one.type == FUNCTION_URL else invokes(one.given("action")))
            )
            role = each.text("role")
            if role is None:
                role = next((self.of_resource[source].arn for source in self._sources(each, "role", ROLE)), "")
            yield Function(
                (arn, *(f"{arn}:{name_of(alias)}" for alias in aliases.get(each.address, ()))),
                each.label,
                each.address,
                role,
                tuple(opening(one, arn) for one in opened),
            )


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]
