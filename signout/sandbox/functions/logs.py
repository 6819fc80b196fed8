"""Log events on their way to CloudWatch Logs, written with the function's own permissions.

Lambda calls CreateLogGroup, CreateLogStream and PutLogEvents as the execution role; what the role may not do is not
done, and nobody is told. Events wait a moment, so that those of many invocations travel together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any
from weakref import WeakSet

from signout.sandbox.functions.environment import Environment
from signout.sandbox.functions.logs_api import LogsApi, Refused
from signout.sandbox.functions.output import LogEvent

_LINGER_SECONDS = 0.05
# Limits of PutLogEvents. Source: CloudWatch Logs API Reference; an event counts 26 bytes more than its message.
_MAXIMUM_EVENTS = 10_000
_MAXIMUM_BATCH_BYTES = 1_048_576
_MAXIMUM_EVENT_BYTES = 262_144
_EVENT_OVERHEAD_BYTES = 26


class LogWriter:
    """Takes log events on the event loop, writes them from a thread of its own."""

    def __init__(self, endpoint: str) -> None:
        self._api = LogsApi(endpoint)
        self._waiting: dict[Environment, list[LogEvent]] = {}
        self._created: WeakSet[Environment] = WeakSet()
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="function-logs")

    def take(self, environment: Environment, events: list[LogEvent]) -> None:
        self._waiting.setdefault(environment, []).extend(events)
        if self._task is None:
            self._task = asyncio.create_task(self._write_all())

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._api.close()

    async def _write_all(self) -> None:
        await asyncio.sleep(_LINGER_SECONDS)
        loop = asyncio.get_running_loop()
        while self._waiting:
            environment = next(iter(self._waiting))
            events = self._waiting.pop(environment)
            await loop.run_in_executor(self._thread, self._write, environment, events)
        self._task = None

    def _write(self, environment: Environment, events: list[LogEvent]) -> None:
        stream = {"logGroupName": environment.definition.logging.group, "logStreamName": environment.log_stream}
        try:
            if environment not in self._created:
                self._create(environment, stream)
                self._created.add(environment)
            for batch in _batches(events):
                self._call(environment, "PutLogEvents", {**stream, "logEvents": batch})
        except (Refused, OSError, HTTPException):
            return  # as on AWS: what cannot be written is lost

    def _create(self, environment: Environment, stream: dict[str, Any]) -> None:
        try:
            self._call(environment, "CreateLogStream", stream)
        except Refused as refused:
            if refused.code != "ResourceNotFoundException":
                raise
            self._call(environment, "CreateLogGroup", {"logGroupName": stream["logGroupName"]})
            self._call(environment, "CreateLogStream", stream)

    def _call(self, environment: Environment, operation: str, parameters: dict[str, Any]) -> None:
        self._api.call(operation, parameters, environment.definition.region, environment.credentials)


def _batches(events: list[LogEvent]) -> Iterator[list[dict[str, object]]]:
    """In order of time, as PutLogEvents wants them, and within its limits."""
    batch: list[dict[str, object]] = []
    size = 0
    for timestamp, message in sorted(_pieces(events), key=lambda piece: piece[0]):
        more = len(message.encode()) + _EVENT_OVERHEAD_BYTES
        if batch and (len(batch) == _MAXIMUM_EVENTS or size + more > _MAXIMUM_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append({"timestamp": timestamp, "message": message})
        size += more
    if batch:
        yield batch


def _pieces(events: list[LogEvent]) -> Iterator[tuple[int, str]]:
    """Events without a message left out, long ones cut."""
    limit = _MAXIMUM_EVENT_BYTES - _EVENT_OVERHEAD_BYTES
    for event in events:
        data = event.message.encode()
        for start in range(0, len(data), limit):
            yield event.timestamp_ms, data[start : start + limit].decode("utf-8", "ignore")
