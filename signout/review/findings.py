"""From what changed to findings: a rule, a severity, the resource, and the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from signout.cognito.operations import Governed, operations
from signout.cognito.sessions import Means
from signout.findings import Finding, Severity
from signout.iam import Kind
from signout.iam.compare import Difference
from signout.iam.pattern import Pattern
from signout.iam.principal import is_service
from signout.review.access import Change
from signout.review.escalation import Opened
from signout.review.estate import Estate, Reading
from signout.review.reaching import EVERYONE
from signout.review.resource import Location
from signout.review.sign_out import Row

RULES: Mapping[str, tuple[Severity, str]] = {
    "sign-out-added": (Severity.CRITICAL, "Somebody can sign users out who could not before."),
    "session-end-added": (
        Severity.HIGH,
        "Somebody can end users' sessions beside something else who could not before.",
    ),
    "trust-opened": (Severity.HIGH, "Somebody can become a role who could not before."),
    "trust-opened-wide": (Severity.CRITICAL, "Another account, or anyone, can become a role."),
    "resource-opened": (Severity.HIGH, "A resource's own policy lets somebody in who could not before."),
    "resource-opened-wide": (Severity.CRITICAL, "A resource's own policy lets another account, or anyone, in."),
    "privilege-escalation": (Severity.HIGH, "A principal can get permissions that it was not given."),
    "sign-out-escalation": (Severity.CRITICAL, "A principal can get at a sign-out by a detour."),
    "condition-loosened": (Severity.HIGH, "A condition that limited a permission was dropped, or limits less."),
    "boundary-removed": (Severity.HIGH, "A permissions boundary was taken away."),
    "access-added": (Severity.MEDIUM, "A policy allows more than before."),
    "grant-without-effect": (Severity.LOW, "A policy grants an operation that IAM does not decide."),
    "undetermined": (Severity.MEDIUM, "What a policy allows is not known yet."),
    "unreadable-policy": (Severity.HIGH, "A policy document cannot be read."),
    "not-reviewed": (
        Severity.LOW,
        "A resource looks as if it granted something, and this review does not know its type.",
    ),
    "policy-renamed": (Severity.LOW, "A policy file has another name, by which somebody else may take it."),
}
"""Every rule with its severity, unless the settings say otherwise, and what it reports."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding with what shows it."""

    finding: Finding
    location: Location | None = None
    difference: Difference | None = None
    """The difference that shows it, with its witness."""
    who: str = ""
    """In the witness's place, where the policy says whom it is about."""
    on: str = ""
    """In place of the witness's resource, for a trust policy: the role."""


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to report about."""

    reading: Reading
    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    escalations: tuple[Opened, ...]
    severities: Mapping[str, Severity]


def findings(found: Found) -> Iterator[Reported]:
    """All findings, the most severe first."""
    every = [
        *_sign_out(found),
        *_of_changes(found),
        *_escalations(found),
        *_without_effect(found),
        *_not_reviewed(found),
        *_renamed(found),
    ]
    yield from most_severe_first(every)


def most_severe_first(every: Iterable[Reported]) -> list[Reported]:
    """By severity, then by rule in the order of the table."""
    return sorted(every, key=lambda each: (-each.finding.severity, list(RULES).index(each.finding.rule)))


def _make(found: Found, rule: str, resource: str, fact: str, why: str, change: str) -> Finding:
    return Finding(rule, found.severities.get(rule, RULES[rule][0]), resource, fact, why, change)


_ENDING: Mapping[Means, tuple[str, str]] = {
    Means.EQUIVALENT: (
        "sign users out of",
        "IAM has no condition key for a user: whoever can sign one user of a pool out can sign all of them out.",
    ),
    Means.SIDE_EFFECT: (
        "end users' sessions, as a side effect, in",
        "Sessions end as a side effect, such as that of a new password: whoever may do it can also lock users out.",
    ),
    Means.DESTRUCTIVE: (
        "end users' sessions, by deletion, in",
        "Sessions end because what they belong to is deleted, which nothing brings back.",
    ),
}
"""By how sessions end, what somebody can do and why it matters."""


def _sign_out(found: Found) -> Iterator[Reported]:
    locations = {each.address: each.location for each in found.changes}
    for row in found.rows:
        # What is possible only because something is not known is reported as not known.
        if not row.widened or (is_service(row.way.principal) and row.way.via) or row.undetermined:
            continue
        rule = "sign-out-added" if row.way.means is Means.EQUIVALENT else "session-end-added"
        what, why = _ENDING[row.way.means]
        hangs_on = f", depending on {' and '.join(row.depends_on)}" if row.depends_on else ""
        path = "" if not row.way.via and not row.way.function else f", through {row.path}"
        shown = row.new or row.actions
        named = [each for each in shown if ":" in each] or list(row.actions)
        pools = [each for each in shown if ":" not in each] or list(row.pools)
        fact = f"{row.label} can {what} {' and '.join(pools)}{path} ({', '.join(named)}{hangs_on})."
        change = "Take it away, or have whoever answers for sign-outs agree to it."
        finding = _make(found, rule, row.address, fact, why, change)
        yield Reported(
            finding, next((locations[each] for each in (row.address, *row.steps) if each in locations), None)
        )


def _of_changes(found: Found) -> Iterator[Reported]:
    for change in found.changes:
        for reason in change.open:
            yield Reported(_open_finding(found, change, reason), change.location)
        for reason in change.comparison.open_added:
            fact = f"{_subject(change)}: whether more is allowed could not be worked out: {reason}."
            finding = _make(
                found, "undetermined", change.address, fact, "", "Write the policy more simply, or look at it."
            )
            yield Reported(finding, change.location)
        for difference in change.added:
            yield _of_difference(found, change, difference)


def _subject(change: Change) -> str:
    return f"{change.label}, {change.layer}"


def _open_finding(found: Found, change: Change, reason: str) -> Finding:
    awaited = "awaits" in reason or "not in the input" in reason
    rule = "undetermined" if awaited else "unreadable-policy"
    said = worst_of(change) if awaited else ""
    fact = f"{_subject(change)}: {'undetermined, ' if awaited else ''}{reason}.{f' {said}.' if said else ''}"
    why = ""
    if said:
        why = "The worst case is a bound: what the policy is going to say may be less, and is not known."
    elif reason.endswith("which is not in the input"):
        why = "What is not in the input may allow anything else, and may refuse what is allowed here."
    elif awaited:
        why = "Until it is known, the policy may allow anything that whoever writes it wants."
    advice = "Review the state after the deployment." if awaited else "Correct the document."
    return _make(found, rule, change.address, fact, why, advice)


def worst_of(change: Change) -> str:
    """The worst case in words: "At worst it adds s3:* on *, bounded by its permissions boundary"; empty without one."""
    if change.worst is None:
        return ""
    regions = "something that is a secret" if change.secret else "; ".join(region_of(each) for each in change.worst)
    return f"At worst it adds {regions or 'nothing'}, bounded by {' and '.join(change.bounded_by)}"


def _of_difference(found: Found, change: Change, difference: Difference) -> Reported:
    whom = change.whom
    region = "something that is a secret" if change.secret else region_of(difference)
    match change.kind:
        case Kind.TRUST:
            wide = _wide(change)
            rule = "trust-opened-wide" if wide else _loosened(difference) or "trust-opened"
            fact = f"{change.named} can become {change.label} ({region})."
            why, advice = (
                "Whoever becomes the role has all that it may.",
                "Name the principals, and demand a condition.",
            )
        case Kind.SCP | Kind.RCP | Kind.ENDPOINT:
            rule = _loosened(difference) or ("access-added" if change.kind is Kind.SCP else "resource-opened")
            whose = f" for {change.named}" if change.whom else ""
            fact = f"The {change.layer} of {change.label} {_lets_through(change)} {region}{whose}."
            why, advice = "It grants nothing, but limits what other policies grant.", "Let through what is needed."
        case Kind.RESOURCE:
            wide = _wide(change)
            rule = "resource-opened-wide" if wide else _loosened(difference) or "resource-opened"
            fact = f"The {change.layer} of {change.label} lets {change.named} {region}."
            why, advice = (
                "A resource's own policy grants without the account's identity policies.",
                "Name who needs it.",
            )
        case Kind.BOUNDARY if change.is_gone:
            rule = "boundary-removed"
            fact = f"{change.label} has no permissions boundary any more: its own policies count in full."
            why, advice = "A boundary is what keeps a role's policies from growing.", "Put the boundary back."
        case Kind.BOUNDARY:
            rule = _loosened(difference) or "access-added"
            fact = f"The permissions boundary of {change.label} now lets through {region}."
            why, advice = "A boundary grants nothing, but keeps policies from growing.", "Let through what is needed."
        case _:
            rule = _loosened(difference) or "access-added"
            fact = f"{change.label} is allowed {region} by its {change.layer}."
            why, advice = "It was not allowed before.", "Grant what is needed, on what it is needed."
    finding = _make(found, rule, change.address, fact, why, advice)
    on = change.arn if change.kind is Kind.TRUST else ""
    return Reported(finding, change.location, None if change.secret else difference, whom, on)


def _lets_through(change: Change) -> str:
    return "is gone, and keeps out no more" if change.is_gone else "now lets through"


def _loosened(difference: Difference) -> str:
    return "condition-loosened" if any(each.startswith("not ") for each in difference.conditions) else ""


def _wide(change: Change) -> bool:
    """Is it everybody, or somebody of another account?"""
    if change.whom == EVERYONE:
        return True
    own = change.arn.split(":")[4] if change.arn.count(":") >= 5 else ""
    account = change.whom.split(":")[4] if change.whom.count(":") >= 5 else change.whom
    return account.isdigit() and bool(own) and account != own


def region_of(difference: Difference) -> str:
    """A region in words: "s3:* on * where not StringEquals ..."."""
    where = f" where {' and '.join(difference.conditions)}" if difference.conditions else ""
    on = f" on {', '.join(difference.resources)}" if difference.resources else ""
    return f"{', '.join(difference.actions)}{on}{where}"


def _escalations(found: Found) -> Iterator[Reported]:
    """One finding for each principal and aim: whoever can do one thing can often do ten."""
    locations = {each.arn: each.location for each in found.changes if each.kind is Kind.IDENTITY}
    gathered: dict[tuple[str, bool], list[Opened]] = {}
    for each in found.escalations:
        gathered.setdefault((each.member.arn, each.way.to_sign_out), []).append(each)
    for (_, to_sign_out), ways in gathered.items():
        member = ways[0].member
        by_aim: dict[str, dict[str, None]] = {}
        for each in ways:
            by_aim.setdefault(each.way.leads_to, {})[f"{each.way.name}{_about(each)}"] = None
        told = [f"{aim} (by {_some(list(names), 'others')})" for aim, names in by_aim.items()]
        sources = "; ".join(dict.fromkeys(each.way.source.partition(";")[0] for each in ways[:4]))
        finding = _make(
            found,
            "sign-out-escalation" if to_sign_out else "privilege-escalation",
            member.address,
            f"{member.label} can {_some(told, 'more')}.",
            f"These are known ways from one permission to others ({sources}).",
            "Limit the actions to the roles and functions that they are needed for.",
        )
        yield Reported(finding, locations.get(member.arn) or member.location)


_MOST_TOLD = 4


def _some(texts: list[str], more: str) -> str:
    """The first ones, and how many there are beside them."""
    left_out = len(texts) - _MOST_TOLD
    return f"{', '.join(texts[:_MOST_TOLD])}{f' and {left_out} {more}' if left_out > 0 else ''}"


def _about(each: Opened) -> str:
    on = f" on {each.on.rpartition('/')[2]}" if each.on else ""
    return f"{on}, under conditions" if each.depends else on


def _without_effect(found: Found) -> Iterator[Reported]:
    for change in found.changes:
        if change.kind is not Kind.IDENTITY or change.is_gone or change.secret:
            continue
        old = set(_useless(found.reading.before, change.arn))
        for pattern in _useless(found.reading.after, change.arn):
            if pattern not in old:
                finding = _make(
                    found,
                    "grant-without-effect",
                    change.address,
                    f"{change.label} is granted {pattern}, which identity policies do not decide.",
                    "The operation is authorized by a token: the grant changes nothing.",
                    "Leave it out; to sign a user out for them, grant cognito-idp:AdminUserGlobalSignOut.",
                )
                yield Reported(finding, change.location)


def _useless(estate: Estate, arn: str) -> Iterator[str]:
    """The patterns of Allow statements that cover operations of Cognito only, none of which IAM decides."""
    member = estate.members.get(arn)
    if member is None:
        return
    sources = {
        pattern.source
        for document in member.identity
        if document.policy is not None
        for statement in document.policy.statements
        if not statement.denies and not statement.negated_actions
        for pattern in statement.actions.patterns
        if pattern.source.lower().startswith("cognito-")
    }
    for source in sorted(sources):
        covers = Pattern.of(source, ignore_case=True).matches
        covered = [each.governed for name, each in operations().items() if covers(name)]
        if covered and all(each is Governed.NOT_IAM for each in covered):
            yield source


def _not_reviewed(found: Found) -> Iterator[Reported]:
    # Also those that go: what they did may have been to limit.
    for address in dict.fromkeys([*found.reading.after.not_reviewed, *found.reading.before.not_reviewed]):
        fact = f"{address} looks as if it granted something; this review reads nothing from resources of its type."
        yield Reported(_make(found, "not-reviewed", address, fact, "", "Look at it yourself."))
    for reason in found.reading.after.open:
        yield Reported(_make(found, "undetermined", "", f"Undetermined: {reason}.", "", "Review the state later on."))


def _renamed(found: Found) -> Iterator[Reported]:
    for old, new in found.reading.renamed:
        fact = f"{new} is what was {old}; both are compared as the policy of one holder."
        why = "Whoever takes a policy by the name of its file may be somebody else than before."
        yield Reported(_make(found, "policy-renamed", new, fact, why, "See who uses either name."), Location(new, 1))


def witness(reported: Reported) -> dict[str, Any] | None:
    """The request that shows a finding, as `signout decide` takes it, with what became of it and what becomes of it."""
    difference = reported.difference
    if difference is None:
        return None
    request = difference.witness
    context = {request.names.get(key, key): list(values) for key, values in request.given().items()}
    return {
        "principal": reported.who or request.principal.name,
        "action": request.action,
        "resource": reported.on or request.resource,
        "context": context,
        "before": difference.before.value,
        "after": difference.after.value,
    }
