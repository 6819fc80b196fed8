"""Asynchronous events: accepted, tried again, and in the end delivered where the function's settings say.

The server of these tests lets Lambda's clock run 600 times faster: a minute is a tenth of a second.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.functions.deployments import Deployments, eventually
from tests.support.sandbox import allow, policy

FAILS = """
def handler(event, context):
    print("attempt", context.aws_request_id)
    raise ValueError("no such thing")
"""
RETURNS = """
def handler(event, context):
    return {"got": event}
"""
FAILS_ONCE = """
import os

def handler(event, context):
    if not os.path.exists(event["note"]):
        open(event["note"], "w").close()
        raise ValueError("not yet")
    return "now"
"""
LOGS = "logs:*"


def sends(sandbox: Deployments, source: str, *, to: str = "OnFailure", **settings: Any) -> tuple[str, str]:
    """A function that reports to a queue of its own; its name and the queue's ARN."""
    queue = sandbox.queue()
    function = sandbox.deploy(source, Role=sandbox.service_role(LOGS, "sqs:SendMessage"))
    sandbox.client("lambda").put_function_event_invoke_config(
        FunctionName=function, DestinationConfig={to: {"Destination": queue}}, **settings
    )
    return function, queue


def record_in(sandbox: Deployments, queue: str) -> Any:
    return json.loads(eventually(lambda: sandbox.messages(queue))[0]["Body"])


def attempts(sandbox: Deployments, function: str) -> list[str]:
    messages = [message for stream in sandbox.logged(f"/aws/lambda/{function}").values() for message in stream]
    return [message.split()[1] for message in messages if message.startswith("attempt")]


def test_accepted(sandbox: Deployments) -> None:
    """An asynchronous event is answered at once, with nothing of what the function does."""
    answer = sandbox.invoke(sandbox.deploy(FAILS), {}, InvocationType="Event")

    assert (answer.status, answer.payload, answer.error) == (202, None, None)


def test_three_attempts(sandbox: Deployments) -> None:
    """An event on which the function fails is tried three times, under one request id."""
    function, queue = sends(sandbox, FAILS)
    answer = sandbox.invoke(function, {}, InvocationType="Event")
    record_in(sandbox, queue)

    assert eventually(lambda: len(attempts(sandbox, function)) == 3)
    assert set(attempts(sandbox, function)) == {answer.request_id}


def test_failure_record(sandbox: Deployments) -> None:
    """OnFailure gets the record that Lambda writes."""
    function, queue = sends(sandbox, FAILS)
    answer = sandbox.invoke(function, {"order": 1}, InvocationType="Event")
    record = record_in(sandbox, queue)

    assert record["version"] == "1.0"
    assert record["requestContext"] == {
        "requestId": answer.request_id,
        "functionArn": f"arn:aws:lambda:eu-central-1:123456789012:function:{function}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    }
    assert record["requestPayload"] == {"order": 1}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert record["responsePayload"]["errorMessage"] == "no such thing"


def test_success_record(sandbox: Deployments) -> None:
    """OnSuccess gets what the function returned."""
    function, queue = sends(sandbox, RETURNS, to="OnSuccess")
    sandbox.invoke(function, 1, InvocationType="Event")
    record = record_in(sandbox, queue)

    assert (record["requestContext"]["condition"], record["requestContext"]["approximateInvokeCount"]) == ("Success", 1)
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"got": 1}


def test_success_at_second_attempt(sandbox: Deployments, tmp_path: Any) -> None:
    """A second attempt that succeeds ends the matter."""
    function, queue = sends(sandbox, FAILS_ONCE, to="OnSuccess")
    sandbox.invoke(function, {"note": str(tmp_path / "note")}, InvocationType="Event")
    record = record_in(sandbox, queue)

    assert (record["requestContext"]["approximateInvokeCount"], record["responsePayload"]) == (2, "now")


def test_no_retries(sandbox: Deployments) -> None:
    """MaximumRetryAttempts 0 means one attempt."""
    function, queue = sends(sandbox, FAILS, MaximumRetryAttempts=0)
    sandbox.invoke(function, {}, InvocationType="Event")

    assert record_in(sandbox, queue)["requestContext"]["approximateInvokeCount"] == 1


def test_too_old(sandbox: Deployments) -> None:
    """An event that would be older than MaximumEventAgeInSeconds at its next attempt gets none."""
    function, queue = sends(sandbox, FAILS, MaximumEventAgeInSeconds=100)
    sandbox.invoke(function, {}, InvocationType="Event")
    context = record_in(sandbox, queue)["requestContext"]

    assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", 2)


def test_nothing_reserved(sandbox: Deployments) -> None:
    """With a reservation of 0 an event goes to OnFailure at once, and the function never runs."""
    function, queue = sends(sandbox, RETURNS)
    sandbox.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    sandbox.invoke(function, 1, InvocationType="Event")
    record = record_in(sandbox, queue)

    context = record["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("ZeroReservedConcurrency", 0)
    assert "responsePayload" not in record


def test_dead_letter(sandbox: Deployments) -> None:
    """A dead-letter queue gets the event itself, with the error in three attributes."""
    queue = sandbox.queue()
    role = sandbox.service_role(LOGS, "sqs:SendMessage")
    function = sandbox.deploy(FAILS, Role=role, DeadLetterConfig={"TargetArn": queue})
    answer = sandbox.invoke(function, {"order": 1}, InvocationType="Event")
    message = eventually(lambda: sandbox.messages(queue))[0]

    assert json.loads(message["Body"]) == {"order": 1}
    attributes = {
        name: (value["DataType"], value["StringValue"]) for name, value in message["MessageAttributes"].items()
    }
    assert attributes == {
        "RequestID": ("String", answer.request_id),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "no such thing"),
    }


def test_dead_letter_topic(sandbox: Deployments) -> None:
    """A topic serves as well as a queue."""
    queue, sns = sandbox.queue(), sandbox.client("sns")
    topic = sns.create_topic(Name="dead-letters")["TopicArn"]
    let_in(sandbox, queue, {"Service": "sns.amazonaws.com"})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    function = sandbox.deploy(
        FAILS, Role=sandbox.service_role(LOGS, "sns:Publish"), DeadLetterConfig={"TargetArn": topic}
    )
    sandbox.invoke(function, "order", InvocationType="Event")

    assert record_in(sandbox, queue) == "order"


def test_destination_function(sandbox: Deployments) -> None:
    """Another function gets the record as its event."""
    heir, queue = sends(sandbox, RETURNS, to="OnSuccess")
    heir_arn = f"arn:aws:lambda:eu-central-1:123456789012:function:{heir}"
    function = sandbox.deploy(FAILS, Role=sandbox.service_role(LOGS, "lambda:InvokeFunction"))
    sandbox.client("lambda").put_function_event_invoke_config(
        FunctionName=function, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": heir_arn}}
    )
    sandbox.invoke(function, "order", InvocationType="Event")

    assert record_in(sandbox, queue)["responsePayload"]["got"]["requestPayload"] == "order"


def test_destination_bucket(sandbox: Deployments) -> None:
    """A bucket gets the record under the key that Lambda gives it."""
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="records", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    function = sandbox.deploy(FAILS, Role=sandbox.service_role(LOGS, "s3:PutObject"))
    sandbox.client("lambda").put_function_event_invoke_config(
        FunctionName=function,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::records"}},
    )
    sandbox.invoke(function, "order", InvocationType="Event")
    key = eventually(lambda: s3.list_objects_v2(Bucket="records").get("Contents"))[0]["Key"]

    assert key.startswith(f"aws/lambda/async/{function}/")
    assert json.loads(s3.get_object(Bucket="records", Key=key)["Body"].read())["requestPayload"] == "order"


@pytest.mark.parametrize("kind", ["destination", "dead letter"])
def test_role_that_may_no_longer_send(sandbox: Deployments, kind: str) -> None:
    """What the execution role may not send when the time comes is not sent."""
    queue, role = sandbox.queue(), sandbox.service_role(LOGS, "sqs:SendMessage")
    dead_letter = {"DeadLetterConfig": {"TargetArn": queue}} if kind == "dead letter" else {}
    function = sandbox.deploy(FAILS, Role=role, **dead_letter)
    destination = {"OnFailure": {"Destination": queue}} if kind == "destination" else {}
    sandbox.client("lambda").put_function_event_invoke_config(
        FunctionName=function, MaximumRetryAttempts=0, DestinationConfig=destination
    )
    logs_only = policy(allow(LOGS))
    sandbox.client("iam").put_role_policy(RoleName=role.rsplit("/", 1)[-1], PolicyName="own", PolicyDocument=logs_only)
    sandbox.invoke(function, {}, InvocationType="Event")
    eventually(lambda: attempts(sandbox, function))
    other, allowed_queue = sends(sandbox, FAILS, MaximumRetryAttempts=0)
    sandbox.invoke(other, {}, InvocationType="Event")
    record_in(sandbox, allowed_queue)  # by then the first would have been there

    assert sandbox.messages(queue) == []
    (refused,) = sandbox.calls(action="sqs:SendMessage", user=role.rsplit("/", 1)[-1], denied=True)
    assert refused.resource == queue


def test_role_that_may_not_send(sandbox: Deployments) -> None:
    """Lambda asks when a dead-letter queue or a destination is set, and takes none to which the role may not send."""
    queue, client = sandbox.queue(), sandbox.client("lambda")
    dead_letter = {"DeadLetterConfig": {"TargetArn": queue}}
    function = sandbox.deploy(RETURNS)
    put = {"FunctionName": function, "DestinationConfig": {"OnFailure": {"Destination": queue}}}

    may_not = "execution role does not have permissions to call SendMessage on"
    assert_refused(lambda: sandbox.deploy(RETURNS, **dead_letter), f"The provided {may_not} SQS")
    update = client.update_function_configuration
    assert_refused(lambda: update(FunctionName=function, **dead_letter), f"The provided {may_not} SQS")
    assert_refused(lambda: client.put_function_event_invoke_config(**put), f"The function's {may_not} {queue}")


def test_queue_that_lets_the_role_in(sandbox: Deployments) -> None:
    """A queue's own policy may be what allows the role to send."""
    queue, role = sandbox.queue(), sandbox.service_role(LOGS)
    let_in(sandbox, queue, {"AWS": role})
    function = sandbox.deploy(FAILS, Role=role, DeadLetterConfig={"TargetArn": queue})
    client = sandbox.client("lambda")
    client.put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)
    sandbox.invoke(function, "order", InvocationType="Event")

    assert record_in(sandbox, queue) == "order"


def let_in(sandbox: Deployments, queue: str, principal: dict[str, str]) -> None:
    """Give a queue a policy that lets the principal send to it."""
    sqs = sandbox.client("sqs")
    sqs.set_queue_attributes(
        QueueUrl=sqs.get_queue_url(QueueName=queue.rsplit(":", 1)[-1])["QueueUrl"],
        Attributes={"Policy": policy({**allow("sqs:SendMessage", queue), "Principal": principal})},
    )


def assert_refused(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ClientError) as raised:
        call()
    assert raised.value.response["Error"] == {"Code": "InvalidParameterValueException", "Message": message}


def test_settings_of_alias(sandbox: Deployments) -> None:
    """An event that comes by an alias obeys the alias's settings, and its record names the alias."""
    queue = sandbox.queue()
    function = sandbox.deploy(FAILS, Role=sandbox.service_role(LOGS, "sqs:SendMessage"), Publish=True)
    client = sandbox.client("lambda")
    client.create_alias(FunctionName=function, Name="live", FunctionVersion="1")
    client.put_function_event_invoke_config(
        FunctionName=function,
        Qualifier="live",
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": queue}},
    )
    sandbox.invoke(function, {}, InvocationType="Event", Qualifier="live")
    record = record_in(sandbox, queue)

    assert record["requestContext"]["functionArn"].endswith(f":{function}:live")
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["responseContext"]["executedVersion"] == "1"


def test_deleted_meanwhile(sandbox: Deployments) -> None:
    """With a function go the events that wait for their next attempt; others are served as before."""
    function = sandbox.deploy(FAILS)
    sandbox.invoke(function, {}, InvocationType="Event")
    sandbox.client("lambda").delete_function(FunctionName=function)
    other, queue = sends(sandbox, RETURNS, to="OnSuccess")
    sandbox.invoke(other, 1, InvocationType="Event")

    assert record_in(sandbox, queue)["responsePayload"] == {"got": 1}


def test_waits_for_room(sandbox: Deployments) -> None:
    """Events beyond the reservation wait for room; none is lost."""
    source = "import time\ndef handler(event, context):\n    time.sleep(0.05)\n    return event"
    function, queue = sends(sandbox, source, to="OnSuccess")
    sandbox.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=1)
    for number in range(4):
        sandbox.invoke(function, number, InvocationType="Event")
    seen: set[int] = set()

    def all_seen() -> bool:
        seen.update(json.loads(message["Body"])["requestPayload"] for message in sandbox.messages(queue))
        return seen == {0, 1, 2, 3}

    assert eventually(all_seen)
