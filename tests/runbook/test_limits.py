"""User names and pool ids are taken as the API takes them."""

from __future__ import annotations

import botocore.session
import pytest

from signout.runbook import limits

USERNAMES = [
    ("alice", True),
    ("a", True),
    ("Ünal", True),
    ("Ωμέγα", True),
    ("田中太郎", True),
    ("مريم", True),
    ("e\u0301", True),  # a letter and a combining mark
    ("😀", True),  # a symbol
    ("٣", True),  # a number that is no ASCII digit
    ("diego@example.com", True),
    ("+4915112345678", True),
    ("a" * 128, True),
    ("a" * 129, False),
    ("", False),
    ("a b", False),  # a space is a separator
    ("a\n", False),
    ("\n", False),
    ("a\u00a0b", False),  # so is one that does not break
    ("a\u200bb", False),  # a format character
    ("\ud800", False),  # half of a surrogate pair, as JSON can carry it
    ("\ue000", False),  # a private use character
]

POOL_IDS = [
    ("eu-central-1_AbCdEf123", True),
    ("us-gov-west-1_0", True),
    ("a_" + "b" * 53, True),
    ("a_" + "b" * 54, False),
    ("eu-central-1", False),
    ("eu-central-1_", False),
    ("eu central_1a", False),
    ("eu-central-1_é", False),
    ("ü_a", False),  # \w means ASCII in the service
    ("eu-central-1_a\n", False),
]


@pytest.mark.parametrize(("username", "allowed"), USERNAMES)
def test_usernames(api_limits: limits.Limits, username: str, allowed: bool) -> None:
    """A user name is letters, marks, symbols, numbers and punctuation of any script, up to 128 of them."""
    assert api_limits.username.allows(username) is allowed


@pytest.mark.parametrize(("pool_id", "allowed"), POOL_IDS)
def test_pool_ids(api_limits: limits.Limits, pool_id: str, allowed: bool) -> None:
    """A pool id is as the model says, to its last character."""
    assert api_limits.user_pool_id.allows(pool_id) is allowed


@pytest.mark.parametrize("pattern", [r"[\p{L}]{1,3}", r"\p{L}+", r"[\P{L}]+", r"a[\p{L}]+"])
def test_unknown_patterns(pattern: str) -> None:
    """A pattern that cannot be checked is refused, never taken as met."""
    with pytest.raises(ValueError, match="expected one repeated set of Unicode classes"):
        limits.matcher(pattern)


@pytest.mark.parametrize(("parameter", "limit"), [("Username", "username"), ("UserPoolId", "user_pool_id")])
def test_the_model(api_limits: limits.Limits, parameter: str, limit: str) -> None:
    """The limits are those of the API model that is installed."""
    model = botocore.session.get_session().get_service_model("cognito-idp")
    shape = model.operation_model("AdminUserGlobalSignOut").input_shape.members[parameter]
    stated = getattr(api_limits, limit)

    assert (shape.metadata["min"], shape.metadata["max"]) == (stated.min, stated.max)
    assert shape.metadata["pattern"] == stated.pattern
