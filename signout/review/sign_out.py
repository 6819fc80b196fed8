"""Who can sign users out of which pool, before and after, and through which path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace

from signout.cognito.sessions import Means, SessionEnder, session_enders
from signout.iam import Effect
from signout.iam.account import Holder
from signout.iam.who_can import Access, who_can
from signout.review.estate import Estate, Function, Member, Pool
from signout.review.reaching import EVERYONE

INVOKE = "lambda:InvokeFunction"
ANY_OTHER = "any other user pool"


class Can:
    """How far a path leads, in ascending order."""

    NO, MAYBE, YES = "no", "depends", "yes"


_TEXT_OF = "the text of "
"""How `who_can` begins what it says of a policy that it does not have; what is missing says so here itself."""
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
            depends_on = tuple(each for each in depends_on if not each.startswith("the policies of account "))
            can = Can.MAYBE if depends_on else Can.YES
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

    @property
    def widened(self) -> bool:
        """Does it lead farther than before?"""
        return _RANK[self.after] > _RANK[self.before] or bool(self.new)

    @property
    def undetermined(self) -> bool:
        """Is it possible only because something is not known?"""
        return self.after == Can.MAYBE and any(
            "awaits" in each or "not in the input" in each for each in self.depends_on
        )

    @property
    def changed(self) -> bool:
        """Is anything other than before?"""
        return self.before != self.after or bool(self.new)


def table(before: Estate, after: Estate) -> tuple[Row, ...]:
    """The table: what widened first, then equivalents, side effects, destructive operations."""
    pools = _pools(before, after)
    holders_then, holders_now = _relevant(before), _relevant(after)
    then = _ways(before, holders_then, pools)
    same = holders_then == holders_now and before.functions == after.functions
    now = deepcopy(then) if same else _ways(after, holders_now, pools)
    _also_longer(then, now, before, pools)
    _also_longer(now, then, after, pools)
    labels = {member.arn: member for estate in (before, after) for member in estate.members.values()}
    return in_order(_row(way, then.get(way), now.get(way), labels) for way in dict.fromkeys([*now, *then]))


def in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    """What widened first, then equivalents, side effects, destructive operations."""
    order = list(Means)
    return tuple(
        sorted(rows, key=lambda row: (not row.widened, not row.changed, order.index(row.way.means), row.label))
    )


def _row(way: Way, then: Reached | None, now: Reached | None, labels: Mapping[str, Member]) -> Row:
    shown = now or then
    assert shown is not None
    member = labels.get(way.principal) or next((labels[each] for each in way.via if each in labels), None)
    new: list[str] = []
    if then is not None and now is not None:
        new = [each for each in (*now.actions, *now.pools) if each not in {**then.actions, **then.pools}]
    steps = [labels[each].label if each in labels else each for each in way.via]
    path = ", then ".join([*steps, *([way.function] if way.function else [])])
    return Row(
        way,
        labels[way.principal].label if way.principal in labels else way.principal,
        path or "its own policies",
        then.can if then else Can.NO,
        now.can if now else Can.NO,
        tuple(shown.pools),
        tuple(shown.actions),
        tuple(new),
        tuple(shown.depends_on),
        "" if member is None else member.address,
        tuple(labels[each].address for each in way.via if each in labels),
    )


def _pools(before: Estate, after: Estate) -> tuple[Pool, ...]:
    """The pools of the input, those that its policies name, and one that stands for all others."""
    found = {pool.arn: pool for estate in (before, after) for pool in estate.pools}
    labels = {pool.label for pool in found.values()}
    members = [member for estate in (before, after) for member in estate.members.values()]
    account = next((each.arn.split(":")[4] for each in members if each.arn.startswith("arn:")), "000000000000")
    region = next((arn.split(":")[3] for arn in found), "us-east-1")
    for member in members:
        for arn in _named(member):
            found.setdefault(arn, Pool(arn, arn.rpartition("/")[2]))
    other = f"arn:aws:cognito-idp:{region}:{account}:userpool/{region}_AnyOtherPool0"
    found[other] = Pool(other, ANY_OTHER if found or labels else "any user pool")
    return tuple(found.values())


def _named(member: Member) -> Iterator[str]:
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
                    yield text


def _ways(estate: Estate, holders: list[Holder], pools: tuple[Pool, ...]) -> dict[Way, Reached]:
    found: dict[Way, Reached] = {}
    able: dict[str, dict[str, None]] = {}
    hangs_on: dict[str, dict[str, None]] = {}
    for alike in _decided_alike(holders):
        for pool in pools:
            accesses = who_can(alike[0].action, pool.arn, holders).accesses
            for ender, access in ((ender, access) for ender in alike for access in accesses):
                way = Way(access.principal, access.via, "", ender.means)
                found.setdefault(way, Reached()).add(access, ender.action, [pool.label])
                if not access.via and ender.means is Means.EQUIVALENT:
                    able.setdefault(access.principal, {})[pool.label] = None
                    hangs_on.setdefault(access.principal, {}).update(dict.fromkeys(access.depends_on))
    for function in estate.functions:
        if function.role in able:
            _through(function, able[function.role], tuple(hangs_on[function.role]), holders, found)
    return found


def _decided_alike(holders: list[Holder]) -> list[list[SessionEnder]]:
    """The operations in groups that no statement of anybody's tells apart: one answer holds for all of a group."""
    statements = [
        statement
        for holder in holders
        for policy in (*holder.identity, *(holder.boundary or ()))
        for statement in policy.statements
    ]
    groups: dict[tuple[bool, ...], list[SessionEnder]] = {}
    for ender in session_enders():
        matched = tuple(statement.actions.matches(ender.action.lower()) for statement in statements)
        groups.setdefault(matched, []).append(ender)
    return list(groups.values())


def _also_longer(
    found: dict[Way, Reached], other: Mapping[Way, Reached], estate: Estate, pools: Iterable[Pool]
) -> None:
    """Adds the ways that only the other side lists and that are open on this side too.

    `who_can` gives each principal's best way. A way that is listed on one side only need not be new: on the other side
    there may just have been a better one. So whoever has a part in it is looked at without the rest.
    """
    functions = {function.label: function for function in estate.functions}
    for way, reached in other.items():
        if way in found:
            continue
        part = [estate.members[arn].holder_at_most() for arn in (way.principal, *way.via) if arn in estate.members]
        ends = (
            [
                (action, pool.arn, pool.label)
                for action in reached.actions
                for pool in pools
                if pool.label in reached.pools
            ]
            if not way.function
            else [(INVOKE, arn, "") for arn in (functions[way.function].arns if way.function in functions else ())]
        )
        for action, arn, label in ends:
            for access in who_can(action, arn, part).accesses:
                if (access.principal, access.via) == (way.principal, way.via):
                    led_to = [label] if label else reached.pools
                    found.setdefault(way, Reached()).add(access, action, led_to)


def _through(
    function: Function,
    pools: Iterable[str],
    hangs_on: tuple[str, ...],
    holders: list[Holder],
    found: dict[Way, Reached],
) -> None:
    """Whoever can invoke a function has what its role can. `hangs_on` is what that depends on."""
    for arn in function.arns:
        for access in who_can(INVOKE, arn, holders).accesses:
            way = Way(access.principal, access.via, function.label, Means.EQUIVALENT)
            effect = Effect.DEPENDS if hangs_on else access.effect
            depends = replace(access, effect=effect, depends_on=(*access.depends_on, *hangs_on))
            found.setdefault(way, Reached()).add(depends, INVOKE, pools)
    for principal in function.opened_to:
        way = Way(EVERYONE if principal == "*" else principal, (), function.label, Means.EQUIVALENT)
        reached = found.setdefault(way, Reached())
        reached.can = Can.MAYBE if hangs_on else Can.YES
        reached.depends_on.update(dict.fromkeys(hangs_on))
        reached.actions[INVOKE] = None
        reached.pools.update(dict.fromkeys(pools))


def functions_that_sign_out(estate: Estate, rows: Iterable[Row]) -> tuple[Function, ...]:
    """The functions of the input whose role can sign users out."""
    able = roles_that_sign_out(rows)
    return tuple(each for each in estate.functions if each.role in able)


def roles_that_sign_out(rows: Iterable[Row]) -> frozenset[str]:
    """ARNs of those who, on the new side, can sign users out by their own policies."""
    return frozenset(
        row.way.principal
        for row in rows
        if not row.way.via and not row.way.function and row.way.means is Means.EQUIVALENT and row.after == Can.YES
    )


def _relevant(estate: Estate) -> list[Holder]:
    """Those who could have a part in it: most of an account's principals have no statement about any of this."""
    holders = [each.holder_at_most() for each in estate.members.values() if not each.is_group]
    actions = [*(ender.action.lower() for ender in session_enders()), "sts:assumerole", INVOKE.lower()]
    chosen = [each for each in holders if each.missing or _allows_any(each, actions)]
    named = {
        name
        for each in chosen
        if each.trust is not None
        for statement in each.trust.statements
        if statement.principals is not None
        for name in statement.principals.names
    }
    kept = {each.principal.name for each in chosen}
    return [*chosen, *(each for each in holders if each.principal.name in named and each.principal.name not in kept)]


def _allows_any(holder: Holder, actions: list[str]) -> bool:
    return any(
        statement.actions.matches(action) is not statement.negated_actions
        for policy in holder.identity
        for statement in policy.statements
        if not statement.denies
        for action in actions
    )
