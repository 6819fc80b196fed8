"""AWS's own managed policies as they are stored: those that moto carries, each found by its ARN."""

import json

import pytest

from signout.aws_managed import as_of, aws_managed, is_aws_managed
from tests.derive_aws_managed import derived

DOCUMENTS, DATE = derived()


def test_every_policy_is_found():
    """Each policy's text is the one that moto has, whatever block it is in."""
    found = {name: json.loads(aws_managed(f"arn:aws:iam::aws:policy/{name}")) for name in DOCUMENTS}

    assert found == DOCUMENTS
    assert as_of() == DATE


@pytest.mark.parametrize("name", ["", "!", "AdministratorAcces", "administratoraccess", "~", "service-role/None"])
def test_an_unknown_policy(name):
    """A name that AWS has no policy of has no text, wherever in the order it would be."""
    assert aws_managed(f"arn:aws:iam::aws:policy/{name}") is None


@pytest.mark.parametrize(
    ("arn", "own"),
    [
        ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", True),
        ("arn:aws-cn:iam::aws:policy/AdministratorAccess", True),
        ("arn:aws:iam::aws:policy/MadeTomorrow", True),
        ("arn:aws:iam::123456789012:policy/AdministratorAccess", False),
    ],
)
def test_whose_policy(arn, own):
    """AWS's own policies are told from a customer's, in every partition."""
    assert is_aws_managed(arn) is own
