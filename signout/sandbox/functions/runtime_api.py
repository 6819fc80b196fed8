"""The Lambda Runtime API, for one execution environment.

AWS's runtime client asks for the next invocation in a request that stays open until there is one,
and posts the answer or the error. Source: Lambda Developer Guide, "Using the Lambda runtime API".
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass

BASE = "/2018-06-01/runtime"
MAXIMUM_RESPONSE_BYTES = 6_291_556
# The cause of an error travels in a header of up to 1 MiB.
_MAXIMUM_HEAD_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event for the function."""

    request_id: str
    payload: bytes
    function_arn: str
    deadline_ms: int
    trace_id: str
    client_context: str | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """The runtime waits for an event, and there is none yet."""


@dataclass(frozen=True, slots=True)
class Answered:
    payload: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """The runtime reported an error: of the handler, or before there was one to run."""

    payload: bytes
    error_type: str


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The answer was over the limit, and was not taken."""


Report = Ready | Answered | Failed | TooLarge


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    """None when it was over the limit, and was thrown away."""


class RuntimeApi:
    """A server on a loopback port of its own, so that whoever connects is the one environment's runtime."""

    def __init__(self, report: Callable[[Report], None]) -> None:
        self._report = report
        self._offered: asyncio.Future[Invocation] | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._running: str | None = None

    async def open(self) -> str:
        """Start to listen; return the address as AWS_LAMBDA_RUNTIME_API has it."""
        self._offered = asyncio.get_running_loop().create_future()
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", 0, limit=_MAXIMUM_HEAD_BYTES)
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def offer(self, invocation: Invocation) -> None:
        """Hand over an event; the runtime is waiting for it, or soon will be."""
        assert self._offered is not None
        self._offered.set_result(invocation)

    def has_hung_up(self) -> bool:
        """Has the runtime gone, even if its exit is not known yet? Idle, it waits on a connection for an event."""
        return not self._connections or any(_is_closed(connection) for connection in self._connections)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._offered is not None and not self._offered.done():
            self._offered.set_exception(ConnectionAbortedError())
            self._offered.exception()  # nobody may be waiting for it
        for connection in list(self._connections):
            connection.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while (request := await _read(reader)) is not None:
                status, headers, body = await self._reply(request)
                writer.write(_encode(status, headers, body))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # a runtime that died or talks nonsense; its exit is what counts
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _reply(self, request: _Request) -> tuple[str, dict[str, str], bytes]:
        path = request.path
        if request.method == "GET" and path == f"{BASE}/invocation/next":
            return await self._next()
        if request.method == "POST" and path == f"{BASE}/init/error":
            self._report(_failure(request))
            return _ACCEPTED
        if request.method == "POST" and path.startswith(f"{BASE}/invocation/"):
            return self._result(request)
        return "404 Not Found", {}, b""

    async def _next(self) -> tuple[str, dict[str, str], bytes]:
        assert self._offered is not None
        if not self._offered.done():
            self._report(Ready())
        invocation = await self._offered
        self._offered = asyncio.get_running_loop().create_future()
        self._running = invocation.request_id
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }
        if invocation.client_context is not None:
            headers["Lambda-Runtime-Client-Context"] = invocation.client_context
        return "200 OK", headers, invocation.payload

    def _result(self, request: _Request) -> tuple[str, dict[str, str], bytes]:
        request_id, _, kind = request.path.removeprefix(f"{BASE}/invocation/").partition("/")
        if request_id != self._running or kind not in ("response", "error"):
            return "400 Bad Request", {}, b'{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}'
        self._running = None
        if request.body is None:
            self._report(TooLarge())
            return "413 Payload Too Large", {}, b'{"errorType":"RequestEntityTooLarge","errorMessage":"Too large"}'
        self._report(_failure(request) if kind == "error" else Answered(request.body))
        return _ACCEPTED


_ACCEPTED: tuple[str, dict[str, str], bytes] = ("202 Accepted", {}, b'{"status":"OK"}')


def _is_closed(connection: asyncio.StreamWriter) -> bool:
    descriptor = connection.get_extra_info("socket").fileno()
    with socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM) as twin:
        try:
            return twin.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


def _failure(request: _Request) -> Failed:
    error_type = request.headers.get("lambda-runtime-function-error-type", "Runtime.Unknown")
    return Failed(request.body or b"{}", error_type)


async def _read(reader: asyncio.StreamReader) -> _Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None  # the runtime hung up between requests
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    method, path, _version = first.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return _Request(method, path, headers, await _read_body(reader, int(headers.get("content-length", "0"))))


async def _read_body(reader: asyncio.StreamReader, length: int) -> bytes | None:
    if length <= MAXIMUM_RESPONSE_BYTES:
        return await reader.readexactly(length)
    while length:
        chunk = await reader.read(min(length, 65_536))
        if not chunk:
            raise ConnectionError("the runtime hung up in the middle of its answer")
        length -= len(chunk)
    return None


def _encode(status: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode("latin-1") + body
