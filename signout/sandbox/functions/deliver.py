"""What is sent when an asynchronous event is done with: to a destination, or to a dead-letter queue or topic.

Each is a call under the execution role, through the sandbox's endpoint, which refuses what the role may not do.
Source: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from signout.sandbox.functions import report

DESTINATION_SERVICES = frozenset({"sqs", "sns", "lambda", "s3"})
DEAD_LETTER_SERVICES = frozenset({"sqs", "sns"})
_ERROR_MESSAGE_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last try at an event, if the function ran at all."""

    executed_version: str
    payload: bytes
    function_error: str | None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What became of an event."""

    condition: str
    """`Success`, `RetriesExhausted`, `EventAgeExceeded` or `ZeroReservedConcurrency`."""
    invocations: int
    attempt: Attempt | None


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out; `attributes` only to a dead-letter target."""

    request_id: str
    function_name: str
    function_arn: str
    """With the version or alias."""
    body: str
    attributes: tuple[tuple[str, str, str], ...] = ()
    """Name, type, value."""


def record(request_id: str, function_arn: str, function_name: str, event: bytes, end: Conclusion) -> Message:
    """The invocation record that a destination gets."""
    document: dict[str, object] = {
        "version": "1.0",
        "timestamp": report.timestamp(),
        "requestContext": {
            "requestId": request_id,
            "functionArn": function_arn,
            "condition": end.condition,
            "approximateInvokeCount": end.invocations,
        },
        "requestPayload": json.loads(event),
    }
    if end.attempt is not None:
        error = {"functionError": end.attempt.function_error} if end.attempt.function_error else {}
        document["responseContext"] = {"statusCode": 200, "executedVersion": end.attempt.executed_version, **error}
        document["responsePayload"] = _json(end.attempt.payload)
    return Message(request_id, function_name, function_arn, json.dumps(document))


def dead_letter(request_id: str, function_arn: str, function_name: str, event: bytes, end: Conclusion) -> Message:
    """The event itself, with what went wrong in attributes."""
    attributes = [("RequestID", "String", request_id)]
    if end.attempt is not None:
        answer = _json(end.attempt.payload)
        message = str(answer.get("errorMessage", "")) if isinstance(answer, dict) else ""
        attributes.append(("ErrorCode", "Number", "200"))
    elif end.condition == "ZeroReservedConcurrency":
        message = "Function not invoked. Function is configured with zero reserved concurrent executions"
    else:
        message = "Rate Exceeded."
        attributes.append(("ErrorCode", "Number", "429"))
    if message:
        cut = message.encode()[:_ERROR_MESSAGE_BYTES].decode("utf-8", "ignore")
        attributes.append(("ErrorMessage", "String", cut))
    return Message(request_id, function_name, function_arn, event.decode(), tuple(attributes))


def send(arn: str, message: Message, client: Callable[[str, str], Any]) -> None:
    """Send to `arn`; `client` makes a client of a service and a Region. Raises what the client raises."""
    _, _, service, region, account, name = arn.split(":", 5)
    match service:
        case "sqs":
            sqs = client("sqs", region)
            url = f"{sqs.meta.endpoint_url}/{account}/{name}"
            sqs.send_message(QueueUrl=url, MessageBody=message.body, MessageAttributes=_attributes(message))
        case "sns":
            client("sns", region).publish(TopicArn=arn, Message=message.body, MessageAttributes=_attributes(message))
        case "lambda":
            client("lambda", region).invoke(FunctionName=arn, InvocationType="Event", Payload=message.body.encode())
        case "s3":
            client("s3", region or "us-east-1").put_object(Bucket=name, Key=_key(message), Body=message.body.encode())
        case _:
            raise ValueError(f"destination {arn!r}: expected an ARN of {', '.join(sorted(DESTINATION_SERVICES))}")


def _attributes(message: Message) -> dict[str, dict[str, str]]:
    return {name: {"DataType": kind, "StringValue": value} for name, kind, value in message.attributes}


def _key(message: Message) -> str:
    now = datetime.now(UTC)
    return f"aws/lambda/async/{message.function_name}/{now:%Y/%m/%d/%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"


def _json(payload: bytes) -> Any:
    try:
        return json.loads(payload or b"null")
    except ValueError:
        return payload.decode("utf-8", "replace")
