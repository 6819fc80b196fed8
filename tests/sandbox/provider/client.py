"""The provider's own process, spoken to as the engine speaks to it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from signout.sandbox.provider.wire import Props, read, write

SEED = bytes.fromhex("0123456789abcdef")


class Client:
    """A configured provider."""

    def __init__(self, port: int) -> None:
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = ResourceProviderStub(self._channel)

    def close(self) -> None:
        self._channel.close()

    def configure(self, **config: Any) -> None:
        self.stub.Configure(pb.ConfigureRequest(args=write(config)))

    def check(self, token: str, given: Props, old: Props | None = None, name: str = "made") -> tuple[Props, list[str]]:
        """The inputs that it makes of those given, and what it finds wrong."""
        request = pb.CheckRequest(urn=urn(token, name), news=write(given), olds=write(old or {}), randomSeed=SEED)
        answer = self.stub.Check(request)
        return read(answer.inputs), [failure.reason for failure in answer.failures]

    def create(self, token: str, given: Props, name: str = "made") -> tuple[str, Props]:
        answer = self.stub.Create(pb.CreateRequest(urn=urn(token, name), properties=write(given)))
        return answer.id, read(answer.properties)


def urn(token: str, name: str) -> str:
    return f"urn:pulumi:test::project::{token}::{name}"


@contextmanager
def running(plugin: Path, environment: Mapping[str, str]) -> Iterator[Client]:
    """A provider's process, started as the engine starts it; ended with the block."""
    process = subprocess.Popen([plugin, "127.0.0.1:1"], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    client = Client(int(process.stdout.readline()))
    try:
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait(10)
        process.stdout.close()
