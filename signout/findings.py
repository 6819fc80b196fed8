"""A finding, how severe it is, and the exceptions that somebody answers for.

The policy pack and the review of pull requests report the same way and take exceptions in the same form:

    {"resource": "urn:pulumi:prod::shop::aws:iam/role:Role::ci", "rule": "nobody-else",
     "reason": "the deployment tests sign their own user out", "owner": "identity@example.com", "expires": "2026-12-31"}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import IntEnum
from typing import Any


class Severity(IntEnum):
    """How bad it is if a finding is true and stays. Ordered: the worst is the greatest."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The name as settings and reports write it, "high"."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule has to say about one resource."""

    rule: str
    severity: Severity
    resource: str
    """The resource's URN in Pulumi, or its address elsewhere; empty where it is about everything together."""
    fact: str
    """What is the case, with the names and values that show it."""
    why: str
    """Why it matters."""
    change: str
    """What to do about it."""

    @property
    def message(self) -> str:
        """Fact, reason and change as one paragraph."""
        return " ".join(part for part in (self.fact, self.why, self.change) if part)


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exception: findings of one rule on one resource, accepted until a date by somebody who answers for it."""

    resource: str
    rule: str
    reason: str
    owner: str
    expires: date
    """The last day on which it holds."""

    def covers(self, finding: Finding) -> bool:
        """Is it about this finding, whatever the date? Resource and rule have to be the same, without wildcards."""
        return (self.resource, self.rule) == (finding.resource, finding.rule)

    def expired(self, today: date) -> bool:
        """Has its last day passed?"""
        return today > self.expires


class ExemptionError(ValueError):
    """An exception that cannot be read: the place, what is there, and what was expected."""


_ELEMENTS = tuple(field.name for field in fields(Exemption))
_EXAMPLE_DATE = "2026-12-31"


def read_exemptions(entries: object, place: str, rules: Iterable[str]) -> tuple[Exemption, ...]:
    """The exceptions in a list of JSON objects, each for one of the rules. Raises ExemptionError."""
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise ExemptionError(f"{place}: is no list; expected a list of objects with {', '.join(_ELEMENTS)}")
    known = frozenset(rules)
    read: dict[tuple[str, str], Exemption] = {}
    for index, entry in enumerate(entries):
        at = f"{place}[{index}]"
        exemption = _exemption(entry, at)
        if exemption.rule not in known:
            raise ExemptionError(f'{at}.rule: is "{exemption.rule}"; expected one of {", ".join(sorted(known))}')
        if (exemption.resource, exemption.rule) in read:
            raise ExemptionError(f"{at}: is the second one for this resource and rule; expected each pair once")
        read[exemption.resource, exemption.rule] = exemption
    return tuple(read.values())


def _exemption(entry: object, place: str) -> Exemption:
    if not isinstance(entry, Mapping):
        raise ExemptionError(f"{place}: is no object; expected one with {', '.join(_ELEMENTS)}")
    for name in entry:
        if name not in _ELEMENTS:
            raise ExemptionError(f'{place}: has "{name}"; expected {", ".join(_ELEMENTS)}')
    resource, rule, reason, owner = (_text(entry, name, place) for name in _ELEMENTS[:-1])
    return Exemption(resource, rule, reason, owner, _date(_text(entry, "expires", place), f"{place}.expires"))


def _text(entry: Mapping[str, Any], name: str, place: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        found = "is missing" if name not in entry else "is empty" if isinstance(value, str) else "is no text"
        raise ExemptionError(f"{place}.{name}: {found}; expected a text, as every exception needs one")
    return value


def _date(text: str, place: str) -> date:
    try:
        # `fromisoformat` alone also takes 20261231 and week dates.
        if (found := date.fromisoformat(text)).isoformat() == text:
            return found
    except ValueError:
        pass
    raise ExemptionError(f'{place}: is "{text}"; expected a date such as {_EXAMPLE_DATE}, the last day that it holds')


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings after the exceptions were applied to them."""

    open: tuple[Finding, ...]
    """Those that count."""
    exempted: tuple[tuple[Finding, Exemption], ...]
    """Those that an exception covers, with it."""


def judge(findings: Iterable[Finding], exemptions: Sequence[Exemption], today: date) -> Judged:
    """Tells the findings that count from those that an exception covers. One that has expired covers nothing."""
    valid = [exemption for exemption in exemptions if not exemption.expired(today)]
    still_open: list[Finding] = []
    exempted: list[tuple[Finding, Exemption]] = []
    for finding in findings:
        exemption = next((exemption for exemption in valid if exemption.covers(finding)), None)
        if exemption is None:
            still_open.append(finding)
        else:
            exempted.append((finding, exemption))
    return Judged(tuple(still_open), tuple(exempted))
