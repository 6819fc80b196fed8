"""One execution environment: a process that runs a function's code, one event at a time.

Between events the process is stopped, as Lambda freezes it: nothing runs in the background.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from signout.sandbox.functions import memory, runtime_api, unpack
from signout.sandbox.functions.definition import Definition
from signout.sandbox.functions.output import LogEvent, Output
from signout.sandbox.functions.runtime_api import Answered, Failed, Invocation, Ready, RuntimeApi, TooLarge
from signout.sandbox.functions.variables import Credentials, variables

_LAUNCH = Path(__file__).with_name("launch.py")
_MEMORY_CHECK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Exited:
    """The process ended by itself, or was killed by something else than the host."""

    status: int
    """The exit status, or minus the number of the signal."""


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """The process held more than the function's memory, and was killed."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """There was no report in time, and the process was killed."""


Ending = Answered | Failed | TooLarge | Exited | OutOfMemory | TimedOut
"""How one event ended. Only after the first two does the environment go on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where environments run: the same for all of a host."""

    endpoint: str
    python: Path
    root: Path


class Environment:
    """A process and the Runtime API that it talks to. Every method runs on the host's event loop."""

    def __init__(self, definition: Definition, code: Path, credentials: Credentials, place: Place) -> None:
        self.definition = definition
        self.credentials = credentials
        self.log_stream = f"{datetime.now(UTC):%Y/%m/%d}/[{definition.version}]{uuid.uuid4().hex}"
        self.born = time.monotonic()
        self.peak_mb = 0
        self.on_exit: Callable[[], None] = lambda: None
        self._code = code
        self._place = place
        self._scratch = place.root / f"scratch-{uuid.uuid4().hex}"
        self._api = RuntimeApi(self._hear)
        self._reports: asyncio.Queue[Ready | Ending] = asyncio.Queue()
        self._output = Output()
        self._pipe: int | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._reaper: asyncio.Task[None] | None = None

    @property
    def is_alive(self) -> bool:
        process = self._process
        if process is None or process.returncode is not None or self._api.has_hung_up():
            return False
        return not _has_died(process.pid)

    async def start(self, within: float) -> Ready | Ending:
        """Start the process and wait until it has loaded the handler, for `within` seconds at most."""
        self._scratch.mkdir()
        environment = variables(
            self.definition,
            self.credentials,
            endpoint=self._place.endpoint,
            runtime_api=await self._api.open(),
            log_stream=self.log_stream,
            code=self._code,
            scratch=self._scratch,
        )
        self._pipe, theirs = os.pipe()
        os.set_blocking(self._pipe, False)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(str(self._place.python), str(_LAUNCH), self.definition.handler, str(os.getpid())),
                cwd=self._code,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
        finally:
            os.close(theirs)
        asyncio.get_running_loop().add_reader(self._pipe, self._read)
        self._reaper = asyncio.create_task(self._reap(self._process))
        return await self._report(within)

    async def invoke(self, invocation: Invocation, within: float) -> Ending:
        """Run the handler on one event, for `within` seconds at most."""
        self._signal(signal.SIGCONT)
        self._api.offer(invocation)
        while isinstance(report := await self._report(within), Ready):
            pass  # left from the event before this one
        return report

    def written(self) -> list[LogEvent]:
        """What the function wrote since this was last asked."""
        self._read()
        return self._output.take()

    def stop(self) -> None:
        """Kill the process with its children, and remove its temporary files."""
        self._signal(signal.SIGKILL)
        self._api.close()
        self._close_pipe()
        if self._process is None:
            unpack.remove(self._scratch)

    async def stopped(self) -> None:
        """Wait until the process is gone."""
        if self._reaper is not None:
            await self._reaper

    def _hear(self, report: runtime_api.Report) -> None:
        if isinstance(report, Ready):
            self._signal(signal.SIGSTOP)
        self._reports.put_nowait(report)

    async def _report(self, within: float) -> Ready | Ending:
        watch = asyncio.create_task(self._watch_memory())
        try:
            async with asyncio.timeout(within):
                report = await self._reports.get()
        except TimeoutError:
            report = TimedOut()
        finally:
            watch.cancel()
        return OutOfMemory() if self._is_over_memory() and not isinstance(report, TimedOut) else report

    async def _watch_memory(self) -> None:
        while not self._is_over_memory():
            await asyncio.sleep(_MEMORY_CHECK_SECONDS)
        self._reports.put_nowait(OutOfMemory())

    def _is_over_memory(self) -> bool:
        if self._process is not None and self._process.returncode is None:
            self.peak_mb = max(self.peak_mb, memory.used_mb(self._process.pid) or 0)
        return self.peak_mb > self.definition.memory_mb

    async def _reap(self, process: asyncio.subprocess.Process) -> None:
        status = await process.wait()
        self._read()
        unpack.remove(self._scratch)
        self._reports.put_nowait(Exited(status))
        self.on_exit()

    def _read(self) -> None:
        while self._pipe is not None:
            try:
                data = os.read(self._pipe, 65_536)
            except BlockingIOError:
                return
            if not data:
                return self._close_pipe()
            self._output.feed(data)

    def _close_pipe(self) -> None:
        if self._pipe is not None:
            asyncio.get_running_loop().remove_reader(self._pipe)
            os.close(self._pipe)
            self._pipe = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)


def _has_died(pid: int) -> bool:
    """Is the process dead, though one of its threads may still hold its connections open and its exit back?

    Only Linux tells; elsewhere the answer is no, and a closed connection has to do.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return False
