"""The function of SignOutRunbook and what is around it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi_aws as aws
import pytest

from components.concurrency import Reserved, Unreserved
from components.sign_out_runbook import SignOutRunbook, SignOutRunbookArgs
from signout.cognito.exposure import AppClient, Settings
from signout.iam import Effect, Layers, Request, decide, parse
from signout.runbook import deployment, limits, log
from signout.runbook.order import MOST_USERS
from signout.sandbox.provider.wire import Secret
from tests.components.recording import HERE, POOL_ARN, POOL_ID, Recording, provider_faults, record

LOG_STREAMS = HERE.arn("logs", "log-group:/aws/lambda/signout-test:*")
DEAD_LETTERS = HERE.arn("sqs", "signout-test-dead-letters")
ARGS = SignOutRunbookArgs(
    account=HERE,
    function_name="signout-test",
    user_pool_id=POOL_ID,
    user_pool_arn=POOL_ARN,
    exposure=Settings(clients=(AppClient("shop"),)),
    concurrency=Reserved(2),
)

Recorded = Callable[..., Recording]


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    def run(change: dict[str, Any] | None = None, preview: bool = False) -> Recording:
        args = replace(ARGS, build_folder=tmp_path, **(change or {}))
        return record(lambda: SignOutRunbook("runbook", args), preview)

    return run


def test_grants(recorded: Recorded) -> None:
    """The role may sign users of the pool out, write its log, leave dead letters; the component declares the same."""
    recording = recorded()
    declared = [
        {
            "role": "runbook-role",
            "actions": ["cognito-idp:AdminUserGlobalSignOut"],
            "resources": [POOL_ARN],
        },
        {
            "role": "runbook-role",
            "actions": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "resources": [LOG_STREAMS],
        },
        {"role": "runbook-role", "actions": ["sqs:SendMessage"], "resources": [DEAD_LETTERS]},
    ]
    statements = recording.one("RolePolicy").document("policy")["Statement"]

    assert recording.one("SignOutRunbook").plain["grants"] == declared
    assert [(s["Effect"], s["Action"], s["Resource"]) for s in statements] == [
        ("Allow", grant["actions"], grant["resources"]) for grant in declared
    ]


STREAM = LOG_STREAMS.replace("*", "log-stream:2026/03/01/[7]0123")
CALLS = [
    ("cognito-idp:AdminUserGlobalSignOut", POOL_ARN, Effect.ALLOWED),
    ("cognito-idp:AdminUserGlobalSignOut", POOL_ARN.replace("AbCdEf123", "Other0000"), Effect.IMPLICITLY_DENIED),
    ("cognito-idp:AdminDeleteUser", POOL_ARN, Effect.IMPLICITLY_DENIED),
    ("cognito-idp:AdminGetUser", POOL_ARN, Effect.IMPLICITLY_DENIED),
    ("logs:CreateLogStream", STREAM, Effect.ALLOWED),
    ("logs:PutLogEvents", STREAM, Effect.ALLOWED),
    ("logs:PutLogEvents", STREAM.replace("signout-test:", "signout-test-2:"), Effect.IMPLICITLY_DENIED),
    ("logs:CreateLogGroup", LOG_STREAMS.removesuffix(":*"), Effect.IMPLICITLY_DENIED),
    ("logs:GetLogEvents", STREAM, Effect.IMPLICITLY_DENIED),
    ("sqs:SendMessage", DEAD_LETTERS, Effect.ALLOWED),
    ("sqs:ReceiveMessage", DEAD_LETTERS, Effect.IMPLICITLY_DENIED),
    ("sqs:SendMessage", f"{DEAD_LETTERS}-2", Effect.IMPLICITLY_DENIED),
    ("cloudwatch:PutMetricData", "*", Effect.IMPLICITLY_DENIED),
]


@pytest.mark.parametrize(("action", "resource", "effect"), CALLS)
def test_what_the_function_may_do(recorded: Recorded, action: str, resource: str, effect: Effect) -> None:
    """Each call that the function needs succeeds, and each neighbour of it is refused."""
    policy = parse(recorded().one("RolePolicy").document("policy"), origin="runbook-role")
    request = Request("arn:aws:iam::123456789012:role/runbook-role", action, resource)

    assert decide(request, Layers(identity=(policy,))).effect is effect


def test_the_names_in_the_grants_are_those_of_the_resources(recorded: Recorded) -> None:
    """Log group and queue are named as the grants have them, so that these hold."""
    recording = recorded()

    assert recording.one("LogGroup").plain["name"] == "/aws/lambda/signout-test"
    assert recording.one("Queue").plain["name"] == DEAD_LETTERS.rsplit(":", 1)[-1]
    assert recording.one("Function").plain["name"] == "signout-test"
    assert recording.one("Function").plain["loggingConfig"]["logGroup"] == "/aws/lambda/signout-test"


def test_a_preview_shows_grants_on_a_new_pool(tmp_path: Path) -> None:
    """While the pool is not there yet, every other resource of the grants is known, and where the pool's is from."""

    def program() -> None:
        pool = aws.cognito.UserPool("users")
        args = replace(ARGS, build_folder=tmp_path, user_pool_id=pool.id, user_pool_arn=pool.arn)
        SignOutRunbook("runbook", args)

    declared = record(program, preview=True).one("SignOutRunbook")

    assert [grant["resources"] for grant in declared.plain["grants"][1:]] == [[LOG_STREAMS], [DEAD_LETTERS]]
    assert declared.from_["grants"] == {"users"}


def test_only_lambda_may_assume_the_role(recorded: Recorded) -> None:
    """The execution role is for the function."""
    assert recorded().one("Role").document("assumeRolePolicy")["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]


def test_the_function_comes_after_its_permission_and_its_log(recorded: Recorded) -> None:
    """The first call finds its permission and a log group of ours, not one that Lambda made without retention."""
    assert recorded().one("Function").waits_for >= {"runbook-role", "runbook-log"}


def test_the_function(recorded: Recorded) -> None:
    """Runtime, handler, dead letters and published versions."""
    function = recorded().one("Function").plain

    assert (function["runtime"], function["handler"]) == ("python3.13", "runbook.handler.handle")
    assert function["deadLetterConfig"] == {"targetArn": DEAD_LETTERS}
    assert (function["publish"], function["timeout"]) == (True, 120)


def test_the_alias(recorded: Recorded) -> None:
    """Callers invoke an alias that follows the published version; asynchronous calls are bounded on it."""
    recording = recorded()
    alias, asynchronous = recording.one("Alias").plain, recording.one("FunctionEventInvokeConfig").plain

    assert (alias["name"], alias["functionVersion"]) == ("live", "7")
    assert recording.one("Alias").from_["functionVersion"] == {"runbook-function"}
    assert (asynchronous["qualifier"], asynchronous["maximumEventAgeInSeconds"]) == ("live", 3600)


ENVIRONMENTS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({}, {"USER_POOL_ID": POOL_ID, "CALLS_PER_SECOND": "5", "LOG_USERNAMES": "false"}),
    ({"concurrency": Reserved(1)}, {"CALLS_PER_SECOND": "10"}),
    ({"concurrency": Reserved(3)}, {"CALLS_PER_SECOND": "3"}),
    ({"concurrency": Reserved(10)}, {"CALLS_PER_SECOND": "1"}),
    ({"concurrency": Unreserved("a new account")}, {"CALLS_PER_SECOND": "1"}),
    ({"log_usernames": True}, {"LOG_USERNAMES": "true"}),
    ({"log_key": "0123456789abcdef"}, {"LOG_KEY": "0123456789abcdef"}),
]


@pytest.mark.parametrize(("change", "expected"), ENVIRONMENTS)
def test_the_environment(recorded: Recorded, change: dict[str, Any], expected: dict[str, str]) -> None:
    """The function gets its settings as it reads them, and reads them as they were meant."""
    variables = recorded(change).one("Function").plain["environment"]["variables"]
    read = deployment.from_environment(variables, limits.load())

    assert expected.items() <= variables.items()
    assert read.user_pool_id == POOL_ID
    assert read.metric_namespace == "CognitoSignOut"
    assert read.exposure.app_clients == ("shop",)
    assert [survivor.seconds for survivor in read.exposure.survivors[:2]] == [3600, 3600]


def test_the_environment_fits(recorded: Recorded) -> None:
    """Lambda takes 4 KiB of environment variables, names included."""
    variables = recorded({"log_key": "k" * 64}).one("Function").plain["environment"]["variables"]

    assert sum(len(name.encode()) + len(value.encode()) for name, value in variables.items()) <= 4096


def test_the_key_is_a_secret(recorded: Recorded) -> None:
    """The key of the hashes reaches the engine marked as a secret, so that the state holds it encrypted."""
    environment = recorded({"log_key": "0123456789abcdef"}).one("Function").inputs["environment"]

    assert environment["variables"]["LOG_KEY"] == Secret("0123456789abcdef")


@pytest.mark.parametrize(
    ("concurrency", "reserved", "declared"),
    [
        (Reserved(2), 2, {"reservedConcurrency": 2}),
        (Unreserved("a new account"), None, {"noReservationReason": "a new account"}),
    ],
)
def test_concurrency(recorded: Recorded, concurrency: Any, reserved: int | None, declared: dict[str, Any]) -> None:
    """The reservation, or the reason for none, is on the function and in the component's inputs."""
    recording = recorded({"concurrency": concurrency})

    assert recording.one("Function").plain.get("reservedConcurrentExecutions") == reserved
    assert declared.items() <= recording.one("SignOutRunbook").plain.items()


def test_log_and_dead_letters(recorded: Recorded) -> None:
    """The log ends after its time and may have a key; dead letters are encrypted and kept as long as SQS keeps any."""
    key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    recording = recorded({"log_retention_days": 30, "log_kms_key_arn": key})
    log_group, queue = recording.one("LogGroup").plain, recording.one("Queue").plain

    assert (log_group["retentionInDays"], log_group["kmsKeyId"]) == (30, key)
    assert (queue["sqsManagedSseEnabled"], queue["messageRetentionSeconds"]) == (True, 1_209_600)


FUNCTION = {"FunctionName": "signout-test"}
ALARMS = {
    "runbook-errors": ("AWS/Lambda", "Errors", FUNCTION, "Sum", 300, 1),
    "runbook-throttles": ("AWS/Lambda", "Throttles", FUNCTION, "Sum", 300, 1),
    "runbook-dead-letters": (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        {"QueueName": "signout-test-dead-letters"},
        "Maximum",
        300,
        1,
    ),
    "runbook-not-carried-out": ("CognitoSignOut", "OrdersNotCarriedOut", FUNCTION, "Sum", 300, 1),
    "runbook-many-users": ("CognitoSignOut", "UsersSignedOut", FUNCTION, "Sum", 3600, 501),
}


def test_alarms(recorded: Recorded) -> None:
    """What goes wrong, and what is unusual, reaches the topic; silence is no alarm."""
    recording = recorded()
    alarms = {one.name: one.plain for one in recording.of_type("MetricAlarm")}

    assert {
        name: (a["namespace"], a["metricName"], a["dimensions"], a["statistic"], a["period"], a["threshold"])
        for name, a in alarms.items()
    } == ALARMS
    for one in recording.of_type("MetricAlarm"):
        assert one.from_["alarmActions"] == {"runbook-alarms"}
        assert one.plain["comparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert one.plain["treatMissingData"] == "notBreaching"


def test_an_address_for_alarms(recorded: Recorded) -> None:
    """An address is subscribed where one is given."""
    subscription = recorded({"alarm_email": "oncall@example.com"}).one("TopicSubscription").plain

    assert (subscription["protocol"], subscription["endpoint"]) == ("email", "oncall@example.com")
    assert recorded().of_type("TopicSubscription") == []


def test_metrics_have_one_name(recorded: Recorded) -> None:
    """Alarms and dashboard look at the metrics that the function writes, by the names that it gives them."""
    dashboard = json.loads(recorded().one("Dashboard").plain["dashboardBody"])
    shown = [metric for widget in dashboard["widgets"] for metric in widget["properties"]["metrics"]]
    own = {metric[1] for metric in shown if metric[0] == "CognitoSignOut"}

    assert own == {*log.METRICS.values(), log.REJECTED_ORDERS, log.NOT_CARRIED_OUT}
    assert {widget["properties"]["region"] for widget in dashboard["widgets"]} == {"eu-central-1"}
    assert {tuple(metric[2:]) for metric in shown} == {
        ("FunctionName", "signout-test"),
        ("QueueName", "signout-test-dead-letters"),
    }


def test_a_full_order_fits_into_the_time(recorded: Recorded) -> None:
    """At the default timeout as many users as an order may have are reached, whatever the concurrency, if none has to
    be tried again.
    """
    for instances in range(1, 11):
        function = recorded({"concurrency": Reserved(instances)}).one("Function").plain
        rate = int(function["environment"]["variables"]["CALLS_PER_SECOND"])

        assert MOST_USERS / rate + 12 <= function["timeout"]


@pytest.mark.parametrize("seconds", [29, 901])
def test_a_time_that_is_no_use(seconds: int) -> None:
    """A function without time for its calls, or with more than Lambda gives, is refused."""
    with pytest.raises(ValueError, match=f"timeout_seconds is {seconds}, expected 30 to 900"):
        replace(ARGS, timeout_seconds=seconds)


def test_parents_and_outputs(recorded: Recorded) -> None:
    """Everything is the component's child, and the component's outputs are registered."""
    recording = recorded()
    component = recording.one("SignOutRunbook")

    assert {one.parent for one in recording.registrations if one is not component} == {"runbook"}
    assert recording.outputs[component.urn] == {
        "functionName": "signout-test",
        "aliasArn": HERE.arn("lambda", "function:signout-test:live"),
        "roleArn": "arn:aws:iam::123456789012:role/runbook-role-1a2b3c4",
        "logGroupName": "/aws/lambda/signout-test",
        "deadLetterQueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/signout-test-dead-letters",
        "alarmTopicArn": HERE.arn("sns", "runbook-alarms"),
    }


def test_the_provider_takes_it(recorded: Recorded) -> None:
    """Names, types and values are right by the provider's own schema."""
    change = {
        "log_kms_key_arn": "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555",
        "log_key": "0123456789abcdef",
        "alarm_email": "oncall@example.com",
        "permissions_boundary": "arn:aws:iam::123456789012:policy/boundary",
    }

    assert provider_faults(recorded(change)) == []
    assert provider_faults(recorded({"concurrency": Unreserved("a new account")})) == []
