"""Where independence ends: pairs that an earlier version of the method took for proven, each with what is true."""

from __future__ import annotations

import pytest

from signout.iam import Effect, decide
from signout.iam.compare import Comparison, Relation, compare, within
from signout.iam.compare.surroundings import around
from signout.iam.policy import Kind
from tests.iam.compare.policies import POOL, SIGN_OUT, Statement, allow, deny, policy

QUALIFIED = {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}
TAGGED = POOL + "eu-west-1_${aws:PrincipalTag/pool}"
CLOCK = {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}


def on(resource: str, **condition: object) -> Statement:
    """Signing out on a resource."""
    return allow(SIGN_OUT, resource, **condition)


PAIRS = [
    # name, before, after, relation
    (
        "exact texts in two cases against any case",
        [on("*", StringEquals={"k": ["ab", "AB"]})],
        [on("*", StringEqualsIgnoreCase={"k": "ab"})],
        Relation.WIDER,
    ),
    (
        "the Kelvin sign is a k in any case",
        [on("*", StringEquals={"k": ["k", "K"]})],
        [on("*", StringEqualsIgnoreCase={"k": "k"})],
        Relation.WIDER,
    ),
    (
        "a gap between two bounds",
        [on("*", NumericLessThanEquals={"n": "1"}), on("*", NumericGreaterThanEquals={"n": "1.0000000001"})],
        [on("*", NumericLessThan={"n": "5"}), on("*", NumericGreaterThan={"n": "4"})],
        Relation.WIDER,
    ),
    (
        "a gap between two bounds, closed",
        [on("*", NumericLessThanEquals={"n": "1"}), on("*", NumericGreaterThanEquals={"n": "1.0000000001"})],
        [on("*", NumericLessThanEquals={"n": "1"}), on("*", NumericGreaterThan={"n": "1"})],
        Relation.WIDER,
    ),
    (
        "no gap between two bounds",
        [on("*", NumericLessThanEquals={"n": "1"}), on("*", NumericGreaterThan={"n": "1"})],
        [on("*", NumericLessThan={"n": "5"}), on("*", NumericGreaterThan={"n": "4"})],
        Relation.EQUAL,
    ),
    (
        "a variable narrowed to one pool with the matching tag",
        [on(TAGGED)],
        [on(POOL + "eu-west-1_P", StringEquals={"aws:PrincipalTag/pool": "P"})],
        Relation.NARROWER,
    ),
    (
        "a variable narrowed to one pool without the tag",
        [on(TAGGED)],
        [on(POOL + "eu-west-1_P")],
        Relation.DIFFERENT,
    ),
    (
        "a variable narrowed to a pool with another tag",
        [on(TAGGED)],
        [on(POOL + "eu-west-1_P", StringEquals={"aws:PrincipalTag/pool": "Q"})],
        Relation.DIFFERENT,
    ),
    (
        "a variable against the wildcard that takes it in",
        [on(POOL + "eu-west-1_*")],
        [on(TAGGED)],
        Relation.NARROWER,
    ),
    (
        "a variable whose tag is limited, against the wildcard that the limit makes of it",
        [on(POOL + "eu-west-1_dev-*")],
        [on(TAGGED, StringLike={"aws:PrincipalTag/pool": "dev-*"})],
        Relation.NARROWER,
    ),
    (
        "a variable and the same with more behind it",
        [on(TAGGED + "*")],
        [on(TAGGED + "/x")],
        Relation.NARROWER,
    ),
    (
        "one key tied to another by a variable",
        [on("*", StringEquals={"aws:ResourceTag/team": "${aws:PrincipalTag/team}"})],
        [on("*", StringEquals={"aws:ResourceTag/team": "a", "aws:PrincipalTag/team": "a"})],
        Relation.NARROWER,
    ),
    (
        "one key tied to another, and the other let go",
        [on("*", StringEquals={"aws:ResourceTag/team": "${aws:PrincipalTag/team}"})],
        [on("*", StringEquals={"aws:ResourceTag/team": "a"})],
        Relation.DIFFERENT,
    ),
    (
        "one key as text and as number",
        [on("*", StringEquals={"n": ["10", "10.0"]})],
        [on("*", NumericEquals={"n": "10"})],
        Relation.WIDER,
    ),
    (
        "one key as number and as text",
        [on("*", NumericEquals={"n": "10"})],
        [on("*", StringEquals={"n": "10"})],
        Relation.NARROWER,
    ),
    (
        "one key as number and as date",
        [on("*", NumericEquals={"t": "1767225600"})],
        [on("*", DateEquals={"t": "2026-01-01T00:00:00Z"})],
        Relation.WIDER,
    ),
    (
        "one key as address and as text",
        [on("*", IpAddress={"aws:SourceIp": "203.0.113.7/32"})],
        [on("*", StringEquals={"aws:SourceIp": "203.0.113.7"})],
        Relation.EQUAL,
    ),
    (
        "the Region as key and in the resource",
        [allow("ec2:*", "arn:aws:ec2:eu-west-1:*:*")],
        [allow("ec2:*", "arn:aws:ec2:eu-*:*:*", StringEquals={"aws:RequestedRegion": "eu-west-1"})],
        Relation.EQUAL,
    ),
    (
        "the owner as key and in the resource",
        [allow("sqs:*", "arn:aws:sqs:*:111122223333:*")],
        [allow("sqs:*", "arn:aws:sqs:*:????????????:*", StringEquals={"aws:ResourceAccount": "111122223333"})],
        Relation.DIFFERENT,
    ),
    (
        "the account as key and in the principal's ARN",
        [on("*", ArnLike={"aws:PrincipalArn": "arn:aws:iam::111122223333:*"})],
        [on("*", StringEquals={"aws:PrincipalAccount": "111122223333"}, ArnLike={"aws:PrincipalArn": "arn:aws:iam:*"})],
        Relation.EQUAL,
    ),
    (
        "the user name as key and in the principal's ARN",
        [on("*", StringEquals={"aws:username": "ann"})],
        [on("*", ArnLike={"aws:PrincipalArn": ["arn:aws*:iam::*:user/ann", "arn:aws*:iam::*:user/*/ann"]})],
        Relation.EQUAL,
    ),
    (
        "a path in the principal's ARN that looks like another kind of principal",
        [on("*", ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:user/ann"})],
        [on("*", StringLike={"aws:PrincipalArn": "arn:aws:iam::*:user/ann"})],
        Relation.WIDER,
    ),
    (
        "the account of who asks tied to the resource's, which another condition names",
        [deny(SIGN_OUT)],
        [
            on(
                "*",
                StringEquals={"aws:ResourceAccount": "111122223333"},
                StringEqualsIfExists={"aws:PrincipalAccount": "${aws:ResourceAccount}"},
            )
        ],
        Relation.WIDER,
    ),
    (
        "the user name tied to a tag, of which another condition names a pattern",
        [on("*", StringEquals={"aws:username": "dev-ann"})],
        [
            on("*", StringEquals={"aws:username": "dev-ann"}),
            on("*", StringEquals={"aws:username": "${aws:PrincipalTag/u}"}, StringLike={"aws:PrincipalTag/u": "dev-*"}),
        ],
        Relation.WIDER,
    ),
    (
        "CurrentTime and EpochTime are one clock",
        [on("*", **CLOCK)],
        [on("*", NumericLessThan={"aws:EpochTime": "1767225600"})],
        Relation.EQUAL,
    ),
    (
        "before and after a moment is always",
        [on("*")],
        [on("*", **CLOCK), on("*", NumericGreaterThanEquals={"aws:EpochTime": "1767225600"})],
        Relation.EQUAL,
    ),
    (
        "sets of values",
        [on("*", **QUALIFIED)],
        [on("*", **{"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}, "Null": {"aws:TagKeys": "false"}})],
        Relation.NARROWER,
    ),
    (
        "any value against all values",
        [
            on(
                "*",
                **{"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}, "ForAllValues:StringEquals": {"aws:TagKeys": "a"}},
            )
        ],
        [on("*", **{"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}})],
        Relation.WIDER,
    ),
]


@pytest.mark.parametrize(("before", "after", "relation"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_what_was_falsely_proven(before: list[Statement], after: list[Statement], relation: Relation) -> None:
    """The relation is the true one, and each witness shows its difference."""
    one, other = policy(*before, origin="before"), policy(*after, origin="after")
    found = compare(one, other)

    assert found.relation is relation, (found.undetermined, found.added, found.removed)
    for difference, allowing, refusing in (
        *((d, other, one) for d in found.added),
        *((d, one, other) for d in found.removed),
    ):
        account = difference.witness.principal.account or ""
        assert decide(difference.witness, around(allowing, Kind.IDENTITY, account)).effect is Effect.ALLOWED
        assert decide(difference.witness, around(refusing, Kind.IDENTITY, account)).effect is not Effect.ALLOWED


def undetermined(found: Comparison) -> str:
    """Why nothing was worked out."""
    assert found.relation is Relation.UNDETERMINED
    assert not found.added
    assert not found.removed
    return found.undetermined


def test_numbers_in_patterns_are_not_guessed() -> None:
    """A wildcard that cuts through numbers leaves the comparison open, saying on what."""
    one = policy(on("*", StringLike={"n": "1*"}))
    other = policy(on("*", StringLike={"n": "1*"}, NumericLessThan={"n": "5"}))

    assert "n is read both as number and as text with wildcards" in undetermined(compare(one, other))


def test_too_much_is_said_to_be_too_much() -> None:
    """Past the budget nothing is proven, and the reason names what made it so."""
    keys = [f"k{number}" for number in range(14)]
    halves = [(on("*", StringLike={key: "a*"}), on("*", StringNotLike={key: "a*"})) for key in keys]
    found = compare(policy(*(half for both in halves for half in both)), policy(on("*")))

    assert undetermined(found).startswith("too complex: conditions on k0, k1, k10")


def test_ambiguity_is_not_read_one_way() -> None:
    """Where it hangs on how AWS reads a condition without qualifier, neither reading is taken for granted."""
    one = policy(on("*", **QUALIFIED))
    other = policy(on("*", **QUALIFIED), on("*", StringEquals={"aws:TagKeys": "c"}))
    found = within(other, one)

    assert found.holds is False  # one value, "c", passes in every reading
    assert within(policy(on("*", **QUALIFIED, StringEquals={"aws:TagKeys": "a"})), one).holds is True
