"""Findings and the exceptions to them."""

from datetime import date

import pytest

from signout.findings import Exemption, ExemptionError, Finding, Severity, judge, read_exemptions

RULES = ("nobody-else", "token-life")
ROLE = "urn:pulumi:prod::shop::aws:iam/role:Role::ci"
ENTRY = {
    "resource": ROLE,
    "rule": "nobody-else",
    "reason": "its tests sign their own user out",
    "owner": "identity@example.com",
    "expires": "2026-12-31",
}
EXEMPTION = Exemption(ROLE, "nobody-else", ENTRY["reason"], ENTRY["owner"], date(2026, 12, 31))


def finding(rule="nobody-else", resource=ROLE):
    return Finding(rule, Severity.HIGH, resource, "ci can sign users out.", "It is not on the list.", "Remove it.")


def test_message():
    """A finding reads as one paragraph: what is, why it matters, what to do."""
    assert finding().message == "ci can sign users out. It is not on the list. Remove it."


def test_severities_are_ordered():
    """The worst severity is the greatest, and each has the word that settings use."""
    assert sorted(Severity, reverse=True)[0] is Severity.CRITICAL
    assert [severity.word for severity in sorted(Severity)] == ["low", "medium", "high", "critical"]


def test_reading():
    """An exception is read with everything that it has to say."""
    assert read_exemptions([ENTRY], "exceptions", RULES) == (EXEMPTION,)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("x", "exceptions: is no list"),
        ([1], "exceptions[0]: is no object"),
        ([ENTRY, {**ENTRY, "rule": "token-life", "urn": ROLE}], 'exceptions[1]: has "urn"; expected resource, rule,'),
        ([{**ENTRY, "rule": "token-lief"}], 'exceptions[0].rule: is "token-lief"; expected one of nobody-else, token-'),
        ([ENTRY, ENTRY], "exceptions[1]: is the second one for this resource and rule"),
        ([{**ENTRY, "owner": " "}], "exceptions[0].owner: is empty"),
        ([{**ENTRY, "reason": ""}], "exceptions[0].reason: is empty"),
        ([{**ENTRY, "reason": 1}], "exceptions[0].reason: is no text"),
        ([{key: ENTRY[key] for key in ENTRY if key != "expires"}], "exceptions[0].expires: is missing"),
        ([{**ENTRY, "expires": "20261231"}], 'exceptions[0].expires: is "20261231"; expected a date such as'),
        ([{**ENTRY, "expires": "2026-W50-1"}], 'exceptions[0].expires: is "2026-W50-1"; expected a date such as'),
        ([{**ENTRY, "expires": "2026-02-30"}], 'exceptions[0].expires: is "2026-02-30"'),
        ([{**ENTRY, "expires": "next week."}], 'exceptions[0].expires: is "next week."'),
    ],
)
def test_unreadable(entries, message):
    """An exception with anything wrong is refused with its place: it would otherwise seem to hold."""
    with pytest.raises(ExemptionError) as refused:
        read_exemptions(entries, "exceptions", RULES)

    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("given", "today", "covered"),
    [
        (finding(), date(2026, 1, 1), True),
        (finding(), date(2026, 12, 31), True),
        (finding(), date(2027, 1, 1), False),
        (finding(rule="token-life"), date(2026, 1, 1), False),
        (finding(resource=ROLE + "2"), date(2026, 1, 1), False),
    ],
    ids=["covered", "last day", "expired", "another rule", "another resource"],
)
def test_judging(given, today, covered):
    """An exception takes away the findings of its rule on its resource, until its last day has passed."""
    judged = judge([given], [EXEMPTION], today)

    assert judged.exempted == (((given, EXEMPTION),) if covered else ())
    assert judged.open == (() if covered else (given,))
