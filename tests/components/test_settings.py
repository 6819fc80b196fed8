"""The configuration: what it may say, what is said when it says something else, and what comes of it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from components import settings
from components.concurrency import Reserved, Unreserved
from components.settings import Settings, SettingsError
from components.sign_out_access import SignOutAccessArgs
from components.sign_out_runbook import SignOutRunbookArgs
from components.trust import ExternalId, NamedPrincipals, PermissionSet
from components.user_directory import Life, UserDirectoryArgs
from signout.cognito.exposure import Settings as Exposure
from signout.cognito.validity import Unit
from tests.components.recording import HERE, POOL_ARN, POOL_ID

ROOT = Path(settings.__file__).parent.parent
PROJECT = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
ALICE = "arn:aws:iam::123456789012:user/alice"
NO_SECRETS: frozenset[str] = frozenset()


def stored(value: object) -> str:
    """A value as Pulumi keeps it: texts as they are, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def read(change: dict[str, object] | None = None, secrets: frozenset[str] = NO_SECRETS) -> Settings:
    """The settings of a stack that sets what is given, and leaves the rest to Pulumi.yaml."""
    values = {key: declared["default"] for key, declared in PROJECT["config"].items()} | (change or {})
    return settings.read(lambda key: stored(values[key]), secrets.__contains__, "dev", values)


WRONG: list[tuple[dict[str, object], str]] = [
    (
        {"accessTokenValidity": "2 minutes"},
        "accessTokenValidity is '2 minutes'; allowed: 5 minutes to 1 day, written as \"60 minutes\"",
    ),
    (
        {"logoutUrls": ["http://shop.example.com/out"]},
        (
            "logoutUrls is 'http://shop.example.com/out'; "
            "allowed: https URLs, or http://localhost for development, without a fragment"
        ),
    ),
    ({"tier": "GOLD"}, "tier is 'GOLD'; allowed: LITE, ESSENTIALS, PLUS"),
    ({"tier": "plus"}, "tier is 'plus'; allowed: LITE, ESSENTIALS, PLUS"),
    ({"accessTokenValidity": "2 days"}, "accessTokenValidity is '2 days'"),
    ({"accessTokenValidity": "60"}, "accessTokenValidity is '60'"),
    ({"accessTokenValidity": "60m"}, "accessTokenValidity is '60m'"),
    ({"accessTokenValidity": ""}, "accessTokenValidity is ''"),
    ({"idTokenValidity": "299 seconds"}, "idTokenValidity is '299 seconds'; allowed: 5 minutes to 1 day"),
    ({"refreshTokenValidity": "59 minutes"}, "refreshTokenValidity is '59 minutes'; allowed: 1 hour to 3650 days"),
    ({"refreshTokenValidity": "0 days"}, "refreshTokenValidity is '0 days'"),
    ({"refreshTokenValidity": "3651 days"}, "refreshTokenValidity is '3651 days'"),
    (
        {"idTokenValidity": "61 minutes", "refreshTokenValidity": "1 hour"},
        "idTokenValidity is '61 minutes'; allowed: no longer than refreshTokenValidity, which is '1 hour'",
    ),
    ({"refreshTokenRotationGrace": 61}, "refreshTokenRotationGrace is '61'; allowed: a whole number from 0 to 60"),
    ({"refreshTokenRotationGrace": "-1"}, "refreshTokenRotationGrace is '-1'"),
    ({"mfa": "SOMETIMES"}, "mfa is 'SOMETIMES'; allowed: OFF, ON, OPTIONAL"),
    ({"protect": "yes"}, "protect is 'yes'; allowed: false, true"),
    ({"aliases": ["phone"]}, "aliases is 'phone'; allowed: some of email, phone_number, preferred_username"),
    ({"aliases": "email"}, "aliases is 'email'; allowed: a list"),
    ({"passwordLength": 7}, "passwordLength is '7'; allowed: a whole number from 8 to 99"),
    ({"userPoolId": "shop users"}, "userPoolId is 'shop users'; allowed: "),
    ({"callbackUrls": ["https://"]}, "callbackUrls is 'https://'"),
    ({"callbackUrls": ["https://shop.example.com/#in"]}, "callbackUrls is 'https://shop.example.com/#in'"),
    ({"callbackUrls": ["http://localhost.example.com"]}, "callbackUrls is 'http://localhost.example.com'"),
    ({"callbackUrls": ["javascript:alert(1)"]}, "callbackUrls is 'javascript:alert(1)'"),
    ({"callbackUrls": [7]}, "callbackUrls is 7"),
    ({"domainPrefix": "shop"}, "callbackUrls is empty; allowed: at least one URL, since domainPrefix is 'shop'"),
    ({"domainPrefix": "Shop_1", "callbackUrls": ["https://a.example"]}, "domainPrefix is 'Shop_1'; allowed: "),
    (
        {"domainPrefix": "my-cognito", "callbackUrls": ["https://a.example"]},
        "domainPrefix is 'my-cognito'; allowed: a prefix without aws, amazon, cognito in it",
    ),
    ({"sessionMinutes": 59}, "sessionMinutes is '59'; allowed: a whole number from 60 to 720"),
    ({"permissionsBoundary": "boundary"}, "permissionsBoundary is 'boundary'; allowed: the ARN of a managed policy"),
    ({"runbookName": "sign out"}, "runbookName is 'sign out'; allowed: up to 64 letters, digits, - and _"),
    ({"runbookConcurrency": 11}, "runbookConcurrency is '11'; allowed: a whole number from 0 to 10"),
    ({"runbookConcurrency": 0}, "noConcurrencyReason is empty; allowed: a reason, since runbookConcurrency is 0"),
    ({"logRetentionDays": 45}, "logRetentionDays is '45'; allowed: 1, 3, 5, 7, 14, 30"),
    ({"logKmsKeyArn": "alias/log"}, "logKmsKeyArn is 'alias/log'; allowed: the ARN of a KMS key"),
    ({"alarmEmail": "oncall"}, "alarmEmail is 'oncall'; allowed: an e-mail address"),
    ({"usersPerHourAlarm": 0}, "usersPerHourAlarm is '0'; allowed: a whole number from 1 to 1,000,000"),
    ({"operatorTrust": {"users": [ALICE]}}, "operatorTrust is an object with users; allowed: {principals}, "),
    ({"operatorTrust": {"principals": [ALICE], "mfa": False}}, "operatorTrust is an object with mfa, principals"),
    ({"operatorTrust": {"principals": []}}, "operatorTrust.principals is []; allowed: a list of ARNs"),
    ({"operatorTrust": {"principals": ["*"]}}, "operatorTrust.principals is '*'; allowed: ARNs of IAM users and roles"),
    (
        {"operatorTrust": {"principals": ["arn:aws:iam::123456789012:root"]}},
        "operatorTrust.principals is 'arn:aws:iam::123456789012:root'; allowed: ARNs of IAM users and roles",
    ),
    ({"operatorTrust": {"principals": ["arn:aws:iam::123456789012:user/*"]}}, "operatorTrust.principals is "),
    ({"responderTrust": {"permissionSet": "Ops*"}}, "responderTrust.permissionSet is 'Ops*'; allowed: 1 to 32 of "),
    (
        {"responderTrust": {"principals": [ALICE], "externalId": "?"}},
        "responderTrust.externalId is '?'; allowed: 2 to 1224 of ",
    ),
    ({"responderTrust": "alice"}, "responderTrust is 'alice'; allowed: an object"),
    (
        {"callbackUrls": [f"https://{number}.example.com" for number in range(101)]},
        "callbackUrls is of 101 items; allowed: at most 100 items",
    ),
    (
        {"logoutUrls": ["https://shop.example.com/" + "x" * 1000]},
        "logoutUrls[0] is of 1025 characters; allowed: at most 1024 characters",
    ),
    (
        {"userPoolId": POOL_ID, "identityPool": True},
        "identityPool is 'true'; allowed: its default, since userPoolId is set: that pool keeps its own",
    ),
    ({"userPoolId": POOL_ID, "protect": False}, "protect is 'false'; allowed: its default, "),
    ({"userPoolId": POOL_ID, "accessTokenValidity": "5 minutes"}, "accessTokenValidity is '5 minutes'; allowed: its "),
    ({"userPoolId": POOL_ID, "refreshTokenRotation": False}, "refreshTokenRotation is 'false'; allowed: its default, "),
    ({"userPoolId": POOL_ID, "refreshTokenRotationGrace": 9}, "refreshTokenRotationGrace is '9'; allowed: its default"),
]


@pytest.mark.parametrize(("change", "line"), WRONG)
def test_wrong_values(change: dict[str, object], line: str) -> None:
    """One line names the key, the value, and what is allowed."""
    with pytest.raises(SettingsError) as wrong:
        read(change)

    assert len(wrong.value.faults) == 1
    assert wrong.value.faults[0].startswith(line)
    assert "; allowed: " in wrong.value.faults[0]


def test_everything_wrong_at_once() -> None:
    """All wrong values are said in one go, a line each."""
    with pytest.raises(SettingsError) as wrong:
        read(
            {"tier": "GOLD", "accessTokenValidity": "2 minutes", "logoutUrls": ["http://a.example", "ftp://b.example"]}
        )

    assert [line.partition(" ")[0] for line in str(wrong.value).splitlines()] == [
        "tier",
        "accessTokenValidity",
        "logoutUrls",
        "logoutUrls",
    ]


@pytest.mark.parametrize(
    ("key", "secrets", "line"),
    [
        ("0123456789abcdef", NO_SECRETS, "logKey is kept in plain text; allowed: a secret"),
        ("0123456789abcde", frozenset({"logKey"}), "logKey is 15 characters long; allowed: 16 or more"),
    ],
)
def test_a_wrong_log_key(key: str, secrets: frozenset[str], line: str) -> None:
    """The key of the log is a secret of some length; what is said about it does not show it."""
    with pytest.raises(SettingsError) as wrong:
        read({"logKey": key}, secrets)

    assert wrong.value.faults[0].startswith(line)
    assert key not in str(wrong.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("alarmEmail", "oncall@example.com"),
        ("alarmEmail", "no address"),
        ("domainPrefix", "quiet"),
        ("passwordLength", 14),
        ("responderTrust", {"principals": [ALICE], "externalId": "hush"}),
    ],
)
def test_a_secret_where_none_stays_one(key: str, value: object) -> None:
    """A value that would end up in the open is refused where it is kept as a secret; the line has none of it."""
    with pytest.raises(SettingsError) as wrong:
        read({key: value}, frozenset({key}))

    allowed = "plain text, since it is in the open in the stack's state and in AWS"
    assert wrong.value.faults == (f"{key} is kept as a secret; allowed: {allowed}",)


@pytest.mark.parametrize(
    ("key", "near"),
    [("requireSourceIdentiy", "requireSourceIdentity"), ("nothing like it", ", ".join(sorted(PROJECT["config"])))],
)
def test_a_key_that_is_not_the_stack_s(key: str, near: str) -> None:
    """A misspelt key would have no effect: it is refused, and the nearest right one named."""
    with pytest.raises(SettingsError) as wrong:
        read({key: True})

    assert wrong.value.faults == (f"{key} is no key of this stack; allowed: {near}",)


MISPLACED: list[tuple[dict[str, object], str]] = [
    (
        {"permissionsBoundary": "arn:aws:iam::999999999999:policy/boundary"},
        f"permissionsBoundary is 'arn:aws:iam::999999999999:policy/boundary'; allowed: a managed policy of {HERE.id}",
    ),
    (
        {"logKmsKeyArn": "arn:aws:kms:ap-south-2:123456789012:key/log"},
        f"logKmsKeyArn is 'arn:aws:kms:ap-south-2:123456789012:key/log'; allowed: a KMS key of {HERE.region}",
    ),
    (
        {"operatorTrust": {"principals": ["arn:aws-cn:iam::123456789012:user/alice"]}},
        "operatorTrust.principals is 'arn:aws-cn:iam::123456789012:user/alice'; allowed: ARNs of the partition aws",
    ),
    (
        {"responderTrust": {"principals": ["arn:aws-cn:iam::123456789012:root"], "externalId": "agreed"}},
        "responderTrust.principals is 'arn:aws-cn:iam::123456789012:root'; allowed: ARNs of the partition aws",
    ),
]


@pytest.mark.parametrize(("change", "line"), MISPLACED)
def test_what_is_of_another_place(change: dict[str, object], line: str) -> None:
    """AWS would refuse it with half of the stack made."""
    with pytest.raises(SettingsError) as wrong:
        settings.check_place(read(change), HERE)

    assert wrong.value.faults == (line,)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"permissionsBoundary": f"arn:aws:iam::{HERE.id}:policy/boundary"},
        {"permissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess"},
        {"logKmsKeyArn": f"arn:aws:kms:{HERE.region}:{HERE.id}:key/log"},
        {"operatorTrust": {"permissionSet": "Ops"}, "responderTrust": {"principals": [ALICE]}},
    ],
)
def test_what_is_in_its_place(change: dict[str, object]) -> None:
    """What AWS takes is not in the way."""
    settings.check_place(read(change), HERE)


def test_the_log_key() -> None:
    """A key that is kept as a secret reaches the runbook."""
    chosen = read({"logKey": "0123456789abcdef"}, frozenset({"logKey"}))

    assert chosen.runbook.keywords["log_key"] == "0123456789abcdef"


def test_defaults() -> None:
    """The defaults of Pulumi.yaml are those of the components, so that both ways to use these give the same."""
    chosen = read()
    wired: dict[str, Any] = {"user_pool_id": POOL_ID, "user_pool_arn": POOL_ARN, "exposure": Exposure(clients=())}

    assert chosen.user_pool_id is None
    assert chosen.directory(account=HERE) == UserDirectoryArgs(account=HERE)
    assert chosen.access(account=HERE, user_pool_arn=POOL_ARN) == SignOutAccessArgs(
        account=HERE, user_pool_arn=POOL_ARN
    )
    assert chosen.runbook(account=HERE, **wired) == SignOutRunbookArgs(
        account=HERE, function_name="signout-runbook-dev", concurrency=Reserved(2), **wired
    )


RIGHT: list[tuple[dict[str, object], str, str, object]] = [
    ({"tier": "LITE"}, "directory", "tier", "LITE"),
    ({"protect": False}, "directory", "protect", False),
    ({"accessTokenValidity": "5 minutes"}, "directory", "access_token", Life(5, Unit.MINUTES)),
    ({"accessTokenValidity": "1 day"}, "directory", "access_token", Life(1, Unit.DAYS)),
    ({"idTokenValidity": "300 seconds"}, "directory", "id_token", Life(300, Unit.SECONDS)),
    ({"refreshTokenValidity": "1 hour"}, "directory", "refresh_token", Life(1, Unit.HOURS)),
    ({"refreshTokenRotation": False}, "directory", "rotation_grace_seconds", None),
    ({"refreshTokenRotationGrace": 0}, "directory", "rotation_grace_seconds", 0),
    ({"aliases": ["email"]}, "directory", "aliases", ("email",)),
    ({"logoutUrls": ["http://localhost:3000/out"]}, "directory", "logout_urls", ("http://localhost:3000/out",)),
    (
        {"domainPrefix": "shop", "callbackUrls": ["https://shop.example.com/in"]},
        "directory",
        "domain_prefix",
        "shop",
    ),
    ({"operatorTrust": {"principals": [ALICE]}}, "access", "operator_trust", NamedPrincipals((ALICE,))),
    ({"responderTrust": {"permissionSet": "Ops"}}, "access", "responder_trust", PermissionSet("Ops")),
    (
        {"responderTrust": {"principals": ["arn:aws:iam::123456789012:root"], "externalId": "agreed"}},
        "access",
        "responder_trust",
        ExternalId(("arn:aws:iam::123456789012:root",), "agreed"),
    ),
    ({"sessionMinutes": 120}, "access", "session_seconds", 7200),
    ({"runbookConcurrency": 5}, "runbook", "concurrency", Reserved(5)),
    (
        {"runbookConcurrency": 0, "noConcurrencyReason": "a new account"},
        "runbook",
        "concurrency",
        Unreserved("a new account"),
    ),
    ({"runbookName": "sign-out"}, "runbook", "function_name", "sign-out"),
    ({"logRetentionDays": 365}, "runbook", "log_retention_days", 365),
    ({"logUsernames": True}, "runbook", "log_usernames", True),
    ({"alarmEmail": "oncall@example.com"}, "runbook", "alarm_email", "oncall@example.com"),
]


@pytest.mark.parametrize(("change", "part", "argument", "expected"), RIGHT)
def test_right_values(change: dict[str, object], part: str, argument: str, expected: object) -> None:
    """A value reaches the argument that it is for."""
    assert getattr(read(change), part).keywords[argument] == expected


def test_a_boundary_is_for_every_role() -> None:
    """The boundary bounds the roles of callers and that of the function."""
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    chosen = read({"permissionsBoundary": boundary})

    assert chosen.access.keywords["permissions_boundary"] == boundary
    assert chosen.runbook.keywords["permissions_boundary"] == boundary


def test_an_existing_pool() -> None:
    """An existing pool takes the place of a new one."""
    assert read({"userPoolId": POOL_ID}).user_pool_id == POOL_ID


@pytest.mark.parametrize(("stack", "name"), [("dev", "signout-runbook-dev"), ("eu.prod", "signout-runbook-eu-prod")])
def test_a_name_for_the_function(stack: str, name: str) -> None:
    """Each stack has a function of its own name, one that Lambda takes."""
    values = {key: stored(declared["default"]) for key, declared in PROJECT["config"].items()}

    assert settings.read(values.get, NO_SECRETS.__contains__, stack).runbook.keywords["function_name"] == name


def test_every_key_is_declared_and_read() -> None:
    """Pulumi.yaml declares, with type, description and default, exactly the keys that are read."""
    asked: set[str] = set()

    def get(key: str) -> str:
        asked.add(key)
        return stored(PROJECT["config"][key]["default"])

    settings.read(get, NO_SECRETS.__contains__, "dev")

    assert asked == set(PROJECT["config"])
    assert all({"type", "description", "default"} <= declared.keys() for declared in PROJECT["config"].values())


def test_a_missing_key() -> None:
    """A key without a value, not even a default, is a fault like any other."""
    with pytest.raises(SettingsError, match="tier is missing"):
        settings.read(
            lambda key: None if key == "tier" else stored(PROJECT["config"][key]["default"]),
            NO_SECRETS.__contains__,
            "dev",
        )


def test_the_project() -> None:
    """Pulumi takes the project's name from the same place as its package has it, and keeps to pip."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["name"]

    assert PROJECT["name"] == package
    assert PROJECT["requiredPulumiVersion"] == ">=3.259.0"
    assert PROJECT["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}


def test_the_documentation() -> None:
    """docs/stack.md has every key, with the default that Pulumi.yaml has."""
    lines = (ROOT / "docs" / "stack.md").read_text().splitlines()
    rows = [[cell.strip(" `") for cell in line.split("|")[1:3]] for line in lines if line.startswith("| `")]
    documented = dict(rows)

    for key, declared in PROJECT["config"].items():
        default = declared["default"]
        assert documented[key] == ("" if default in ("", [], {}) else stored(default)), key
