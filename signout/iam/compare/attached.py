"""Policies attached to whom they are about: allowed is what a statement allows and none denies.

A request that only one policy allows matches a statement that only one policy has: an Allow of the side that gained, or
a Deny of the side that lost. So each such statement is looked at, in its own region, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from signout.cognito.operations import Governed
from signout.iam.compare import labels
from signout.iam.compare.comparison import FURTHER, Comparison, Difference
from signout.iam.compare.content import content_of, names_and_several
from signout.iam.compare.explore import Found, Setting, explore
from signout.iam.compare.grid import GOVERNED
from signout.iam.compare.people import attached_people
from signout.iam.compare.rows import Cell, Rule
from signout.iam.compare.surroundings import around
from signout.iam.compare.texts import RESOURCES, Preference
from signout.iam.compare.witness import Confirm
from signout.iam.compare.worlds import Person, is_plain
from signout.iam.decide import decide
from signout.iam.decision import Effect
from signout.iam.evaluate import Applies, evaluate
from signout.iam.policy import Kind, Policy, Statement
from signout.iam.principal import PrincipalKind
from signout.iam.request import Request


@dataclass(frozen=True, slots=True)
class Refused:
    """A difference is where the statement of the region applies and none of these does."""

    refusing: int
    only_iam: bool = True

    @property
    def preference(self) -> Preference:
        return Preference(fewer=self.refusing, more=1)

    def settled(self, standing: int, firm: int) -> bool:
        return bool(standing & firm & self.refusing)

    def differs(self, standing: int, cell: Cell) -> bool:
        return not standing & self.refusing


@dataclass(frozen=True, slots=True)
class Granted:
    """A difference is where none of the refusing statements applies, and a granting one does or none is needed."""

    refusing: int
    granting: int
    unneeded: int
    """The mark of actions that something else may authorize where no policy allows them: a Deny refuses those too."""
    only_iam: bool = True

    @property
    def preference(self) -> Preference:
        return Preference(fewer=self.refusing, more=self.granting | 1)

    def settled(self, standing: int, firm: int) -> bool:
        return bool(standing & firm & self.refusing) or not standing & (self.granting | self.unneeded)

    def differs(self, standing: int, cell: Cell) -> bool:
        return bool(standing & (self.granting | self.unneeded)) and not standing & self.refusing


MEANING = (
    "over requests by users, roles and role sessions to which the policy is attached, in any account, on any resource"
    " whose own policy leaves the decision to the account; resources are ARNs or *; service-linked roles are left out"
)
ASSUMING = "the resource's own policy leaves the decision to the principal's account"


def compare_attached(before: Policy, after: Policy) -> Comparison:
    """The comparison of two policies that are attached to whom they are about. Raises nothing."""
    kind = before.kind if before.kind is after.kind else Kind.IDENTITY
    old, new = _by_content(before), _by_content(after)
    if old.keys() == new.keys():
        return Comparison((), (), MEANING)
    comparing = _Comparing.of(before, after, kind)
    added = comparing.direction(new, old, lambda effects: FURTHER[effects[1]] > FURTHER[effects[0]])
    removed = comparing.direction(old, new, lambda effects: FURTHER[effects[0]] > FURTHER[effects[1]])
    without_effect = dict.fromkeys([*added.without_effect, *removed.without_effect])
    return Comparison(
        added.differences,
        removed.differences,
        MEANING,
        tuple(dict.fromkeys(added.undetermined)),
        tuple(dict.fromkeys(removed.undetermined)),
        tuple(without_effect),
    )


def _by_content(policy: Policy) -> dict[Hashable, Statement]:
    """The statements by what they say, without name and place: the same twice is there once."""
    return {content_of(statement): statement for statement in policy.statements}


Contents = Mapping[Hashable, Statement]
Wanted = Callable[[tuple[Effect, Effect]], bool]


@dataclass(slots=True)
class _Direction:
    differences: tuple[Difference, ...]
    undetermined: list[str]
    without_effect: list[str]


@dataclass(frozen=True, slots=True)
class _Comparing:
    """Two policies that are compared, with what holds for both directions."""

    before: Policy
    after: Policy
    kind: Kind
    setting: Setting

    @classmethod
    def of(cls, before: Policy, after: Policy, kind: Kind) -> _Comparing:
        names, several = names_and_several((*before.statements, *after.statements))
        return cls(before, after, kind, Setting(RESOURCES, several, names))

    def direction(self, gaining: Contents, losing: Contents, wanted: Wanted) -> _Direction:
        """Where the gaining side allows what the losing side does not."""
        gains, losses = _sides(gaining), _sides(losing)
        denies = {**gains.denies, **losses.denies}
        found: dict[tuple[object, ...], Difference] = {}
        direction = _Direction((), [], [])
        for content, statement in {**gains.allows, **losses.denies}.items():
            if content in (losing if not statement.denies else gaining):
                continue
            if statement.denies:
                statements = (statement, *gains.denies.values(), *gains.allows.values())
                refusing, granting = _bits(1, len(gains.denies)), _bits(1 + len(gains.denies), len(gains.allows))
                # An SCP has to allow whatever authorizes the request.
                either = 0 if self.kind is Kind.SCP else GOVERNED[Governed.EITHER] << len(statements)
                rule: Rule = Granted(refusing, granting, either)
            else:
                others = (*denies.values(), *losses.allows.values())
                statements, rule = (statement, *others), Refused(_bits(1, len(others)))
            findings = explore(statements, 1, rule, self._people, self.setting, self._confirm(wanted))
            direction.undetermined += findings.undetermined
            direction.without_effect += findings.without_effect
            for each in findings.found:
                difference = self._difference(each, statement, gains, losses)
                region = (difference.actions, difference.resources, difference.conditions)
                found.setdefault(region, difference)
        direction.differences = tuple(found.values())
        return direction

    def _people(self, statements: Sequence[Statement]) -> list[Person] | None:
        if is_plain(statements):
            return None
        root = (PrincipalKind.ROOT,) if self.kind is Kind.SCP else ()
        return attached_people(statements, (PrincipalKind.USER, PrincipalKind.ROLE, *root))

    def _confirm(self, wanted: Wanted) -> Confirm:
        def confirm(request: Request) -> tuple[Effect, Effect] | None:
            account = request.principal.account or ""
            before = decide(request, around(self.before, self.kind, account)).effect
            after = decide(request, around(self.after, self.kind, account)).effect
            known = before is not Effect.DEPENDS and after is not Effect.DEPENDS
            return (before, after) if known and wanted((before, after)) else None

        return confirm

    def _difference(self, found: Found, source: Statement, gains: _Side, losses: _Side) -> Difference:
        request = found.witness.request
        granting = [] if not source.denies else [each for each in gains.allows.values() if _applies(each, request)]
        before, after = found.witness.effects
        return Difference(
            labels.action_labels(found.row, source, granting),
            labels.resource_labels(found.row, source, granting),
            (),
            labels.condition_labels(source, losses.allows.values() if not source.denies else (), request),
            request,
            before,
            after,
            found.witness.known_action,
            source.place,
            ASSUMING,
        )


def _applies(statement: Statement, request: Request) -> bool:
    return isinstance(evaluate(statement, request), Applies)


def _bits(start: int, count: int) -> int:
    return ((1 << count) - 1) << start


@dataclass(frozen=True, slots=True)
class _Side:
    """The statements of a policy by what they do."""

    allows: Contents
    denies: Contents


def _sides(contents: Contents) -> _Side:
    return _Side(
        {content: each for content, each in contents.items() if not each.denies},
        {content: each for content, each in contents.items() if each.denies},
    )
