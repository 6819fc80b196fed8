"""AdminUserGlobalSignOut needs IAM: a runbook that nobody lets call it is of no use."""

import pytest

from tests.policies.stacks import LAMBDA, POOL_ARN, UNKNOWN, inspect, resource, role, said, statement, trust

RULE = "sign-out-permitted"
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
RUNBOOK = resource("Runbook", "runbook", {})
FACT = f"SignOutRunbook runbook: nobody in this stack may call {SIGN_OUT} on a user pool."

CASES = [
    # name                      statement                                                   may somebody?
    ("on its pool",             statement(SIGN_OUT, POOL_ARN),                              True),
    ("under a condition",       statement(SIGN_OUT, Condition={"Null": {"aws:SourceIp": "false"}}), True),
    ("GlobalSignOut",           statement("cognito-idp:GlobalSignOut", POOL_ARN),           False),
    ("on no pool",              statement(SIGN_OUT, "arn:aws:s3:::bucket"),                 False),
    ("something else",          statement("s3:GetObject"),                                  False),
    ("denied",                  statement(SIGN_OUT, effect="Deny"),                         False),
]  # fmt: skip


@pytest.mark.parametrize(("given", "may"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_somebody_may(given, may):
    """In a stack with a runbook somebody has to be allowed the operation; GlobalSignOut in its place is no help."""
    assert said(RULE, [RUNBOOK, role("app", given)]) == ([] if may else [("runbook", FACT)])


def test_no_runbook():
    """Without a runbook nobody has to."""
    assert said(RULE, [role("app", statement("s3:GetObject"))]) == []


def test_not_known_yet():
    """As long as a policy is not known it may be the one."""
    app = resource("Role", "app", {"name": "app", "assumeRolePolicy": trust(LAMBDA)})
    policy = resource("RolePolicy", "app", {"role": "app", "policy": UNKNOWN})

    assert said(RULE, [RUNBOOK, app, policy]) == []
    assert RULE in next(
        report.finding.fact for report in inspect([RUNBOOK, app, policy]) if report.finding.rule == "undecided"
    )
