"""SNS: topics and their policy. Source: Service Authorization Reference, "Amazon SNS"."""

from __future__ import annotations

from typing import Any, Final

from moto.sns.models import sns_backends

from ...account import ACCOUNT
from ..faults import SNS, Fault, Refusal
from ..table import ANY, Call, Operation, Resource, Service, Tags, arn, by_name, given_arn, own_arn, parameter, rows

TOPIC: Final = given_arn("TopicArn")
NAMED: Final = arn("sns:{region}:{account}:{Name}")
TAGGED: Final = given_arn("ResourceArn")
PROTOCOLS: Final = ("sqs", "lambda", "email", "email-json")
"""Of subscriptions. moto would call the others' endpoints, or only say so."""


def _published(call: Call) -> tuple[str, ...]:
    target = call.parameters.get("TopicArn") or call.parameters.get("TargetArn")
    if not target:
        raise Refusal(Fault.NOT_SIMULATED, "The sandbox publishes to topics only: it sends no SMS.")
    return (own_arn(call, str(target)),)


def _reachable(call: Call) -> None:
    if call.parameters.get("Protocol") not in PROTOCOLS:
        protocol = str(call.parameters.get("Protocol"))[:40]
        raise Refusal(
            Fault.NOT_SIMULATED, f"The sandbox delivers to sqs and lambda, and keeps e-mail back; not {protocol}."
        )


def _no_delivery_log(call: Call) -> None:
    """Logging of deliveries under a role: AWS would ask iam:PassRole for it."""
    names = [call.parameters.get("AttributeName"), *(call.parameters.get("Attributes") or ())]
    if any(str(name).endswith("FeedbackRoleArn") for name in names):
        raise Refusal(
            Fault.NOT_SIMULATED, "The sandbox does not simulate the logging of deliveries: ...FeedbackRoleArn."
        )


SUBSCRIPTION: Final = frozenset({"SubscriptionArn"})
"""AWS asks for these operations without a resource."""


def _kept(resource: str) -> Any:
    return sns_backends[ACCOUNT][resource.split(":")[3]].topics.get(resource)


def _policy(resource: str) -> str | None:
    topic = _kept(resource)
    policy: str | None = topic.policy if topic is not None else None
    return policy


def _tags(call: Call, resource: str) -> Tags:
    topic = _kept(resource)
    return dict(topic._tags) if topic is not None else {}


SERVICE: Final = Service(
    "sns",
    by_name(
        (
            Operation(
                "CreateTopic",
                NAMED,
                request_tags="Tags",
                existing=False,
                check=_no_delivery_log,
                missing=frozenset({"DataProtectionPolicy"}),
            ),
            *rows(
                """AddPermission ConfirmSubscription DeleteTopic GetTopicAttributes ListSubscriptionsByTopic
                RemovePermission""",
                TOPIC,
            ),
            Operation("SetTopicAttributes", TOPIC, check=_no_delivery_log),
            Operation("Publish", Resource(_published, frozenset({"TopicArn", "TargetArn"}))),
            Operation("PublishBatch", TOPIC, action="Publish"),
            Operation(
                "Subscribe",
                TOPIC,
                keys={"sns:Protocol": parameter("Protocol"), "sns:Endpoint": parameter("Endpoint")},
                check=_reachable,
            ),
            *rows("GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe", ANY, harmless=SUBSCRIPTION),
            *rows("ListSubscriptions ListTopics", ANY),
            Operation("ListTagsForResource", TAGGED),
            Operation("TagResource", TAGGED, request_tags="Tags"),
            Operation("UntagResource", TAGGED, tag_keys="TagKeys"),
        )
    ),
    resource_tags=_tags,
    resource_policy=_policy,
    forms=SNS,
    shown_action=lambda action: "SNS" + action[3:],
    one_at_a_time=False,
)
