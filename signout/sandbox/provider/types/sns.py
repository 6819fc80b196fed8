"""Amazon SNS: topics, their policies, and subscriptions."""

from __future__ import annotations

import json
from typing import Any, Final

from signout.sandbox.provider.clients import Aws
from signout.sandbox.provider.resource import Autoname, Type, Update
from signout.sandbox.provider.types.attributes import from_attributes, to_attributes
from signout.sandbox.provider.wire import Props

_TOPIC: Final = "aws:sns/topic:Topic"
_TOPIC_ATTRIBUTES: Final = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoTopic": "FifoTopic",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
_FIFO_ONLY: Final = ("contentBasedDeduplication", "fifoTopic")


def _create_topic(aws: Aws, inputs: Props) -> str:
    told = {name: value for name, value in inputs.items() if inputs.get("fifoTopic") or name not in _FIFO_ONLY}
    tags = [{"Key": key, "Value": value} for key, value in inputs["tags"].items()]
    attributes = to_attributes(told, _TOPIC_ATTRIBUTES)
    return str(aws("sns").create_topic(Name=inputs["name"], Attributes=attributes, Tags=tags)["TopicArn"])


def _read_topic(aws: Aws, id: str, known: Props) -> Props:
    attributes = aws("sns").get_topic_attributes(TopicArn=id)["Attributes"]
    tags = aws("sns").list_tags_for_resource(ResourceArn=id)["Tags"]
    return from_attributes(_TOPIC, attributes, _TOPIC_ATTRIBUTES) | {
        "arn": id,
        "beginningArchiveTime": attributes.get("BeginningArchiveTime", ""),
        "name": id.rpartition(":")[2],
        "owner": attributes["Owner"],
        "tags": {each["Key"]: each["Value"] for each in tags},
    }


def _update_topic(aws: Aws, id: str, update: Update) -> None:
    for name, attribute in _TOPIC_ATTRIBUTES.items():
        if name in update.changed:
            value = to_attributes({name: update.new.get(name, "")}, _TOPIC_ATTRIBUTES)[attribute]
            aws("sns").set_topic_attributes(TopicArn=id, AttributeName=attribute, AttributeValue=value)
    if update.new_tags:
        pairs = [{"Key": key, "Value": value} for key, value in update.new_tags.items()]
        aws("sns").tag_resource(ResourceArn=id, Tags=pairs)
    if update.dropped_tags:
        aws("sns").untag_resource(ResourceArn=id, TagKeys=update.dropped_tags)


def _topic_name(name: str, inputs: Props) -> str:
    return f"{name}.fifo" if inputs.get("fifoTopic") is True else name


TOPIC = Type(
    token=_TOPIC,
    cloudformation="AWS::SNS::Topic",
    names={"name": "TopicName"},
    carries=("name", "tags", *_TOPIC_ATTRIBUTES),
    autoname=Autoname(longest=256, finish=_topic_name),
    defaults={"contentBasedDeduplication": False, "fifoTopic": False},
    chosen=frozenset({"policy", "signatureVersion", "tracingConfig"}),
    documents=frozenset({"deliveryPolicy", "policy"}),
    create=_create_topic,
    read=_read_topic,
    update=_update_topic,
    delete=lambda aws, id, known: aws("sns").delete_topic(TopicArn=id),
)

_SUBSCRIPTION: Final = "aws:sns/topicSubscription:TopicSubscription"
_SUBSCRIPTION_ATTRIBUTES: Final = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
}


def _subscribe(aws: Aws, inputs: Props) -> str:
    told = {name: value for name, value in inputs.items() if value}
    made = aws("sns").subscribe(
        TopicArn=inputs["topic"],
        Protocol=inputs["protocol"],
        Endpoint=inputs["endpoint"],
        Attributes=to_attributes(told, _SUBSCRIPTION_ATTRIBUTES),
        ReturnSubscriptionArn=True,
    )
    return str(made["SubscriptionArn"])


def _read_subscription(aws: Aws, id: str, known: Props) -> Props:
    attributes = aws("sns").get_subscription_attributes(SubscriptionArn=id)["Attributes"]
    return from_attributes(_SUBSCRIPTION, attributes, _SUBSCRIPTION_ATTRIBUTES) | {
        "arn": id,
        "confirmationWasAuthenticated": attributes.get("ConfirmationWasAuthenticated") == "true",
        "endpoint": attributes["Endpoint"],
        "ownerId": attributes.get("Owner", ""),
        "pendingConfirmation": attributes.get("PendingConfirmation") == "true",
        "protocol": attributes["Protocol"],
        "topic": attributes["TopicArn"],
    }


def _update_subscription(aws: Aws, id: str, update: Update) -> None:
    for name, attribute in _SUBSCRIPTION_ATTRIBUTES.items():
        if name in update.changed:
            value = to_attributes({name: update.new.get(name, "")}, _SUBSCRIPTION_ATTRIBUTES)[attribute]
            aws("sns").set_subscription_attributes(SubscriptionArn=id, AttributeName=attribute, AttributeValue=value)


TOPIC_SUBSCRIPTION = Type(
    token=_SUBSCRIPTION,
    cloudformation="AWS::SNS::Subscription",
    names={"topic": "TopicArn"},
    carries=(
        "confirmationTimeoutInMinutes",
        "endpoint",
        "endpointAutoConfirms",
        "protocol",
        "topic",
        *_SUBSCRIPTION_ATTRIBUTES,
    ),
    defaults={"confirmationTimeoutInMinutes": 1, "endpointAutoConfirms": False, "rawMessageDelivery": False},
    chosen=frozenset({"filterPolicyScope"}),
    kept=frozenset({"confirmationTimeoutInMinutes", "endpointAutoConfirms"}),
    documents=frozenset({"deliveryPolicy", "filterPolicy", "redrivePolicy"}),
    create=_subscribe,
    read=_read_subscription,
    update=_update_subscription,
    delete=lambda aws, id, known: aws("sns").unsubscribe(SubscriptionArn=id),
)


def _set_policy(aws: Aws, topic: str, policy: str) -> Any:
    return aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)


def _create_policy(aws: Aws, inputs: Props) -> str:
    _set_policy(aws, inputs["arn"], inputs["policy"])
    return str(inputs["arn"])


def _read_policy(aws: Aws, id: str, known: Props) -> Props:
    attributes = aws("sns").get_topic_attributes(TopicArn=id)["Attributes"]
    return {"arn": id, "owner": attributes["Owner"], "policy": attributes["Policy"]}


def _reset_policy(aws: Aws, id: str, known: Props) -> None:
    """A topic always has a policy; without one of its own it is this, which lets its owner's account use it."""
    owner = aws("sns").get_topic_attributes(TopicArn=id)["Attributes"]["Owner"]
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [
            "SNS:GetTopicAttributes",
            "SNS:SetTopicAttributes",
            "SNS:AddPermission",
            "SNS:RemovePermission",
            "SNS:DeleteTopic",
            "SNS:Subscribe",
            "SNS:ListSubscriptionsByTopic",
            "SNS:Publish",
        ],
        "Resource": id,
        "Condition": {"StringEquals": {"AWS:SourceOwner": owner}},
    }
    _set_policy(aws, id, json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}))


TOPIC_POLICY = Type(
    token="aws:sns/topicPolicy:TopicPolicy",
    carries=("arn", "policy"),
    documents=frozenset({"policy"}),
    replaces=frozenset({"arn"}),
    create=_create_policy,
    read=_read_policy,
    update=lambda aws, id, update: _set_policy(aws, id, update.new["policy"]),
    delete=_reset_policy,
)
