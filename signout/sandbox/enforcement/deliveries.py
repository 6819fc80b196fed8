"""SNS delivers to a queue or a function only if the policy of that lets SNS in, as on AWS; moto asks nobody.

Source: SNS Developer Guide, "Fanout to Amazon SQS queues" and "Fanout to Lambda functions": without such a policy the
message does not arrive, and whoever published it learns nothing of that.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from moto.sns.models import Subscription

from signout.iam import Effect, Kind, Layers, Request, decide

from ..account import ACCOUNT
from .callers import utc_now
from .calls import Record
from .faults import Refusal
from .policies import keys_of, parsed
from .services import service_named

SENDER: Final = "sns.amazonaws.com"
ACTIONS: Final = {"sqs": "sqs:SendMessage", "lambda": "lambda:InvokeFunction"}
"""What SNS asks for at the endpoint, by protocol."""

_publish = Subscription.publish


def install(record: Callable[[Record], None]) -> None:
    """Ask the endpoint's policy before each delivery. `record` takes what came of it."""

    def publish(self: Subscription, *args: Any, **named: Any) -> None:
        action = ACTIONS.get(self.protocol)
        if action is None:
            return _publish(self, *args, **named)
        verdict, because = _judged(self, action)
        record(_record(self, action, verdict, because))
        return _publish(self, *args, **named) if verdict == "allowed" else None

    setattr(Subscription, "publish", publish)  # noqa: B010


def _judged(subscription: Subscription, action: str) -> tuple[str, str]:
    """The verdict, and why."""
    service = service_named(subscription.protocol)
    assert service is not None
    assert service.resource_policy is not None
    text = service.resource_policy(subscription.endpoint)
    if text is None:
        return "denied", f"{subscription.endpoint} has no policy that lets {SENDER} in"
    known = {"aws:sourcearn": subscription.topic.arn, "aws:sourceaccount": ACCOUNT}
    try:
        policy = parsed(text, f"policy of {subscription.endpoint}", Kind.RESOURCE)
        context = {key: known[key] for key in keys_of(policy) & known.keys()}
        decision = decide(Request(SENDER, action, subscription.endpoint, context), Layers(resource_policy=policy))
    except (Refusal, ValueError) as error:
        return "not-simulated", str(error)
    why = decision.because[0].why if decision.because else ""
    if decision.effect is Effect.DEPENDS:
        return "not-simulated", why
    return ("allowed" if decision.effect is Effect.ALLOWED else "denied"), why


def _record(subscription: Subscription, action: str, verdict: str, because: str) -> Record:
    return Record(
        time=utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        request_id=str(uuid.uuid4()),
        who=SENDER,
        action=action,
        resource=subscription.endpoint,
        region=subscription.topic.arn.split(":")[3],
        verdict=verdict,
        because=because,
        signed=False,
        status=0,
    )
