"""What a team decides about its reviews: severities, and exceptions that somebody answers for.

{"severity": {"access-added": "low"},
 "exceptions": [{"resource": "urn:...", "rule": "access-added", "reason": "...", "owner": "...",
                     "expires": "2026-12-31"}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from signout.findings import Exemption, ExemptionError, Severity, read_exemptions
from signout.review.errors import InputError
from signout.review.findings import RULES

SEVERITIES = {each.word: each for each in Severity}


@dataclass(frozen=True, slots=True)
class Settings:
    """Severities other than the rules' own, and exceptions."""

    severities: Mapping[str, Severity] = field(default_factory=dict)
    exemptions: tuple[Exemption, ...] = ()


def read_settings(content: Any, origin: str) -> Settings:
    """From a settings file's JSON. Raises InputError."""
    if not isinstance(content, Mapping):
        raise InputError(f"{origin}: is no object; expected one with severity, exceptions")
    for name in content:
        if name not in ("severity", "exceptions"):
            raise InputError(f'{origin}: has "{name}"; expected severity, exceptions')
    given = content.get("severity") or {}
    if not isinstance(given, Mapping):
        raise InputError(f"{origin}: severity: is no object; expected rules with their severities")
    try:
        exemptions = read_exemptions(content.get("exceptions") or [], f"{origin}: exceptions", RULES)
    except ExemptionError as error:
        raise InputError(str(error)) from None
    return Settings({rule: _severity(rule, word, origin) for rule, word in given.items()}, exemptions)


def _severity(rule: str, word: Any, origin: str) -> Severity:
    if rule not in RULES:
        raise InputError(f'{origin}: severity: has "{rule}"; expected one of {", ".join(RULES)}')
    if word not in SEVERITIES:
        raise InputError(f'{origin}: severity.{rule}: is "{word}"; expected one of {", ".join(SEVERITIES)}')
    return SEVERITIES[word]
