"""Everything else than policies attached to a principal: whole sets of layers, and policies that name principals.

What a request comes to follows from which statements apply, and from little more: who asks, what service, whose the
resource is. So for each set of statements that can apply the two sides are decided, with exactly these statements left
in. A request that is decided differently matches a statement that only one side has, in its layer; so each such
statement is looked at in its own region. Where a whole layer is there on one side only, all requests are.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from signout.iam import rcp_services
from signout.iam.automaton import TooComplex
from signout.iam.compare import labels
from signout.iam.compare.comparison import FURTHER, Comparison, Difference
from signout.iam.compare.content import content_of, names_and_several
from signout.iam.compare.explore import Findings, Found, People, Setting, explore
from signout.iam.compare.people import MEMBERS, attached_people, everyone
from signout.iam.compare.rows import Cell
from signout.iam.compare.texts import EVERYTHING, RESOURCES, TEXTS, Preference, Universe, just
from signout.iam.compare.witness import ACCOUNT
from signout.iam.compare.worlds import Person, is_plain
from signout.iam.decide import decide
from signout.iam.decision import Effect, Layer
from signout.iam.effects import Trail, possible
from signout.iam.layers import Layers, Policies
from signout.iam.parse import VERSION, parse
from signout.iam.pattern import PatternSet
from signout.iam.policy import Kind, Policy, Statement
from signout.iam.request import Request, arn_account
from signout.iam.spaces.derived import OWNER

Slot = tuple[Layer, int]
"""A layer, and within SCPs and RCPs a level."""


@dataclass(frozen=True, slots=True)
class Case:
    """Two sets of layers that are compared, and what they take for granted beyond what was asked."""

    before: Layers
    after: Layers
    assuming: str = ""


def policies_of(layers: Layers) -> Iterator[tuple[Slot, Policy]]:
    """Every policy with its place in the decision."""
    for layer, policies in (
        (Layer.IDENTITY, layers.identity),
        (Layer.BOUNDARY, layers.boundary),
        (Layer.SESSION, layers.session),
        (Layer.ENDPOINT, layers.endpoint),
        (Layer.RESOURCE_POLICY, (layers.resource_policy,) if layers.resource_policy is not None else ()),
    ):
        yield from (((layer, 0), policy) for policy in policies or ())
    for layer, levels in ((Layer.SCP, layers.scp), (Layer.RCP, layers.rcp)):
        yield from (((layer, level), policy) for level, policies in enumerate(levels or ()) for policy in policies)


def with_policies(layers: Layers, change: Callable[[Policy], Policy]) -> Layers:
    """The same layers with every policy changed."""

    def each(policies: Policies | None) -> Policies | None:
        return None if policies is None else tuple(map(change, policies))

    def levels(levels: tuple[Policies, ...] | None) -> tuple[Policies, ...] | None:
        return None if levels is None else tuple(tuple(map(change, policies)) for policies in levels)

    resource_policy = layers.resource_policy
    return Layers(
        tuple(map(change, layers.identity)),
        each(layers.boundary),
        each(layers.session),
        levels(layers.scp),
        levels(layers.rcp),
        None if resource_policy is None else change(resource_policy),
        each(layers.endpoint),
    )


def _shape(layers: Layers) -> Hashable:
    """Which layers and levels there are: where two sides differ in that, no statement need make the difference."""
    scp, rcp = layers.scp, layers.rcp
    return (
        layers.boundary is None,
        layers.session is None,
        layers.endpoint is None,
        layers.resource_policy is None,
        None if scp is None else len(scp),
        None if rcp is None else len(rcp),
    )


def compare_cases(cases: Sequence[Case], meaning: str) -> Comparison:
    """What is further by `after` than by `before` in any of the cases, and the other way round."""
    comparing = _Comparing.of(cases)
    added, open_added = comparing.direction(forward=True)
    removed, open_removed = comparing.direction(forward=False)
    return Comparison(added, removed, meaning, open_added, open_removed)


Placed = frozenset[tuple[Slot, Hashable]]
"""What the statements of one side say, each with its layer."""


@dataclass(frozen=True, slots=True)
class _Comparing:
    """The cases, with what holds for both directions."""

    cases: Sequence[Case]
    statements: Mapping[Hashable, Statement]
    """Every statement of either side once, by what it says."""
    sides: tuple[Placed, Placed]
    everywhere: bool
    """Do the sides differ in the layers that they have?"""
    setting: Setting

    @classmethod
    def of(cls, cases: Sequence[Case]) -> _Comparing:
        statements: dict[Hashable, Statement] = {}
        sides: list[Placed] = []
        for layered in ([case.before for case in cases], [case.after for case in cases]):
            placed = set()
            for slot, policy in (each for layers in layered for each in policies_of(layers)):
                for statement in policy.statements:
                    content = content_of(statement)
                    statements.setdefault(content, statement)
                    placed.add((slot, content))
            sides.append(frozenset(placed))
        names, several = names_and_several(statements.values())
        everywhere = any(_shape(case.before) != _shape(case.after) for case in cases)
        return cls(cases, statements, (sides[0], sides[1]), everywhere, Setting(RESOURCES, several, names))

    def direction(self, *, forward: bool) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
        """Where the one side lets requests further than the other: after than before, if forward."""
        losing, gaining = self.sides if forward else (self.sides[1], self.sides[0])
        wants = _Wants(self.cases, gaining, losing, forward)
        found: dict[Hashable, Difference] = {}
        undetermined: dict[str, None] = {}
        for source in [None] if self.everywhere else wants.sources(self.statements):
            for findings in self._explored(source, wants):
                undetermined.update(dict.fromkeys(findings.undetermined))
                for each in findings.found:
                    difference = self._difference(each, source, wants)
                    region = (difference.actions, difference.resources, difference.conditions)
                    found[region] = _joined(found[region], difference) if region in found else difference
        return tuple(found.values()), tuple(undetermined)

    def _explored(self, source: Hashable | None, wants: _Wants) -> Iterator[Findings]:
        """The region of a statement for every account from which someone may ask."""
        others = [content for content in self.statements if content != source]
        try:
            groups = self._people()
        except TooComplex as error:
            yield Findings(undetermined=[f"too complex: {error}"])
            return
        for account, people in groups.items():
            contents = [*([] if source is None else [source]), *others]
            statements = {content: self.statements[content] for content in contents}
            rule = _Rule.of(self.cases, statements, wants)
            marked = (*statements.values(), *_markers(account))
            setting = replace(self.setting, universe=self._universe(account))
            yield explore(marked, int(source is not None), rule, _always(people), setting, wants.confirm)

    def _people(self) -> dict[str | None, list[Person] | None]:
        """Who may ask, by account; None where it does not matter who does."""
        statements = list(self.statements.values())
        if any(statement.principals is not None for statement in statements):
            people = everyone(statements)
        elif is_plain(statements):
            return {None: None}
        else:
            people = attached_people(statements, MEMBERS[:2])
        groups: dict[str | None, list[Person]] = {}
        for person in people:
            groups.setdefault(person.principal.account, []).append(person)
        return {**groups}

    def _universe(self, account: str | None) -> Universe:
        """The resources that may be asked for from the account."""
        policies = [case.after.resource_policy or case.before.resource_policy for case in self.cases]
        if any(policy is not None and policy.kind is Kind.TRUST for policy in policies):
            return just(*(f"arn:aws:iam::{each}:role/example" for each in dict.fromkeys((account or ACCOUNT, OTHER))))
        return TEXTS if any(_is_free(each) for each in self.statements.values()) else RESOURCES

    def _difference(self, found: Found, source: Hashable | None, wants: _Wants) -> Difference:
        request = found.witness.request
        statement = None if source is None else self.statements[source]
        losing = [self.statements[each] for each in wants.lost()] if statement is None or not statement.denies else []
        before, after = found.witness.effects
        return Difference(
            labels.action_labels(found.row, statement, ()),
            labels.resource_labels(found.row, statement, ()),
            labels.principal_labels(statement, request.principal),
            labels.condition_labels(statement, losing, request),
            request,
            before,
            after,
            found.witness.known_action,
            "" if statement is None else statement.place,
            next(case.assuming for case in self.cases if wants.effects(request, case) is not None),
        )


def _joined(one: Difference, other: Difference) -> Difference:
    """Two differences in one region, for different principals: with the witness that takes less to understand."""
    principals = tuple(dict.fromkeys((*one.principals, *other.principals)))
    return replace(min(one, other, key=_plainness), principals=principals)


def _plainness(difference: Difference) -> tuple[bool, bool, bool]:
    request = difference.witness
    return not difference.known_action, request.resource == "*", request.cross_account


def _always(people: list[Person] | None) -> People:
    return lambda statements: people


OTHER: Final = "999999999999"
"""An account that none of those who ask is of."""


def _is_free(statement: Statement) -> bool:
    """Does it write resources in a form of its own, as resource policies may?"""
    patterns = statement.resources.patterns if statement.resources is not None else ()
    return any(not pattern.source.startswith(("arn:", "*", "?", "${", "a*", "a?")) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class _Wants:
    """One direction of a comparison."""

    cases: Sequence[Case]
    gaining: Placed
    losing: Placed
    forward: bool

    def further(self, before: Sequence[Effect], after: Sequence[Effect]) -> bool:
        """Does the gaining side let the request further? Where it is disputed who decides: may it?"""
        losing, gaining = (before, after) if self.forward else (after, before)
        return losing != gaining and max(map(FURTHER.__getitem__, gaining)) > min(map(FURTHER.__getitem__, losing))

    def effects(self, request: Request, case: Case) -> tuple[Effect, Effect] | None:
        """The effects in a case, if they differ in this direction for certain."""
        before, after = decide(request, case.before).effect, decide(request, case.after).effect
        known = before is not Effect.DEPENDS and after is not Effect.DEPENDS
        return (before, after) if known and self.further((before,), (after,)) else None

    def confirm(self, request: Request) -> tuple[Effect, Effect] | None:
        """The effects in the first case in which they differ in this direction."""
        return next((found for case in self.cases if (found := self.effects(request, case)) is not None), None)

    def sources(self, statements: Mapping[Hashable, Statement]) -> list[Hashable]:
        """The statements that can make the difference: Allows that were gained and Denys that were lost."""
        gained = [content for _, content in self.gaining - self.losing if not statements[content].denies]
        lost = [content for _, content in self.losing - self.gaining if statements[content].denies]
        return sorted({*gained, *lost}, key=list(statements).index)

    def lost(self) -> list[Hashable]:
        """What the losing side says."""
        return list(dict.fromkeys(content for _, content in self.losing))


@dataclass(frozen=True, slots=True)
class _Rule:
    """A difference is where the two sides, with just the statements that apply, are decided so."""

    cases: Sequence[Case]
    stripped: Mapping[Hashable, tuple[int, Statement]]
    """By what a statement says its bit, and the statement without all that its region settles."""
    wants: _Wants
    preference: Preference
    known: dict[Hashable, bool] = field(default_factory=dict)
    only_iam: bool = False

    @classmethod
    def of(cls, cases: Sequence[Case], statements: Mapping[Hashable, Statement], wants: _Wants) -> _Rule:
        """The rule for statements in the order of their bits."""
        stripped = {content: (1 << place, _bare(each)) for place, (content, each) in enumerate(statements.items())}
        votes: dict[Hashable, set[bool]] = {}
        for placed, gains in ((wants.gaining, True), (wants.losing, False)):
            for _, content in placed:
                votes.setdefault(content, set()).add(gains is not statements[content].denies)
        fewer = sum(stripped[content][0] for content, vote in votes.items() if vote == {False})
        more = sum(stripped[content][0] for content, vote in votes.items() if vote == {True})
        return cls(cases, stripped, wants, Preference(fewer, more))

    def settled(self, standing: int, firm: int) -> bool:
        return False

    def differs(self, standing: int, cell: Cell) -> bool:
        request = _request(cell)
        question = (standing, request.principal.name, request.cross_account)
        if question not in self.known:
            self.known[question] = any(
                self.wants.further(
                    self._decided(request, case.before, standing), self._decided(request, case.after, standing)
                )
                for case in self.cases
            )
        return self.known[question]

    def _decided(self, request: Request, layers: Layers, standing: int) -> tuple[Effect, ...]:
        def left(policy: Policy) -> Policy:
            found = (self.stripped[content_of(statement)] for statement in policy.statements)
            return replace(policy, statements=tuple(bare for bit, bare in found if standing & bit))

        return possible(request, with_policies(layers, left), Trail(request, []))


def _bare(statement: Statement) -> Statement:
    """The statement with nothing left that could keep it from applying but whom it names."""
    return replace(
        statement, actions=_ALL, negated_actions=False, resources=None, negated_resources=False, conditions=()
    )


_ALL: Final = PatternSet((EVERYTHING,))


def _request(cell: Cell) -> Request:
    """A request in the cell. What it has for conditions does not matter any more, but whose the resource is does."""
    resource, scene = cell.place.spot.text, cell.scene
    values = {key: have for setting in cell.place.path for key, have in setting.values.items()} | dict(scene.context)
    owner = {OWNER: list(values[OWNER])} if OWNER in values else {}
    who = (
        scene.principal
        if scene.principal is not None
        else f"arn:aws:iam::{arn_account(resource) or ACCOUNT}:role/example"
    )
    return Request(who, cell.action.text, resource, owner, assume_unknown="absent").with_context(scene.context)


@lru_cache(maxsize=256)
def _markers(account: str | None) -> tuple[Statement, ...]:
    """Statements of nobody's that tell apart what decisions treat apart: keys, roles, RCPs, whose the resource is."""
    services = [f"{service}:*" for service in sorted(rcp_services.SERVICES)]
    found = [
        {"Effect": "Allow", "Action": "kms:*", "Resource": "*:key/*"},
        {"Effect": "Allow", "Action": "sts:*", "Resource": "*:role/*"},
        {"Effect": "Allow", "Action": services, "Resource": "*"},
        {"Effect": "Allow", "Action": sorted(rcp_services.EXEMPT), "Resource": "*"},
    ]
    if account is not None:
        owned = {"StringEquals": {"aws:ResourceAccount": account}}
        found.append({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": owned})
    return parse({"Version": VERSION, "Statement": found}, "markers").statements
