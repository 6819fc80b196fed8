"""Asynchronous events: accepted at once, run later, tried again, and in the end reported.

A function error is tried again after one minute and then two; throttling and failures of Lambda's own after a second,
then two, four, up to five minutes, until the event is too old. The sandbox lets this clock run faster.
Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from signout.sandbox.functions import deliver
from signout.sandbox.functions.concurrency import Throttled
from signout.sandbox.functions.definition import Target
from signout.sandbox.functions.deliver import Attempt, Conclusion, Message
from signout.sandbox.functions.invoke import Call, Outcome

_log = logging.getLogger(__name__)

_RETRY_SECONDS = (60, 120)
_MAXIMUM_BACKOFF_SECONDS = 300
# Events worked on at once. AWS adds pollers as it needs them; this machine has few cores.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Event:
    """An accepted event. `resolve` tells what its function is by now; it raises LookupError when that is gone."""

    call: Call
    resolve: Callable[[], Target]


class Events:
    """The queue of accepted events. Used on the host's event loop only.

    `pace`: how many of AWS's seconds pass in one. `send` delivers a message to an ARN as a target's execution role.
    """

    def __init__(
        self,
        invoke: Callable[[Target, Call], Awaitable[Outcome]],
        send: Callable[[Target, str, Message], Awaitable[None]],
        pace: float,
    ) -> None:
        self._invoke = invoke
        self._send = send
        self._pace = pace
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Semaphore(_AT_ONCE)

    def accept(self, event: Event) -> None:
        task = asyncio.create_task(self._work(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, event: Event) -> None:
        try:
            target, end = await self._run(event)
        except LookupError:
            return  # the function was deleted, and its settings with it
        except Exception:
            _log.exception("asynchronous event %s was lost", event.call.request_id)
            return
        await self._report(target, event.call, end)

    async def _run(self, event: Event) -> tuple[Target, Conclusion]:
        accepted = time.monotonic()
        waited = 0.0  # of AWS's seconds, which are longer than ours
        errors = stalls = 0
        last: Attempt | None = None
        while True:
            target = event.resolve()
            if target.limits.reserved == 0:
                return target, Conclusion("ZeroReservedConcurrency", errors, None)
            try:
                async with self._turn:
                    outcome = await self._invoke(target, event.call)
            except (Throttled, PermissionError):
                delay = min(2**stalls, _MAXIMUM_BACKOFF_SECONDS)
                stalls += 1
            else:
                last = Attempt(outcome.executed_version, outcome.payload, outcome.function_error)
                if outcome.function_error is None:
                    return target, Conclusion("Success", errors + 1, last)
                if errors >= target.asynchronous.retries:
                    return target, Conclusion("RetriesExhausted", errors + 1, last)
                delay = _RETRY_SECONDS[errors]
                errors, stalls = errors + 1, 0
            age = time.monotonic() - accepted + waited * (1 - 1 / self._pace)
            if age + delay > target.asynchronous.maximum_age_seconds:
                return target, Conclusion("EventAgeExceeded", errors, last)
            await asyncio.sleep(delay / self._pace)
            waited += delay

    async def _report(self, target: Target, call: Call, end: Conclusion) -> None:
        definition, settings = target.definition, target.asynchronous
        arn = target.invoked_arn if target.invoked_arn != definition.arn else f"{definition.arn}:$LATEST"
        succeeded = end.condition == "Success"
        destination = settings.on_success if succeeded else settings.on_failure
        if destination:
            message = deliver.record(call.request_id, arn, definition.name, call.payload, end)
            await self._try_to_send(target, destination, message)
        if definition.dead_letter_arn and not succeeded:
            message = deliver.dead_letter(call.request_id, arn, definition.name, call.payload, end)
            await self._try_to_send(target, definition.dead_letter_arn, message)

    async def _try_to_send(self, target: Target, arn: str, message: Message) -> None:
        try:
            await self._send(target, arn, message)
        except Exception as error:  # whatever it is, Lambda drops the message and counts it
            _log.warning(
                "event %s of %s: nothing delivered to %s: %s", message.request_id, message.function_arn, arn, error
            )
