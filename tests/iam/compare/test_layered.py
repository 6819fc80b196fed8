"""Comparisons of policies that name principals, and of whole sets of layers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signout.iam import Effect, Kind, Layers, Request, decide
from signout.iam.compare import Comparison, Relation, compare
from tests.iam.compare.policies import ROLE, SIGN_OUT, Statement, allow, deny, policy, to, trusting

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:q"
ANN = "arn:aws:iam::111122223333:user/ann"
HERE, THERE = "111122223333", "444455556666"


def send(principal: Any, **condition: Any) -> Statement:
    """Sending to the queue, allowed to a principal."""
    return to(principal, allow("sqs:SendMessage", QUEUE, **condition))


def refuse(principal: Any, **condition: Any) -> Statement:
    """Sending to the queue, denied to a principal."""
    return to(principal, deny("sqs:SendMessage", QUEUE, **condition))


ALL_BUT_OURS = {"Effect": "Deny", "NotPrincipal": {"AWS": HERE}, "Action": "sqs:*", "Resource": "*"}
EVERYONE_BUT_ANN = {"Effect": "Deny", "NotPrincipal": {"AWS": [ANN, HERE]}, "Action": "sqs:*", "Resource": "*"}

RESOURCE_POLICIES = [
    # name, before, after, relation
    ("the same", [send({"AWS": ANN})], [send({"AWS": [ANN]})], "equal"),
    ("an account in two ways", [send({"AWS": HERE})], [send({"AWS": f"arn:aws:iam::{HERE}:root"})], "equal"),
    ("everyone in two ways", [send("*")], [send({"AWS": "*"})], "equal"),
    ("a user more", [send({"AWS": ANN})], [send({"AWS": [ANN, ROLE + "ops"]})], "wider"),
    ("a user less", [send({"AWS": [ANN, ROLE + "ops"]})], [send({"AWS": ANN})], "narrower"),
    ("another user", [send({"AWS": ANN})], [send({"AWS": ROLE + "ops"})], "different"),
    ("the account instead of its user", [send({"AWS": ANN})], [send({"AWS": HERE})], "narrower"),
    ("everyone instead of an account", [send({"AWS": HERE})], [send("*")], "wider"),
    ("another account", [send({"AWS": HERE})], [send({"AWS": [HERE, THERE]})], "wider"),
    ("a service", [send({"AWS": HERE})], [send({"AWS": HERE, "Service": "sns.amazonaws.com"})], "wider"),
    ("everyone is every service too", [send("*")], [send("*"), send({"Service": "sns.amazonaws.com"})], "equal"),
    ("a Deny of one", [send("*")], [send("*"), refuse({"AWS": ANN})], "narrower"),
    ("a Deny of all others", [send("*")], [send("*"), EVERYONE_BUT_ANN], "narrower"),
    ("a Deny of all of other accounts", [send("*"), EVERYONE_BUT_ANN], [send("*"), ALL_BUT_OURS], "wider"),
    ("a Deny of everyone", [refuse("*")], [refuse("*"), send({"AWS": ANN})], "equal"),
    (
        "everyone of one account",
        [send({"AWS": HERE})],
        [send("*", StringEquals={"aws:PrincipalAccount": HERE})],
        "wider",
    ),
    (
        "a variable that may stand for nothing, as all of a resource",
        [to("*", deny("s3:*", "arn:aws:s3:::x"))],
        [to("*", deny("s3:*", "${aws:PrincipalTag/k}")), to({"AWS": HERE}, allow("s3:*", "*${aws:PrincipalTag/k}*"))],
        "different",
    ),
    (
        "a condition on who asks that the Principal element says already",
        [send({"AWS": ANN})],
        [send({"AWS": ANN}, ArnEquals={"aws:PrincipalArn": ANN})],
        "equal",
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "relation"), [row[1:] for row in RESOURCE_POLICIES], ids=[row[0] for row in RESOURCE_POLICIES]
)
def test_resource_policies(before: list[Statement], after: list[Statement], relation: str) -> None:
    """Whom a resource's policy lets in is compared over everyone, and what was added one way is removed the other."""
    one, other = (policy(*each, kind=Kind.RESOURCE, origin="queue") for each in (before, after))
    found, back = compare(one, other), compare(other, one)

    assert (relation, "") == (found.relation.value, found.undetermined)
    assert (bool(found.added), bool(found.removed)) == (bool(back.removed), bool(back.added))
    assert found.meaning.startswith("over requests to a resource with the policy, by anyone")


def test_a_difference_names_the_principals() -> None:
    """Of a policy that names principals a difference says who is let in, with a request by one of them."""
    before = policy(send({"AWS": ANN}), kind=Kind.RESOURCE, origin="before")
    after = policy(send({"AWS": [ANN, ROLE + "ops"]}), kind=Kind.RESOURCE, origin="after")
    (found,) = compare(before, after).added

    assert (found.actions, found.resources) == (("sqs:SendMessage",), (QUEUE,))
    assert found.principals == (f"AWS: {ROLE}ops",)
    assert found.witness.principal.name == ROLE + "ops"
    assert found.assuming == "the principal's own policies allow nothing"
    assert (found.before, found.after) == (Effect.IMPLICITLY_DENIED, Effect.ALLOWED)


def test_a_witness_on_a_resource_of_another_account() -> None:
    """The context of a witness says whose the resource is, where its ARN does not: with it the request is the same."""
    before = policy(allow("sqs:*"))
    after = policy(allow("sqs:*"), allow("s3:GetObject", StringEquals={"aws:ResourceAccount": THERE}))
    (found,) = compare(before, after).added
    asked = found.witness
    again = Request(asked.principal.name, asked.action, asked.resource, asked.given())

    assert (again.owner, again.context) == (asked.owner, asked.context)


TRUST = [
    ("the same", [trusting({"AWS": HERE})], [trusting({"AWS": HERE})], "equal"),
    ("another account", [trusting({"AWS": HERE})], [trusting({"AWS": [HERE, THERE]})], "wider"),
    (
        "an external id",
        [trusting({"AWS": THERE})],
        [trusting({"AWS": THERE}, StringEquals={"sts:ExternalId": "x"})],
        "narrower",
    ),
    (
        "a function instead of an account",
        [trusting({"AWS": HERE})],
        [trusting({"Service": "lambda.amazonaws.com"})],
        "different",
    ),
    (
        "an identity provider by its domain",
        [trusting({"AWS": HERE})],
        [trusting({"AWS": HERE}), trusting({"Federated": "token.actions.githubusercontent.com"})],
        "wider",
    ),
    (
        "a service of another partition",
        [trusting({"AWS": HERE})],
        [trusting({"AWS": HERE}), trusting({"Service": "ec2.c2s.ic.gov"})],
        "wider",
    ),
    (
        "a service of no partition known",
        [trusting({"AWS": HERE})],
        [trusting({"AWS": HERE}), trusting({"Service": "service.example.com"})],
        "wider",
    ),
    (
        "the id of a deleted principal",
        [trusting({"AWS": HERE})],
        [trusting({"AWS": [HERE, "AROAEXAMPLEEXAMPLE12"]})],
        "equal",
    ),
]


@pytest.mark.parametrize(("before", "after", "relation"), [row[1:] for row in TRUST], ids=[row[0] for row in TRUST])
def test_trust_policies(before: list[Statement], after: list[Statement], relation: str) -> None:
    """Who may assume a role is compared over everyone; the resource is the role."""
    found = compare(policy(*before, kind=Kind.TRUST), policy(*after, kind=Kind.TRUST))

    assert (relation, "") == (found.relation.value, found.undetermined)
    assert all(each.witness.resource.endswith(":role/example") for each in (*found.added, *found.removed))


ALL = policy(allow("*"), origin="all")
SEND = policy(allow("sqs:*"), origin="send")
NONE = policy(deny("*"), origin="none")
LIMIT = policy(allow("sqs:*"), kind=Kind.BOUNDARY, origin="limit")
ROOT = policy(allow("*"), kind=Kind.SCP, origin="root")
NO_SQS = policy(allow("*"), deny("sqs:*"), kind=Kind.SCP, origin="no sqs")
GUARD = policy(allow("sqs:*", QUEUE, Bool={"aws:SecureTransport": "true"}), origin="guarded")
LETS_ANN = policy(send({"AWS": ANN}), kind=Kind.RESOURCE, origin="queue")

LAYERS = [
    # name, before, after, relation
    ("the same", Layers((ALL,)), Layers((ALL,)), "equal"),
    ("the same policy twice", Layers((SEND,)), Layers((SEND, SEND)), "equal"),
    ("in one policy or in two", Layers((SEND, ALL)), Layers((ALL,)), "equal"),
    ("a policy more", Layers(()), Layers((SEND,)), "wider"),
    ("a policy less", Layers((SEND,)), Layers(()), "narrower"),
    ("a Deny that empties the rest", Layers((ALL, NONE)), Layers((NONE,)), "equal"),
    ("a boundary", Layers((ALL,)), Layers((ALL,), boundary=(LIMIT,)), "narrower"),
    ("a boundary as wide as the policies", Layers((SEND,)), Layers((SEND,), boundary=(LIMIT,)), "equal"),
    ("a boundary that is lifted", Layers((ALL,), boundary=(LIMIT,)), Layers((ALL,)), "wider"),
    ("an empty boundary", Layers((SEND,)), Layers((SEND,), boundary=()), "narrower"),
    ("a boundary or the same as policy", Layers((ALL,), boundary=(LIMIT,)), Layers((SEND,)), "equal"),
    ("an SCP that allows everything", Layers((SEND,)), Layers((SEND,), scp=((ROOT,),)), "equal"),
    ("a level of SCPs more", Layers((SEND,), scp=((ROOT,),)), Layers((SEND,), scp=((ROOT,), (ROOT,))), "equal"),
    ("an SCP that denies", Layers((SEND,), scp=((ROOT,),)), Layers((SEND,), scp=((ROOT,), (NO_SQS,))), "narrower"),
    ("a condition on one resource", Layers((SEND,)), Layers((GUARD,)), "narrower"),
    ("a resource policy", Layers(()), Layers((), resource_policy=LETS_ANN), "wider"),
    ("a resource policy beside what grants it", Layers((ALL,)), Layers((ALL,), resource_policy=LETS_ANN), "equal"),
]


@pytest.mark.parametrize(("before", "after", "relation"), [row[1:] for row in LAYERS], ids=[row[0] for row in LAYERS])
def test_layers(before: Layers, after: Layers, relation: str) -> None:
    """Two sets of layers are compared by what they let through together; witnesses show each difference."""
    found = compare(before, after)

    assert (relation, "") == (found.relation.value, found.undetermined)
    shown(found, before, after)
    shown(compare(after, before), after, before)


def test_exceptions_that_do_not_count() -> None:
    """Whom NotPrincipal excepts hangs on who has a permissions boundary: what it comes to between two sides is open."""
    guarded = policy(EVERYONE_BUT_ANN, send("*"), kind=Kind.RESOURCE, origin="guarded")
    free, bounded = Layers((ALL,), resource_policy=guarded), Layers((ALL,), (LIMIT,), resource_policy=guarded)

    assert compare(free, bounded).relation is Relation.UNDETERMINED
    assert "excepts nobody who has a permissions boundary" in compare(bounded, free).undetermined
    assert compare(bounded, bounded).relation is Relation.EQUAL
    assert compare(free, replace(free, identity=())).undetermined == ""


def shown(found: Comparison, before: Layers, after: Layers) -> None:
    """Each witness is decided as its difference says, and differently."""
    for each in (*found.added, *found.removed):
        assert decide(each.witness, before).effect is each.before
        assert decide(each.witness, after).effect is each.after
        assert each.before is not each.after


def test_a_policy_is_no_set_of_layers() -> None:
    """A policy is not taken for a set of layers, nor the other way round."""
    with pytest.raises(TypeError, match="cannot compare a policy of kind identity with layers"):
        compare(ALL, Layers((ALL,)))


def test_what_no_identity_policy_governs() -> None:
    """A sign-out by access token is not taken away by identity policies, but by an endpoint's policy it is."""
    endpoint = policy(to("*", deny("cognito-idp:GlobalSignOut")), to("*", allow("*")), kind=Kind.ENDPOINT)
    free = policy(to("*", allow("*")), kind=Kind.ENDPOINT)
    no_sign_out = policy(allow(SIGN_OUT), deny("cognito-idp:GlobalSignOut"))
    sign_out = policy(allow(SIGN_OUT))

    assert compare(Layers((sign_out,)), Layers((no_sign_out,))).relation is Relation.EQUAL
    (found,) = compare(free, endpoint).removed
    assert found.witness.action == "cognito-idp:GlobalSignOut"
    assert (found.before, found.after) == (Effect.NOT_IAM, Effect.EXPLICITLY_DENIED)


OWNED = {"StringEquals": {"aws:ResourceAccount": THERE}, "StringNotEquals": {"k": "${aws:PrincipalTag/t}"}}


def test_whose_the_resource_is_beside_a_variable() -> None:
    """Those who ask are of the account that a condition says resources are of: nobody else gets at them anyhow."""
    before, after = policy(allow("s3:Get*")), policy(allow("s3:Get*"), allow("sqs:SendMessage", **OWNED))
    found = compare(Layers((before,)), Layers((after,)))
    back = compare(Layers((after,)), Layers((before,)))
    limited = compare(Layers((ALL,), (before,)), Layers((ALL,), (after,)))

    assert [each.relation.value for each in (found, back, limited)] == ["wider", "narrower", "wider"]
    assert found.added[0].witness.owner == found.added[0].witness.principal.account == THERE
