"""HTTP connections that stay open between requests: the application has always read the whole body, and its answer
has a known length. The handler it stands on closes after each.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from moto.moto_server.werkzeug_app import MotoRequestHandler

from .enforcement.wire import LONGEST_BODY

IDLE_SECONDS: Final = 60
"""After which a connection without a request is closed, and its thread ends."""
LENGTHLESS: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class Handler(MotoRequestHandler):
    """Serves one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    wbufsize = -1

    def run_wsgi(self) -> None:
        """Answer one request."""
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            started.append((status, headers))

        body = b"".join(self.server.app(environ, start_response))
        status, headers = started[-1]
        code = int(status.split(" ", 1)[0])
        self.send_response(code)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "server", "date"):
                self.send_header(name, value)
        if self.command == "HEAD":
            self.send_header("Content-Length", next((v for n, v in headers if n.lower() == "content-length"), "0"))
        elif code not in LENGTHLESS:
            self.send_header("Content-Length", str(len(body)))
        if self._unread():
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and code not in LENGTHLESS:
            self.wfile.write(body)
        self.wfile.flush()

    def _unread(self) -> bool:
        """Was the body refused for its length? Then it still stands before the next request."""
        length = self.headers.get("Content-Length") or "0"
        return not length.isdigit() or int(length) > LONGEST_BODY

    def log(self, type: str, message: str, *args: Any) -> None:
        """The record of calls says more."""
