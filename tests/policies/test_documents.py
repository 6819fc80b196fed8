"""Policy documents that cannot be read, or not yet, or not by everyone."""

import json

import pytest

from policies.stack import Stack
from tests.policies.stacks import (
    LAMBDA,
    POOL_ARN,
    SECRET,
    TODAY,
    UNKNOWN,
    document,
    inspect,
    inspection,
    resource,
    said,
    statement,
    trust,
)

RULE = "policy-documents"
PLACE = "RolePolicy app: policy"
GOOD = document(statement("s3:GetObject"))
NO_EFFECT = document({"Action": "s3:GetObject", "Resource": "*"})

CASES = [
    # name              policy                                  what is said of it, after the place
    ("good",            GOOD,                                   None),
    ("an object",       json.loads(GOOD),                       None),
    ("empty",           "",                                     ": line 1 column 1: not JSON: Expecting value"),
    ("null",            None,                                   ": is null; expected a policy document"),
    ("cut off",         GOOD[:-2],                              ": line 1 column 103: not JSON: Expecting ','"),
    ("no statement",    document(),                             ": Statement: is empty; expected a statement"),
    ("no effect",       NO_EFFECT,                              ": Statement[0].Effect: is missing"),
    ("a list",          [],                                     ": is a list; expected a policy document"),
    ("a number",        7,                                      ": is a number; expected a policy document"),
    ("a secret one",    {**SECRET, "value": GOOD},              None),
    ("a bad secret",    {**SECRET, "value": NO_EFFECT},         ": Statement[0].Effect: not a policy document"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "fact"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_readable(policy, fact):
    """A document that is none is a finding with the place, and never a failure."""
    found = said(RULE, [resource("RolePolicy", "app", {"role": "app", "policy": policy})])

    assert [name for name, _ in found] == ([] if fact is None else ["app"])
    assert all(text.startswith(f"{PLACE}{fact}") for _, text in found)


@pytest.mark.parametrize(
    ("kind", "inputs", "place"),
    [
        ("Role", {"assumeRolePolicy": "{"}, "Role app: assumeRolePolicy"),
        ("Role", {"assumeRolePolicy": trust(LAMBDA), "inlinePolicies": [{"policy": GOOD}, {"policy": "{"}]},
         "Role app: inlinePolicies[1].policy"),
        ("UserPolicy", {"policy": "{"}, "UserPolicy app: policy"),
        ("GroupPolicy", {"policy": "{"}, "GroupPolicy app: policy"),
        ("Policy", {"policy": "{"}, "Policy app: policy"),
        ("aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy", {"inlinePolicy": "{"},
         "PermissionSetInlinePolicy app: inlinePolicy"),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", {"policy": "{"}, "VpcEndpoint app: policy"),
        ("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", {"policy": "{"}, "VpcEndpointPolicy app: policy"),
        ("aws:organizations/policy:Policy", {"content": "{"}, "Policy app: content"),
        ("aws:organizations/policy:Policy", {"content": "{", "type": "RESOURCE_CONTROL_POLICY"}, "Policy app: content"),
    ],
)  # fmt: skip
def test_places(kind, inputs, place):
    """Every place that holds a policy document is looked at."""
    assert [fact[: len(place)] for _, fact in said(RULE, [resource(kind, "app", inputs)])] == [place]


def test_no_policies():
    """Other policies of an organization, and a VPC endpoint without a policy, are nothing to read."""
    tags = resource("aws:organizations/policy:Policy", "tags", {"content": "{", "type": "TAG_POLICY"})

    assert inspect([tags, resource("aws:ec2/vpcEndpoint:VpcEndpoint", "open", {})]) == []
    assert inspect([resource("aws:ec2/vpcEndpoint:VpcEndpoint", "open", {}, {"policy": ""})]) == []
    nameless = {"assumeRolePolicy": trust(LAMBDA), "inlinePolicies": [{"name": "", "policy": ""}]}
    assert inspect([resource("Role", "app", nameless)]) == []


def test_known_in_part():
    """Of a document that is known in part, the statements that are known are judged, and the rest is awaited."""
    known, unknown = statement("cognito-idp:GlobalSignOut"), statement("s3:GetObject", UNKNOWN)
    policy = {"Version": "2012-10-17", "Statement": [known, unknown]}

    reports = inspect([resource("RolePolicy", "app", {"role": "app", "policy": policy})])

    assert {report.finding.rule for report in reports} == {"grant-without-effect", "undecided"}


def test_nothing_of_a_secret_is_shown():
    """What a secret document says is judged, and in no message."""
    policy = document(
        statement("cognito-idp:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "hush-hush"}}),
    )
    account = "arn:aws:iam::999999999999:user/hushed"
    role = {
        "name": "app",
        "assumeRolePolicy": {**SECRET, "value": trust({"AWS": account})},
        "inlinePolicies": [{"policy": {**SECRET, "value": policy}}],
    }

    reports = inspect([resource("Pool", "users", {}, {"arn": POOL_ARN}), resource("Role", "app", role)])

    assert sum(report.finding.rule == "nobody-else" for report in reports) == 2
    assert {"nobody-else", "guarded-trust"} <= {report.finding.rule for report in reports}
    messages = " ".join(report.finding.message for report in reports)
    assert "hush" not in messages
    assert "999999999999" not in messages


HUSH = {**SECRET, "value": "http://hush.example"}


@pytest.mark.parametrize(
    ("kind", "inputs", "fact"),
    [
        ("Client", {"callbackUrls": [HUSH]}, "UserPoolClient x: callbackUrls has [secret]."),
        ("Client", {"callbackUrls": {**SECRET, "value": ["http://hush.example"]}}, "callbackUrls has [secret]."),
        ("Policy", {"name": "x", "policy": document(statement("s3:Get", HUSH["value"]))}, "Resource: is"),
        ("Role", {"name": "x", "assumeRolePolicy": trust(LAMBDA), "permissionsBoundary": HUSH}, "[secret]"),
    ],
    ids=["in a list", "a list", "in the open elsewhere", "a name"],
)
def test_no_secret_is_shown(kind, inputs, fact):
    """Whatever a message is about, a text that the stack holds as a secret is not in it."""
    other = resource("aws:ssm/parameter:Parameter", "other", {"value": HUSH})
    pack = inspection()
    made = resource(kind, "x", inputs)

    reports = [*pack.resource(made, Stack(TODAY, [other, made])), *inspection().stack(Stack(TODAY, [other, made]))]

    messages = [report.finding.message for report in reports]
    assert any(fact in message for message in messages)
    assert not any("hush.example" in message for message in messages)
