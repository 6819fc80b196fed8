"""Comparisons of policies attached to a principal: the relation, the regions, and witnesses that people can read."""

from __future__ import annotations

import pytest

from signout.iam import Effect, Kind, catalogue
from signout.iam.compare import Relation, compare, within
from tests.iam.compare.policies import POOL, ROLE, SIGN_OUT, Statement, allow, deny, policy

ONE_POOL = POOL + "eu-west-1_AbCdEfGhI"

TABLE = [
    # name, before, after, relation, actions added, actions removed
    ("the same", [allow("s3:*")], [allow("s3:*")], "equal", (), ()),
    ("the same in other words", [allow(["s3:Get*", "s3:Put*"])], [allow("s3:Put*"), allow("S3:GET*")], "equal", (), ()),
    (
        "one action more",
        [allow("s3:GetObject")],
        [allow(["s3:GetObject", "s3:PutObject"])],
        "wider",
        ("s3:PutObject",),
        (),
    ),
    ("one action less", [allow(["a:B", "a:C"])], [allow("a:C")], "narrower", (), ("a:B",)),
    ("another action", [allow("a:B")], [allow("a:C")], "different", ("a:C",), ("a:B",)),
    ("a wildcard for an action", [allow("s3:GetObject")], [allow("s3:Get*")], "wider", ("s3:Get*",), ()),
    ("an action inside a wildcard", [allow("s3:Get*")], [allow(["s3:Get*", "s3:GetObject"])], "equal", (), ()),
    ("names of actions ignore case", [allow("S3:getobject")], [allow("s3:GetObject")], "equal", (), ()),
    ("question marks", [allow("s3:GetObjec?")], [allow(["s3:GetObject"])], "narrower", (), ("s3:GetObjec?",)),
    ("every action twice", [allow("*")], [allow("*:*")], "equal", (), ()),
    ("a Deny", [allow("s3:*")], [allow("s3:*"), deny("s3:Delete*")], "narrower", (), ("s3:Delete*",)),
    ("a Deny lifted", [allow("s3:*"), deny("s3:Delete*")], [allow("s3:*")], "wider", ("s3:Delete*",), ()),
    ("a Deny of what nothing allows", [allow("s3:*")], [allow("s3:*"), deny("ec2:*")], "equal", (), ()),
    (
        "a Deny wider than what is allowed",
        [allow("s3:Get*")],
        [allow("s3:Get*"), deny("*")],
        "narrower",
        (),
        ("cognito-idp:GetDerivedToken", "s3:Get*"),
    ),
    ("an Allow under a Deny", [deny("*")], [deny("*"), allow("s3:*")], "equal", (), ()),
    (
        "a Deny on other resources",
        [allow("s3:*", "arn:aws:s3:::a")],
        [allow("s3:*", "arn:aws:s3:::a"), deny("s3:*", "arn:aws:s3:::b")],
        "equal",
        (),
        (),
    ),
    (
        "a Deny by NotResource",
        [allow("s3:*")],
        [allow("s3:*"), {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::a/*"}],
        "narrower",
        (),
        ("s3:*",),
    ),
    (
        "a Deny on what else NotResource leaves",
        [allow("s3:*", "arn:aws:s3:::a/*")],
        [allow("s3:*", "arn:aws:s3:::a/*"), {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::a/*"}],
        "equal",
        (),
        (),
    ),
    (
        "NotAction",
        [allow("*")],
        [{"Effect": "Allow", "NotAction": ["iam:*", "sts:*"], "Resource": "*"}],
        "narrower",
        (),
        ("*",),
    ),
    (
        "NotAction and what it excepts",
        [allow("*")],
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, allow("iam:*")],
        "equal",
        (),
        (),
    ),
    (
        "two halves of a wildcard",
        [allow("s3:*", "arn:aws:s3:::*")],
        [allow("s3:*", ["arn:aws:s3:::a*", "arn:aws:s3:::b*"])],
        "narrower",
        (),
        ("s3:*",),
    ),
    (
        "a trust in the resource's policy",
        [allow("a:B")],
        [allow("a:B"), allow("sts:AssumeRole", ROLE + "x")],
        "wider",
        ("sts:AssumeRole",),
        (),
    ),
    (
        "a KMS key",
        [allow("a:B")],
        [allow("a:B"), allow("kms:Decrypt", "arn:aws:kms:*:*:key/*")],
        "wider",
        ("kms:Decrypt",),
        (),
    ),
    ("token-authorized", [allow("cognito-idp:GlobalSignOut")], [allow("cognito-idp:RevokeToken")], "equal", (), ()),
    ("token-authorized, denied", [allow("*")], [allow("*"), deny("cognito-idp:GlobalSignOut")], "equal", (), ()),
    (
        "a Deny of what credentials or a client authorize",
        [allow("a:B")],
        [allow("a:B"), deny("cognito-idp:GetDerivedToken")],
        "narrower",
        (),
        ("cognito-idp:GetDerivedToken",),
    ),
    (
        "token-authorized among others",
        [allow("a:B")],
        [allow(["a:B", "cognito-idp:GlobalSignOut", SIGN_OUT])],
        "wider",
        (SIGN_OUT,),
        (),
    ),
    ("a condition", [allow("a:B")], [allow("a:B", Bool={"aws:SecureTransport": "true"})], "narrower", (), ("a:B",)),
    (
        "a condition twice",
        [allow("a:B", Bool={"x": "true"})],
        [allow("a:B", Bool={"X": ["TRUE", "true"]})],
        "equal",
        (),
        (),
    ),
    (
        "a condition that nothing meets",
        [deny("a:B")],
        [allow("a:B", NumericLessThan={"n": "1"}, NumericGreaterThan={"N": "2"})],
        "equal",
        (),
        (),
    ),
    (
        "an absent key passes a negated operator",
        [allow("a:B", StringNotEquals={"k": "v"})],
        [allow("a:B", StringNotEqualsIfExists={"k": "v"})],
        "equal",
        (),
        (),
    ),
    (
        "IfExists",
        [allow("a:B", StringEquals={"k": "v"})],
        [allow("a:B", StringEqualsIfExists={"k": "v"})],
        "wider",
        ("a:B",),
        (),
    ),
    (
        "a value more",
        [allow("a:B", StringEquals={"k": "v"})],
        [allow("a:B", StringEquals={"k": ["v", "w"]})],
        "wider",
        ("a:B",),
        (),
    ),
    (
        "blocks of addresses",
        [allow("a:B", IpAddress={"aws:SourceIp": "10.0.0.0/8"})],
        [allow("a:B", IpAddress={"aws:SourceIp": ["10.0.0.0/9", "10.128.0.0/9"]})],
        "equal",
        (),
        (),
    ),
    ("octets", [allow("a:B", BinaryEquals={"k": "QQ=="})], [allow("a:B", BinaryEquals={"k": "QR=="})], "equal", (), ()),
    (
        "parts of ARNs",
        [allow("a:B", ArnLike={"k": "arn:aws:s3:::*"})],
        [allow("a:B", StringLike={"k": "arn:aws:s3:::*"})],
        "equal",
        (),
        (),
    ),
    (
        "a star within its part of an ARN",
        [allow("a:B", ArnLike={"k": "arn:*:s3:::b"})],
        [allow("a:B", StringLike={"k": "arn:*:s3:::b"})],
        "wider",
        ("a:B",),
        (),
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "relation", "added", "removed"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_relation(
    before: list[Statement], after: list[Statement], relation: str, added: tuple[str, ...], removed: tuple[str, ...]
) -> None:
    """The relation is proven, and what was added and removed is told in the policies' own words."""
    found = compare(policy(*before, origin="before"), policy(*after, origin="after"))

    assert (relation, "") == (found.relation.value, found.undetermined)
    assert added == tuple(dict.fromkeys(action for each in found.added for action in each.actions))
    assert removed == tuple(dict.fromkeys(action for each in found.removed for action in each.actions))


def test_a_region_and_its_witness() -> None:
    """A difference names actions, resources and conditions, where it stands, and a request with both effects."""
    before = policy(allow(SIGN_OUT, ONE_POOL, Bool={"aws:SecureTransport": "true"}), origin="before")
    after = policy(allow(SIGN_OUT, POOL + "*", Bool={"aws:SecureTransport": "true"}), origin="after")
    (found,) = compare(before, after).added

    assert (found.actions, found.resources) == ((SIGN_OUT,), (POOL + "*",))
    assert found.conditions == ("Bool aws:SecureTransport: true",)
    assert (found.before, found.after) == (Effect.IMPLICITLY_DENIED, Effect.ALLOWED)
    assert found.statement == "after: Statement[0]"
    assert found.known_action
    assert "the resource's own policy leaves the decision" in found.assuming
    assert found.witness.action == SIGN_OUT
    assert found.witness.resource.startswith(POOL)
    assert found.witness.given() == {"aws:securetransport": ("true",)}


def test_a_dropped_condition_is_told_as_what_is_not_needed_any_more() -> None:
    """Where a condition was dropped, the difference lies where it does not hold."""
    before = policy(allow("a:B", IpAddress={"aws:SourceIp": "10.0.0.0/8"}))
    (found,) = compare(before, policy(allow("a:B"))).added

    assert found.conditions == ("not IpAddress aws:SourceIp: 10.0.0.0/8",)
    assert found.witness.given()["aws:sourceip"] == ("203.0.113.10",)


@pytest.mark.parametrize(
    ("before", "after", "service"),
    [
        (allow("s3:GetObject"), allow("s3:*"), "s3"),
        (allow("*", "arn:aws:s3:::a"), allow("*", "arn:aws:sqs:*:*:*"), "sqs"),
        (allow("cognito-idp:Admin*"), allow("cognito-idp:*"), "cognito-idp"),
    ],
)
def test_a_witness_is_a_real_action(before: Statement, after: Statement, service: str) -> None:
    """For a wildcard the witness is an action that exists, of the resource's service if there is one."""
    found = compare(policy(before), policy(after)).added[0]

    assert found.known_action
    assert catalogue.known(found.witness.action) is not None
    assert found.witness.action.partition(":")[0] == service


def test_a_witness_is_a_real_action_where_no_service_is_named() -> None:
    """For every action on everything, any action that exists will do."""
    found = compare(policy(allow("s3:GetObject")), policy(allow("*"))).added[0]

    assert found.known_action
    assert catalogue.known(found.witness.action) is not None


def test_only_an_unknown_action_is_said_to_be_unknown() -> None:
    """Where every known action under a wildcard was allowed before, the difference says so."""
    (found,) = compare(policy(allow("autoscaling:Describe*")), policy(allow("autoscaling:Descri*"))).added

    assert not found.known_action
    assert found.witness.action.startswith("autoscaling:descri")


@pytest.mark.parametrize(
    ("pattern", "resource"),
    [
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/example"),
        ("arn:aws:cognito-idp:*:*:userpool/*", "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_Example"),
        ("arn:aws:sqs:*:*:queue", "arn:aws:sqs:us-east-1:111122223333:queue"),
        ("*", "*"),
    ],
)
def test_a_witness_looks_natural(pattern: str, resource: str) -> None:
    """Wildcards in an ARN are filled in as is usual in their part of it."""
    (found,) = compare(policy(allow("a:B", "arn:aws:x:::y")), policy(allow("a:C", pattern))).added

    assert found.witness.resource == resource


@pytest.mark.parametrize(
    ("kind", "relation"),
    [
        (Kind.IDENTITY, Relation.NARROWER),
        (Kind.BOUNDARY, Relation.NARROWER),
        (Kind.SESSION, Relation.NARROWER),
        (Kind.SCP, Relation.EQUAL),
    ],
)
def test_a_deny_of_what_needs_no_allow(kind: Kind, relation: Relation) -> None:
    """A Deny refuses what something else than IAM may authorize as well, whether or not a policy allows it.

    In an SCP it does not matter: what an SCP does not allow is refused as it is.
    """
    before = policy(allow("a:B"), kind=kind)
    after = policy(allow("a:B"), deny("cognito-idp:GetDerivedToken"), kind=kind)
    found = compare(before, after)

    assert found.relation is relation
    assert compare(before, policy(allow("a:B"), deny("c:D"), kind=kind)).relation is Relation.EQUAL
    for each in found.removed:
        assert (each.before, each.after) == (Effect.NOT_IAM, Effect.EXPLICITLY_DENIED)


def test_actions_without_effect_are_named() -> None:
    """What only one side names to no effect is told, by its usual name."""
    found = compare(policy(allow("a:B")), policy(allow(["a:B", "cognito-idp:globalsignout"])))

    assert found.relation is Relation.EQUAL
    assert found.without_effect == ("cognito-idp:GlobalSignOut",)


def test_sources_that_disagree_leave_it_open() -> None:
    """Where sources disagree on who decides, a grant is neither nothing nor something."""
    one, other = policy(allow("a:B")), policy(allow(["a:B", "cognito-idp:GetClientToken"]))

    assert compare(one, other).relation is Relation.UNDETERMINED
    assert within(other, one).holds is None
    assert within(one, other).holds is True


def test_within() -> None:
    """No more than the limit: proven, refuted with a witness, or open."""
    limit = policy(allow("cognito-idp:Admin*", POOL + "*"))

    assert within(policy(allow(SIGN_OUT, ONE_POOL)), limit).holds is True
    assert within(limit, limit).holds is True
    beyond = within(policy(allow([SIGN_OUT, "iam:PassRole"], "*")), limit)
    assert beyond.holds is False
    assert {each.witness.action for each in beyond.added} <= {SIGN_OUT, "iam:PassRole"}


@pytest.mark.parametrize("kind", [Kind.BOUNDARY, Kind.SESSION, Kind.SCP])
def test_boundaries_sessions_and_scps_compare_like_identity_policies(kind: Kind) -> None:
    """What such a policy lets through is compared, where everything else allows it."""
    before = policy(allow("*"), deny("iam:*"), kind=kind)
    after = policy(allow("*"), kind=kind)
    found = compare(before, after)

    assert found.relation is Relation.WIDER
    assert found.added[0].witness.action.startswith("iam:")
    assert compare(after, policy(allow("*"))).relation is Relation.EQUAL


def test_meaning_is_told() -> None:
    """A comparison says over which requests it is meant."""
    found = compare(policy(allow("a:B")), policy(allow("a:C")))

    assert found.meaning.startswith("over requests by users, roles and role sessions")


def test_a_comparison_is_no_yes_or_no() -> None:
    """Taken as a boolean a comparison is an error: undetermined is neither."""
    with pytest.raises(TypeError, match="no yes or no"):
        bool(compare(policy(allow("a:B")), policy(allow("a:C"))))


def test_what_cannot_be_compared() -> None:
    """Policies of kinds that do different things are refused."""
    trust = policy({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}, kind=Kind.TRUST)

    with pytest.raises(TypeError, match="cannot compare a policy of kind identity with a policy of kind trust"):
        compare(policy(allow("a:B")), trust)
