"""Words that every report uses."""

from __future__ import annotations

from signout.iam.compare import Relation
from signout.review.access import Change
from signout.review.assess import Review
from signout.review.estate import WITHOUT_LIMIT

RELATIONS = {
    Relation.EQUAL: "same access, written differently (proven)",
    Relation.WIDER: "widened",
    Relation.NARROWER: "narrowed",
    Relation.DIFFERENT: "widened in one place, narrowed in another",
    Relation.UNDETERMINED: "undetermined",
}


def relation(change: Change) -> str:
    """How a layer changed, in words."""
    if change.is_new and change.relation is Relation.WIDER:
        return "new"
    if change.is_gone and change.relation is Relation.NARROWER:
        return "gone"
    if change.is_gone and change.kind in WITHOUT_LIMIT:
        return "gone, so that it limits nothing any more"
    return RELATIONS[change.relation]


def subject(change: Change) -> str:
    """What changed: "Role operator, trust policy, for arn:aws:iam::123456789012:root"."""
    return f"{change.label}, {change.layer}{f', for {change.named}' if change.whom else ''}"


def summary(review: Review) -> str:
    """The first line of a report."""
    counted: dict[str, int] = {}
    for each in review.open:
        counted[each.finding.severity.word] = counted.get(each.finding.severity.word, 0) + 1
    found = ", ".join(f"{count} {word}" for word, count in counted.items())
    newly = sum(row.widened and not row.undetermined for row in review.rows)
    perhaps = sum(row.changed and row.undetermined for row in review.rows)
    said = [f"findings: {found or 'none'}", f"layers changed: {len(review.changes)}"]
    if newly:
        said.append(f"ways to end sessions that are new or wider: {newly}")
    if perhaps:
        said.append(f"ways to end sessions that are undetermined: {perhaps}")
    return "; ".join(said)


def nobody(review: Review) -> str:
    """What is said where the table has no row."""
    if review.incomplete:
        return "none that the input shows"
    return "nobody"
