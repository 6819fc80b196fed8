"""Tasks call under the state machine's role: what it may do works, and its neighbour is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.workflows.conftest import SERVICE, Workflows, program
from tests.support.sandbox import allow, trust

SDK = "arn:aws:states:::aws-sdk:"


@pytest.fixture(scope="module")
def pool(workflows: Workflows) -> str:
    """Id of a user pool with the user `ada`."""
    cognito = workflows.sandbox.client("cognito-idp")
    made: str = cognito.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    cognito.admin_create_user(UserPoolId=made, Username="ada", MessageAction="SUPPRESS")
    return made


def call(operation: str, **more: Any) -> dict[str, Any]:
    return {"Call": {"Type": "Task", "Resource": SDK + operation, "End": True, **more}}


SIGN_OUT = call(
    "cognitoidentityprovider:adminUserGlobalSignOut", Parameters={"UserPoolId.$": "$.pool", "Username.$": "$.user"}
)


def test_sign_out(workflows: Workflows, pool: str) -> None:
    """A role with AdminUserGlobalSignOut signs a user out; the call is on record as that role's."""
    machine = workflows.deploy(SIGN_OUT, "cognito-idp:AdminUserGlobalSignOut")
    role = workflows.states.describe_state_machine(stateMachineArn=machine)["roleArn"]

    assert workflows.run(machine, {"pool": pool, "user": "ada"}).status == "SUCCEEDED"
    (record,) = workflows.sandbox.calls(action="cognito-idp:AdminUserGlobalSignOut", user=role.rsplit("/", 1)[-1])
    assert (record.verdict, record.status) == ("allowed", 200)


def test_sign_out_refused(workflows: Workflows, pool: str) -> None:
    """Without the grant the execution fails, under the name that Step Functions gives such an error."""
    ending = workflows.run(workflows.deploy(SIGN_OUT, "cognito-idp:AdminGetUser"), {"pool": pool, "user": "ada"})

    assert ending.status == "FAILED"
    assert ending.error == "CognitoIdentityProvider.AccessDeniedException"
    assert "is not authorized to perform: cognito-idp:AdminUserGlobalSignOut" in (ending.cause or "")


def test_error_of_the_service(workflows: Workflows, pool: str) -> None:
    """An error that the service's model knows keeps its name, so that Catch and Retry can tell it."""
    machine = workflows.deploy(SIGN_OUT, "cognito-idp:AdminUserGlobalSignOut")
    ending = workflows.run(machine, {"pool": pool, "user": "nobody"})

    assert ending.error == "CognitoIdentityProvider.UserNotFoundException"


def test_answer_in_pascal_case(workflows: Workflows, pool: str) -> None:
    """Parameters and answers are in PascalCase, whatever the API's own names are."""
    logs = workflows.sandbox.client("logs")
    logs.create_log_group(logGroupName="/a/group")
    find = call("cloudwatchlogs:describeLogGroups", Parameters={"LogGroupNamePrefix": "/a/"})
    output = workflows.run(workflows.deploy(find, "logs:DescribeLogGroups")).output

    assert [group["LogGroupName"] for group in output["LogGroups"]] == ["/a/group"]


def test_list_users(workflows: Workflows, pool: str) -> None:
    """Lists, times and nested members come through."""
    users = call("cognitoidentityprovider:listUsers", Parameters={"UserPoolId": pool, "Limit": 5})
    output = workflows.run(workflows.deploy(users, "cognito-idp:ListUsers")).output

    (user,) = output["Users"]
    assert user["Username"] == "ada"
    assert user["UserCreateDate"].endswith("Z")


def test_function_refused(workflows: Workflows) -> None:
    """A role that may not invoke gets Lambda.AWSLambdaException, in either form of the task."""
    function = workflows.sandbox.deploy("def handler(event, context): return event")
    arn = f"arn:aws:lambda:eu-central-1:123456789012:function:{function}"
    forms: list[dict[str, Any]] = [
        {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": function}},
        {"Resource": arn},
    ]
    for form in forms:
        ending = workflows.run(workflows.deploy({"Run": {"Type": "Task", **form, "End": True}}), {})

        assert (ending.status, ending.error) == ("FAILED", "Lambda.AWSLambdaException")
        assert "is not authorized to perform: lambda:InvokeFunction" in (ending.cause or "")


def test_function_throttled(workflows: Workflows) -> None:
    """Throttling keeps its name, for Retry to name it."""
    function = workflows.sandbox.deploy("def handler(event, context): return event")
    workflows.sandbox.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    run = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": function}}
    machine = workflows.deploy({"Run": {**run, "End": True}}, "lambda:InvokeFunction")

    assert workflows.run(machine).error == "Lambda.TooManyRequestsException"


def test_role_that_does_not_trust(workflows: Workflows) -> None:
    """A state machine is not made under a role that Step Functions cannot assume, nor moved to one."""
    stranger = workflows.sandbox.service_role(service="lambda.amazonaws.com")
    machine = workflows.deploy({"Done": {"Type": "Succeed"}})

    assert_not_assumable(lambda: workflows.create(program({"Done": {"Type": "Succeed"}}), stranger))
    update = workflows.states.update_state_machine
    assert_not_assumable(lambda: update(stateMachineArn=machine, roleArn=stranger))


def assert_not_assumable(deploy: Callable[[], Any]) -> None:
    with pytest.raises(ClientError) as raised:
        deploy()
    assert raised.value.response["Error"]["Code"] == "AccessDeniedException"
    assert SERVICE in raised.value.response["Error"]["Message"]


def test_trust_by_state_machine(workflows: Workflows) -> None:
    """A trust policy may ask for the state machine's ARN, against confused deputies."""
    name = workflows.sandbox.name("role")
    machine = f"arn:aws:states:eu-central-1:123456789012:stateMachine:{name}"
    only_for_it = trust({"Service": SERVICE}, ArnEquals={"aws:SourceArn": machine})
    role = workflows.sandbox.role(allow("sts:GetCallerIdentity"), trust=only_for_it, name=name)
    given = {"definition": json.dumps(program(call("sts:getCallerIdentity"))), "roleArn": role}

    assert_not_assumable(lambda: workflows.states.create_state_machine(name="another", **given))
    workflows.states.create_state_machine(name=name, **given)
    assert workflows.run(machine).output["Arn"].startswith(f"arn:aws:sts::123456789012:assumed-role/{name}/")
