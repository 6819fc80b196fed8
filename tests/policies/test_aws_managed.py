"""What is stored about AWS's own managed policies."""

import json

import pytest

from policies.aws_managed import aws_managed, is_aws_managed
from signout.iam import Layers, Request, parse, verdict
from tests.policies.derive_aws_managed import ASKED, STORED, given, text

ARN = "arn:aws:iam::aws:policy/"
ROLE = "arn:aws:iam::123456789012:role/someone"
RESOURCES = {
    "cognito-idp": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI",
    "sts": "arn:aws:iam::123456789012:role/other",
    "lambda": "arn:aws:lambda:eu-west-1:123456789012:function:sign-out:live",
}


def test_current():
    """The stored file is what is derived from the policies of the installed moto."""
    assert STORED.read_text(encoding="utf-8") == text(), "run python -m tests.policies.derive_aws_managed"


def test_same_answers():
    """What was cut away changes no answer about the actions that the rules ask about, for any managed policy."""
    requests = [Request(ROLE, action, RESOURCES[action.partition(":")[0]]) for action in ASKED]
    for name, policy in given().items():
        whole, stored = Layers(identity=(parse(policy["Document"]),)), Layers(identity=(aws_managed(ARN + name),))
        for request in requests:
            assert verdict(request, stored) is verdict(request, whole), (name, request)


@pytest.mark.parametrize(
    ("arn", "known"),
    [
        (ARN + "AdministratorAccess", True),
        ("arn:aws-cn:iam::aws:policy/AdministratorAccess", True),
        (ARN + "service-role/AWSLambdaBasicExecutionRole", True),
        (ARN + "MadeTomorrow", False),
    ],
)
def test_unknown_policies(arn, known):
    """A policy that AWS made later is not taken for one that grants nothing."""
    assert is_aws_managed(arn)
    assert (aws_managed(arn) is not None) is known


def test_customers_own():
    """A policy in a customer's account is not one of AWS's."""
    assert not is_aws_managed("arn:aws:iam::123456789012:policy/AdministratorAccess")


def test_size():
    """The file names every policy once: with what it says, or among those that say nothing of the matter."""
    stored = json.loads(STORED.read_text(encoding="utf-8"))

    assert sorted([*stored["policies"], *stored["others"].split(" ")]) == sorted(given())
