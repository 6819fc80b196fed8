"""The connection over which log events travel."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from signout.sandbox.functions.logs_api import LogsApi

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass(frozen=True)
class Session:
    access_key_id: str = "ASIAEXAMPLE"
    secret_access_key: str = "secret"
    session_token: str = "token"


class HangsUp:
    """Answers one request on each connection, and ends it without saying so."""

    def __init__(self, port: int = 0) -> None:
        self.listener = socket.create_server(("127.0.0.1", port))
        self.ended = threading.Semaphore(0)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                connection, _ = self.listener.accept()
                with connection:
                    connection.recv(1 << 16)
                    connection.sendall(ANSWER)
                self.ended.release()


@pytest.fixture
def server() -> Iterator[HangsUp]:
    hangs_up = HangsUp()
    yield hangs_up
    hangs_up.listener.close()


def test_server_hung_up(server: HangsUp) -> None:
    """Nothing is lost when the server ended the connection during a pause, however often it does."""
    api = LogsApi(f"http://127.0.0.1:{server.listener.getsockname()[1]}")

    for _ in range(4):
        api.call("PutLogEvents", {}, "us-east-1", Session())
        server.ended.acquire()

    api.close()


def test_server_gone_and_back(server: HangsUp) -> None:
    """A call without a server fails, and the next one works when it is there again."""
    port = server.listener.getsockname()[1]
    api = LogsApi(f"http://127.0.0.1:{port}")
    api.call("PutLogEvents", {}, "us-east-1", Session())
    server.listener.shutdown(socket.SHUT_RDWR)
    server.listener.close()
    with pytest.raises(OSError, match=r"refused|reset|closed"):
        api.call("PutLogEvents", {}, "us-east-1", Session())

    back = HangsUp(port)
    api.call("PutLogEvents", {}, "us-east-1", Session())

    api.close()
    back.listener.close()
