"""State machines run: every kind of state, as Step Functions' language has it."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.functions.deployments import eventually
from tests.sandbox.workflows.conftest import Workflows, program

RETURNS = "def handler(event, context): return event"
INVOKE = "arn:aws:states:::lambda:invoke"
MAY_INVOKE = "lambda:InvokeFunction"


def task(function: str, **more: Any) -> dict[str, Any]:
    parameters = {"FunctionName": function, "Payload.$": "$"}
    return {"Type": "Task", "Resource": INVOKE, "Parameters": parameters, "OutputPath": "$.Payload", **more}


def test_pass_choice_wait_succeed(workflows: Workflows) -> None:
    """A loop with Choice and Wait counts to three, and leaves by Succeed."""
    machine = workflows.deploy(
        {
            "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": 0, "Next": "Enough"},
            "Enough": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericLessThan": 3, "Next": "Count"}],
                "Default": "Done",
            },
            "Done": {"Type": "Succeed"},
        }
    )

    assert workflows.run(machine, {"n": 0}).output == {"n": 3}


def test_function(workflows: Workflows) -> None:
    """A task runs a function from its zip, and its answer goes on."""
    function = workflows.sandbox.deploy("def handler(event, context): return {'twice': 2 * event['n']}")
    machine = workflows.deploy({"Run": task(function, End=True)}, MAY_INVOKE)

    assert workflows.run(machine, {"n": 21}).output == {"twice": 42}


def test_function_by_arn(workflows: Workflows) -> None:
    """The older form, with the function's ARN as the resource, works as well."""
    function = workflows.sandbox.deploy(RETURNS)
    arn = f"arn:aws:lambda:eu-central-1:123456789012:function:{function}"
    machine = workflows.deploy({"Run": {"Type": "Task", "Resource": arn, "End": True}}, MAY_INVOKE)

    assert workflows.run(machine, {"n": 1}).output == {"n": 1}


def test_alias(workflows: Workflows) -> None:
    """A task that names an alias runs that version."""
    function = workflows.sandbox.deploy(
        "def handler(event, context): return {'version': context.function_version}", Publish=True
    )
    client = workflows.sandbox.client("lambda")
    client.create_alias(FunctionName=function, Name="live", FunctionVersion="1")
    machine = workflows.deploy({"Run": task(f"{function}:live", End=True)}, MAY_INVOKE)

    assert workflows.run(machine, {}).output == {"version": "1"}


def test_retry(workflows: Workflows, tmp_path: Any) -> None:
    """Retry tries again after the errors that it names, so often and no more."""
    source = """
    class NotYet(Exception):
        pass

    def handler(event, context):
        with open(event, "a+") as file:
            file.write("x")
            file.seek(0)
            if len(file.read()) < 3:
                raise NotYet("wait")
        return "now"
    """
    function = workflows.sandbox.deploy(source)
    retry = [{"ErrorEquals": ["NotYet"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1}]
    machine = workflows.deploy({"Run": task(function, Retry=retry, End=True)}, MAY_INVOKE)
    ending = workflows.run(machine, str(tmp_path / "tries"))

    assert ending.output == "now"
    kinds = [event["type"] for event in workflows.history(ending.arn)]
    assert kinds.count("TaskFailed") == 2


def test_catch(workflows: Workflows) -> None:
    """Catch goes on elsewhere, with error and cause as the function gave them."""
    function = workflows.sandbox.deploy("def handler(event, context): raise ValueError('no such thing')")
    catch = [{"ErrorEquals": ["ValueError"], "ResultPath": "$.failure", "Next": "Caught"}]
    machine = workflows.deploy(
        {"Run": task(function, Catch=catch, End=True), "Caught": {"Type": "Pass", "End": True}}, MAY_INVOKE
    )
    output = workflows.run(machine, {"kept": 1}).output

    assert (output["kept"], output["failure"]["Error"]) == (1, "ValueError")
    assert "no such thing" in output["failure"]["Cause"]


def test_uncaught(workflows: Workflows) -> None:
    """What nobody catches ends the execution, with that error."""
    function = workflows.sandbox.deploy("def handler(event, context): raise ValueError('no such thing')")
    ending = workflows.run(workflows.deploy({"Run": task(function, End=True)}, MAY_INVOKE), {})

    assert (ending.status, ending.error) == ("FAILED", "ValueError")


def test_fail(workflows: Workflows) -> None:
    """Fail ends the execution with its own error and cause."""
    ending = workflows.run(workflows.deploy({"Stop": {"Type": "Fail", "Error": "Mine", "Cause": "because"}}))

    assert (ending.status, ending.error, ending.cause) == ("FAILED", "Mine", "because")


def test_map(workflows: Workflows) -> None:
    """Map runs a function on each item, and keeps their order."""
    function = workflows.sandbox.deploy("def handler(event, context): return event * 10")
    items = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "MaxConcurrency": 2,
        "ItemProcessor": program({"Each": task(function, End=True)}, ProcessorConfig={"Mode": "INLINE"}),
        "End": True,
    }
    machine = workflows.deploy({"All": items}, MAY_INVOKE)

    assert workflows.run(machine, {"items": [3, 1, 2]}).output == [30, 10, 20]


def test_parallel(workflows: Workflows) -> None:
    """Parallel runs its branches on the same input, and gathers their outputs."""
    branches = [program({name: {"Type": "Pass", "Result": name, "End": True}}) for name in ("a", "b")]
    machine = workflows.deploy({"Both": {"Type": "Parallel", "Branches": branches, "End": True}})

    assert workflows.run(machine, {}).output == ["a", "b"]


def test_task_times_out(workflows: Workflows) -> None:
    """A task that takes longer than its TimeoutSeconds fails with States.Timeout."""
    function = workflows.sandbox.deploy("import time\ndef handler(event, context): time.sleep(10)", Timeout=20)
    ending = workflows.run(workflows.deploy({"Run": task(function, TimeoutSeconds=1, End=True)}, MAY_INVOKE), {})

    assert (ending.status, ending.error) == ("FAILED", "States.Timeout")


def test_machine_times_out(workflows: Workflows) -> None:
    """A state machine's own TimeoutSeconds ends the execution as TIMED_OUT."""
    role = workflows.sandbox.service_role(service="states.amazonaws.com")
    definition = program({"Wait": {"Type": "Wait", "Seconds": 30, "End": True}}, TimeoutSeconds=1)

    assert workflows.run(workflows.create(definition, role)).status == "TIMED_OUT"


def test_stop(workflows: Workflows) -> None:
    """StopExecution aborts, and error and cause are kept."""
    execution = workflows.start(workflows.deploy({"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}))
    stopped = workflows.states.stop_execution(executionArn=execution, error="Mine", cause="because")
    ending = workflows.end(execution)

    assert stopped["stopDate"]
    assert (ending.status, ending.error, ending.cause) == ("ABORTED", "Mine", "because")


def test_name(workflows: Workflows) -> None:
    """An execution without a name gets one, each its own; a name cannot be had twice."""
    machine = workflows.deploy({"Done": {"Type": "Succeed"}})
    first, second = workflows.start(machine), workflows.start(machine)

    assert first != second
    assert workflows.start(machine, name="mine").endswith(":mine")


def test_output_is_json(workflows: Workflows) -> None:
    """An output that is a text has its quotes, and one that is nothing is null."""
    for value in ("text", None, 1, ["ä"]):
        machine = workflows.deploy({"Is": {"Type": "Pass", "Result": value, "End": True}})

        assert workflows.run(machine).output == value


def test_callback(workflows: Workflows) -> None:
    """A task that waits for a token goes on with what SendTaskSuccess brings."""
    queue = workflows.sandbox.queue()
    wait = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {
            "QueueUrl": workflows.sandbox.client("sqs").get_queue_url(QueueName=queue.rsplit(":", 1)[-1])["QueueUrl"],
            "MessageBody": {"token.$": "$$.Task.Token"},
        },
        "End": True,
    }
    execution = workflows.start(workflows.deploy({"Wait": wait}, "sqs:SendMessage"), {})
    token = json.loads(eventually(lambda: workflows.sandbox.messages(queue))[0]["Body"])["token"]
    workflows.states.send_task_success(taskToken=token, output='{"approved": true}')

    assert workflows.end(execution).output == {"approved": True}


def test_nested(workflows: Workflows) -> None:
    """A state machine starts another and waits for its output; the name of the execution may be left out."""
    inner = workflows.deploy({"Echo": {"Type": "Pass", "End": True}})
    start = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": inner, "Input.$": "$"},
        "OutputPath": "$.Output",
        "End": True,
    }
    outer = workflows.deploy({"Start": start}, "states:StartExecution", "states:DescribeExecution")

    assert workflows.run(outer, {"n": 1}).output == {"n": 1}
