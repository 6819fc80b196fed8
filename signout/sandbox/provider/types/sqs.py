"""Amazon SQS: queues and their policies."""

from __future__ import annotations

from typing import Any, Final

from signout.sandbox.provider.clients import Aws
from signout.sandbox.provider.failure import Failure
from signout.sandbox.provider.resource import Autoname, Type, Update
from signout.sandbox.provider.types.attributes import from_attributes, to_attributes
from signout.sandbox.provider.wire import Props

_QUEUE: Final = "aws:sqs/queue:Queue"
_ATTRIBUTES: Final = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
# SQS takes these for FIFO queues only, even with the value that they have anyway.
_FIFO_ONLY: Final = ("contentBasedDeduplication", "deduplicationScope", "fifoQueue", "fifoThroughputLimit")


def _create_queue(aws: Aws, inputs: Props) -> str:
    attributes = to_attributes(_told(inputs), _ATTRIBUTES)
    made = aws("sqs").create_queue(QueueName=inputs["name"], Attributes=attributes, tags=inputs["tags"])
    return str(made["QueueUrl"])


def _told(inputs: Props) -> Props:
    return {name: value for name, value in inputs.items() if inputs.get("fifoQueue") or name not in _FIFO_ONLY}


def _read_queue(aws: Aws, id: str, known: Props) -> Props:
    attributes = _attributes(aws, id)
    found = from_attributes(_QUEUE, attributes, _ATTRIBUTES)
    tags = aws("sqs").list_queue_tags(QueueUrl=id).get("Tags", {})
    arn = attributes["QueueArn"]
    return found | {"arn": arn, "name": arn.rpartition(":")[2], "tags": tags, "url": id}


def _attributes(aws: Aws, url: str) -> dict[str, str]:
    answer = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    found: dict[str, str] = answer["Attributes"]
    return found


def _update_queue(aws: Aws, id: str, update: Update) -> None:
    told = {name: value for name, value in _told(update.new).items() if update.touches(name) and name != "fifoQueue"}
    emptied = {name: "" for name in update.changed if name in _ATTRIBUTES and name not in update.new}
    attributes = to_attributes(told | emptied, _ATTRIBUTES)
    if attributes:
        aws("sqs").set_queue_attributes(QueueUrl=id, Attributes=attributes)
    if update.new_tags:
        aws("sqs").tag_queue(QueueUrl=id, Tags=update.new_tags)
    if update.dropped_tags:
        aws("sqs").untag_queue(QueueUrl=id, TagKeys=update.dropped_tags)


def _queue_name(name: str, inputs: Props) -> str:
    return f"{name}.fifo" if inputs.get("fifoQueue") is True else name


QUEUE = Type(
    token=_QUEUE,
    cloudformation="AWS::SQS::Queue",
    names={
        "name": "QueueName",
        "maxMessageSize": "MaximumMessageSize",
        "messageRetentionSeconds": "MessageRetentionPeriod",
        "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
        "visibilityTimeoutSeconds": "VisibilityTimeout",
    },
    carries=("name", "tags", *_ATTRIBUTES),
    autoname=Autoname(longest=80, finish=_queue_name),
    defaults={
        "contentBasedDeduplication": False,
        "delaySeconds": 0,
        "fifoQueue": False,
        "messageRetentionSeconds": 345600,
        "receiveWaitTimeSeconds": 0,
        "visibilityTimeoutSeconds": 30,
    },
    chosen=frozenset(
        {
            "deduplicationScope",
            "fifoThroughputLimit",
            "kmsDataKeyReusePeriodSeconds",
            "maxMessageSize",
            "policy",
            "redriveAllowPolicy",
            "redrivePolicy",
            "sqsManagedSseEnabled",
        }
    ),
    documents=frozenset({"policy", "redriveAllowPolicy", "redrivePolicy"}),
    create=_create_queue,
    read=_read_queue,
    update=_update_queue,
    delete=lambda aws, id, known: aws("sqs").delete_queue(QueueUrl=id),
)


def _set_policy(aws: Aws, url: str, policy: str) -> Any:
    return aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def _create_policy(aws: Aws, inputs: Props) -> str:
    _set_policy(aws, inputs["queueUrl"], inputs["policy"])
    return str(inputs["queueUrl"])


def _read_policy(aws: Aws, id: str, known: Props) -> Props | None:
    if "://" not in id:
        raise Failure(f"cannot find {id!r}; expected the URL of a queue")
    policy = _attributes(aws, id).get("Policy")
    return {"policy": policy, "queueUrl": id} if policy else None


QUEUE_POLICY = Type(
    token="aws:sqs/queuePolicy:QueuePolicy",
    carries=("policy", "queueUrl"),
    documents=frozenset({"policy"}),
    replaces=frozenset({"queueUrl"}),
    create=_create_policy,
    read=_read_policy,
    update=lambda aws, id, update: _set_policy(aws, id, update.new["policy"]),
    delete=lambda aws, id, known: _set_policy(aws, id, ""),
)
