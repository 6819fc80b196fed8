"""A recorder on the wire: a loopback server between a client and the sandbox, that notes what the client really sent.

It passes requests on byte for byte, so a signature that covers the Host header stays valid. On request it answers
in the service's place, which is how the errors are shown that the sandbox has no cause for.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

TARGET = "AWSCognitoIdentityProviderService."
"""Before the operation's name in the header X-Amz-Target."""
JSON = "application/x-amz-json-1.1"

_SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=.+")


@dataclass(frozen=True)
class Sent:
    """One request as it went over the wire. Its parameters may hold a token, and are not shown."""

    operation: str
    parameters: Any = field(repr=False)
    content_type: str
    signed_for: tuple[str, str] | None
    """Region and service in the scope of the signature; None for a request without an Authorization header."""
    status: int
    """What came back."""

    @property
    def signed(self) -> bool:
        """Did the request carry a signature?"""
        return self.signed_for is not None


@dataclass(frozen=True)
class Reply:
    """An answer in the service's place."""

    status: int
    body: bytes


def fault(type: str, status: int = 400) -> Reply:
    """An error of the service's, as it would answer it."""
    return Reply(status, json.dumps({"__type": type, "message": "A fault injected by the test."}).encode())


Request = tuple[str, str, Mapping[str, str], bytes]
"""Method, path, headers, body."""
Answer = tuple[int, list[tuple[str, str]], bytes]
"""Status, headers, body."""


def operation_request(operation: str, parameters: Mapping[str, str], endpoint: str) -> Request:
    """An unsigned request for the operation."""
    headers = {"Host": endpoint.partition("//")[2], "Content-Type": JSON, "X-Amz-Target": TARGET + operation}
    body = json.dumps(parameters).encode()
    return "POST", "/", {**headers, "Content-Length": str(len(body))}, body


class Recorder:
    """Listens on a free port of 127.0.0.1 and passes on to `sandbox`, a host and port."""

    records = True

    def __init__(self, certificate: ssl.SSLContext | None = None) -> None:
        self.sandbox = ""
        self._sent: list[Sent] = []
        self._instead: Reply | None = None
        self._before: Callable[[], object] | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        if certificate:
            self._server.socket = certificate.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self.endpoint = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[Recorder]:
        """Listens within the block."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    @contextmanager
    def recording(self) -> Iterator[list[Sent]]:
        """What is sent within the block."""
        self._sent = []
        yield self._sent

    @contextmanager
    def answering(self, reply: Reply) -> Iterator[None]:
        """Nothing reaches the sandbox within the block; the reply is the answer."""
        self._instead = reply
        try:
            yield
        finally:
            self._instead = None

    @contextmanager
    def after(self, action: Callable[[], object]) -> Iterator[None]:
        """Within the block, each request is passed on right after the action."""
        self._before = action
        try:
            yield
        finally:
            self._before = None

    def answer(self, request: Request) -> Answer:
        """Pass a request on, note it, and give the answer back."""
        if self._instead:
            answer: Answer = self._instead.status, [("Content-Type", JSON)], self._instead.body
        else:
            if self._before:
                self._before()
            answer = self.pass_on(*request)
        self._sent.append(_sent(request[2], request[3], answer[0]))
        return answer

    def pass_on(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a request to the sandbox as it is, without a note."""
        connection = http.client.HTTPConnection(self.sandbox, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()


class Unrecorded:
    """No recorder: over TLS, and under a signature that covers the Host header, nobody can listen."""

    records = False

    def __init__(self, endpoint: str | None) -> None:
        self.endpoint = endpoint

    @contextmanager
    def recording(self) -> Iterator[list[Sent]]:
        """Nothing, whatever is sent."""
        yield []

    def answering(self, reply: Reply) -> AbstractContextManager[None]:
        """Nobody can answer in the service's place."""
        pytest.skip("needs the recorder, which cannot stand between a client and AWS")

    def after(self, action: Callable[[], object]) -> AbstractContextManager[None]:
        """Nobody can hold a request back."""
        pytest.skip("needs the recorder, which cannot stand between a client and AWS")


def _sent(headers: Mapping[str, str], body: bytes, status: int) -> Sent:
    given = {name.lower(): value for name, value in headers.items()}
    operation = given.get("x-amz-target", "").removeprefix(TARGET)
    return Sent(operation, _parameters(body), given.get("content-type", ""), _scope(given.get("authorization")), status)


def _parameters(body: bytes) -> Any:
    """None for the calls of other services that a test makes in between."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def _scope(authorization: str | None) -> tuple[str, str] | None:
    if authorization is None:
        return None
    found = _SCOPE.fullmatch(authorization)
    return (found[2], found[3]) if found else ("not a signature", "")


def _handler(recorder: Recorder) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        """An answer leaves in one piece: in two, the second waits for the first to be acknowledged."""

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, headers, content = recorder.answer((self.command, self.path, dict(self.headers), body))
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            """Quiet: what was sent is noted by the recorder."""

    return Handler
