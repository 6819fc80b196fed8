"""The stack beside a user pool that it did not make, which is what most have; and what is left when it goes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from signout.sandbox.deployment import STACK, Deployment, DeploymentError
from signout.sandbox.state import StateFolder
from tests.stack.made import ON_THE_STACK, PROJECT, Stack
from tests.support.sandbox import ACCOUNT, Sandbox, error_of

LOG_KEY = "a key that nobody is to read"


@dataclass(frozen=True)
class Beside:
    """The stack, and the pool that was there before it, with a user in it."""

    stack: Stack
    pool: str


@pytest.fixture(scope="module")
def beside(folder: StateFolder) -> Beside:
    """Deployed with `userPoolId`, under names of its own, with a secret in its configuration."""
    sandbox, server = Sandbox(folder), folder.running()
    assert server
    cognito = sandbox.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="there before")["UserPool"]["Id"]
    cognito.admin_create_user(UserPoolId=pool, Username="carol", MessageAction="SUPPRESS")
    shared = Deployment.on(folder, server, PROJECT)
    deployment = replace(shared, folder=folder.path / "deployments" / "beside")
    deployment.prepare()
    deployment.ask("config", "set", "--secret", "logKey", *deployment.chosen, given=LOG_KEY)
    settings = {
        "userPoolId": pool,
        "runbookName": "beside",
        "operatorTrust.principals[0]": f"arn:aws:iam::{ACCOUNT}:user/operator",
        "runbookConcurrency": "1",
    }
    deployment.up({f"cognito-signout:{key}": value for key, value in settings.items()}, "--skip-preview")
    return Beside(Stack(sandbox, deployment), pool)


def test_no_pool_of_its_own(beside: Beside) -> None:
    """No pool and no client are made; the roles are for the pool that was there."""
    types = {one["type"] for one in beside.stack.resources()}
    assert not {type for type in types if type.startswith("aws:cognito")}
    assert beside.stack.outputs["userPoolId"] == beside.pool
    iam, role = beside.stack.sandbox.client("iam"), beside.stack.outputs["operatorRoleArn"].rpartition("/")[2]
    [name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    [granted] = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"]
    assert granted["Action"] == ["cognito-idp:AdminUserGlobalSignOut"]
    assert granted["Resource"] == [beside.stack.outputs["userPoolArn"]]


def test_signs_out(beside: Beside) -> None:
    """The runbook signs a user of that pool out; what survives it does not know of a pool that it was not told of."""
    result = order(beside, {"usernames": ["carol"], "incident": "INC-1", "reason": "a test"})

    assert (result["status"], result["users"][0]["outcome"]) == ("complete", "signed-out")
    assert result["survives"]["appClients"] == []


def test_other_pool(beside: Beside) -> None:
    """An order that names another pool is refused whole."""
    named = {"usernames": ["carol"], "incident": "INC-1", "reason": "a test", "userPoolId": "us-east-1_000000000"}

    result = order(beside, named)

    assert result["status"] == "rejected"
    assert [fault["at"] for fault in result["faults"]] == ["userPoolId"]


def order(beside: Beside, order: dict[str, Any]) -> Any:
    alias = beside.stack.outputs["runbookAliasArn"]
    answer = beside.stack.sandbox.client("lambda").invoke(FunctionName=alias, Payload=json.dumps(order))
    return json.loads(answer["Payload"].read())


def test_no_such_pool(beside: Beside, capfd: pytest.CaptureFixture[str]) -> None:
    """A pool that is not there is said in one line: key, value, what is allowed, and what Cognito answered."""
    with beside.stack.other_settings({"userPoolId": "eu-west-1_000000000"}) as settings, pytest.raises(DeploymentError):
        beside.stack.deployment.up(settings)

    shown = capfd.readouterr().out
    allowed = f"a user pool of account {ACCOUNT} in Region us-east-1"
    assert f"userPoolId is 'eu-west-1_000000000'; allowed: {allowed} (DescribeUserPool was refused: Reso" in shown
    assert "Traceback" not in shown


def test_secrets(beside: Beside) -> None:
    """The function has the log key; state, configuration and passphrase file of the deployment show no secret."""
    deployment, sandbox = beside.stack.deployment, beside.stack.sandbox
    function = sandbox.client("lambda").get_function_configuration(FunctionName="beside")
    assert function["Environment"]["Variables"]["LOG_KEY"] == LOG_KEY

    secrets = (LOG_KEY, sandbox.administrator.secret_access_key, (deployment.folder / "passphrase").read_text())
    kept = [path for path in deployment.folder.rglob("*") if path.is_file() and path.name != "passphrase"]
    assert [path for path in kept if path.name == f"{STACK}.json"]
    for path in kept:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content], path
    exported = deployment.ask("stack", "export", *ON_THE_STACK)
    assert not [secret for secret in secrets if secret in exported]
    assert "ciphertext" in exported


def test_destroyed(beside: Beside) -> None:
    """`pulumi destroy` takes away all that the stack made, and nothing that was there before."""
    outputs, client = beside.stack.outputs, beside.stack.sandbox.client
    role = outputs["operatorRoleArn"].rpartition("/")[2]
    made = [
        ("lambda", "GetFunction", {"FunctionName": "beside"}),
        ("iam", "GetRole", {"RoleName": role}),
        ("iam", "GetRole", {"RoleName": outputs["runbookRoleArn"].rpartition("/")[2]}),
        ("sqs", "GetQueueAttributes", {"QueueUrl": outputs["deadLetterQueueUrl"]}),
        ("sns", "GetTopicAttributes", {"TopicArn": outputs["alarmTopicArn"]}),
        ("cloudwatch", "GetDashboard", {"DashboardName": "beside"}),
    ]
    for service, operation, given in made:
        assert error_of(client(service), operation, given) is None

    beside.stack.deployment.tell("destroy", "--yes", "--skip-preview", "--suppress-progress")

    for service, operation, given in made:
        assert error_of(client(service), operation, given), operation
    groups = client("logs").describe_log_groups(logGroupNamePrefix=outputs["logGroupName"])["logGroups"]
    assert groups == []
    alarms = client("cloudwatch").describe_alarms()["MetricAlarms"]  # those of the other stack are still there
    assert [alarm["AlarmName"] for alarm in alarms if outputs["alarmTopicArn"] in alarm["AlarmActions"]] == []
    user = client("cognito-idp").admin_get_user(UserPoolId=beside.pool, Username="carol")
    assert user["Enabled"]
    assert beside.stack.resources() == []
