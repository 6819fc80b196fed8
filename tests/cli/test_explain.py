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
    """For every operation of IAM's, the policy that is shown allows it, and no other operation of the service."""
    from signout.cli.explain import least_policy

    names = [operation for operation in operations().values() if operation.governed is Governed.IAM]
    for operation in names:
        document = least_policy(operation)
        assert document is not None
        resource = document["Statement"][0]["Resource"]
        layers = Layers(identity=(parse({**document, "Statement": {**document["Statement"][0], "Resource": "*"}}),))
        allowed = [
            other.action
            for other in names
            if decide(Request("arn:aws:iam::123456789012:role/x", other.action), layers).effect is Effect.ALLOWED
        ]
        assert allowed == [operation.action], resource
