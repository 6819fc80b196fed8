"""The sandbox: how soon it answers, what enforcement adds to a call, functions cold and warm."""

from __future__ import annotations

import io
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import boto3

from bench.measure import Figure, figure, times_of
from bench.tools import Peers
from signout.sandbox import lifecycle, runtime_env
from signout.sandbox.state import Connection, StateFolder

RATIO = 1.5
"""An enforced call may take so many times what moto's own server takes."""


def measure(peers: Peers, folder: Path) -> Iterator[Figure]:
    """Every figure of the sandbox; `peers` are not asked, since moto is the sandbox's own."""
    runtime_env.prepare(partial(print, file=sys.stderr))
    yield starting(StateFolder(folder / "starts"))
    state = StateFolder(folder / "state")
    lifecycle.start(state, 0)
    try:
        connection = state.connection()
        yield from calling(connection, folder)
        yield from invoking(connection)
    finally:
        lifecycle.stop(state)


def starting(folder: StateFolder) -> Figure:
    """From the start of the process to the answer of a first call, without Step Functions."""
    times = []
    for _ in range(8):
        begun = time.perf_counter()
        lifecycle.start(folder, 0)
        client("sts", folder.connection()).get_caller_identity()
        times.append(time.perf_counter() - begun)
        lifecycle.stop(folder)
    return figure("start to first answer", "signout", times[1:], target=0.6, note="making boto3's client included")


def calling(connection: Connection, folder: Path) -> Iterator[Figure]:
    """The same call to both servers by turns: to the sandbox by a role's session, to moto by anybody."""
    with moto(folder / "moto.log") as endpoint:
        ours, theirs = client("cognito-idp", session(connection)), client("cognito-idp", nobody(endpoint))
        users = [(ours, user(client("cognito-idp", connection))), (theirs, user(theirs))]
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(500):
            for (caller, parameters), found in zip(users, times, strict=True):
                begun = time.perf_counter()
                caller.admin_get_user(**parameters)
                found.append(time.perf_counter() - begun)
    enforced, bare = (each[20:] for each in times)
    usual = statistics.median(bare)
    ratio = f"{statistics.median(enforced) / usual:.2f} times moto's"
    what = "AdminGetUser by boto3"
    yield figure(what, "moto's own server", bare, note="no signature verified, nobody refused")
    yield figure(what, "signout", enforced, note=ratio, target=RATIO * usual)


def invoking(connection: Connection) -> Iterator[Figure]:
    """A function that returns its event: with a new process each time, and with one that is there."""
    functions = client("lambda", connection)
    role = role_for(connection, {"Service": "lambda.amazonaws.com"}, "logs:*")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return event\n")
    functions.create_function(
        FunctionName="echo",
        Runtime="python3.13",
        Handler="index.handler",
        Role=role,
        Code={"ZipFile": package.getvalue()},
    )
    invoke = partial(functions.invoke, FunctionName="echo", Payload=b"1")
    cold = []
    for number in range(12):
        functions.update_function_configuration(FunctionName="echo", Timeout=number + 10)  # lets go of the old process
        cold += times_of(invoke, 1, warmup=0)
    yield figure("cold invocation", "signout", cold[2:], target=0.3)
    yield figure("warm invocation", "signout", times_of(invoke, 200, warmup=20), target=8e-3)


def client(service: str, connection: Connection | dict[str, Any]) -> Any:
    """A client of boto3 as this connection's administrator, or as whom the keywords say."""
    if isinstance(connection, Connection):
        connection = {
            "endpoint_url": connection.endpoint,
            "region_name": connection.region,
            "aws_access_key_id": connection.access_key_id,
            "aws_secret_access_key": connection.secret_access_key,
        }
    return boto3.client(service, **connection)


def nobody(endpoint: str) -> dict[str, Any]:
    """A caller of a server that asks for no credentials and takes any."""
    keys = {"aws_access_key_id": "AKIANOBODY", "aws_secret_access_key": "none"}
    return {"endpoint_url": endpoint, "region_name": "us-east-1", **keys}


def session(connection: Connection) -> dict[str, Any]:
    """A session of a role that may read users, for the sandbox's own administrator to try enforcement with."""
    identity = client("sts", connection).get_caller_identity()["Arn"]
    role = role_for(connection, {"AWS": identity}, "cognito-idp:AdminGetUser")
    keys = client("sts", connection).assume_role(RoleArn=role, RoleSessionName="bench")["Credentials"]
    return {
        "endpoint_url": connection.endpoint,
        "region_name": connection.region,
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def role_for(connection: Connection, principal: dict[str, str], action: str) -> str:
    """ARN of a new role that the principal may assume, and that may do this everywhere."""
    iam, name = client("iam", connection), f"bench-{action.partition(':')[0]}"
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    grant = {"Effect": "Allow", "Action": action, "Resource": "*"}
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(grant))
    return arn


def document(statement: dict[str, Any]) -> str:
    """A policy of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def user(cognito: Any) -> dict[str, str]:
    """A new user in a new pool, as parameters of a call."""
    parameters = {"UserPoolId": cognito.create_user_pool(PoolName="bench")["UserPool"]["Id"], "Username": "ann"}
    cognito.admin_create_user(**parameters)
    return parameters


@contextmanager
def moto(log: Path) -> Iterator[str]:
    """moto's own server as it comes, on a free port; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, "MOTO_PORT": str(port)})
    try:
        until = time.monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"moto's server does not answer: {log.read_text()[-500:]}")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
