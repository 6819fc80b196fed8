"""One invocation from beginning to end: an environment, warm or cold; the event; the log; what the caller gets."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from signout.sandbox.functions import fault, report
from signout.sandbox.functions.concurrency import Concurrency
from signout.sandbox.functions.definition import Definition, Target
from signout.sandbox.functions.environment import Ending, Environment
from signout.sandbox.functions.output import LogEvent
from signout.sandbox.functions.pool import Pool
from signout.sandbox.functions.runtime_api import Answered, Failed, Invocation, Ready

# Longest first try to load the handler. Source: Lambda Developer Guide, "Init phase".
_INIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Call:
    """An event on its way to a function."""

    request_id: str
    payload: bytes
    client_context: str | None = None
    """As JSON, for the handler's context."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the caller of a function gets."""

    payload: bytes
    function_error: str | None
    """`Unhandled`, or None when the handler returned."""
    executed_version: str
    log: str
    """What this invocation wrote to the log."""


class Invoker:
    """Runs invocations. Used on the host's event loop only.

    `build` makes an environment that is yet to be started; `ship` takes the log events of an environment.
    """

    def __init__(
        self,
        build: Callable[[Definition], Awaitable[Environment]],
        ship: Callable[[Environment, list[LogEvent]], None],
    ) -> None:
        self.pool = Pool()
        self.at_work: set[Environment] = set()
        self._build = build
        self._ship = ship
        self._concurrency = Concurrency()

    async def invoke(self, target: Target, call: Call) -> Outcome:
        """Run the function on one event.

        Raises Throttled when its concurrency or the account's is used up, and what `build` raises.
        """
        with self._concurrency.slot(target.definition, target.limits):
            warm = self.pool.take(target.definition)
            if warm is None:
                return await self._cold(target, call)
            invocation = _Invocation(target, call, warm)
            self.at_work.add(warm)
            return await self._run(invocation)

    async def _cold(self, target: Target, call: Call) -> Outcome:
        """Start an environment first. Where loading the handler fails, Lambda tries again within the invocation."""
        environment, loaded, took = await self._start(target.definition, _INIT_SECONDS)
        if isinstance(loaded, Ready):
            return await self._run(_Invocation(target, call, environment, init=took))
        lines = _failed_init(environment, "init", loaded, took)
        self._dismiss(environment)

        began = time.monotonic()
        environment, loaded, took = await self._start(target.definition, target.definition.timeout_seconds)
        invocation = _Invocation(target, call, environment, began=began, lines=lines)
        if isinstance(loaded, Ready):
            return await self._run(invocation)
        lines += _failed_init(environment, "invoke", loaded, took)
        return self._conclude(invocation, loaded, loading=True)

    async def _start(self, definition: Definition, within: float) -> tuple[Environment, Ready | Ending, float]:
        """A new environment, how loading the handler went, and how long it took in milliseconds."""
        environment = await self._build(definition)
        self.at_work.add(environment)
        began = time.monotonic()
        try:
            loaded = await environment.start(within)
        except BaseException:
            self._dismiss(environment)
            raise
        return environment, loaded, (time.monotonic() - began) * 1000

    async def _run(self, invocation: _Invocation) -> Outcome:
        definition = invocation.target.definition
        invocation.lines += report.start(definition.logging, invocation.call.request_id, definition.version)
        within = invocation.began + definition.timeout_seconds - time.monotonic()
        ending = await invocation.environment.invoke(invocation.event(within), within)
        return self._conclude(invocation, ending, loading=False)

    def _conclude(self, invocation: _Invocation, ending: Ready | Ending, *, loading: bool) -> Outcome:
        environment, definition, lines = invocation.environment, invocation.target.definition, invocation.lines
        request_id = invocation.call.request_id
        if loading:
            lines += report.start(definition.logging, request_id, definition.version)
        verdict = fault.judge(ending, request_id, definition.timeout_seconds, loading=loading)
        lines += environment.written()
        lines += report.end(definition.logging, request_id, invocation.figures(verdict))
        self._ship(environment, lines)
        if isinstance(ending, Answered | Failed) and not loading:
            self.at_work.discard(environment)
            self.pool.give_back(environment)
        else:
            self._dismiss(environment)
        log = "".join(line.message if line.message.endswith("\n") else line.message + "\n" for line in lines)
        return Outcome(verdict.payload, verdict.function_error, definition.version, log)

    def _dismiss(self, environment: Environment) -> None:
        self.at_work.discard(environment)
        environment.stop()


class _Invocation:
    """What is known of an invocation while it goes on. Times by the monotonic clock, `init` in milliseconds."""

    def __init__(
        self,
        target: Target,
        call: Call,
        environment: Environment,
        *,
        init: float | None = None,
        began: float | None = None,
        lines: list[LogEvent] | None = None,
    ) -> None:
        self.target = target
        self.call = call
        self.environment = environment
        self.init = init
        self.began = time.monotonic() if began is None else began
        self.lines: list[LogEvent] = [] if lines is None else lines

    def event(self, within: float) -> Invocation:
        now = time.time()
        return Invocation(
            request_id=self.call.request_id,
            payload=self.call.payload,
            function_arn=self.target.invoked_arn,
            deadline_ms=int((now + within) * 1000),
            trace_id=f"Root=1-{int(now):08x}-{uuid.uuid4().hex[:24]};Parent={random.getrandbits(64):016x};Sampled=0",
            client_context=self.call.client_context,
        )

    def figures(self, verdict: fault.Verdict) -> report.Figures:
        definition = self.target.definition
        duration = (time.monotonic() - self.began) * 1000
        return report.Figures(
            duration=min(duration, definition.timeout_seconds * 1000),
            memory_size=definition.memory_mb,
            memory_used=min(self.environment.peak_mb, definition.memory_mb),
            init=self.init,
            status=verdict.status,
            error_type=verdict.error_type,
        )


def _failed_init(environment: Environment, phase: str, ending: Ready | Ending, took: float) -> list[LogEvent]:
    definition = environment.definition
    verdict = fault.judge(ending, "", definition.timeout_seconds, loading=True)
    line = report.failed_init(definition.logging, phase, took, verdict.status or "error", verdict.error_type)
    return environment.written() + line
