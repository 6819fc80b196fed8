"""What is reserved for the runbook, and what that lets each instance do."""

from __future__ import annotations

import pulumi_aws as aws
import pytest

from components import concurrency
from components.concurrency import Reserved, Unreserved, calls_per_second, preflight, refusal


@pytest.mark.parametrize(
    ("reserved", "rate"), [(1, 10), (2, 5), (3, 3), (4, 2), (5, 2), (6, 1), (7, 1), (8, 1), (9, 1), (10, 1)]
)
def test_the_limit_is_divided(reserved: int, rate: int) -> None:
    """As many calls a second as fit into the limit whatever number of instances runs."""
    assert calls_per_second(Reserved(reserved)) == rate
    assert reserved * rate <= concurrency.CALLS_PER_SECOND


def test_without_a_reservation() -> None:
    """An instance that does not know how many there are makes one call a second."""
    assert calls_per_second(Unreserved("a new account")) == 1


@pytest.mark.parametrize("instances", [0, -1, 11])
def test_no_such_reservation(instances: int) -> None:
    """Nothing reserved would mean no calls at all, and more than 10 instances less than one a second each."""
    with pytest.raises(ValueError, match="expected 1 to 10"):
        Reserved(instances)


def test_no_reason() -> None:
    """No reservation takes a reason."""
    with pytest.raises(ValueError, match="expected a reason"):
        Unreserved("  ")


@pytest.mark.parametrize(
    ("instances", "limit", "refused"),
    [(1, 10, True), (1, 50, True), (1, 100, True), (1, 101, False), (2, 101, True), (10, 110, False), (2, 1000, False)],
)
def test_refusal(instances: int, limit: int, refused: bool) -> None:
    """Lambda keeps 100 for the functions that reserve none, so a new account with its limit of 10 can reserve none."""
    assert (refusal(instances, limit) is not None) is refused


class Quota:
    def __init__(self, value: float) -> None:
        self.value = value


def test_preflight_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reservation that Lambda would refuse is refused before anything is made, with what to do instead."""
    monkeypatch.setattr(aws.servicequotas, "get_service_quota", lambda **_: Quota(10.0))

    with pytest.raises(ValueError, match="2 instances cannot be reserved: the account may run 10 at a time"):
        preflight(Reserved(2))


def test_preflight_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quota that is asked for is that of Lambda's concurrent executions."""
    asked: list[dict[str, str]] = []

    def quota(**request: str) -> Quota:
        asked.append(request)
        return Quota(1000.0)

    monkeypatch.setattr(aws.servicequotas, "get_service_quota", quota)
    preflight(Reserved(2))

    assert asked == [{"service_code": "lambda", "quota_code": "L-B99A9384"}]


def test_preflight_that_may_not_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may not read the limit is warned, and not kept from deploying: Lambda decides."""
    warnings: list[str] = []

    def refuse(**_: str) -> Quota:
        raise RuntimeError("AccessDenied")

    monkeypatch.setattr(aws.servicequotas, "get_service_quota", refuse)
    monkeypatch.setattr(concurrency.pulumi.log, "warn", warnings.append)
    preflight(Reserved(2))

    assert warnings == ["the account's limit of concurrent executions of Lambda cannot be read: AccessDenied"]


def test_no_reservation_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment without a reservation says why, every time."""
    warnings: list[str] = []
    monkeypatch.setattr(concurrency.pulumi.log, "warn", warnings.append)
    preflight(Unreserved("a new account"))

    assert warnings == ["no concurrency is reserved for the runbook: a new account"]
