"""The limits of requests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from signout.cognito.limits import Limit, Problem, Rule, UnknownParameter, limit, problems
from signout.cognito.stored import load

SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
POOL = "us-east-1_Abc123"


def test_limits_of_the_sign_out() -> None:
    """User name and pool id have the lengths and patterns that the API reference states."""
    assert limit(SIGN_OUT, "Username") == Limit(
        "string", True, 1, 128, r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", allowed=None, sensitive=True
    )
    assert limit(SIGN_OUT, "UserPoolId") == Limit(
        "string", True, 1, 55, r"[\w-]+_[0-9a-zA-Z]+", allowed=None, sensitive=False
    )


def test_limit_of_numbers_and_choices() -> None:
    """Ranges and allowed values are known too."""
    assert limit("cognito-idp:ListUsers", "Limit").max == 60
    assert limit("cognito-idp:AdminRevokeUserSession", "RevokeAssociatedSessions").allowed == ("NONE", "LINKED")


CASES: list[tuple[str, str, dict[str, Any], list[tuple[str, Rule]]]] = [
    # name, operation, request, problems
    ("good", SIGN_OUT, {"UserPoolId": POOL, "Username": "ana"}, []),
    ("unknown members pass", SIGN_OUT, {"UserPoolId": POOL, "Username": "ana", "Colour": 7}, []),
    ("missing", SIGN_OUT, {"UserPoolId": POOL}, [("Username", Rule.REQUIRED)]),
    ("null is missing", SIGN_OUT, {"UserPoolId": POOL, "Username": None}, [("Username", Rule.REQUIRED)]),
    ("longest", SIGN_OUT, {"UserPoolId": POOL, "Username": "é" * 128}, []),
    ("too long", SIGN_OUT, {"UserPoolId": POOL, "Username": "é" * 129}, [("Username", Rule.MAX)]),
    ("empty", SIGN_OUT, {"UserPoolId": POOL, "Username": ""}, [("Username", Rule.MIN), ("Username", Rule.PATTERN)]),
    ("a space", SIGN_OUT, {"UserPoolId": POOL, "Username": "a b"}, [("Username", Rule.PATTERN)]),
    (
        "both wrong",
        SIGN_OUT,
        {"UserPoolId": "pool", "Username": 7},
        [("UserPoolId", Rule.PATTERN), ("Username", Rule.TYPE)],
    ),
    ("boolean is no number", "cognito-idp:ListUsers", {"UserPoolId": POOL, "Limit": True}, [("Limit", Rule.TYPE)]),
    ("largest number", "cognito-idp:ListUsers", {"UserPoolId": POOL, "Limit": 60}, []),
    ("smallest number", "cognito-idp:ListUsers", {"UserPoolId": POOL, "Limit": 0}, []),
    ("number too large", "cognito-idp:ListUsers", {"UserPoolId": POOL, "Limit": 61}, [("Limit", Rule.MAX)]),
    ("number too small", "cognito-idp:ListUsers", {"UserPoolId": POOL, "Limit": -1}, [("Limit", Rule.MIN)]),
    (
        "choice",
        "cognito-idp:InitiateAuth",
        {"ClientId": "abc", "AuthFlow": "GUESS"},
        [("AuthFlow", Rule.ENUM)],
    ),
    (
        "nested",
        "cognito-idp:AdminCreateUser",
        {"UserPoolId": POOL, "Username": "ana", "UserAttributes": [{"Name": "email"}, {"Value": "x"}]},
        [("UserAttributes[1].Name", Rule.REQUIRED)],
    ),
    (
        "list is not a map",
        "cognito-idp:AdminCreateUser",
        {"UserPoolId": POOL, "Username": "ana", "UserAttributes": {"email": "x"}},
        [("UserAttributes", Rule.TYPE)],
    ),
    (
        "list too long",
        "cognito-idp:CreateGroup",
        {"UserPoolId": POOL, "GroupName": "g" * 129, "Precedence": -1},
        [("GroupName", Rule.MAX), ("Precedence", Rule.MIN)],
    ),
    (
        "map entries",
        "cognito-identity:GetId",
        {"IdentityPoolId": "us-east-1:0a", "Logins": {"": "token", "ok": 5}},
        [("Logins (key)", Rule.MIN), ("Logins.ok", Rule.TYPE)],
    ),
    (
        "map too large",
        "cognito-identity:GetId",
        {"IdentityPoolId": "us-east-1:0a", "Logins": {f"idp{n}": "t" for n in range(11)}},
        [("Logins", Rule.MAX)],
    ),
    (
        "binary",
        "cognito-idp:SetUICustomization",
        {"UserPoolId": POOL, "ImageFile": b"x" * 131_073},
        [("ImageFile", Rule.MAX)],
    ),
    ("base64", "cognito-idp:SetUICustomization", {"UserPoolId": POOL, "ImageFile": "eA=="}, []),
    (
        "not base64",
        "cognito-idp:SetUICustomization",
        {"UserPoolId": POOL, "ImageFile": "?"},
        [("ImageFile", Rule.TYPE)],
    ),
    (
        "free-form document that is not even an object",
        "cognito-idp:CreateManagedLoginBranding",
        {"UserPoolId": POOL, "ClientId": "abc", "Settings": [1]},
        [],
    ),
    (
        "free-form document",
        "cognito-idp:CreateManagedLoginBranding",
        {"UserPoolId": POOL, "ClientId": "abc", "Settings": {"any": [1, None]}},
        [],
    ),
]


@pytest.mark.parametrize(("action", "request_", "want"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_problems(action: str, request_: dict[str, Any], want: list[tuple[str, Rule]]) -> None:
    """Every limit that a request breaks is named with its place, and no other."""
    assert [(problem.parameter, problem.rule) for problem in problems(action, request_)] == want


def test_problem_says_what_was_found_and_expected() -> None:
    """A problem reads as one line with place, fault and limit."""
    found = problems(SIGN_OUT, {"UserPoolId": POOL, "Username": "x" * 129})

    assert [str(problem) for problem in found] == ["Username: 129 characters; expected at most 128 characters"]


def test_problem_does_not_quote_the_value() -> None:
    """A password that breaks a limit is not repeated."""
    secret = "correct horse battery"
    found = problems("cognito-idp:AdminSetUserPassword", {"UserPoolId": POOL, "Username": "ana", "Password": secret})

    assert found == (Problem("Password", Rule.PATTERN, r"the pattern [\S]+", "character 8 does not match"),)


@pytest.mark.parametrize("action", ["cognito-idp:Nothing", "s3:GetObject", "AdminUserGlobalSignOut"])
def test_unknown_operation(action: str) -> None:
    """An operation that the stored model does not know is an error, not a request without limits."""
    with pytest.raises(UnknownParameter, match=action):
        problems(action, {})


def test_unknown_parameter() -> None:
    """Asking for the limit of a parameter that is not there names those that are."""
    with pytest.raises(UnknownParameter, match="'Name'; it has UserPoolId, Username"):
        limit(SIGN_OUT, "Name")


def test_every_shape_is_of_a_known_type() -> None:
    """The stored model uses no type that the check does not know, and refers to no shape that is not stored."""
    known = {"string", "integer", "long", "boolean", "blob", "list", "map", "structure"}
    for service in load("limits.json")["services"].values():
        shapes = service["shapes"]
        assert {shape["type"] for shape in shapes.values()} <= known
        referred = {shape[part] for shape in shapes.values() for part in ("member", "key", "value") if part in shape}
        referred |= {name for shape in shapes.values() for name in shape.get("members", {}).values()}
        assert referred | set(service["operations"].values()) == set(shapes)


def test_runbook_carries_the_same_limits() -> None:
    """The limits that travel with the runbook are those of the operation that it calls."""
    carried = json.loads((Path(__file__).parents[2] / "signout/runbook/limits.json").read_text())

    for parameter in ("UserPoolId", "Username"):
        own = limit(SIGN_OUT, parameter)
        assert carried[parameter] == {"min": own.min, "max": own.max, "pattern": own.pattern}
