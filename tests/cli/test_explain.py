"""`signout explain`: who authorizes an operation, and the least policy that grants it."""

from __future__ import annotations

import json

import pytest

from signout.cognito.operations import Governed, operations
from signout.iam import Effect, Layers, Request, decide, parse
from tests.cli.command import signout

CASES = [
    # asked                           found                                      governed    grants
    ("GlobalSignOut", "cognito-idp:GlobalSignOut", "not-iam", False),
    ("adminuserglobalsignout", "cognito-idp:AdminUserGlobalSignOut", "iam", True),
    ("cognito-identity:GetId", "cognito-identity:GetId", "not-iam", False),
    ("GetClientToken", "cognito-idp:GetClientToken", "disputed", False),
    ("GetDerivedToken", "cognito-idp:GetDerivedToken", "either", True),
]


@pytest.mark.parametrize(("asked", "found", "governed", "grants"), CASES)
def test_explain(asked: str, found: str, governed: str, grants: bool) -> None:
    """The answer names who decides, its sources, and a policy only where one grants something."""
    ran = signout("explain", asked, "--output", "json")
    answer = json.loads(ran.out)

    assert (ran.code, answer["operation"], answer["governed"]) == (0, found, governed)
    assert answer["sources"]
    assert (answer["least_policy"] is not None) is grants
    assert found in signout("explain", asked).out


def test_a_slip_of_the_fingers() -> None:
    """An operation that is not known is an error with the nearest name."""
    ran = signout("explain", "GlobalSingOut")

    assert (ran.code, ran.out) == (2, "")
    assert "did you mean GlobalSignOut?" in ran.err


def test_the_least_policy_grants_and_grants_no_more() -> None:
    """For every operation of IAM's, the policy that is shown allows it, and no other operation, on no other pool."""
    from signout.cli.explain import least_policy

    names = [operation for operation in operations().values() if operation.governed is Governed.IAM]
    for operation in names:
        kind = {"cognito-idp": "userpool", "cognito-identity": "identitypool"}[operation.service]
        pool = f"arn:aws:{operation.service}:eu-west-1:123456789012:{kind}/eu-west-1"
        text = json.dumps(least_policy(operation))
        for placeholder, value in {"REGION": "eu-west-1", "ACCOUNT": "123456789012", "PoolId": "PoolId_1"}.items():
            text = text.replace(placeholder, value)
        text = text.replace("UserPoolId_1", "eu-west-1_1").replace("IdentityPoolId_1", "eu-west-1_1")
        layers = Layers(identity=(parse(text),))
        allowed = [
            (other.action, resource)
            for other in names
            for resource in (f"{pool}_1", f"{pool}_2")
            if decide(Request("arn:aws:iam::123456789012:role/x", other.action, resource), layers).effect
            is Effect.ALLOWED
        ]
        of_all = [] if operation.resource else [(operation.action, f"{pool}_2")]
        assert allowed == [(operation.action, f"{pool}_1"), *of_all]
