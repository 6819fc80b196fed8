"""The server: moto's application behind enforcement, on 127.0.0.1.

    python -m signout.sandbox.server --dir .sandbox --port 4599

`signout sandbox start` is the usual way to run it, and starts just this. When it answers, or cannot, it writes one line
of JSON to the file descriptor of --ready-fd: {"ready": true} or {"error": "..."}.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, NoReturn, TextIO

from .account import ACCOUNT, ADMINISTRATOR, CONCURRENCY, DEFAULT_REGION, PARTITION
from .state import DEFAULT_PORT, Server, StateError, StateFolder, write

if TYPE_CHECKING:
    from .enforcement.application import Enforcement

ADDRESS: Final = "127.0.0.1"
SETTINGS: Final = {
    # moto's own settings; without the first, a header could make a call another account's
    "MOTO_ACCOUNT_ID": ACCOUNT,
    "MOTO_DISABLE_GLOBAL_CORS": "true",
    # what runs in this process never looks for anybody's AWS settings
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_DEFAULT_REGION": DEFAULT_REGION,
}
ADMINISTRATOR_ACCESS: Final = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Sid": "Everything", "Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


class StartError(Exception):
    """The server cannot start; one line that says why and what to do."""


Stop = Callable[[], None]


def bind(port: int) -> socket.socket:
    """A listening socket on the loopback address. Raises StartError where the port is taken or not ours to take."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        why = getattr(error, "strerror", None) or str(error)
        hint = "choose another with --port, or --port 0 for a free one"
        raise StartError(f"port {port} on {ADDRESS}: {why}; {hint}") from error
    return listener


def assemble(
    folder: StateFolder, port: int, *, throttle: bool = False, account_concurrency: int = CONCURRENCY
) -> tuple[Enforcement, list[Stop]]:
    """The application, and what to call when it ends. moto is imported here, under SETTINGS.

    `throttle` keeps to Cognito's request quotas, `account_concurrency` is Lambda's limit of the account.
    """
    os.environ.update(SETTINGS, MOTO_PORT=str(port))
    from .corrections import Options, apply
    from .enforcement import pinning, security_tokens
    from .enforcement.application import Enforcement
    from .enforcement.calls import CallLog
    from .first_calls import first_calls

    apply(Options(throttle=throttle))
    pinning.install()
    security_tokens.install()
    folder.write_credentials(*_make_administrator())
    hosts = frozenset({f"{ADDRESS}:{port}", f"localhost:{port}"})
    log, stops = CallLog(folder.calls_file), list[Stop]()
    first = first_calls(f"http://{ADDRESS}:{port}", log, stops, account_concurrency=account_concurrency)
    return Enforcement(log, hosts, first), stops


def _make_administrator() -> tuple[str, str]:
    """A user of the account with a fresh key: access key id and secret. What it may do, its policy says."""
    from moto.iam.models import iam_backends

    from .sessions import access_key_id, secret_access_key

    iam = iam_backends[ACCOUNT][PARTITION]
    user = iam.users.get(ADMINISTRATOR) or iam.create_user(DEFAULT_REGION, ADMINISTRATOR)
    user.put_policy("Administrator", ADMINISTRATOR_ACCESS)
    key = user.create_access_key("AKIA")
    key.access_key_id, key.secret_access_key = access_key_id("AKIA"), secret_access_key()
    iam.access_keys[key.access_key_id] = key
    return key.access_key_id, key.secret_access_key


def serve(application: Enforcement, listener: socket.socket) -> Any:
    """An HTTP server on the socket, a thread a connection; `serve_forever` runs it, `shutdown` ends it."""
    from werkzeug.serving import make_server

    from .connection import Handler

    server: Any = make_server(ADDRESS, 0, application, threaded=True, request_handler=Handler, fd=listener.fileno())
    server.daemon_threads, server.block_on_close = True, False
    return server


def main(argv: Sequence[str] | None = None) -> int:
    """Run the server until it is told to stop, which ends the process with 0. Returns 1 where it cannot start."""
    arguments = _parser().parse_args(argv)
    folder = StateFolder.of(arguments.dir)
    report = _reporter(arguments.ready_fd)
    sys.stdout, sys.stderr = _spared(1), _spared(2)
    try:
        folder.prepare()
        if not folder.hold("server"):
            raise StartError(f"{folder.path}: another sandbox runs on this folder; stop it with `signout sandbox stop`")
        listener = bind(arguments.port)
        port = listener.getsockname()[1]
        options = {"throttle": arguments.throttle, "account_concurrency": arguments.account_concurrency}
        application, stops = assemble(folder, port, **options)
        started = datetime.now(UTC).isoformat(timespec="seconds")
        record = Server(os.getpid(), port, started, **options)
        write(folder.server_file, json.dumps(asdict(record)))
    except (StartError, StateError) as error:
        return _failed(report, str(error))
    except OSError as error:
        return _failed(report, f"{error.filename or folder.path}: {error.strerror}; expected room to write")
    server = serve(application, listener)
    _stop_on_signal(server)
    report({"ready": True})
    try:
        server.serve_forever()
    finally:
        for stop in stops:
            stop()
        folder.forget_server()
    _end()


class _Spared(io.FileIO):
    """A file that takes what cannot be written for written: a full disk shall cost a line, not a call its answer."""

    def write(self, data: Any) -> int:
        """The number of bytes given, whatever became of them."""
        with suppress(OSError):
            super().write(data)
        return memoryview(data).nbytes


def _spared(descriptor: int) -> TextIO:
    raw = io.BufferedWriter(_Spared(descriptor, "w", closefd=False))
    return io.TextIOWrapper(raw, errors="backslashreplace", line_buffering=True)


def _end() -> NoReturn:
    """End the process here. To take apart an interpreter with all of moto in it takes seconds, and would wait for what
    still runs; records of calls are in their file as soon as they are made.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _failed(report: Callable[[dict[str, Any]], None], why: str) -> int:
    report({"error": why})
    print(f"error: {why}", file=sys.stderr)
    return 1


def _stop_on_signal(server: Any) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        # Not from this thread: it is the one that serves, and shutdown waits for it.
        threading.Thread(target=server.shutdown, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _reporter(descriptor: int | None) -> Callable[[dict[str, Any]], None]:
    def report(message: dict[str, Any]) -> None:
        # Whoever started the server may have been killed meanwhile.
        with suppress(BrokenPipeError):
            if descriptor is not None:
                with open(descriptor, "w") as pipe:
                    pipe.write(json.dumps(message) + "\n")

    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m signout.sandbox.server", description=__doc__)
    parser.add_argument("--dir", type=Path, help="state folder")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
    parser.add_argument("--throttle", action="store_true", help="keep to Cognito's request quotas")
    parser.add_argument(
        "--account-concurrency", type=int, default=CONCURRENCY, metavar="N", help="Lambda's limit of the account"
    )
    parser.add_argument("--ready-fd", type=int, help="where to say that the server answers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
