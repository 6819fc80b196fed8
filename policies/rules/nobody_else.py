"""Nobody else can sign users out: by their own policies, by roles that they can become, or through the runbook."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from signout.arns import Home
from signout.cognito.sessions import Means, session_enders
from signout.findings import Severity
from signout.iam import Kind
from signout.iam.account import Holder
from signout.iam.pattern import Pattern
from signout.iam.principal import is_service, parse_principal
from signout.iam.who_can import Access, who_can

from ..able import accesses
from ..arns import arn_of, home_of
from ..documents import documents_of
from ..grants import component_of
from ..pools import examples, pools_of
from ..principals import Member, Principals, allows_some, principals_of, role_attached_to
from ..rule import Outcome, Rule, Violation
from ..runbooks import INVOKE, Opening, arns_of, openings, runbooks_of
from ..settings import setting
from ..stack import Awaited, Resource, Stack


@dataclass(frozen=True, slots=True)
class Listed:
    """Who may, and what counts."""

    principals: tuple[str, ...] = setting(
        (),
        "Who may end sessions: ARNs, account ids, services, or the last part of an ARN in the stack's own account; "
        "* and ? are wildcards.",
    )
    means: tuple[str, ...] = setting(
        (Means.EQUIVALENT.value,),
        "Which operations count: those that are for ending sessions (equivalent), those that end them beside something "
        "else (side-effect), those that delete what sessions belong to (destructive).",
        items={"type": "string", "enum": [means.value for means in Means]},
    )
    declared: bool = setting(
        True,
        "Whether the roles of SignOutAccess and SignOutRunbook are listed without being named here, and with them "
        "those whom the trust policy of such a role names.",
    )


@dataclass(slots=True)
class _Way:
    """One principal's way to one end, with all that it can do there."""

    access: Access
    actions: dict[str, None] = field(default_factory=dict)
    ends: dict[str, None] = field(default_factory=dict)


def names(settings: Listed, principal: str, own: bool) -> bool:
    """Does a pattern of the settings match the principal, or, for one of the own account, the last part of its ARN?

    Whoever has another account can give a role there any name.
    """
    texts = (principal, principal.rpartition("/")[2]) if own else (principal,)
    return any(Pattern.of(each).matches(text) for each in settings.principals for text in texts)


def _of_account(principal: str, home: Home) -> bool:
    return principal.startswith("arn:") and principal.split(":")[4:5] == [home.account]


@dataclass(frozen=True, slots=True)
class _Listing:
    """Who of the principals is listed."""

    principals: Principals
    settings: Listed

    def has(self, access: Access) -> bool:
        """May this principal, in this way?"""
        member = self.principals.members.get(access.principal)
        if names(self.settings, access.principal, member is not None or self._is_own(access.principal)):
            return True
        if member is None and is_service(access.principal):
            return True  # a service acts for whom it serves, and with a role that is looked at itself
        if not self.settings.declared:
            return False
        return self._declares(member) if member is not None else self._named_by_declared(access)

    def _is_own(self, principal: str) -> bool:
        return _of_account(principal, self.principals.home)

    def _declares(self, member: Member | None) -> bool:
        return member is not None and member.component is not None

    def _named_by_declared(self, access: Access) -> bool:
        """Somebody outside the stack whom the trust policy of a component's role lets in directly."""
        return bool(access.via) and self._declares(self.principals.members.get(access.via[0]))


def _granted(resource: Resource, stack: Stack, settings: Listed) -> Iterator[Outcome]:
    """A document that is about to be put on a role, and by itself lets the role sign users out."""
    role = role_attached_to(resource, stack)
    if role is None or role.given("permissionsBoundary") or (settings.declared and component_of(role, stack)):
        return
    actions = [ender.action for ender in session_enders(*map(Means, settings.means))]
    folded = [action.lower() for action in actions]
    for document in documents_of(resource):
        if document.kind is not Kind.IDENTITY or document.policy is None or not allows_some(document.policy, folded):
            continue
        home = home_of(stack)
        arn = arn_of(role, stack, home) or ""
        holder = Holder(parse_principal(arn), (document.policy,))
        pools = examples(document.policy, actions, home)
        can = [action for action in actions if any(who_can(action, pool.arn, [holder]).accesses for pool in pools)]
        if can and not names(settings, arn, own=True):
            yield Violation(role, f"{role.label} can sign users out ({', '.join(can)}) by {document.origin}.")


def _check(stack: Stack, settings: Listed) -> Iterator[Outcome]:
    principals = principals_of(stack)
    listing = _Listing(principals, settings)
    able: dict[str, None] = {}
    for way in _ways(stack, principals, settings):
        able[way.access.principal] = None
        if not listing.has(way.access):
            yield _violation(way, principals)
    for runbook in runbooks_of(stack):
        for opening in openings(runbook.function, stack, principals.home):
            if isinstance(opening, Awaited):
                yield opening
            elif not names(settings, opening.principal, _of_account(opening.principal, principals.home)):
                yield _opened(opening, runbook.function.label)
    yield from _awaited(stack, listing, able)


def _ways(stack: Stack, principals: Principals, settings: Listed) -> Iterable[_Way]:
    """Every principal's shortest ways to sign users out, those through the runbook last."""
    ways: dict[tuple[str, tuple[str, ...], bool], _Way] = {}

    def add(action: str, arn: str, end: str) -> None:
        for access in accesses(stack, action, arn):
            way = ways.setdefault((access.principal, access.via, action == INVOKE), _Way(access))
            way.actions[action] = way.ends[end] = None

    actions = [ender.action for ender in session_enders(*map(Means, settings.means))]
    for pool in pools_of(stack, principals, actions):
        for action in actions:
            add(action, pool.arn, pool.label)
    for runbook in runbooks_of(stack):
        for arn in arns_of(runbook, stack, principals.home):
            add(INVOKE, arn, runbook.component.label)
    return ways.values()


def _violation(way: _Way, principals: Principals) -> Violation:
    access = way.access
    member = principals.members.get(access.principal)
    entrance = member or principals.members[access.via[0]]
    hidden = member is None and entrance.trust is not None and entrance.trust.secret
    who = "somebody whom its trust policy names" if hidden else _called(access.principal, principals)
    steps = "".join(f", becoming {_called(role, principals)}" for role in access.via)
    conditions = "a condition" if hidden else " and ".join(access.depends_on)
    hangs_on = f", if {conditions} allow it" if access.depends_on else ""
    ends = " and ".join(way.ends)
    what = f"have {ends} sign users out" if INVOKE in way.actions else f"sign users of {ends} out"
    return Violation(entrance.resource, f"{who} can {what}{steps} ({', '.join(way.actions)}{hangs_on}).")


def _called(arn: str, principals: Principals) -> str:
    member = principals.members.get(arn)
    return arn if member is None or member.resource.type != member.type else member.resource.label


def _opened(opening: Opening, function: str) -> Violation:
    who = opening.everyone if opening.principal == "*" else opening.principal
    return Violation(
        opening.permission, f"{opening.permission.label} lets {who} invoke {function}, which signs users out."
    )


def _awaited(stack: Stack, listing: _Listing, able: Collection[str]) -> Iterator[Awaited]:
    """What could still let somebody else: policies that are not known yet, and who may become whom."""
    principals = listing.principals
    yield from principals.astray
    yield from _not_read(stack)
    found: list[tuple[Member, Awaited]] = []
    for member in principals.everybody:
        listed = names(listing.settings, member.arn, own=True)
        if not (listed or (listing.settings.declared and member.component is not None)):
            found += [(member, awaited) for awaited in member.all_awaited()]
        if member.arn in able and (awaited := member.awaited_trust()) is not None:
            found.append((member, awaited))
    suppositions = _suppositions(stack, listing, able) if found else {}
    for member, awaited in found:
        yield replace(awaited, supposition=suppositions.get(member.arn, ""))


_NOT_READ = re.compile(
    r"aws-native:iam:(Role|User|Group|Policy|ManagedPolicy|RolePolicy|UserPolicy|GroupPolicy|UserToGroupAddition)"
    r"|aws-native:(sso:PermissionSet|lambda:Permission|cloudformation:(Stack|StackSet))"
    r"|aws:cloudformation/(stack:Stack|stackSet:StackSet)",
    re.IGNORECASE,
)
"""Types that can give permissions, or make resources that do, in a form that no rule reads."""
_CLOUD_CONTROL = "aws:cloudcontrol/resource:Resource"
"""It makes a resource of any type, which it names as CloudFormation does, "AWS::IAM::Role"."""


def _not_read(stack: Stack) -> Iterator[Awaited]:
    """Resources of which only people can tell whom they let sign users out."""
    for resource in stack:
        type_ = resource.type
        if type_ == _CLOUD_CONTROL:
            type_ = str(resource.given("typeName")).replace("AWS::", "aws-native:").replace("::", ":")
        if _NOT_READ.fullmatch(type_):
            yield Awaited(resource, "what it grants", f"somebody who reads it, since no rule knows {resource.type}")


def _suppositions(stack: Stack, listing: _Listing, able: Collection[str]) -> dict[str, str]:
    """For everybody on a way by which somebody else could come to sign users out: who that is, and the whole way.

    It supposes that what is not known yet is about what it is made from.
    """
    principals = listing.principals
    actions = [ender.action for ender in session_enders(*map(Means, listing.settings.means))]
    holders = principals.supposed(stack, actions)
    found: dict[str, str] = {}
    for pool in pools_of(stack, principals, actions):
        for access in who_can(actions[0], pool.arn, holders).accesses if actions else ():
            if access.principal in principals.members and access.principal not in able and not listing.has(access):
                steps = "".join(f", becoming {_called(role, principals)}" for role in access.via)
                who = _called(access.principal, principals)
                for arn in (access.principal, *access.via):
                    found.setdefault(arn, f"{who} could come to sign users of {pool.label} out{steps}.")
    return found


NOBODY_ELSE = Rule(
    name="nobody-else",
    description="Only the principals on the list can sign users out, directly or through roles.",
    why="IAM has no condition key for a user: whoever can sign one user of a pool out can sign all of them out.",
    change="Take the permission away, or, if it is meant, name the principal in this rule's settings.",
    severity=Severity.CRITICAL,
    settings=Listed,
    before=_granted,
    of_stack=_check,
)

RULES = (NOBODY_ELSE,)
