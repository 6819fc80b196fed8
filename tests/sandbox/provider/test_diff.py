"""Which differences are changes, and which of them replace."""

from __future__ import annotations

from typing import Any

import pytest

from signout.sandbox.provider.diff import changes, replaces, replacing_inputs
from signout.sandbox.provider.resource import Type
from signout.sandbox.provider.types import TYPES
from signout.sandbox.provider.wire import UNKNOWN, Asset

POOL, CLIENT, ROLE, FUNCTION, DASHBOARD, PERMISSION, USER, QUEUE = (
    next(type for type in TYPES if type.token.endswith(f":{name}"))
    for name in ("UserPool", "UserPoolClient", "Role", "Function", "Dashboard", "Permission", "User", "Queue")
)
ONE = '{"Statement": [{"Action": ["a", "b"], "Resource": "*"}]}'
SAME = '{"Statement": {"Resource": ["*"], "Action": ["b", "a"]}}'
OTHER = '{"Statement": {"Resource": ["*"], "Action": ["b"]}}'

CHANGES = [
    ("equal", ROLE, {"path": "/"}, {"path": "/"}, []),
    ("other value", ROLE, {"path": "/a/"}, {"path": "/"}, ["path update"]),
    ("added", ROLE, {"description": "a"}, {}, ["description add"]),
    ("dropped", ROLE, {}, {"description": "a"}, ["description delete"]),
    ("empty is as absent", ROLE, {"description": ""}, {}, []),
    ("absent is as false", POOL, {}, {"deviceConfiguration": {"challengeRequiredOnNewDevice": False}}, []),
    ("an output", ROLE, {}, {"arn": "arn"}, []),
    (
        "tags",
        ROLE,
        {"tags": {"a": "1", "b c": "2"}},
        {"tags": {"a": "0", "d": "3"}},
        ["tags.a update", 'tags["b c"] add', "tags.d delete"],
    ),
    ("chosen by AWS", CLIENT, {}, {"accessTokenValidity": 60}, []),
    (
        "chosen, then given",
        CLIENT,
        {"accessTokenValidity": 5},
        {"accessTokenValidity": 60},
        ["accessTokenValidity update"],
    ),
    (
        "chosen within",
        POOL,
        {"passwordPolicy": {"minimumLength": 8}},
        {"passwordPolicy": {"minimumLength": 8, "temporaryPasswordValidityDays": 7}},
        [],
    ),
    (
        "not chosen within",
        POOL,
        {"passwordPolicy": {"minimumLength": 8}},
        {"passwordPolicy": {"minimumLength": 8, "requireSymbols": True}},
        ["passwordPolicy.requireSymbols delete"],
    ),
    ("a set in another order", CLIENT, {"callbackUrls": ["b", "a"]}, {"callbackUrls": ["a", "b"]}, []),
    (
        "a set with another item",
        CLIENT,
        {"callbackUrls": ["b", "c"]},
        {"callbackUrls": ["a", "b"]},
        ["callbackUrls update"],
    ),
    (
        "the same item twice",
        CLIENT,
        {"callbackUrls": ["a", "a"]},
        {"callbackUrls": ["a", "b"]},
        ["callbackUrls update"],
    ),
    ("a list in another order", FUNCTION, {"layers": ["b", "a"]}, {"layers": ["a", "b"]}, ["layers update"]),
    (
        "chosen in a list",
        POOL,
        {"schemas": [{"name": "a"}]},
        {"schemas": [{"name": "a", "stringAttributeConstraints": {"maxLength": "9"}}]},
        [],
    ),
    ("policies, other words", ROLE, {"assumeRolePolicy": ONE}, {"assumeRolePolicy": SAME}, []),
    ("policies that differ", ROLE, {"assumeRolePolicy": ONE}, {"assumeRolePolicy": OTHER}, ["assumeRolePolicy update"]),
    ("no policy at all", ROLE, {"assumeRolePolicy": "{"}, {"assumeRolePolicy": ONE}, ["assumeRolePolicy update"]),
    ("documents, other space", DASHBOARD, {"dashboardBody": '{"a":[1,2]}'}, {"dashboardBody": '{"a": [1, 2]}'}, []),
    (
        "documents, other order",
        DASHBOARD,
        {"dashboardBody": '{"a":[2,1]}'},
        {"dashboardBody": '{"a": [1, 2]}'},
        ["dashboardBody update"],
    ),
    ("unknown", ROLE, {"description": UNKNOWN}, {"description": "a"}, ["description update"]),
    ("unknown within", CLIENT, {"callbackUrls": ["a", UNKNOWN]}, {"callbackUrls": ["a", "b"]}, ["callbackUrls update"]),
    ("the same code", FUNCTION, {"code": Asset("archive", "h", {})}, {"code": Asset("archive", "h", {"path": 1})}, []),
    ("other code", FUNCTION, {"code": Asset("archive", "i", {})}, {"code": Asset("archive", "h", {})}, ["code update"]),
]


@pytest.mark.parametrize(("type", "new", "live", "expected"), [r[1:] for r in CHANGES], ids=[r[0] for r in CHANGES])
def test_changes(type: Type, new: dict[str, Any], live: dict[str, Any], expected: list[str]) -> None:
    """A difference is a change if AWS would be another after it."""
    assert expected == [f"{change} {change.how.value}" for change in changes(type, new, live)]


REPLACING = [
    ("a name", ROLE, {"name": "b"}, {"name": "a"}, True),
    ("a policy", ROLE, {"assumeRolePolicy": ONE}, {"assumeRolePolicy": OTHER}, False),
    ("case of user names", POOL, {"usernameConfiguration": {"caseSensitive": True}}, {}, True),
    (
        "a part of it",
        POOL,
        {"usernameConfiguration": {"caseSensitive": True}},
        {"usernameConfiguration": {"caseSensitive": False}},
        True,
    ),
    ("aliases", POOL, {"aliasAttributes": ["email"]}, {}, True),
    ("a tag", POOL, {"tags": {"a": "b"}}, {}, False),
    ("a secret", CLIENT, {"generateSecret": True}, {"generateSecret": False}, True),
    ("a permission", PERMISSION, {"sourceArn": "b"}, {"sourceArn": "a"}, True),
    ("code", FUNCTION, {"code": Asset("archive", "i", {})}, {"code": Asset("archive", "h", {})}, False),
]


@pytest.mark.parametrize(("type", "new", "live", "expected"), [r[1:] for r in REPLACING], ids=[r[0] for r in REPLACING])
def test_replaces(type: Type, new: dict[str, Any], live: dict[str, Any], expected: bool) -> None:
    """Some changes can be made only by a new resource."""
    assert [expected] == [replaces(type, change) for change in changes(type, new, live)]


FROM_CLOUDFORMATION = [
    (ROLE, {"name", "path"}),
    (CLIENT, {"generateSecret", "userPoolId"}),
    (QUEUE, {"fifoQueue", "name"}),
    (USER, {"name"}),
    (FUNCTION, {"name", "packageType", "tenancyConfig"}),
]


@pytest.mark.parametrize(("type", "expected"), FROM_CLOUDFORMATION, ids=[row[0].token for row in FROM_CLOUDFORMATION])
def test_replacing_inputs(type: Type, expected: set[str]) -> None:
    """CloudFormation's schemas say so for most types, under its own names."""
    assert expected == replacing_inputs(type)
