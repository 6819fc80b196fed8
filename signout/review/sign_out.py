"""Who can sign users out of which pool, before and after, and through which path."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace

from signout.cognito.sessions import Means, SessionEnder, session_enders
from signout.iam import Effect, Layers, Policy, Request, decide
from signout.iam.account import Holder
from signout.iam.who_can import ASSUME_ROLE, Access, who_can
from signout.review.estate import SOMEBODY, Estate, Function, Member, Opening, Pool
from signout.review.reaching import EVERYONE

INVOKE = "lambda:InvokeFunction"
ANY_OTHER = "any other user pool"


class Can:
    """How far a path leads, in ascending order."""

    NO, MAYBE, YES = "no", "depends", "yes"


_TEXT_OF = "the text of "
"""How `who_can` begins what it says of a policy that it does not have; what is missing says so here itself."""
_OF_ACCOUNT = ("the policies of account ", "the policies of their own account")
"""How `who_can` begins what it says of the policies that somebody of another account needs there."""
_RANK = {Can.NO: 0, Can.MAYBE: 1, Can.YES: 2}
_FROM_EFFECT = {Effect.ALLOWED: Can.YES, Effect.DEPENDS: Can.MAYBE}


@dataclass(frozen=True, slots=True)
class Way:
    """Who, over which roles or function, to what end."""

    principal: str
    """An ARN, an account, a service, or "everyone"."""
    via: tuple[str, ...]
    """ARNs of the roles to assume one after the other."""
    function: str
    """Label of the function that does it; empty where the principal, or its last role, does."""
    means: Means


@dataclass(slots=True)
class Reached:
    """What a way leads to."""

    can: str = Can.NO
    actions: dict[str, None] = field(default_factory=dict)
    pools: dict[str, None] = field(default_factory=dict)
    depends_on: dict[str, None] = field(default_factory=dict)

    def add(self, access: Access, action: str, pools: Iterable[str]) -> None:
        """Takes another access by the same way in; the farthest that it leads counts."""
        can, depends_on = _FROM_EFFECT[access.effect], access.depends_on
        if access.principal == EVERYONE:
            # Whoever is in any account has one of their own, whose policies are theirs to write.
            depends_on = tuple(each for each in depends_on if not each.startswith(_OF_ACCOUNT))
            can = Can.MAYBE if depends_on else Can.YES
        self.take(can, depends_on, action, pools)

    def take(self, can: str, depends_on: Iterable[str], action: str, pools: Iterable[str]) -> None:
        """The same of what is known to lead this far."""
        if _RANK[can] > _RANK[self.can]:
            self.can = can
            if can == Can.YES:
                self.depends_on.clear()
        if can == Can.MAYBE and self.can == Can.MAYBE:
            self.depends_on.update(dict.fromkeys(each.removeprefix(_TEXT_OF) for each in depends_on))
        self.actions[action] = None
        self.pools.update(dict.fromkeys(pools))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    way: Way
    label: str
    """What reports call the principal."""
    path: str
    """"its own policies", "Role operator", "Role responder, then Function runbook"."""
    before: str
    after: str
    pools: tuple[str, ...]
    actions: tuple[str, ...]
    """With which it ends sessions, after the change; before it where it no longer can."""
    new: tuple[str, ...] = ()
    """Actions and pools that the way did not lead to before."""
    depends_on: tuple[str, ...] = ()
    address: str = ""
    steps: tuple[str, ...] = ()
    """Addresses of the roles on the way."""
    granted: bool = False
    """Do policies that are known grant it, whatever those do that are not?"""

    @property
    def widened(self) -> bool:
        """Does it lead farther than before?"""
        return _RANK[self.after] > _RANK[self.before] or bool(self.new)

    @property
    def undetermined(self) -> bool:
        """Is it possible only because something is not known?"""
        hangs_on = any("awaits" in each or "not in the input" in each for each in self.depends_on)
        return self.after == Can.MAYBE and hangs_on and not self.granted

    @property
    def changed(self) -> bool:
        """Is anything other than before?"""
        return self.before != self.after or bool(self.new)


def table(before: Estate, after: Estate) -> tuple[Row, ...]:
    """The table: what widened first, then equivalents, side effects, destructive operations."""
    pools, allowed = _pools(before, after), _Allowed()
    peopled = before.peopled() | after.peopled()
    holders_then, holders_now = _relevant(before, allowed, peopled), _relevant(after, allowed, peopled)
    then = _side(before, holders_then, pools, allowed)
    same = holders_then == holders_now and before.functions == after.functions
    now = deepcopy(then) if same else _side(after, holders_now, pools, allowed)
    if not same:
        _also_longer(then, now, before, pools)
        _also_longer(now, then, after, pools)
    sides = [{member.asks_as: member for member in estate.members.values()} for estate in (before, after)]
    labels = {**sides[0], **sides[1]}
    ways = dict.fromkeys([*now.ways, *then.ways])
    hidden = _hidden(before, after)
    rows = []
    for way in ways:
        reached = then.ways.get(way), now.ways.get(way)
        known = [_granted(way, reached[1], members.get(way.principal), pools, allowed) for members in sides]
        rows.append(_row(way, *reached, labels, hidden, *known))
    return in_order(rows)


def _granted(
    way: Way, now: Reached | None, member: Member | None, pools: tuple[Pool, ...], allowed: _Allowed
) -> dict[tuple[str, str], int]:
    """By action and pool, how far those of a principal's own policies lead that are known, where others are not."""
    if now is None or now.can != Can.MAYBE or way.via or way.function or member is None or not any(member.open()):
        return {}
    holder = member.holder()
    known = Layers(identity=holder.identity, boundary=holder.boundary)
    actions = [each for each in now.actions if each.lower() in allowed.by(holder)]
    found: dict[tuple[str, str], int] = {}
    for action, pool in ((action, pool) for action in actions for pool in pools if pool.label in now.pools):
        decision = decide(Request(holder.principal, action, pool.arn), known)
        if decision.may_be_allowed:
            found[action, pool.label] = _RANK[_FROM_EFFECT[decision.effect]]
    return found


def _hidden(before: Estate, after: Estate) -> frozenset[str]:
    """Principals and condition keys that only secret documents name."""
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for member in (each for estate in (before, after) for each in estate.members.values()):
        told[False].add(member.arn)
        for document in (*member.identity, *(each for each in (member.trust, member.boundary) if each is not None)):
            for statement in document.policy.statements if document.policy is not None else ():
                told[document.secret].update(statement.principals.names if statement.principals is not None else ())
                told[document.secret].update(statement.principals.accounts if statement.principals is not None else ())
                told[document.secret].update(condition.name for condition in statement.conditions)
    return frozenset(told[True] - told[False])


def in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    """What widened first, then equivalents, side effects, destructive operations."""
    order = list(Means)
    return tuple(
        sorted(rows, key=lambda row: (not row.widened, not row.changed, order.index(row.way.means), row.label))
    )


def _row(
    way: Way,
    then: Reached | None,
    now: Reached | None,
    labels: Mapping[str, Member],
    hidden: frozenset[str],
    granted_then: Mapping[tuple[str, str], int],
    granted_now: Mapping[tuple[str, str], int],
) -> Row:
    shown = now or then
    assert shown is not None
    member = labels.get(way.principal) or next((labels[each] for each in way.via if each in labels), None)
    new: list[str] = []
    if then is not None and now is not None:
        new = [each for each in (*now.actions, *now.pools) if each not in {**then.actions, **then.pools}]
    if more := [each for each, rank in granted_now.items() if rank > granted_then.get(each, 0)]:
        # What was possible before only for what is not known, or was not: now it is known to be granted.
        new = list(dict.fromkeys([*(action for action, _ in more), *(pool for _, pool in more)]))
    steps = [labels[each].label if each in labels else each for each in way.via]
    path = ", then ".join([*steps, *([way.function] if way.function else [])])
    if way.principal in hidden:
        way = replace(way, principal=SOMEBODY)
    return Row(
        way,
        labels[way.principal].label if way.principal in labels else way.principal,
        path or "its own policies",
        then.can if then else Can.NO,
        now.can if now else Can.NO,
        tuple(shown.pools),
        tuple(shown.actions),
        tuple(new),
        tuple(dict.fromkeys(_told(each, hidden) for each in shown.depends_on)),
        "" if member is None else member.address,
        tuple(labels[each].address for each in way.via if each in labels),
        bool(granted_now),
    )


def _told(reason: str, hidden: frozenset[str]) -> str:
    return "something that a secret says" if any(each in reason for each in hidden) else reason


def _pools(before: Estate, after: Estate) -> tuple[Pool, ...]:
    """The pools of the input, those that its policies name, and one that stands for all others."""
    found = {pool.arn: pool for estate in (before, after) for pool in estate.pools}
    labels = {pool.label for pool in found.values()}
    members = [member for estate in (before, after) for member in estate.members.values()]
    account = next((each.arn.split(":")[4] for each in members if each.arn.startswith("arn:")), "000000000000")
    region = next((arn.split(":")[3] for arn in found), "us-east-1")
    secret: dict[str, bool] = {}
    for arn, in_secret in (each for member in members for each in _named(member)):
        secret[arn] = in_secret and secret.get(arn, True)
    for arn, hidden in secret.items():
        found.setdefault(arn, Pool(arn, "a user pool that a secret names" if hidden else arn.rpartition("/")[2]))
    other = f"arn:aws:cognito-idp:{region}:{account}:userpool/{region}_AnyOtherPool0"
    found[other] = Pool(other, ANY_OTHER if found or labels else "any user pool")
    return tuple(found.values())


def _named(member: Member) -> Iterator[tuple[str, bool]]:
    """ARNs of user pools that its policies name, and whether that is a secret."""
    for document in member.identity:
        for statement in document.policy.statements if document.policy is not None else ():
            if statement.resources is None or statement.negated_resources or statement.denies:
                continue
            for pattern in statement.resources.patterns:
                text = pattern.source
                if (
                    ":cognito-idp:" in text
                    and ":userpool/" in text
                    and not set("*?$") & set(text)
                    and text.count(":") == 5
                ):
                    yield text, document.secret


@dataclass(slots=True)
class _Able:
    """What a principal's own policies let it do."""

    pools: dict[str, None] = field(default_factory=dict)
    hangs_on: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Side:
    """Every way on one side of the change."""

    ways: dict[Way, Reached] = field(default_factory=dict)
    able: dict[str, _Able] = field(default_factory=dict)
    """By ARN, who can sign users out without anybody's help."""

    def through(self, function: Function, access: Access) -> None:
        """Whoever can invoke a function has what the function's role can."""
        able = self.able[function.role]
        hangs_on = (*access.depends_on, *able.hangs_on)
        effect = Effect.DEPENDS if able.hangs_on else access.effect
        way = Way(access.principal, access.via, function.label, Means.EQUIVALENT)
        self.ways.setdefault(way, Reached()).add(
            replace(access, effect=effect, depends_on=hangs_on), INVOKE, able.pools
        )

    def opened(self, function: Function, opening: Opening) -> None:
        """The same for somebody whom a Lambda permission lets in."""
        able = self.able[function.role]
        principal = EVERYONE if opening.principal == "*" else opening.principal
        hangs_on = (*opening.hangs_on, *able.hangs_on)
        reached = self.ways.setdefault(Way(principal, (), function.label, Means.EQUIVALENT), Reached())
        reached.take(Can.MAYBE if hangs_on else Can.YES, hangs_on, INVOKE, able.pools)


def _side(estate: Estate, holders: list[Holder], pools: tuple[Pool, ...], allowed: _Allowed) -> _Side:
    side = _Side()
    for alike in _decided_alike(holders):
        concerned = allowed.concerned(holders, alike[0].action)
        for pool in pools:
            accesses = who_can(alike[0].action, pool.arn, concerned).accesses
            for ender, access in ((ender, access) for ender in alike for access in accesses):
                way = Way(access.principal, access.via, "", ender.means)
                side.ways.setdefault(way, Reached()).add(access, ender.action, [pool.label])
                if not access.via and ender.means is Means.EQUIVALENT:
                    able = side.able.setdefault(access.principal, _Able())
                    able.pools[pool.label] = None
                    able.hangs_on.update(dict.fromkeys(access.depends_on))
    for function in estate.functions:
        if function.role in side.able:
            for access in (access for arn in function.arns for access in who_can(INVOKE, arn, holders).accesses):
                side.through(function, access)
            for opening in function.opened_to:
                side.opened(function, opening)
    return side


def _decided_alike(holders: list[Holder]) -> list[list[SessionEnder]]:
    """The operations in groups that no statement of anybody's tells apart: one answer holds for all of a group."""
    policies = {id(policy): policy for holder in holders for policy in (*holder.identity, *(holder.boundary or ()))}
    statements = [statement for policy in policies.values() for statement in policy.statements]
    groups: dict[tuple[bool, ...], list[SessionEnder]] = {}
    for ender in session_enders():
        matched = tuple(statement.actions.matches(ender.action.lower()) for statement in statements)
        groups.setdefault(matched, []).append(ender)
    return list(groups.values())


def _also_longer(side: _Side, other: _Side, estate: Estate, pools: Iterable[Pool]) -> None:
    """Adds the ways that only the other side lists and that are open on this side too.

    `who_can` gives each principal's best way. A way that is listed on one side only need not be new: on the other side
    there may just have been a better one. So whoever has a part in it is looked at without the rest.
    """
    functions = {function.label: function for function in estate.functions if function.role in side.able}
    for way, reached in other.ways.items():
        if way in side.ways or (way.function and way.function not in functions):
            continue
        part = [estate.members[arn].holder_at_most() for arn in (way.principal, *way.via) if arn in estate.members]
        if way.function:
            for access in (
                access for arn in functions[way.function].arns for access in who_can(INVOKE, arn, part).accesses
            ):
                if (access.principal, access.via) == (way.principal, way.via):
                    side.through(functions[way.function], access)
            continue
        for action, pool in ((action, pool) for action in reached.actions for pool in pools):
            for access in who_can(action, pool.arn, part).accesses if pool.label in reached.pools else ():
                if (access.principal, access.via) == (way.principal, way.via):
                    side.ways.setdefault(way, Reached()).add(access, action, [pool.label])


def functions_that_sign_out(estate: Estate, rows: Iterable[Row]) -> tuple[Function, ...]:
    """The functions of the input whose role can sign users out."""
    able = roles_that_sign_out(estate, rows)
    return tuple(each for each in estate.functions if each.role in able)


def roles_that_sign_out(estate: Estate, rows: Iterable[Row]) -> frozenset[str]:
    """ARNs of those who, on the new side, can sign users out by their own policies, be it under conditions.

    Not of those of whom nothing is known that says so, or who stand in for somebody else.
    """
    stand_ins = {member.arn for member in estate.members.values() if member.stands_in}
    return frozenset(
        row.way.principal
        for row in rows
        if not row.way.via and not row.way.function and row.way.means is Means.EQUIVALENT
        if row.after != Can.NO and not row.undetermined and row.way.principal not in stand_ins
    )


class _Allowed:
    """Which of the actions that matter here a policy has an Allow statement for.

    An account attaches the same policies to thousands of principals: each is looked at once.
    """

    def __init__(self) -> None:
        self.actions = {*(ender.action.lower() for ender in session_enders()), ASSUME_ROLE.lower(), INVOKE.lower()}
        self._of: dict[int, tuple[Policy, frozenset[str]]] = {}

    def by(self, holder: Holder) -> frozenset[str]:
        """Those that any of its policies allows, on something and perhaps under conditions."""
        return frozenset().union(*(self._by(policy) for policy in holder.identity))

    def _by(self, policy: Policy) -> frozenset[str]:
        if id(policy) not in self._of:
            statements = [each for each in policy.statements if not each.denies]
            found = frozenset(
                action
                for action in self.actions
                if any(each.actions.matches(action) is not each.negated_actions for each in statements)
            )
            self._of[id(policy)] = policy, found  # with the policy, so that no other one gets its id
        return self._of[id(policy)][1]

    def concerned(self, holders: Iterable[Holder], action: str) -> list[Holder]:
        """Those who may be able to do the action, and those who may become one of them."""
        able = [each for each in holders if each.missing or action.lower() in self.by(each)]
        if not any(map(_opens_to_principals, able)):
            return able
        assuming = [each for each in holders if ASSUME_ROLE.lower() in self.by(each)]
        return _with_those_named(list({each.principal.name: each for each in (*able, *assuming)}.values()), holders)


def _opens_to_principals(holder: Holder) -> bool:
    """Can anybody but a service become it, as far as its trust policy's principals tell?"""
    statements = () if holder.trust is None else holder.trust.statements
    return any(
        each.principals is None
        or each.negated_principals
        or any(kind != "Service" for kind, _ in each.principals.entries)
        for each in statements
    )


def _relevant(estate: Estate, allowed: _Allowed, peopled: Container[str]) -> list[Holder]:
    """Those who could have a part in it: most of an account's principals have no statement about any of this.

    A group stands for whoever is in it where the input does not say who is.
    """
    members = (each for each in estate.members.values() if not each.is_group or each.arn not in peopled)
    holders = [each.holder_at_most() for each in members]
    unwanted = set() if estate.functions else {INVOKE.lower()}
    return _with_those_named([each for each in holders if each.missing or allowed.by(each) - unwanted], holders)


def _with_those_named(chosen: list[Holder], holders: Iterable[Holder]) -> list[Holder]:
    """With whoever the trust policy of one of them names, who may become it without a policy of its own; and so on."""
    by_name = {each.principal.name: each for each in holders}
    kept = {each.principal.name: each for each in chosen}
    queue = list(chosen)
    while queue:
        trust = queue.pop().trust
        for statement in trust.statements if trust is not None else ():
            for name in statement.principals.names if statement.principals is not None else ():
                if name in by_name and name not in kept:
                    kept[name] = by_name[name]
                    queue.append(by_name[name])
    return list(kept.values())
