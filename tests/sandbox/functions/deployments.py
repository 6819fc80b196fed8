"""A sandbox for tests that deploy functions: its server may be set and killed, and there are short ways to deploy."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from signout.sandbox.state import StateFolder
from tests.support.sandbox import ACCOUNT, Keys, Sandbox, allow, trust

HERE = "eu-central-1"
"""Not the Region in which the sandbox would put what names none."""
_SERVE = Path(__file__).with_name("serve.py")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Answer:
    """What a caller of Invoke gets."""

    status: int
    payload: Any
    error: str | None
    version: str | None
    log: list[str]
    request_id: str


class Deployments(Sandbox):
    """A server in a process of its own, which ends when told to."""

    def __init__(self, folder: StateFolder, process: subprocess.Popen[str]) -> None:
        super().__init__(folder)
        self.process = process

    def client(self, service: str, keys: Keys | None = None, region: str = HERE) -> Any:
        return super().client(service, keys, region)

    def service_role(self, *actions: str, service: str = "lambda.amazonaws.com") -> str:
        """ARN of a new role that trusts `service` and may do `actions`."""
        return self.role(allow(list(actions) or ["none:None"]), trust=trust({"Service": service}))

    def deploy(self, source: str, **settings: Any) -> str:
        """Name of a new function with `handler` in `index.py`."""
        given: dict[str, Any] = {
            "FunctionName": self.name("function"),
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Code": {"ZipFile": package(source)},
            **settings,
        }
        given.setdefault("Role", self.service_role("logs:*"))
        self.client("lambda").create_function(**given)
        return str(given["FunctionName"])

    def invoke(self, function: str, event: Any = None, **more: Any) -> Answer:
        if "InvocationType" not in more:
            more = {"LogType": "Tail", **more}
        got = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event), **more)
        payload = got["Payload"].read()
        return Answer(
            status=got["StatusCode"],
            payload=json.loads(payload) if payload else None,
            error=got.get("FunctionError"),
            version=got.get("ExecutedVersion"),
            log=base64.b64decode(got.get("LogResult", "")).decode().splitlines(),
            request_id=got["ResponseMetadata"]["RequestId"],
        )

    def logged(self, group: str) -> dict[str, list[str]]:
        """Messages of a log group, by stream; empty where there is no such group."""
        logs = self.client("logs")
        try:
            streams = [
                stream["logStreamName"] for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]
            ]
        except logs.exceptions.ResourceNotFoundException:
            return {}
        given = {"logGroupName": group, "startFromHead": True}
        return {
            stream: [event["message"] for event in logs.get_log_events(logStreamName=stream, **given)["events"]]
            for stream in streams
        }

    def queue(self) -> str:
        """ARN of a new queue."""
        name = self.name("queue")
        self.client("sqs").create_queue(QueueName=name)
        return f"arn:aws:sqs:{HERE}:{ACCOUNT}:{name}"

    def messages(self, queue_arn: str) -> list[dict[str, Any]]:
        """What is in a queue; it stays there."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=queue_arn.rsplit(":", 1)[-1])["QueueUrl"]
        wanted = {"MessageAttributeNames": ["All"], "VisibilityTimeout": 0, "MaxNumberOfMessages": 10}
        return list(sqs.receive_message(QueueUrl=url, **wanted).get("Messages", []))


def package(source: str, name: str = "index.py") -> bytes:
    """A deployment package with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, textwrap.dedent(source))
    return buffer.getvalue()


def eventually(look: Callable[[], _T], seconds: float = 15) -> _T:
    """What `look` returns once it is true; fails with the last of it."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            pytest.fail(f"still {found!r} after {seconds} s")
        time.sleep(0.02)
    return found


def start(path: Path, *arguments: str, **variables: str) -> Deployments:
    """A server with these arguments of serve.py, and environment variables beside the tests' own."""
    command = [sys.executable, str(_SERVE), str(path), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **variables})
    assert process.stdout is not None
    assert json.loads(process.stdout.readline()) == {"ready": True}
    return Deployments(StateFolder.of(path), process)


def stop(sandbox: Deployments) -> None:
    if sandbox.process.poll() is None:
        sandbox.process.send_signal(signal.SIGTERM)
        sandbox.process.wait(timeout=20)
