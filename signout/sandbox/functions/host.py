"""The host: one event loop on a thread of its own, on which all environments live.

The server's request threads hand work over and wait. The loop's thread starts every process, and lasts as long as the
server: Linux kills a process that asked for it when the thread that started it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from signout.sandbox.functions import deliver, sdk
from signout.sandbox.functions.asynchronous import Event, Events
from signout.sandbox.functions.definition import Definition, Target
from signout.sandbox.functions.deliver import Message
from signout.sandbox.functions.environment import Environment, Place
from signout.sandbox.functions.invoke import Call, Invoker, Outcome
from signout.sandbox.functions.logs import LogWriter
from signout.sandbox.functions.naming import PRINCIPAL
from signout.sandbox.functions.unpack import unpack
from signout.sandbox.functions.variables import Credentials
from signout.sandbox.functions.workspace import Workspace

_T = TypeVar("_T")


class AssumeRole(Protocol):
    """Begin a session of a role as a service does, by the role's trust policy.

    Raises PermissionError when the role does not exist or does not trust the service.
    """

    def __call__(
        self, role_arn: str, session_name: str, service: str, region: str, *, source_arn: str | None = None
    ) -> Credentials: ...


@dataclass(frozen=True, slots=True)
class Settings:
    endpoint: str
    """The sandbox's own URL, which every call of a function goes to."""
    python: Path
    """The functions' interpreter."""
    assume: AssumeRole
    account_concurrency: int
    """Environments that may be at work at once in a Region."""
    pace: float
    """How many of AWS's seconds pass in one, for asynchronous retries and ages."""


class Host:
    """Runs functions until it is stopped."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._workspace = Workspace()
        self._helpers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="function-helper")
        self._logs = LogWriter(settings.endpoint)
        self._invoker = Invoker(self._build, self._logs.take)
        self._loop = asyncio.new_event_loop()
        self._events = Events(self._invoker.invoke, self._send, settings.pace)
        self._thread = threading.Thread(target=self._loop.run_forever, name="functions", daemon=True)
        self._thread.start()

    def invoke(self, target: Target, call: Call) -> Outcome:
        """Run a function on one event and wait for it.

        Raises Throttled, or PermissionError when its role cannot be assumed.
        """
        return self._wait(self._invoker.invoke(target, call))

    def accept(self, event: Event) -> None:
        """Take an asynchronous event; it runs later."""
        self._loop.call_soon_threadsafe(self._events.accept, event)

    def retire(self, arn: str, version: str | None = None) -> None:
        """Let go of a function's idle environments, or of one version's: it was changed or deleted."""
        self._loop.call_soon_threadsafe(self._invoker.pool.retire, arn, version)

    def stop(self) -> None:
        """Kill every function's process, wait for it, and remove all files."""
        if not self._thread.is_alive():
            return
        with contextlib.suppress(TimeoutError):
            self._wait(self._close(), seconds=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._workspace.close()

    async def _close(self) -> None:
        environments = [*self._invoker.at_work, *self._invoker.pool.environments()]
        for environment in environments:
            environment.stop()
        await asyncio.gather(*(environment.stopped() for environment in environments))
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        self._logs.close()
        self._helpers.shutdown(wait=False, cancel_futures=True)

    async def _build(self, definition: Definition) -> Environment:
        credentials, code = await asyncio.gather(
            self._help(self._assume, definition),
            self._help(unpack, definition.code, definition.code_sha256, self._workspace.path),
        )
        place = Place(self.settings.endpoint, self.settings.python, self._workspace.path)
        return Environment(definition, code, credentials, place)

    async def _send(self, target: Target, arn: str, message: Message) -> None:
        credentials = await self._help(self._assume, target.definition)
        client = partial(self._client, credentials)
        await self._help(deliver.send, arn, message, client)

    def _client(self, credentials: Credentials, service: str, region: str) -> Any:
        return sdk.client(service, region, self.settings.endpoint, credentials)

    def _assume(self, definition: Definition) -> Credentials:
        region, name = definition.region, definition.name
        return self.settings.assume(definition.role, name, PRINCIPAL, region, source_arn=definition.arn)

    async def _help(self, work: Callable[..., _T], *arguments: object) -> _T:
        """Do on another thread what would hold up the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._helpers, partial(work, *arguments))

    def _wait(self, work: Coroutine[Any, Any, _T], seconds: float | None = None) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)
