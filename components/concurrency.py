"""How many instances of the runbook may run at a time, and how fast each of them may call.

All instances together may make 10 calls a second. An instance does not know of the others, so the limit is divided
among as many of them as the reservation lets run at a time. The division is by whole calls: with 3 instances each makes
3 a second. More than 10 instances would have to make less than one call a second each.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

CALLS_PER_SECOND = 10
MOST_INSTANCES = 10
# Lambda refuses a reservation that leaves less than this to the other functions of the account.
_LEFT_TO_OTHERS = 100
_CONCURRENT_EXECUTIONS = "L-B99A9384"


@dataclass(frozen=True, slots=True)
class Reserved:
    """At most, and at any time, this many instances: 1 to 10."""

    instances: int

    def __post_init__(self) -> None:
        if not 1 <= self.instances <= MOST_INSTANCES:
            raise ValueError(f"reserved concurrency is {self.instances}, expected 1 to {MOST_INSTANCES}")


@dataclass(frozen=True, slots=True)
class Unreserved:
    """No reservation, for a reason that whoever reviews the stack can read.

    Then each instance makes one call a second. The limit of 10 holds as long as no more than 10 orders are carried out
    at a time: always in an account that may run no more than 10 instances of all of its functions, which is also the
    account in which nothing can be reserved. In a larger account nothing enforces it.
    """

    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("no reserved concurrency: expected a reason why not")


Concurrency = Reserved | Unreserved


def calls_per_second(concurrency: Concurrency) -> int:
    """Calls that one instance may make in a second."""
    match concurrency:
        case Reserved(instances):
            return CALLS_PER_SECOND // instances
        case Unreserved():
            return CALLS_PER_SECOND // MOST_INSTANCES


def refusal(instances: int, account_limit: int) -> str | None:
    """Why so many instances cannot be reserved in an account that may run ``account_limit`` of them; None if they can.

    What other functions have reserved is not looked at: there Lambda itself has the last word.
    """
    free = max(0, account_limit - _LEFT_TO_OTHERS)
    if instances <= free:
        return None
    return (
        f"{instances} instances cannot be reserved: the account may run {account_limit} at a time, and "
        f"{_LEFT_TO_OTHERS} of them must stay unreserved. Ask AWS for a higher limit, or set "
        "runbookConcurrency to 0 and say why in noConcurrencyReason"
    )


def preflight(concurrency: Concurrency) -> None:
    """Asks the account's limit before anything is registered; raises ValueError if Lambda would refuse the reservation.

    A new account may run 10 instances in all, and Lambda would say so only after half of the stack was made. Where the
    limit cannot be read (this takes servicequotas:GetServiceQuota), a warning says so and Lambda decides.
    """
    match concurrency:
        case Unreserved(reason):
            pulumi.log.warn(f"no concurrency is reserved for the runbook: {reason}")
        case Reserved(instances):
            limit = _account_limit()
            if limit is not None and (said := refusal(instances, limit)):
                raise ValueError(said)


def _account_limit() -> int | None:
    try:
        quota = aws.servicequotas.get_service_quota(service_code="lambda", quota_code=_CONCURRENT_EXECUTIONS)
    except Exception as error:  # the SDK raises no narrower class
        pulumi.log.warn(f"the account's limit of concurrent executions of Lambda cannot be read: {error}")
        return None
    return int(quota.value)
