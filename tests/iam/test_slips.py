"""Where IAM tools go wrong, and what small evaluators forget: each slip by name, with the rows that would show it here.

The rows stand in the decision tables, in the folder of their layer. What is no decision has a test of its own below.
Slips in comparing policies are under tests/iam/compare.
"""

from __future__ import annotations

import fnmatch
import json
from typing import Any

import pytest

from signout.iam import Effect, Kind, Layers, PolicyError, Request, decide, parse
from signout.iam.account import AccountError, holders
from signout.iam.document import document_of
from signout.iam.pattern import Pattern
from tests.iam import test_decisions
from tests.iam.processor_time import processor_time

SLIPS: list[tuple[str, list[str]]] = [
    # Wrong answers of tools
    ("a Deny subtracts only what an Allow names by the same text", ["identity/denies: a Deny on a * ARN *"]),
    (
        "NotResource is read as Resource",
        ["identity/grants: NotResource *", "identity/denies: a Deny with NotResource*"],
    ),
    (
        "wildcards in an ARN's Region, or other partitions, are refused",
        [
            "identity/grants: a wildcard in the Region",
            "identity/grants: the partition *",
            "operators/arn-*: part of a *",
        ],
    ),
    ("NotAction as a single string is ignored", ["identity/grants: NotAction *", "identity/denies: * with NotAction*"]),
    ("? is ignored in actions and ARNs", ["identity/grants: a question mark *"]),
    ("*:* is not expanded", ["identity/grants: every service, every action"]),
    ("a Deny whose condition is not met denies", ["identity/denies: a Deny whose condition is *"]),
    ("a Deny with NotResource allows", ["identity/denies: a Deny with NotResource*"]),
    ("names of actions are compared with case", ["identity/grants: * action ignores case", "identity/denies: * case"]),
    (
        "a negated operator fails when the key is absent",
        ["operators/*not-*: absent", "operators/absent: *Not*", "quantifiers/*not-equals-if-exists: absent"],
    ),
    (
        "an ARN has to have as many parts as its pattern",
        [
            "operators/arn-*: arn and a star",
            "operators/arn-*: one for all that follows",
            "operators/arn-*: a star alone",
        ],
    ),
    (
        "GlobalSignOut on a pool's ARN is answered with: use Resource *",
        ["operation/token-authorized: granted on *", "operation/token-authorized: denied"],
    ),
    # Semantics that are forgotten
    ("names of condition keys are compared with case", ["identity/*: the name of a key ignores case"]),
    ("resources are compared without case", ["identity/grants: an ARN does not"]),
    ("a resource-less action is matched by an ARN", ["identity/grants: an action without a resource*"]),
    (
        "a star in a Resource stops at a colon",
        ["identity/grants: * runs over colons", "identity/grants: * just a star"],
    ),
    ("a star in ArnLike runs over colons", ["operators/arn-*: a star stays in its part"]),
    ("ArnEquals is equality", ["operators/arn-equals: a star *", "operators/arn-equals: a question mark *"]),
    ("StringLike stops at a colon", ["operators/string-*like: a star runs over colons *"]),
    ("IfExists fails when the key is absent", ["quantifiers/*-if-exists: absent", "operators/absent: *IfExists"]),
    ("Null is forgotten, or read the other way round", ["operators/null: *"]),
    (
        "ForAllValues fails for the empty set",
        ["quantifiers/for-all-values-*: no value at all", "quantifiers/*: an empty *"],
    ),
    ("ForAnyValue holds for the empty set", ["quantifiers/for-any-value-*: no value at all"]),
    ("several values in one operator are AND", ["operators/*: one of several", "operators/*: none of several"]),
    ("several keys and operators are OR", ["identity/conditions: one key *", "identity/conditions: two operators *"]),
    ("in a negated operator several values are OR", ["identity/conditions: negated, several *"]),
    (
        "an omitted Version has variables",
        ["identity/variables: the old version *", "operators/variables: * in the old version *"],
    ),
    (
        "a variable without a value is an empty text, or a star",
        ["identity/variables: no tag", "identity/variables: a role has *", "operators/variables: * without a value *"],
    ),
    (
        "a Deny that loses its resource so goes unnoticed",
        ["identity/variables: a Deny that loses its resource is named"],
    ),
    (
        "wildcards in a variable's value are wildcards",
        ["identity/variables: a star in *", "operators/variables: * star *"],
    ),
    ("defaults of variables are forgotten", ["identity/variables: * default*", "operators/variables: * default*"]),
    ("escapes are forgotten", ["operators/string-like: an escaped *", "operators/variables: * escape*"]),
    ("dates are compared as texts", ["operators/date-*: the same, *", "identity/conditions: seconds since 1970 *"]),
    ("one level of SCPs is enough", ["scp/levels: the root does not", "scp/levels: the account does not"]),
    ("SCPs, boundaries and session policies grant", ["scp/levels: an SCP grants nothing", "*/limits: only in the *"]),
    ("a role named in a resource policy escapes its boundary", ["*/same-account: a role named is limited by *"]),
    ("a session named in a resource policy does not", ["*/same-account: a session named is not limited"]),
    (
        "for roles and KMS keys an identity policy is enough",
        ["*/trust: an identity policy alone", "*/kms: not passed on"],
    ),
    ("across accounts either policy is enough", ["*/cross-account: only the *", "*/cross-account: * not enough alone"]),
    ("a VPC endpoint policy is forgotten", ["endpoint/limits: *"]),
    ("NotPrincipal is read as Principal", ["resource_policy/*: everyone but *"]),
    (
        "SCPs and RCPs reach service-linked roles",
        ["scp/levels: a service-linked role *", "rcp/levels: a service-linked *"],
    ),
    ("RCPs reach every service", ["rcp/levels: a service that RCPs do not reach"]),
    ("an unknown key is false", ["identity/unknown: it turns the answer", "identity/unknown: a Deny that may apply"]),
    (
        "an unknown key always leaves the answer open",
        ["identity/unknown: * for a value and one for the others", "identity/unknown: a condition *"],
    ),
]


@pytest.fixture(scope="module")
def rows() -> dict[str, Any]:
    """The rows of the decision tables by name, `layer/subject: row`."""
    return {str(row.id): row.values[0] for row in test_decisions.rows()}


@pytest.mark.parametrize("names", [slip[1] for slip in SLIPS], ids=[slip[0] for slip in SLIPS])
def test_slip(names: list[str], rows: dict[str, Any]) -> None:
    """The rows that would show the slip are there, and decide as AWS does."""
    for name in names:
        shown = fnmatch.filter(rows, name)
        assert shown, f"no row is named {name}"
        for row in shown:
            test_decisions.test_decision(rows[row])


def test_patterns_are_turned_into_backtracking_expressions() -> None:
    """Eight repeats of `*a` in one ARN are matched at once, in policies and in their conditions."""
    pattern = "arn:aws:s3:::" + "*a" * 8
    text = "arn:aws:s3:::" + "a" * 5_000 + "b"
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": pattern}
    condition = {"StringLike": {"aws:SourceArn": pattern}, "ArnLike": {"aws:SourceArn": pattern}}
    policies = [{**statement}, {**statement, "Resource": "*", "Condition": condition}]
    request = Request("arn:aws:iam::111122223333:role/ops", "s3:GetObject", text, {"aws:SourceArn": text})

    with processor_time(1):
        assert not Pattern.of(pattern).matches(text)
        for policy in policies:
            layers = Layers(identity=(parse({"Version": "2012-10-17", "Statement": policy}),))
            assert Effect.IMPLICITLY_DENIED is decide(request, layers).effect


ATTACHED: list[tuple[str, Kind, dict[str, Any]]] = [
    ("trust policy", Kind.TRUST, {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}),
    (
        "trust policy of an identity provider",
        Kind.TRUST,
        {
            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
            "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
            "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:1"}},
        },
    ),
    (
        "bucket policy",
        Kind.RESOURCE,
        {
            "Principal": {"AWS": "111122223333", "CanonicalUser": "79a5"},
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::b/*",
        },
    ),
    ("repository policy, without a Resource", Kind.RESOURCE, {"Principal": "*", "Action": "ecr:BatchGetImage"}),
    ("key policy", Kind.RESOURCE, {"NotPrincipal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"}),
    ("endpoint policy", Kind.ENDPOINT, {"Principal": "*", "Action": "*", "Resource": "*"}),
]


@pytest.mark.parametrize(("kind", "statement"), [case[1:] for case in ATTACHED], ids=[case[0] for case in ATTACHED])
def test_policies_with_a_principal_are_malformed(kind: Kind, statement: dict[str, Any]) -> None:
    """Trust policies and resource policies are policies: they parse, print and decide, without a warning."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}

    policy = parse(json.dumps(document), kind=kind)

    assert () == policy.warnings
    assert policy == parse(document_of(policy), kind=kind)
    request = Request("arn:aws:iam::111122223333:role/ops", "s3:GetObject", "arn:aws:s3:::b/k", assume_unknown="absent")
    given: dict[str, Any] = {"endpoint": (policy,)} if kind is Kind.ENDPOINT else {"resource_policy": policy}
    assert decide(request, Layers(**given)).because


@pytest.mark.parametrize("document", ["", "{}", "[]", "null", '{"Version": "2012-10-17"}', '{"Statement": []}', {}])
def test_a_policy_nothing_was_read_from_is_clean(document: Any) -> None:
    """A document without a statement is an error, whichever way it is empty: it is no policy that allows nothing."""
    with pytest.raises(PolicyError, match="expected"):
        parse(document)


@pytest.mark.parametrize("details", [{}, {"Users": []}, {"Statement": []}])
def test_an_account_nothing_was_read_from_is_clean(details: Any) -> None:
    """So is what is no output of get-account-authorization-details: it is no account where nobody can."""
    with pytest.raises(AccountError, match="expected"):
        holders(details)
