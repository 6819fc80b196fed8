"""Each correction keeps a promise of Step Functions' that moto's interpreter, as it comes, breaks.

Where moto keeps one itself, the test is skipped and says so: the correction can go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import moto
import pytest
from botocore.exceptions import ClientError

from tests.sandbox.functions.deployments import start, stop
from tests.sandbox.workflows.conftest import SERVICE, Workflows, program

DONE = {"Done": {"Type": "Succeed"}}
Promise = Callable[[Workflows], None]


def call(operation: str, **parameters: Any) -> dict[str, Any]:
    resource = f"arn:aws:states:::aws-sdk:{operation}"
    return {"Call": {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True}}


def tasks(workflows: Workflows) -> None:
    """A task calls as the state machine's role."""
    machine = workflows.deploy(call("sts:getCallerIdentity"), "sts:GetCallerIdentity")
    role = workflows.states.describe_state_machine(stateMachineArn=machine)["roleArn"].rsplit("/", 1)[-1]
    assert f":assumed-role/{role}/" in workflows.run(machine).output["Arn"]


def integrations(workflows: Workflows) -> None:
    """A service is called by the name that state machines have for it, and answers in PascalCase."""
    pools = call("cognitoidentityprovider:listUserPools", MaxResults=1)
    assert "UserPools" in workflows.run(workflows.deploy(pools, "cognito-idp:ListUserPools")).output


def output_is_json(workflows: Workflows) -> None:
    """An output that is a text has its quotes."""
    machine = workflows.deploy({"Is": {"Type": "Pass", "Result": "text", "End": True}})
    assert workflows.run(machine).output == "text"


def stop_keeps_cause(workflows: Workflows) -> None:
    """StopExecution keeps error and cause."""
    execution = workflows.start(workflows.deploy({"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}))
    workflows.states.stop_execution(executionArn=execution, error="Mine", cause="because")
    ending = workflows.end(execution)
    assert (ending.error, ending.cause) == ("Mine", "because")


def nested_without_name(workflows: Workflows) -> None:
    """The execution that a task starts need not be named."""
    inner = workflows.deploy(DONE)
    begin = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "End": True}
    machine = workflows.deploy({"Begin": {**begin, "Parameters": {"StateMachineArn": inner}}}, "states:StartExecution")
    runs = [workflows.run(machine) for _ in range(2)]
    assert len({run.output["ExecutionArn"] for run in runs}) == 2


def errors_have_codes(workflows: Workflows) -> None:
    """An input that is no JSON is refused as InvalidExecutionInput."""
    assert code(lambda: workflows.states.start_execution(stateMachineArn=workflows.deploy(DONE), input="{")) == (
        "InvalidExecutionInput"
    )


def execution_role(workflows: Workflows) -> None:
    """A role that does not trust Step Functions is refused."""
    stranger = workflows.sandbox.service_role(service="ec2.amazonaws.com")
    assert code(lambda: workflows.create(program(DONE), stranger)) == "AccessDeniedException"


def definitions(workflows: Workflows) -> None:
    """Logs that would never be written are refused."""
    group = {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:eu-central-1:123456789012:log-group:g:*"}}
    logging = {"level": "ALL", "destinations": [group]}
    assert code(lambda: workflows.deploy(DONE, loggingConfiguration=logging)) == "NotSimulated"


def transitions(workflows: Workflows) -> None:
    """A state that leads nowhere is refused."""
    nowhere = program({"A": {"Type": "Pass", "Next": "B"}})
    role = workflows.sandbox.service_role(service=SERVICE)
    assert code(lambda: workflows.create(nowhere, role)) == "InvalidDefinition"


PROMISES: tuple[Promise, ...] = (
    tasks,
    integrations,
    output_is_json,
    stop_keeps_cause,
    nested_without_name,
    errors_have_codes,
    execution_role,
    definitions,
    transitions,
)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workflows]:
    """moto as it comes."""
    sandbox = start(tmp_path_factory.mktemp("moto"), "--bare")
    yield Workflows(sandbox)
    stop(sandbox)


@pytest.mark.parametrize("promise", PROMISES)
def test_kept(workflows: Workflows, promise: Promise) -> None:
    """The sandbox keeps the promise."""
    promise(workflows)


@pytest.mark.parametrize("promise", PROMISES)
def test_needed(bare: Workflows, promise: Promise) -> None:
    """moto does not."""
    try:
        promise(bare)
    except (AssertionError, ClientError, KeyError, TypeError, ValueError):
        return
    pytest.skip(f"moto {moto.__version__} keeps this promise itself; the correction can go")


def code(call: Callable[[], object]) -> str:
    try:
        call()
    except ClientError as error:
        response: Any = error.response
        return str(response["Error"]["Code"])
    return "none"
