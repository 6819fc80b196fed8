"""The runbook: an order is checked, carried out, logged and answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import result, sign_out
from .deployment import Deployment
from .limits import Limits
from .log import Log
from .order import BadOrder, Order, parse


@dataclass(frozen=True, slots=True)
class Invocation:
    """What Lambda says about one call of the function. ``remaining`` tells the seconds that are left of it."""

    request_id: str
    function_name: str
    function_version: str
    remaining: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Runbook:
    """One instance of the function: what it was deployed with, and its ways to the world outside."""

    deployment: Deployment
    limits: Limits
    caller: sign_out.Caller
    now: Callable[[], datetime]
    write: Callable[[str], None]

    def answer(self, event: object, invocation: Invocation) -> dict[str, Any]:
        """Carries out the order and says what became of it, or says everything that is wrong with it."""
        log = self._log(invocation)
        try:
            order = parse(event, self.deployment.user_pool_id, self.limits)
        except BadOrder as bad:
            log.rejected(bad.faults)
            return result.rejected(bad.faults)
        outcomes = []
        try:
            for outcome in self._outcomes(order, invocation):
                log.user(order, outcome)
                outcomes.append(outcome)
        finally:
            self.caller.pace.rest()
        log.order(order, outcomes)
        at = self.now()
        survives = self.deployment.exposure.after(at, invocation.function_version)
        return result.carried_out(order, outcomes, self.deployment.user_pool_id, survives, at)

    def _outcomes(self, order: Order, invocation: Invocation) -> Iterator[sign_out.UserOutcome]:
        if order.dry_run:
            return sign_out.dry_run(order.usernames)
        return sign_out.sign_out(order.usernames, self.caller, invocation.remaining)

    def _log(self, invocation: Invocation) -> Log:
        return Log(
            write=self.write,
            now=self.now,
            name_of=self.deployment.name_of,
            namespace=self.deployment.metric_namespace,
            function=invocation.function_name,
            invocation=invocation.request_id,
        )
