"""What a function wrote, cut into log events as Lambda cuts them.

Two things share one pipe, so that their order is kept: text from `print` and the like, where a line is
an event, and frames from the runtime's logger, where a frame is an event whatever lines it holds. A frame is
4 bytes of type (0xA55A00xx), 4 of length, 8 of time, then the message; all big-endian. Its time is not used: beside
the time at which text arrives it would put lines out of order.
Source: FramedTelemetryLogSink in awslambdaric.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

# No UTF-8 text begins a character with these bytes.
_FRAME = b"\xa5\x5a\x00"
_HEADER_BYTES = 16


@dataclass(frozen=True, slots=True)
class LogEvent:
    timestamp_ms: int
    message: str


def event(message: str) -> LogEvent:
    return LogEvent(time.time_ns() // 1_000_000, message)


class Output:
    """Bytes in, log events out."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._events: list[LogEvent] = []

    def feed(self, data: bytes) -> None:
        self._rest += data
        while self._frame() or self._line():
            pass

    def take(self) -> list[LogEvent]:
        """All events so far; an unfinished line counts as one."""
        if self._rest:
            self._cut(len(self._rest))
        events, self._events = self._events, []
        return events

    def _frame(self) -> bool:
        if not self._rest.startswith(_FRAME) or len(self._rest) < _HEADER_BYTES:
            return False
        end = _HEADER_BYTES + int.from_bytes(self._rest[4:8], "big")
        if len(self._rest) < end:
            return False
        del self._rest[:_HEADER_BYTES]
        self._cut(end - _HEADER_BYTES)
        return True

    def _line(self) -> bool:
        frame, newline = self._rest.find(_FRAME), self._rest.find(b"\n")
        ends = [end for end in (frame, newline + 1) if end > 0]
        if not ends or frame == 0:
            return False
        self._cut(min(ends))
        return True

    def _cut(self, end: int) -> None:
        self._events.append(event(self._rest[:end].decode("utf-8", "replace")))
        del self._rest[:end]
