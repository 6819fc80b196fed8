"""The region of a difference in words: patterns and conditions as policies write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from signout.cognito.operations import operation
from signout.iam.compare.grid import Spot
from signout.iam.compare.rows import Row
from signout.iam.compare.texts import EVERYTHING, literal_of
from signout.iam.evaluate import evaluate
from signout.iam.pattern import Part, Pattern, PatternSet, matcher
from signout.iam.policy import Condition, Statement
from signout.iam.principal import Principal, PrincipalSet
from signout.iam.request import Request


def action_labels(row: Row, source: Statement | None, granting: Iterable[Statement]) -> tuple[str, ...]:
    """The actions of a row: the narrowest patterns that name them, among the source's and those of what grants them."""
    excepted = source.actions if source is not None and source.negated_actions else None
    others = [each.actions for each in granting if not each.negated_actions]
    return _labels([spot for _, spot in row.actions], excepted, others)


def resource_labels(row: Row, source: Statement | None, granting: Iterable[Statement]) -> tuple[str, ...]:
    """The resources of a row, as for actions; none where the policies name none."""
    if source is not None and source.resources is None:
        return ()
    excepted = source.resources if source is not None and source.negated_resources else None
    others = [each.resources for each in granting if each.resources is not None and not each.negated_resources]
    return _labels([place.spot for place in row.places], excepted, others)


def _labels(spots: Sequence[Spot], excepted: PatternSet | None, others: Sequence[PatternSet]) -> tuple[str, ...]:
    chosen = dict.fromkeys(_narrowest(spot, others) for spot in spots)
    wide = [pattern for pattern in chosen if literal_of(pattern.parts) is None]
    kept = [
        pattern
        for pattern in chosen
        if not any(other is not pattern and _takes_in(other.parts, pattern.parts) for other in wide)
    ]
    labels = [_without(excepted) if pattern == EVERYTHING and excepted else pattern.source for pattern in kept]
    return tuple(dict.fromkeys(labels))


def _narrowest(spot: Spot, others: Sequence[PatternSet]) -> Pattern:
    """The pattern that says most about the text."""
    if literal_of(spot.pattern.parts) is not None:
        return spot.pattern
    patterns = [
        pattern
        for each in others
        for pattern in each.patterns
        if not pattern.variables and matcher(pattern.parts)(spot.text)
    ]
    if (found := operation(spot.text)) is not None:
        patterns.append(Pattern(found.action, (spot.text,)))
    return max([spot.pattern, *patterns], key=lambda pattern: _said(pattern.parts))


def _said(parts: Iterable[Part]) -> int:
    return sum(len(part) for part in parts if isinstance(part, str))


def _takes_in(wide: tuple[Part, ...], narrow: tuple[Part, ...]) -> bool:
    literal = literal_of(narrow)
    return literal is not None and matcher(wide)(literal)


def _without(excepted: PatternSet) -> str:
    return f"* except {', '.join(pattern.source for pattern in excepted.patterns)}"


def condition_labels(source: Statement | None, losing: Iterable[Statement], request: Request) -> tuple[str, ...]:
    """The conditions of the source, and those for want of which nothing on the other side allows the witness."""
    held = [written(condition) for condition in source.conditions] if source is not None else []
    missed = [outcome for each in losing if isinstance(outcome := evaluate(each, request), Condition)]
    return tuple(dict.fromkeys([*held, *(f"not {written(condition)}" for condition in missed)]))


def written(condition: Condition) -> str:
    """A condition on one line: `StringEquals aws:RequestedRegion: eu-west-1, eu-central-1`."""
    return f"{condition.operator_name} {condition.name}: {', '.join(condition.values)}"


def principal_labels(source: Statement | None, principal: Principal) -> tuple[str, ...]:
    """Whom the source names, of those who are the principal of the witness: `AWS: arn:...`."""
    if source is None or source.principals is None:
        return ()
    entries = source.principals.entries
    if source.negated_principals:
        return (f"* except {', '.join(map(_entry, entries))}",)
    naming = [entry for entry in entries if PrincipalSet((entry,)).match(principal)]
    return tuple(map(_entry, naming or entries))


def _entry(entry: tuple[str, str]) -> str:
    kind, value = entry
    return "*" if value == "*" else f"{kind}: {value}"
