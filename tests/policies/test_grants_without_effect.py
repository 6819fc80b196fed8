"""GlobalSignOut needs no IAM: what an identity policy says of it has no effect."""

import pytest

from policies.rule import Level
from tests.policies.stacks import POOL_ARN, UNKNOWN, document, inspect, resource, role, said, statement

RULE = "grant-without-effect"
TOKEN = "to no effect: the user's access token authorizes it, not IAM."

GLOBAL = "cognito-idp:GlobalSignOut"

CASES = [
    # name                      statement                                                         what it names in vain
    ("GlobalSignOut",           statement(GLOBAL, POOL_ARN),                                        GLOBAL),
    ("in another case",         statement("COGNITO-IDP:globalsignout"),                             GLOBAL),
    ("as a wildcard",           statement("cognito-idp:GlobalSign*"),                               GLOBAL),
    ("in any service",          statement("*:GlobalSignOut"),                                       GLOBAL),
    ("under a condition",       statement(GLOBAL, Condition={"Null": {"aws:SourceIp": "false"}}),   GLOBAL),
    ("beside a real one",       statement(["cognito-idp:AdminUserGlobalSignOut", GLOBAL]),          GLOBAL),
    ("several",                 statement([GLOBAL, "cognito-idp:GetUser"]),           f"{GLOBAL}, cognito-idp:GetUser"),
    ("AdminUserGlobalSignOut",  statement("cognito-idp:AdminUserGlobalSignOut", POOL_ARN),          None),
    ("everything",              statement("*"),                                                     None),
    ("all of Cognito",          statement("cognito-idp:*"),                                         None),
    ("a real one among them",   statement("cognito-idp:*GlobalSignOut"),                            None),
    ("NotAction",               {"Effect": "Allow", "NotAction": GLOBAL, "Resource": "*"},          None),
    ("another service",         statement("s3:GetObject"),                                          None),
    ("IAM or client",           statement("cognito-idp:GetDerivedToken"),                           None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "named"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_named_in_vain(given, named):
    """Reported is what names only operations that no identity policy governs; a wildcard that does more is not."""
    place = "Role app: inlinePolicies[0].policy: Statement[0]"
    want = [] if named is None else [("app", f"{place} allows {named}, {TOKEN}")]

    assert said(RULE, [role("app", given)]) == want


HOLDERS = [
    resource("RolePolicy", "app", {"role": "app", "policy": document(statement(GLOBAL))}),
    resource("UserPolicy", "app", {"user": "app", "policy": document(statement(GLOBAL))}),
    resource("GroupPolicy", "app", {"group": "app", "policy": document(statement(GLOBAL))}),
    resource("Policy", "app", {"name": "app", "policy": document(statement(GLOBAL))}),
]


@pytest.mark.parametrize("holder", HOLDERS, ids=[holder.type for holder in HOLDERS])
def test_every_identity_policy(holder):
    """It is reported in whatever holds an identity policy."""
    assert [name for name, _ in said(RULE, [holder])] == ["app"]


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", {}),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", {}),
        ("aws:organizations/policy:Policy", {"type": "RESOURCE_CONTROL_POLICY"}),
    ],
    ids=["VPC endpoint policy", "VPC endpoint", "resource control policy"],
)
def test_where_it_counts(kind, inputs):
    """VPC endpoint policies and resource control policies are evaluated for such operations, so they may name them."""
    deny = document({**statement(GLOBAL, effect="Deny"), "Principal": "*"})
    path = "content" if inputs else "policy"

    assert inspect([resource(kind, "app", {**inputs, path: deny})]) == []


def report(given):
    """What is reported of a role with this statement."""
    (found,) = [each for each in inspect([role("app", given)]) if each.finding.rule == RULE]
    return found


CHANGES = [
    # what is named                         what its author likely wanted
    (GLOBAL,                                "allow cognito-idp:AdminUserGlobalSignOut on the user pool's ARN."),
    ("cognito-idp:RevokeToken",             "allow cognito-idp:AdminUserGlobalSignOut on the user pool's ARN."),
    ("cognito-idp:DeleteUser",              "allow cognito-idp:AdminDeleteUser on the user pool's ARN."),
    ("cognito-idp:InitiateAuth",            "allow cognito-idp:AdminInitiateAuth on the user pool's ARN."),
    ("cognito-idp:RevokeUserSession",       "allow cognito-idp:AdminRevokeUserSession on the user pool's ARN."),
    ("cognito-idp:SignUp",                  "allow cognito-idp:AdminCreateUser on the user pool's ARN."),
    ("cognito-identity:GetId",              "Remove it."),
]  # fmt: skip


@pytest.mark.parametrize(("action", "change"), CHANGES)
def test_what_was_meant(action, change):
    """The message says what an administrator is granted for the same purpose, where there is such a thing."""
    assert report(statement(action)).finding.change.endswith(change)


def test_denied_in_vain():
    """A Deny has no effect either, and the message says what has."""
    finding = report(statement(GLOBAL, effect="Deny")).finding

    assert finding.fact.endswith(f"Statement[0] denies {GLOBAL}, {TOKEN}")
    assert finding.change == "Remove it. A VPC endpoint policy or a resource control policy can deny these operations."


WHO = [
    # operation                                 what authorizes it
    ("cognito-idp:SignUp",                      "anyone may call it, not IAM."),
    ("cognito-idp:RespondToAuthChallenge",      "the session of a sign-in under way authorizes it, not IAM."),
    ("cognito-identity:GetId",                  "the identity provider's token authorizes it, not IAM."),
]  # fmt: skip


@pytest.mark.parametrize(("action", "what"), WHO)
def test_what_authorizes(action, what):
    """The message says what does authorize the operation."""
    assert report(statement(action)).finding.fact.endswith(what)


def test_disputed():
    """Where the sources disagree on an operation, that is said, and stops nothing."""
    found = report(statement("cognito-idp:GetClientToken"))

    assert found.level is Level.ADVISORY
    assert "most likely to no effect" in found.finding.fact


def test_not_known_yet():
    """A policy that is not known yet is awaited."""
    (found,) = inspect([resource("Policy", "app", {"name": "app", "policy": UNKNOWN})])

    assert found.finding.fact.endswith("so not decided yet: grant-without-effect.")
