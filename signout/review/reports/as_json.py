"""A report for programs, in the form that docs/schemas/review.schema.json describes."""

from __future__ import annotations

import json
from typing import Any

from signout.iam.compare import Difference
from signout.review.access import Change
from signout.review.assess import Review
from signout.review.findings import Reported, witness
from signout.review.hiding import without_in
from signout.review.reports.words import relation
from signout.review.resource import Location
from signout.review.sign_out import Row


def render(review: Review) -> str:
    """The report as JSON."""
    return json.dumps(without_in(review.reading.hidden, content(review)), indent=2) + "\n"


def content(review: Review) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "reviewed": review.reading.what,
        "complete": not review.incomplete,
        "not_given": list(review.incomplete),
        "undetermined": review.undetermined,
        "sign_out": [_row(row) for row in review.rows],
        "findings": [_finding(each) for each in review.open],
        "exempted": [{**_finding(each), "exception": reason} for each, reason in review.exempted],
        "changes": [_change(change) for change in review.changes],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "principal": row.way.principal,
        "label": row.label,
        "via": list(row.way.via),
        "function": row.way.function or None,
        "means": row.way.means.value,
        "pools": list(row.pools),
        "actions": list(row.actions),
        "before": row.before,
        "after": row.after,
        "new": list(row.new),
        "depends_on": list(row.depends_on),
    }


def _finding(reported: Reported) -> dict[str, Any]:
    finding = reported.finding
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "resource": finding.resource,
        "location": _location(reported.location),
        "fact": finding.fact,
        "why": finding.why,
        "change": finding.change,
        "statement": reported.difference.statement if reported.difference else "",
        "witness": witness(reported),
        "assuming": reported.difference.assuming if reported.difference else "",
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "principal": change.arn,
        "label": change.label,
        "layer": change.layer,
        "whom": change.named or None,
        "resource": change.address,
        "location": _location(change.location),
        "relation": change.relation.value,
        "in_words": relation(change),
        "added": [] if change.secret else [_region(each) for each in change.added],
        "removed": [] if change.secret else [_region(each) for each in change.removed],
        "undetermined": list(change.open),
        "at_worst": _at_worst(change),
    }


def _at_worst(change: Change) -> dict[str, Any] | None:
    if change.worst is None:
        return None
    added = [] if change.secret else [_region(each) for each in change.worst]
    return {"added": added, "bounded_by": list(change.bounded_by)}


def _region(difference: Difference) -> dict[str, Any]:
    return {
        "actions": list(difference.actions),
        "resources": list(difference.resources),
        "conditions": list(difference.conditions),
        "statement": difference.statement,
    }


def _location(location: Location | None) -> dict[str, Any] | None:
    return None if location is None else {"file": location.file, "line": location.line}
