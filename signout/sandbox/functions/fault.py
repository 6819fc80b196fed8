"""How Lambda words what goes wrong around a handler: the payload, the status and the error type.

Source: Lambda Developer Guide, "Troubleshoot invocation issues in Lambda", and answers seen there.
"""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass
from typing import assert_never

from signout.sandbox.functions.environment import Ending, Exited, OutOfMemory, TimedOut
from signout.sandbox.functions.runtime_api import Answered, Failed, Ready, TooLarge


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an ending means for the caller, and for the REPORT line."""

    payload: bytes
    function_error: str | None = None
    """`Unhandled`, or None when the handler returned."""
    status: str | None = None
    error_type: str | None = None


def judge(ending: Ready | Ending, request_id: str, timeout_seconds: int, *, loading: bool) -> Verdict:
    """`loading`: the ending is that of an attempt to load the handler, so an error is the environment's."""
    match ending:
        case Ready():
            raise ValueError("an environment that is ready has not ended")
        case Answered(payload):
            return Verdict(payload)
        case Failed(payload, error_type):
            return Verdict(payload, "Unhandled", *(("error", error_type) if loading else ()))
        case TooLarge():
            message = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
            return _verdict("error", "Function.ResponseSizeTooLarge", message)
        case TimedOut():
            message = f"RequestId: {request_id} Error: Task timed out after {timeout_seconds}.00 seconds"
            return Verdict(_payload("Sandbox.Timedout", message), "Unhandled", "timeout")
        case OutOfMemory():
            message = f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
            return _verdict("error", "Runtime.OutOfMemory", message)
        case Exited(status):
            return _verdict("error", "Runtime.ExitError", f"RequestId: {request_id} Error: {_exit(status)}")
        case other:
            assert_never(other)


def _verdict(status: str, error_type: str, message: str) -> Verdict:
    return Verdict(_payload(error_type, message), "Unhandled", status, error_type)


def _payload(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}, separators=(",", ":")).encode()


def _exit(status: int) -> str:
    if status == 0:
        return "Runtime exited without providing a reason"
    if status < 0:
        return f"Runtime exited with error: signal: {(signal.strsignal(-status) or str(-status)).lower()}"
    return f"Runtime exited with error: exit status {status}"
