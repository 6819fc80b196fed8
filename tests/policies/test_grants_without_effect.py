"""GlobalSignOut needs no IAM: what an identity policy says of it has no effect."""

import pytest

from tests.policies.stacks import POOL_ARN, document, resource, role, said, statement

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
    place = "role app: inlinePolicies[0].policy: Statement[0]"
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
