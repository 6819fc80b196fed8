"""How many events of a function run at once, and who is turned away."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.functions.deployments import Deployments, eventually, start, stop

RETURNS = "def handler(event, context): return event"
WAITS = """
import os, time

def handler(event, context):
    open(event["here"], "w").close()
    while not os.path.exists(event["until"]):
        time.sleep(0.01)
"""


def code_of(raised: pytest.ExceptionInfo[ClientError]) -> tuple[str, int, str]:
    response: Any = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response.get("Reason", "")


def reserve(sandbox: Deployments, function: str, size: int) -> None:
    sandbox.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=size)


class Busy:
    """A function in the middle of an event until it is let go."""

    def __init__(self, sandbox: Deployments, function: str, folder: Any) -> None:
        self._go = folder / "go"
        here = folder / "here"
        event = {"here": str(here), "until": str(self._go)}
        self._thread = threading.Thread(target=sandbox.invoke, args=(function, event))
        self._thread.start()
        eventually(here.exists)

    def end(self) -> None:
        self._go.touch()
        self._thread.join()


def test_nothing_reserved_is_never_run(sandbox: Deployments) -> None:
    """A reservation of 0 turns every event away."""
    function = sandbox.deploy(RETURNS)
    reserve(sandbox, function, 0)
    with pytest.raises(ClientError) as raised:
        sandbox.invoke(function)

    assert code_of(raised) == ("TooManyRequestsException", 429, "ReservedFunctionConcurrentInvocationLimitExceeded")
    assert raised.value.response["Error"]["Message"] == "Rate Exceeded."


def test_reservation_used_up(sandbox: Deployments, tmp_path: Any) -> None:
    """With one reserved the second event at the same time is turned away, and the next one after that is not."""
    function = sandbox.deploy(WAITS, Timeout=30)
    reserve(sandbox, function, 1)
    busy = Busy(sandbox, function, tmp_path)
    with pytest.raises(ClientError) as raised:
        sandbox.invoke(function, {"here": str(tmp_path / "x"), "until": str(tmp_path)})
    busy.end()

    assert code_of(raised)[0] == "TooManyRequestsException"
    assert sandbox.invoke(function, {"here": str(tmp_path / "x"), "until": str(tmp_path)}).error is None


def test_reservation_is_shared_by_versions(sandbox: Deployments) -> None:
    """A reservation made after a version was published holds for that version too."""
    function = sandbox.deploy(RETURNS, Publish=True)
    reserve(sandbox, function, 0)
    with pytest.raises(ClientError) as raised:
        sandbox.invoke(function, {}, Qualifier="1")

    assert code_of(raised)[0] == "TooManyRequestsException"


def test_reservation_is_reported_and_dropped(sandbox: Deployments) -> None:
    """GetFunction reports a reservation, that of 0 as well; without one there is none."""
    client, function = sandbox.client("lambda"), sandbox.deploy(RETURNS)
    reserve(sandbox, function, 0)
    assert client.get_function(FunctionName=function)["Concurrency"] == {"ReservedConcurrentExecutions": 0}

    client.delete_function_concurrency(FunctionName=function)
    assert "Concurrency" not in client.get_function(FunctionName=function)
    assert sandbox.invoke(function, 1).payload == 1


def test_hundred_stay_unreserved(own_sandbox: Callable[..., Deployments]) -> None:
    """Of the account's 1000 Lambda keeps 100 from being reserved."""
    server = own_sandbox()
    first, second = server.deploy(RETURNS), server.deploy(RETURNS)
    reserve(server, first, 800)
    with pytest.raises(ClientError) as raised:
        reserve(server, second, 101)
    reserve(server, second, 100)
    reserve(server, first, 700)  # one's own old reservation does not count

    assert raised.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert raised.value.response["Error"]["Message"].endswith("below its minimum value of [100].")


@pytest.fixture(scope="module")
def small_account(functions_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployments]:
    """A server whose account may have one environment at work."""
    made = start(tmp_path_factory.mktemp("sandbox"), "--account-concurrency", "1")
    yield made
    stop(made)


def test_less_than_a_hundred(small_account: Deployments) -> None:
    """In an account with a limit of less than 100, as a new one has, nothing can be reserved."""
    function = small_account.deploy(RETURNS)
    with pytest.raises(ClientError) as raised:
        reserve(small_account, function, 1)
    reserve(small_account, function, 0)

    assert raised.value.response["Error"]["Message"].endswith("below its minimum value of [1].")


def test_account_used_up(small_account: Deployments, tmp_path: Any) -> None:
    """All functions without a reservation share what the account has."""
    server = small_account
    busy_one, other = server.deploy(WAITS, Timeout=30), server.deploy(RETURNS)
    busy = Busy(server, busy_one, tmp_path)
    with pytest.raises(ClientError) as raised:
        server.invoke(other)
    busy.end()

    assert code_of(raised) == ("TooManyRequestsException", 429, "ConcurrentInvocationLimitExceeded")
    assert server.invoke(other, 1).payload == 1


EVENT = {"InvocationType": "Event"}
TOO_LARGE = "RequestEntityTooLargeException"
NO_JSON = "InvalidRequestContentException"
PAYLOADS = [
    # name              payload                    more                        code       status
    ("no JSON",         b"{no",                    {},                         NO_JSON,   400),
    ("no number",       b'{"at": NaN}',            {},                         NO_JSON,   400),
    ("no UTF-8",        b'"\xff"',                 {},                         NO_JSON,   400),
    ("UTF-16",          b'"\0a\0"\0',             {},                         NO_JSON,   400),
    ("too deep",        b"[" * 100_000,            {},                         NO_JSON,   400),
    ("too large",       b'"' + b"x" * 6_291_456,   {},                         TOO_LARGE, 413),
    ("event too large", b'"' + b"x" * 1_048_576,   EVENT,                      TOO_LARGE, 413),
    ("context no JSON", b"{}",                     {"ClientContext": "bm8="},  NO_JSON,   400),
]  # fmt: skip


@pytest.mark.parametrize(
    ("payload", "more", "code", "status"), [row[1:] for row in PAYLOADS], ids=[row[0] for row in PAYLOADS]
)
def test_bad_payload(sandbox: Deployments, payload: bytes, more: Any, code: str, status: int) -> None:
    """What is no event is refused before any function sees it."""
    with pytest.raises(ClientError) as raised:
        sandbox.client("lambda").invoke(FunctionName=sandbox.deploy(RETURNS), Payload=payload, **more)

    assert code_of(raised)[:2] == (code, status)


def test_no_payload(sandbox: Deployments) -> None:
    """An empty payload is an empty object."""
    got = sandbox.client("lambda").invoke(FunctionName=sandbox.deploy(RETURNS))

    assert json.loads(got["Payload"].read()) == {}


def test_dry_run(sandbox: Deployments) -> None:
    """DryRun runs nothing, and says 204."""
    assert sandbox.invoke(sandbox.deploy("raise SystemExit"), {}, InvocationType="DryRun").status == 204
