"""What the function answers. ``result.schema.json`` states the same for those who read results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from .order import Fault, Order
from .sign_out import Outcome, UserOutcome, as_ordered

VERSION = 1


class Status(StrEnum):
    """How the order as a whole went."""

    COMPLETE = "complete"  # every user signed out; of a dry run, every user would have been
    INCOMPLETE = "incomplete"
    REJECTED = "rejected"  # the order was faulty and nothing was done


def carried_out(
    order: Order, outcomes: Sequence[UserOutcome], user_pool_id: str, survives: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """The result of an order that was carried out at that time, in full or not."""
    counts = Counter(outcome.outcome for outcome in outcomes)
    return {
        "version": VERSION,
        "status": Status.COMPLETE if as_ordered(outcomes) else Status.INCOMPLETE,
        "incident": order.incident,
        "reason": order.reason,
        "dryRun": order.dry_run,
        "userPoolId": user_pool_id,
        "at": at.isoformat(timespec="seconds"),
        "counts": {outcome: counts[outcome] for outcome in Outcome},
        "users": [_user(outcome) for outcome in outcomes],
        "survives": survives,
    }


def rejected(faults: Sequence[Fault]) -> dict[str, Any]:
    """The result of a faulty order."""
    return {
        "version": VERSION,
        "status": Status.REJECTED,
        "faults": [{"at": fault.at, "value": fault.value, "expected": fault.expected} for fault in faults],
    }


def _user(outcome: UserOutcome) -> dict[str, Any]:
    return {
        "username": outcome.username,
        "outcome": outcome.outcome,
        "tries": outcome.tries,
        "requestId": outcome.request_id,
        "error": {"code": outcome.error.code, "message": outcome.error.message} if outcome.error else None,
    }
