"""AWS's own managed policies as they are stored: those that moto carries, each found by its ARN."""

import json

import pytest

from signout.review.managed import as_of, aws_managed
from tests.review.derive_aws_managed import derived

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
