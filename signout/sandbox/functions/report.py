"""The lines that Lambda itself writes around a function's own: as text, or as JSON where the function asks for it.

Lambda's wording has changed; these are the lines of the format it calls new: a timeout or a crash is said in the
Status and Error Type of the REPORT line, and in no line of its own. There is no INIT_START line, because the runtime
here has no version of AWS's to name.
Source: Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle", and lines seen there.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime

from signout.sandbox.functions.definition import Logging
from signout.sandbox.functions.output import LogEvent, event

_LEVELS = ("DEBUG", "INFO", "WARN")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a REPORT says of one invocation. Times in milliseconds, sizes in MB."""

    duration: float
    memory_size: int
    memory_used: int
    init: float | None = None
    """Of the cold start, where there was one that succeeded."""
    status: str | None = None
    """`error` or `timeout`; None for an invocation whose handler ran to its end, even to raise."""
    error_type: str | None = None

    @property
    def billed(self) -> int:
        """Whole milliseconds, the cold start included."""
        return math.ceil(self.duration + (self.init or 0))


def start(logging: Logging, request_id: str, version: str) -> list[LogEvent]:
    if logging.is_json:
        return _json(logging, "INFO", "platform.start", {"requestId": request_id, "version": version})
    return [event(f"START RequestId: {request_id} Version: {version}\n")]


def failed_init(logging: Logging, phase: str, duration: float, status: str, error_type: str | None) -> list[LogEvent]:
    """`phase` is `init`, or `invoke` for the second try, which Lambda makes inside the invocation."""
    if logging.is_json:
        record: dict[str, object] = {
            "initializationType": "on-demand",
            "phase": phase,
            "status": status,
            **({"errorType": error_type} if error_type else {}),
            "metrics": {"durationMs": round(duration, 3)},
        }
        return _json(logging, "WARN", "platform.initReport", record)
    fields = [f"INIT_REPORT Init Duration: {duration:.2f} ms", f"Phase: {phase}", *_verdict(status, error_type)]
    return [event("\t".join([*fields, "\n"]))]


def end(logging: Logging, request_id: str, figures: Figures) -> list[LogEvent]:
    """The END and REPORT lines, or the report as JSON."""
    if logging.is_json:
        return _json(logging, "WARN" if figures.status else "INFO", "platform.report", _record(request_id, figures))
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {figures.duration:.2f} ms",
        f"Billed Duration: {figures.billed} ms",
        f"Memory Size: {figures.memory_size} MB",
        f"Max Memory Used: {figures.memory_used} MB",
        *([f"Init Duration: {figures.init:.2f} ms"] if figures.init is not None else []),
        *_verdict(figures.status, figures.error_type),
    ]
    return [event(f"END RequestId: {request_id}\n"), event("\t".join([*fields, "\n"]))]


def timestamp() -> str:
    """Now, as Lambda writes it: UTC, with milliseconds."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def _verdict(status: str | None, error_type: str | None) -> list[str]:
    return [f"Status: {status}"] * bool(status) + [f"Error Type: {error_type}"] * bool(error_type)


def _record(request_id: str, figures: Figures) -> dict[str, object]:
    return {
        "requestId": request_id,
        "metrics": {
            "durationMs": round(figures.duration, 3),
            "billedDurationMs": figures.billed,
            "memorySizeMB": figures.memory_size,
            "maxMemoryUsedMB": figures.memory_used,
            **({"initDurationMs": round(figures.init, 3)} if figures.init is not None else {}),
        },
        "status": figures.status or "success",
        **({"errorType": figures.error_type} if figures.error_type else {}),
    }


def _json(logging: Logging, level: str, kind: str, record: dict[str, object]) -> list[LogEvent]:
    if _LEVELS.index(level) < _LEVELS.index(logging.system_level or "INFO"):
        return []
    return [event(json.dumps({"time": timestamp(), "type": kind, "record": record}, separators=(",", ":")) + "\n")]
