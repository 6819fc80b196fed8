"""The whole review of what was read: changes, the table of sign-outs, findings, and what is left open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from signout.findings import Judged, Severity, judge
from signout.iam import Kind
from signout.review.access import Change, changes
from signout.review.escalation import Aims, is_own, opened
from signout.review.estate import Estate, Reading
from signout.review.findings import Found, Reported, findings, most_severe_first
from signout.review.settings import Settings
from signout.review.sign_out import Row, functions_that_sign_out, in_order, roles_that_sign_out, table


@dataclass(frozen=True, slots=True)
class Review:
    """What a review has to say."""

    reading: Reading
    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    """The table of who can sign users out; empty for policies that are attached to nobody."""
    open: tuple[Reported, ...]
    """Findings that count."""
    exempted: tuple[tuple[Reported, str], ...]
    """Findings that an exception covers, with its reason, owner and last day."""
    incomplete: tuple[str, ...]
    """What the input does not have: what is not in the table may still be."""

    @property
    def undetermined(self) -> bool:
        """Is something not known that could matter?"""
        return any(each.finding.rule == "undetermined" for each in self.open)

    def worst(self) -> Severity | None:
        """The highest severity of a finding that counts."""
        return max((each.finding.severity for each in self.open), default=None)


def assess(reading: Reading, settings: Settings, not_in_input: Sequence[str], today: date) -> Review:
    """The review of what was read."""
    before, after = reading.before, reading.after
    changed = tuple(changes(before, after))
    rows = table(before, after)
    moved = [each.arn for each in changed if each.kind in (Kind.IDENTITY, Kind.BOUNDARY)]
    aims = _aims(after, rows)
    escalations = tuple(opened(before, after, moved, aims))
    reported = tuple(findings(Found(reading, changed, rows, escalations, settings.severities)))
    judged: Judged = judge([each.finding for each in reported], settings.exemptions, today)
    counts = {id(each) for each in judged.open}
    reasons = {
        id(finding): f"{exemption.reason} ({exemption.owner}, until {exemption.expires})"
        for finding, exemption in judged.exempted
    }
    return Review(
        reading,
        changed,
        rows,
        tuple(each for each in reported if id(each.finding) in counts),
        tuple((each, reasons[id(each.finding)]) for each in reported if id(each.finding) in reasons),
        (*reading.incomplete, *_not_applied(reading), *not_in_input),
    )


def _aims(estate: Estate, rows: Sequence[Row]) -> Aims:
    """What is worth reaching of the new side."""
    roles = sorted(roles_that_sign_out(estate, rows))
    documents = (each for arn in roles if arn in estate.members for each in estate.members[arn].documents())
    policies = tuple(dict.fromkeys(each.arn for each in documents if is_own(each.arn)))
    return Aims(tuple(roles), functions_that_sign_out(estate, rows), policies)


def _not_applied(reading: Reading) -> Iterator[str]:
    """Layers that the input has and that the table does not apply: whom they are about is not read."""
    kinds = {each.kind for estate in (reading.before, reading.after) for each in estate.documents}
    if kinds & {Kind.SCP, Kind.RCP}:
        yield "to whom the SCPs and RCPs of the input are attached: they are compared, not applied to the table"
    if Kind.ENDPOINT in kinds:
        yield "who comes through the VPC endpoints of the input: their policies are compared, not applied to the table"


def together(reading: Reading, reviews: Sequence[Review], not_in_input: Sequence[str]) -> Review:
    """Reviews of inputs that have nothing to do with each other, as one. `reading` says what all of them are.

    Nobody knows who has policies that are files: so no way leads from one to another.
    """
    missing = [*reading.incomplete, *not_in_input, *(reason for each in reviews for reason in each.incomplete)]
    return Review(
        reading,
        tuple(change for each in reviews for change in each.changes),
        in_order(row for each in reviews for row in each.rows),
        tuple(most_severe_first(one for each in reviews for one in each.open)),
        tuple(one for each in reviews for one in each.exempted),
        tuple(dict.fromkeys(missing)),
    )
