"""`make up` on a real engine and a real sandbox: what it makes, and what becomes of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from signout.sandbox import lifecycle
from signout.sandbox.demonstration import Demonstration
from signout.sandbox.deployment import Deployment, DeploymentError
from signout.sandbox.enforcement.calls import Query
from signout.sandbox.state import StateFolder
from tests.stack.made import PROJECT, Run, Stack, make_up

WRONG = {
    # key                  wrong value
    "tier": "GOLD",
    "accessTokenValidity": "2 minutes",
    "logoutUrls[0]": "http://shop.example.com/out",
    "logKey": "0123456789abcdef",
}
SAID = (
    "tier is 'GOLD'; allowed: LITE, ESSENTIALS, PLUS",
    "accessTokenValidity is '2 minutes'; allowed: 5 minutes to 1 day, written as \"60 minutes\"",
    "logoutUrls is 'http://shop.example.com/out'; allowed: https URLs, or http://localhost",
    "logKey is kept in plain text; allowed: a secret; set it with: pulumi config set --secret logKey",
)


def summaries(run: Run) -> list[str]:
    """What the engine counts at the end of a preview or an update."""
    return [" ".join(found.split()) for found in re.findall(r"^Resources:\n((?: {4}.*\n)+)", run.output, re.MULTILINE)]


def test_ends_in_the_demonstration(first_run: Run) -> None:
    """A first run previews, deploys and demonstrates, warns of nothing, and exits with 0."""
    assert first_run.code == 0
    assert [re.sub(r"\d+", "N", summary) for summary in summaries(first_run)] == ["+ N to create", "+ N created"]
    assert "warning" not in first_run.output
    assert "All of it held" in first_run.demonstrated
    assert first_run.errors == ""


def test_readme(first_run: Run) -> None:
    """The README shows what the demonstration says: the same lines in the same order, some cut, some left out."""
    readme = (PROJECT / "README.md").read_text().partition("## What it shows")[2]
    shown = [line for line in readme.split("```")[1].splitlines() if line.strip() not in ("", "…")]
    said = iter(map(without_chance, first_run.demonstrated.splitlines()))

    for line in shown[1:]:
        start, cut, _ = without_chance(line).partition("…")
        assert any(one.startswith(start) if cut else one == start for one in said), line


def without_chance(line: str) -> str:
    """The line without what differs from run to run."""
    line = re.sub(r"\d\d:\d\d:\d\d(\.\d+)?|\d{4}-\d\d-\d\d", "TIME", line)
    return re.sub(r"\b[0-9a-f]{6,}\b(-[0-9a-f]{4,})*|\b[0-9A-Za-z]{52}\b", "ID", line)


def test_again(folder: StateFolder, stack: Stack) -> None:
    """A run right after changes nothing, says so twice, and demonstrates again."""
    again = make_up(folder)

    count = len(stack.resources()) - 1  # the provider is not counted
    assert summaries(again) == [f"{count} unchanged", f"{count} unchanged"]
    assert again.code == 0
    assert "running since before" in again.output
    assert "All of it held" in again.demonstrated


def test_outputs(stack: Stack) -> None:
    """Every output has a value, and leads to what it is the name of."""
    outputs = stack.outputs
    client = stack.sandbox.client

    pool = client("cognito-idp").describe_user_pool(UserPoolId=outputs["userPoolId"])["UserPool"]
    assert outputs["userPoolArn"] == pool["Arn"]
    app = {"UserPoolId": outputs["userPoolId"], "ClientId": outputs["appClientId"]}
    assert client("cognito-idp").describe_user_pool_client(**app)["UserPoolClient"]["EnableTokenRevocation"]
    alias = client("lambda").get_alias(FunctionName=outputs["runbookName"], Name="live")
    assert outputs["runbookAliasArn"] == alias["AliasArn"]
    roles = {role["Arn"] for role in client("iam").list_roles()["Roles"]}
    assert {outputs[f"{name}RoleArn"] for name in ("runbook", "operator", "responder")} <= roles
    groups = client("logs").describe_log_groups(logGroupNamePrefix=outputs["logGroupName"])["logGroups"]
    assert [outputs["logGroupName"]] == [group["logGroupName"] for group in groups]
    assert client("sqs").get_queue_attributes(QueueUrl=outputs["deadLetterQueueUrl"], AttributeNames=["QueueArn"])
    assert client("sns").get_topic_attributes(TopicArn=outputs["alarmTopicArn"])["Attributes"]
    assert all(value is not None for value in outputs.values())


def test_components_register_outputs(stack: Stack) -> None:
    """Each component's outputs are in the state, none of them empty, and the stack's are taken from them."""
    components = {one["type"]: one["outputs"] for one in stack.resources() if one["type"].startswith("signout:")}

    assert {
        "signout:cognito:UserDirectory": {"userPoolId", "userPoolArn", "clientId"},
        "signout:cognito:SignOutRunbook": {
            "functionName",
            "aliasArn",
            "roleArn",
            "logGroupName",
            "deadLetterQueueUrl",
            "alarmTopicArn",
        },
        "signout:cognito:SignOutAccess": {"operatorRoleArn", "responderRoleArn"},
    } == {type: {name for name, value in outputs.items() if value} for type, outputs in components.items()}
    every = {value for outputs in components.values() for value in outputs.values()}
    assert set(stack.outputs.values()) - every == set()


def test_rejected(stack: Stack, capfd: pytest.CaptureFixture[str]) -> None:
    """Wrong values end a deployment before AWS is asked anything: a line each, with the key, the value, the choice."""
    before = calls(stack)

    with stack.other_settings(WRONG) as settings, pytest.raises(DeploymentError, match="`pulumi up` failed"):
        stack.deployment.up(settings)

    shown = capfd.readouterr().out
    lines = [line.strip() for line in shown.partition("Diagnostics:")[2].splitlines()]
    for said in SAID:
        assert [line for line in lines if said in line and line.count("allowed:") == 1], said
    assert "Traceback" not in shown
    assert "Updating" not in shown
    assert before == calls(stack)


def test_new_account(tmp_path: Path) -> None:
    """In an account whose limit leaves nothing to reserve, a deployment ends before anything is made, and says so."""
    folder = StateFolder(tmp_path / "state")
    lifecycle.start(folder, 0, account_concurrency=10)
    try:
        server = folder.running()
        assert server
        deployment = Deployment.on(folder, server, PROJECT)
        deployment.prepare()

        with pytest.raises(DeploymentError) as raised:
            deployment.ask("preview", *deployment.chosen)

        actions = {record.action for record in lifecycle.calls(folder, Query()) if record.verdict != "control"}
        assert actions == {"servicequotas:GetServiceQuota"}
    finally:
        lifecycle.stop(folder)
    assert str(raised.value).endswith("or set runbookConcurrency to 0 and say why in noConcurrencyReason")


def calls(stack: Stack) -> set[str]:
    """The requests on record, but for those that read the record."""
    return {record.request_id for record in stack.sandbox.calls(last=5000) if record.verdict != "control"}


def test_drift(stack: Stack) -> None:
    """What somebody changed behind the stack's back is put right by the next update that refreshes."""
    outputs, client = stack.outputs, stack.sandbox.client
    pool, function = outputs["userPoolId"], outputs["runbookName"]
    alarm = stack.of_type("MetricAlarm")["runbook-errors"]["id"]
    role = outputs["operatorRoleArn"].rpartition("/")[2]
    [policy] = client("iam").list_role_policies(RoleName=role)["PolicyNames"]
    narrow = client("iam").get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    wide = {**narrow, "Statement": [{"Effect": "Allow", "Action": "cognito-idp:*", "Resource": "*"}]}

    client("iam").put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(wide))
    client("cloudwatch").delete_alarms(AlarmNames=[alarm])
    client("logs").put_retention_policy(logGroupName=outputs["logGroupName"], retentionInDays=1)
    client("cognito-idp").update_user_pool_client(
        UserPoolId=pool, ClientId=outputs["appClientId"], EnableTokenRevocation=False
    )
    client("lambda").delete_function_concurrency(FunctionName=function)
    stack.deployment.up({}, "--refresh", "--skip-preview")

    assert narrow == client("iam").get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    made = stack.of_type("MetricAlarm")["runbook-errors"]["id"]
    assert client("cloudwatch").describe_alarms(AlarmNames=[made])["MetricAlarms"]
    [group] = client("logs").describe_log_groups(logGroupNamePrefix=outputs["logGroupName"])["logGroups"]
    assert group["retentionInDays"] == 90
    app = {"UserPoolId": pool, "ClientId": outputs["appClientId"]}
    settings = client("cognito-idp").describe_user_pool_client(**app)["UserPoolClient"]
    assert settings["EnableTokenRevocation"]
    assert settings["PreventUserExistenceErrors"] == "ENABLED"
    assert client("lambda").get_function_concurrency(FunctionName=function)["ReservedConcurrentExecutions"] == 2
    assert outputs == stack.outputs


def test_replaced(stack: Stack) -> None:
    """A setting that only a new user pool can have replaces pool and app client; roles and runbook follow."""
    before, client = stack.outputs, stack.sandbox.client

    stack.deployment.up({"cognito-signout:aliases[0]": "email"}, "--skip-preview")

    after = stack.outputs
    changed = {name for name in after if before[name] != after[name]}
    assert changed == {"userPoolId", "userPoolArn", "appClientId"}
    pools = {pool["Id"] for pool in client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]}
    assert after["userPoolId"] in pools
    assert before["userPoolId"] not in pools
    function = client("lambda").get_function_configuration(FunctionName=after["runbookName"], Qualifier="live")
    assert function["Environment"]["Variables"]["USER_POOL_ID"] == after["userPoolId"]
    demonstrate(stack)


def test_client_replaced(stack: Stack) -> None:
    """A new app client takes the old one's place, with the same pool; sign-outs go on working."""
    before, client = stack.outputs, stack.sandbox.client
    urn = stack.of_type("UserPoolClient")["users-client"]["urn"]

    stack.deployment.up({}, "--replace", urn, "--skip-preview")

    after = stack.outputs
    assert {name for name in after if before[name] != after[name]} == {"appClientId"}
    clients: Any = client("cognito-idp").list_user_pool_clients(UserPoolId=after["userPoolId"], MaxResults=60)
    assert [after["appClientId"]] == [each["ClientId"] for each in clients["UserPoolClients"]]
    demonstrate(stack)


def demonstrate(stack: Stack) -> None:
    folder = stack.sandbox.folder
    Demonstration(stack.deployment.connection, stack.outputs, lambda query: lifecycle.calls(folder, query), print).run()
