"""The provider's process: the engine starts it, reads its port from the first line, and talks to it on loopback."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from signout.sandbox.provider.clients import isolate
from signout.sandbox.provider.server import Provider

LARGEST_MESSAGE = 400 << 20
"""Bytes; the engine's own limit."""

ORPHAN_CHECK = 0.5
"""Seconds between two looks whether the engine still lives."""


def main() -> None:
    engine, leave = os.getppid(), threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):  # SIGINT is how the engine asks a plugin to leave
        signal.signal(each, lambda *_: leave.set())
    server = grpc.server(
        ThreadPoolExecutor(32),
        options=[(f"grpc.max_{way}_message_length", LARGEST_MESSAGE) for way in ("receive", "send")],
    )
    add_ResourceProviderServicer_to_server(Provider(isolate()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    while not leave.wait(ORPHAN_CHECK) and os.getppid() == engine:
        pass
    server.stop(None)
    sys.stdout.flush()
    os._exit(0)  # threads in the middle of a call would keep an ordinary exit waiting


if __name__ == "__main__":
    main()
