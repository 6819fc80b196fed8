"""SQS: queues under their URL, and the queue's own policy.

Source: Service Authorization Reference, "Amazon SQS"; the batch operations ask for the single one's action.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from moto.sqs.models import sqs_backends

from ...account import ACCOUNT, PARTITION
from ..faults import QUERY, Fault, Refusal
from ..table import ANY, Call, Operation, Resource, Service, Tags, arn, by_name, rows


def _queue(call: Call) -> tuple[str, ...]:
    account, _, name = urlsplit(call.text("QueueUrl")).path.strip("/").rpartition("/")
    if account not in ("", ACCOUNT) or not name:
        raise Refusal(Fault.INVALID, f"The address {call.text('QueueUrl')[:200]} is not valid for this endpoint.")
    return (f"arn:{PARTITION}:sqs:{call.region}:{ACCOUNT}:{name}",)


QUEUE: Final = Resource(_queue, frozenset({"QueueUrl"}))
NAMED: Final = arn("sqs:{region}:{account}:{QueueName}")


def _kept(resource: str) -> Any:
    *_, region, _, name = resource.split(":")
    return sqs_backends[ACCOUNT][region].queues.get(name)


def _policy(resource: str) -> str | None:
    queue = _kept(resource)
    policy: str | None = queue.policy if queue is not None else None
    return policy


def _tags(call: Call, resource: str) -> Tags:
    queue = _kept(resource)
    return dict(queue.tags or {}) if queue is not None else {}


SERVICE: Final = Service(
    "sqs",
    by_name(
        (
            Operation("CreateQueue", NAMED, request_tags="tags", existing=False),
            Operation("GetQueueUrl", NAMED, missing=frozenset({"QueueOwnerAWSAccountId"})),
            *rows(
                """AddPermission ChangeMessageVisibility DeleteMessage DeleteQueue GetQueueAttributes
                ListDeadLetterSourceQueues ListQueueTags PurgeQueue ReceiveMessage RemovePermission SendMessage
                SetQueueAttributes""",
                QUEUE,
            ),
            Operation("ChangeMessageVisibilityBatch", QUEUE, action="ChangeMessageVisibility"),
            Operation("DeleteMessageBatch", QUEUE, action="DeleteMessage"),
            Operation("SendMessageBatch", QUEUE, action="SendMessage"),
            Operation("TagQueue", QUEUE, request_tags="Tags"),
            Operation("UntagQueue", QUEUE, tag_keys="TagKeys"),
            Operation("ListQueues", ANY),
        )
    ),
    resource_tags=_tags,
    resource_policy=_policy,
    forms=QUERY,
    shown_action=str.lower,
    one_at_a_time=False,
)
