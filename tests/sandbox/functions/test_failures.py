"""Every way in which a function can fail, with what Lambda tells the caller and writes to the log."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.functions.deployments import Deployments

RAISES = """
def handler(event, context):
    raise ValueError("no such thing")
"""
EXITS = """
import os, sys

def handler(event, context):
    print("before")
    {how}
"""
SLEEPS = """
import time

def handler(event, context):
    print("before")
    time.sleep(30)
"""
HOARDS = """
import time

def handler(event, context):
    print("before")
    hoard = b"x" * (400 * 1024 * 1024)
    time.sleep(30)
"""
HOARDS_AND_RETURNS = """
def handler(event, context):
    return len(b"x" * (400 * 1024 * 1024))
"""
TALKS = """
def handler(event, context):
    return "x" * 6_291_555
"""
UNSERIALIZABLE = """
def handler(event, context):
    return object()
"""
MISSING_MODULE = """
import no_such_module

def handler(event, context):
    pass
"""
BROKEN = """
def handler(event, context)
    pass
"""
RAISES_AT_IMPORT = """
raise RuntimeError("not today")
"""
EXITS_AT_IMPORT = """
import sys
sys.exit(4)
"""
NO_HANDLER = """
def another(event, context):
    pass
"""


ON_DEMAND = """
import os, time

def handler(event, context):
    match event:
        case "raise": raise ValueError("no such thing")
        case "exit": os._exit(3)
        case "time out": time.sleep(30)
        case "hoard": return len(b"x" * (400 * 1024 * 1024))
    return event
"""


class Where(Enum):
    """Who reports the failure, which the log shows."""

    HANDLER = ""
    """The runtime, for a handler that was run."""
    ENVIRONMENT = "Status: error\tError Type: {error_type}"
    CLOCK = "Status: timeout"
    LOADING = "Status: error\tError Type: {error_type} "
    """Before there was a handler to run; Lambda tries twice."""


@dataclass(frozen=True)
class Case:
    name: str
    where: Where
    source: str
    error_type: str
    message: str
    """A pattern for all of errorMessage; ID stands for the request id."""
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """The end of the REPORT line."""
        return self.where.value.format(error_type=self.error_type).strip()


def exits(how: str) -> str:
    return EXITS.format(how=how)


HANDLER, ENVIRONMENT, CLOCK, LOADING = Where
EXIT = "Runtime.ExitError"
WITH = "RequestId: ID Error: Runtime exited with error: "
TOO_LARGE = r"Response payload size exceeded maximum allowed payload size \(6291556 bytes\)\."
CASES = [
    Case("raises", HANDLER, RAISES, "ValueError", "no such thing"),
    Case("answers no JSON", HANDLER, UNSERIALIZABLE, "Runtime.MarshalError", "Unable to marshal response: .*"),
    Case(
        "exits well", ENVIRONMENT, exits("os._exit(0)"), EXIT, "RequestId: ID Error: Runtime exited without .* reason"
    ),
    Case("exits badly", ENVIRONMENT, exits("sys.exit(3)"), EXIT, WITH + "exit status 3"),
    Case("is killed", ENVIRONMENT, exits("os.kill(os.getpid(), 9)"), EXIT, WITH + "signal: killed"),
    Case("crashes", ENVIRONMENT, exits("os.kill(os.getpid(), 11)"), EXIT, WITH + "signal: segmentation fault"),
    Case(
        "times out",
        CLOCK,
        SLEEPS,
        "Sandbox.Timedout",
        "RequestId: ID Error: Task timed out after 1.00 seconds",
        {"Timeout": 1},
    ),
    Case("out of memory", ENVIRONMENT, HOARDS, "Runtime.OutOfMemory", WITH + "signal: killed", {"Timeout": 20}),
    Case(
        "for a moment", ENVIRONMENT, HOARDS_AND_RETURNS, "Runtime.OutOfMemory", WITH + "signal: killed", {"Timeout": 20}
    ),
    Case("talks too much", ENVIRONMENT, TALKS, "Function.ResponseSizeTooLarge", TOO_LARGE, {"Timeout": 20}),
    Case(
        "missing module",
        LOADING,
        MISSING_MODULE,
        "Runtime.ImportModuleError",
        "Unable to import .*: No module named 'no_such_module'",
    ),
    Case("syntax error", LOADING, BROKEN, "Runtime.UserCodeSyntaxError", r"Syntax error in module 'index': .*line 2\)"),
    Case("raises at import", LOADING, RAISES_AT_IMPORT, "RuntimeError", "not today"),
    Case("exits at import", LOADING, EXITS_AT_IMPORT, EXIT, WITH + "exit status 4"),
    Case("no handler", LOADING, NO_HANDLER, "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'index'"),
    Case(
        "no file", LOADING, "", "Runtime.ImportModuleError", "Unable to import module 'x': .*", {"Handler": "x.handler"}
    ),
    Case("no module", LOADING, "", "Runtime.MalformedHandlerName", "Bad handler 'handler': .*", {"Handler": "handler"}),
    Case(
        "built in",
        LOADING,
        "",
        "Runtime.BuiltInModuleConflict",
        "Cannot use built-in module sys .*",
        {"Handler": "sys.exit"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_failure(sandbox: Deployments, case: Case) -> None:
    """The caller gets status 200, FunctionError Unhandled, Lambda's error document, and the log as Lambda writes it."""
    answer = sandbox.invoke(sandbox.deploy(case.source, **case.settings), {})

    assert (answer.status, answer.error, answer.version) == (200, "Unhandled", "$LATEST")
    assert answer.payload["errorType"] == case.error_type
    assert re.fullmatch(case.message.replace("ID", answer.request_id), answer.payload["errorMessage"])
    start = answer.log.index(f"START RequestId: {answer.request_id} Version: $LATEST")
    assert answer.log[-2] == f"END RequestId: {answer.request_id}"
    assert_report(answer.log[-1], answer.request_id, case)
    assert_loading(answer.log[:start], case)


def assert_report(line: str, request_id: str, case: Case) -> None:
    cold = "" if case.where is LOADING else r"\tInit Duration: [\d.]+ ms"
    verdict = rf"\t{re.escape(case.verdict)}" if case.verdict else ""
    memory = r"Memory Size: 128 MB\tMax Memory Used: \d+ MB"
    times = r"Duration: [\d.]+ ms\tBilled Duration: \d+ ms"
    assert re.fullmatch(rf"REPORT RequestId: {request_id}\t{times}\t{memory}{cold}{verdict}\t", line)


def assert_loading(lines: list[str], case: Case) -> None:
    """Two tries at loading, each with its report, or none that failed."""
    reports = [line for line in lines if line.startswith("INIT_REPORT")]
    phases = ["init", "invoke"] if case.where is LOADING else []
    verdict = re.escape(case.verdict)
    patterns = [rf"INIT_REPORT Init Duration: [\d.]+ ms\tPhase: {phase}\t{verdict}\t" for phase in phases]
    assert [bool(re.fullmatch(*both)) for both in zip(patterns, reports, strict=True)] == [True] * len(phases)


def test_what_was_written_before(sandbox: Deployments) -> None:
    """What a function printed before it died is in the log."""
    answer = sandbox.invoke(sandbox.deploy(exits("os._exit(3)")), {})

    assert answer.log[1] == "before"


def test_trace(sandbox: Deployments) -> None:
    """An exception is in the log as one event, with its stack."""
    answer = sandbox.invoke(sandbox.deploy(RAISES), {})

    first, second, place, code = answer.log[1:-2]
    assert (first, second) == ("[ERROR] ValueError: no such thing", "Traceback (most recent call last):")
    assert re.fullmatch(r'\s\sFile "/.*/index.py", line 3, in handler', place)
    assert code.strip() == 'raise ValueError("no such thing")'
    assert len(answer.payload["stackTrace"]) == 1


@pytest.mark.parametrize("how", ["raise", "exit", "time out", "hoard"])
def test_next_event_after_failure(sandbox: Deployments, how: str) -> None:
    """A failure takes nothing with it: the next event is served."""
    function = sandbox.deploy(ON_DEMAND, Timeout=1)

    assert sandbox.invoke(function, how).error == "Unhandled"
    assert sandbox.invoke(function, "fine").payload == "fine"


def test_slow_import(sandbox: Deployments, tmp_path: Path) -> None:
    """Lambda gives loading 10 seconds, then starts over with the function's own time."""
    source = """
    import os, time

    if not os.path.exists(os.environ["NOTE"]):
        open(os.environ["NOTE"], "w").close()
        time.sleep(30)

    def handler(event, context):
        return event
    """
    note = {"Variables": {"NOTE": str(tmp_path / "note")}}
    answer = sandbox.invoke(sandbox.deploy(source, Environment=note), "late")

    assert answer.payload == "late"
    assert re.fullmatch(r"INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: timeout\t", answer.log[0])
