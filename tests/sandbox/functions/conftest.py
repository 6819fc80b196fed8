"""A sandbox with functions, and what it takes to deploy one and to read what it wrote."""

from __future__ import annotations

import base64
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest
from botocore.config import Config

from signout.sandbox import runtime_env
from signout.sandbox.state import Connection, StateFolder

REGION = "eu-central-1"
HOST_SECRET = "of-the-host-user"
_SERVE = Path(__file__).with_name("serve.py")
_T = TypeVar("_T")
_number = itertools.count()


@dataclass(frozen=True)
class Answer:
    """What a caller of Invoke gets."""

    status: int
    payload: Any
    error: str | None
    version: str | None
    log: list[str]
    request_id: str


@dataclass(frozen=True, eq=False)
class Sandbox:
    """A server of its own process."""

    connection: Connection
    process: subprocess.Popen[str]

    @cache  # noqa: B019 - a client takes longer to make than most tests take
    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.connection.endpoint,
            aws_access_key_id=self.connection.access_key_id,
            aws_secret_access_key=self.connection.secret_access_key,
            config=Config(retries={"total_max_attempts": 1}, proxies={}, read_timeout=60, parameter_validation=False),
        )

    def role(self, *actions: str, service: str = "lambda.amazonaws.com") -> str:
        """ARN of a new role that trusts `service` and may do `actions`."""
        iam, name = self.client("iam"), f"role-{next(_number)}"
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))
        grant = {"Effect": "Allow", "Action": list(actions) or ["none:None"], "Resource": "*"}
        iam.put_role_policy(RoleName=name, PolicyName="grants", PolicyDocument=_document(grant))
        return str(made["Role"]["Arn"])

    def deploy(self, source: str, **settings: Any) -> str:
        """Name of a new function with `handler` in `index.py`."""
        given: dict[str, Any] = {
            "FunctionName": f"function-{next(_number)}",
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Code": {"ZipFile": package(source)},
            **settings,
        }
        given.setdefault("Role", self.role("logs:*"))
        self.client("lambda").create_function(**given)
        return str(given["FunctionName"])

    def invoke(self, function: str, event: Any = None, **more: Any) -> Answer:
        asynchronous = more.get("InvocationType") in ("Event", "DryRun")
        more = more if asynchronous else {"LogType": "Tail", **more}
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
            streams = logs.describe_log_streams(logGroupName=group)["logStreams"]
        except logs.exceptions.ResourceNotFoundException:
            return {}
        return {
            stream["logStreamName"]: [
                event["message"]
                for event in logs.get_log_events(
                    logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
                )["events"]
            ]
            for stream in streams
        }

    def queue(self) -> str:
        """ARN of a new queue."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=f"queue-{next(_number)}")["QueueUrl"]
        return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])

    def messages(self, queue_arn: str) -> list[dict[str, Any]]:
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=queue_arn.rsplit(":", 1)[-1])["QueueUrl"]
        got = sqs.receive_message(
            QueueUrl=url, MessageAttributeNames=["All"], VisibilityTimeout=0, MaxNumberOfMessages=10
        )
        return list(got.get("Messages", []))


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


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def start(folder: Path, *arguments: str) -> Sandbox:
    environment = {**os.environ, "HOST_SECRET": HOST_SECRET}
    command = [sys.executable, str(_SERVE), str(folder), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline()) == {"ready": True}
    return Sandbox(StateFolder.of(folder).connection(), process)


def stop(sandbox: Sandbox) -> None:
    sandbox.process.send_signal(signal.SIGTERM)
    sandbox.process.wait(timeout=20)


@pytest.fixture(scope="session")
def functions_python() -> Path:
    """The functions' interpreter, made on first use."""
    return runtime_env.prepare(print)


@pytest.fixture(scope="session")
def sandbox(functions_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One for all tests; AWS's minute of asynchronous retries takes a tenth of a second."""
    made = start(tmp_path_factory.mktemp("sandbox"))
    yield made
    stop(made)


@pytest.fixture
def own_sandbox(functions_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Sandbox]]:
    """Starts servers of a test's own, with arguments."""
    made: list[Sandbox] = []

    def make(*arguments: str) -> Sandbox:
        made.append(start(tmp_path_factory.mktemp("sandbox"), *arguments))
        return made[-1]

    yield make
    for one in made:
        if one.process.poll() is None:
            stop(one)


@pytest.fixture(name="package")
def package_fixture() -> Callable[..., bytes]:
    return package


@pytest.fixture(name="eventually")
def eventually_fixture() -> Callable[..., Any]:
    return eventually
