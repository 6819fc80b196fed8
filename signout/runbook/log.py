"""The log: one line of JSON for each user, as soon as the outcome is known, and one for the order.

The order's line carries its metrics in CloudWatch's embedded metric format, so that counting needs no permission of
its own. No line holds what the order had in `reason`, nor anything of a faulty order but the places of its faults:
both may name people.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from .order import Fault, Order
from .sign_out import Outcome, UserOutcome, as_ordered

UNKNOWN = "unknown"
METRICS = {
    Outcome.SIGNED_OUT: "UsersSignedOut",
    Outcome.NOT_FOUND: "UsersNotFound",
    Outcome.REFUSED: "UsersRefused",
    Outcome.FAILED: "UsersFailed",
    Outcome.NOT_REACHED: "UsersNotReached",
}
REJECTED_ORDERS = "OrdersRejected"
# Rejected ones too: who ordered asynchronously hears of neither in another way.
NOT_CARRIED_OUT = "OrdersNotCarriedOut"


@dataclass(frozen=True, slots=True)
class Log:
    """Where lines go, and what all of them say.

    ``invocation`` is Lambda's request id; CloudTrail's data events of Lambda, where they are switched on, have it too,
    with the identity that called. A plain invocation does not tell the function who called it: ``caller`` and
    ``sourceIdentity`` are what the order claims, or unknown.
    """

    write: Callable[[str], None]
    now: Callable[[], datetime]
    name_of: Callable[[str], str]
    namespace: str
    function: str
    invocation: str

    def user(self, order: Order, outcome: UserOutcome) -> None:
        """One user's line."""
        self._line(
            event="user",
            **_who_and_why(order),
            user=self.name_of(outcome.username),
            outcome=outcome.outcome,
            tries=outcome.tries,
            awsRequestId=outcome.request_id,
            error=outcome.error.code if outcome.error else None,
        )

    def order(self, order: Order, outcomes: Sequence[UserOutcome]) -> None:
        """The line of an order that was carried out, in full or not."""
        counts = Counter(outcome.outcome for outcome in outcomes)
        self._line(
            event="order",
            **_who_and_why(order),
            users=len(outcomes),
            dryRun=order.dry_run,
            **self._metrics(
                {name: counts[outcome] for outcome, name in METRICS.items()}
                | {NOT_CARRIED_OUT: int(not as_ordered(outcomes))}
            ),
        )

    def rejected(self, faults: Sequence[Fault]) -> None:
        """The line of an order that was not carried out."""
        self._line(
            event="rejected",
            incident=UNKNOWN,
            caller=UNKNOWN,
            sourceIdentity=UNKNOWN,
            faults=[fault.at for fault in faults],
            **self._metrics({REJECTED_ORDERS: 1, NOT_CARRIED_OUT: 1}),
        )

    def _metrics(self, values: dict[str, int]) -> dict[str, object]:
        directive = {
            "Timestamp": int(self.now().timestamp() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": self.namespace,
                    "Dimensions": [["FunctionName"]],
                    "Metrics": [{"Name": name, "Unit": "Count"} for name in values],
                }
            ],
        }
        return {"_aws": directive, "FunctionName": self.function, **values}

    def _line(self, **fields: object) -> None:
        # Lambda's own filter goes by the first two.
        head = {"timestamp": self.now().isoformat(timespec="milliseconds"), "level": "INFO"}
        self.write(json.dumps({**head, "invocation": self.invocation, **fields}))


def _who_and_why(order: Order) -> dict[str, object]:
    return {
        "incident": order.incident,
        "caller": order.requested_by or UNKNOWN,
        "sourceIdentity": order.source_identity or UNKNOWN,
    }
