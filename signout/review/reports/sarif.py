"""A report in SARIF 2.1.0, for code scanning.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub documentation, "SARIF support
for code scanning", for what is shown of it.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from signout.findings import Severity
from signout.review.assess import Review
from signout.review.findings import RULES, Reported, witness
from signout.review.hiding import without_in
from signout.review.reports.escape import plain, sarif
from signout.values import without

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_SECURITY = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""Scores in the ranges that GitHub calls critical, high, medium and low."""


def render(review: Review, artifact: str) -> str:
    """The report as JSON. `artifact` is the file that findings without a place in a program are shown at."""
    hidden = review.reading.hidden
    results = [_result(each, artifact, hidden) for each in review.open]
    for each, reason in review.exempted:
        suppression = {"kind": "external", "justification": plain(reason)}
        results.append({**_result(each, artifact, hidden), "suppressions": [suppression]})
    driver = {"name": "signout review", "rules": [_rule(name) for name in RULES]}
    if said := _version():
        driver["version"] = said
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _version() -> str:
    try:
        return version("cognito-signout")
    except PackageNotFoundError:
        return ""


def _rule(name: str) -> dict[str, Any]:
    severity, description = RULES[name]
    return {
        "id": name,
        "shortDescription": {"text": description},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {"tags": ["security", "iam"], "security-severity": _SECURITY[severity], "precision": "high"},
    }


def _result(reported: Reported, artifact: str, hidden: frozenset[str]) -> dict[str, Any]:
    finding, location = reported.finding, reported.location
    physical = {
        "artifactLocation": {"uri": _uri(location.file if location else artifact)},
        "region": {"startLine": max(location.line, 1) if location else 1},
    }
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": list(RULES).index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": sarif(finding.message)},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"signoutReview/v1": _fingerprint(reported, hidden)},
        "properties": {"severity": finding.severity.word, "resource": plain(finding.resource)},
    }
    if finding.resource:
        result["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": plain(finding.resource)}]
    if (shown := witness(reported)) is not None:
        result["properties"]["witness"] = shown
    for name in ("message", "properties"):
        result[name] = without_in(hidden, result[name])
    return result


def _fingerprint(reported: Reported, hidden: frozenset[str]) -> str:
    """The same as long as the same is said of the same resource, wherever in the program it moves."""
    finding = reported.finding
    said = without(hidden, "\0".join((finding.rule, finding.resource, finding.fact)))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def _uri(path: str) -> str:
    """A relative path as a URI reference."""
    from urllib.parse import quote

    return quote(path.replace("\\", "/"))
