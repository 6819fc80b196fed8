"""A function sees what it would see in Lambda, and nothing of the host."""

from __future__ import annotations

import pytest

from tests.sandbox.functions.deployments import Deployments, package

VARIABLES = """
import os

def handler(event, context):
    return dict(os.environ)
"""
IMPORTS = """
def handler(event, context):
    try:
        __import__(event)
    except ImportError as error:
        return str(error)
"""


def test_variables(sandbox: Deployments) -> None:
    """The environment holds Lambda's variables and the function's own; none of the server's."""
    function = sandbox.deploy(
        VARIABLES, Environment={"Variables": {"MINE": "yes", "TZ": "Europe/Berlin"}}, MemorySize=256
    )
    seen = sandbox.invoke(function).payload

    assert seen["MINE"] == "yes"
    assert seen["TZ"] == "Europe/Berlin"  # a default of Lambda's that may be changed
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == function
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert seen["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert seen["AWS_REGION"] == seen["AWS_DEFAULT_REGION"] == "eu-central-1"
    assert seen["_HANDLER"] == "index.handler"
    assert "HOST_SECRET" not in seen
    assert seen["HOME"] == seen["TMPDIR"]
    expected = {"PATH", "LANG", "TZ", "HOME", "TMPDIR", "MINE", "_HANDLER", "_X_AMZN_TRACE_ID", "LC_CTYPE"}
    assert {name for name in seen if not name.startswith(("AWS_", "LAMBDA_"))} <= expected


def test_endpoint_cannot_be_changed(sandbox: Deployments) -> None:
    """A function that sets AWS_ENDPOINT_URL itself still calls the sandbox."""
    function = sandbox.deploy(VARIABLES, Environment={"Variables": {"AWS_ENDPOINT_URL": "https://example.org"}})

    assert sandbox.invoke(function).payload["AWS_ENDPOINT_URL"] == sandbox.endpoint


def test_calls_as_its_role(sandbox: Deployments) -> None:
    """The SDK in a function calls the sandbox as a session of the execution role."""
    source = """
    import boto3

    def handler(event, context):
        return boto3.client("sts").get_caller_identity()["Arn"]
    """
    role = sandbox.service_role("logs:*", "sts:GetCallerIdentity")
    function = sandbox.deploy(source, Role=role, Timeout=20, MemorySize=512)

    name = role.rsplit("/", 1)[-1]
    assert sandbox.invoke(function).payload == f"arn:aws:sts::123456789012:assumed-role/{name}/{function}"


@pytest.mark.parametrize("module", ["moto", "signout", "pulumi", "pytest"])
def test_no_packages_of_the_host(sandbox: Deployments, module: str) -> None:
    """What the zip lacks is missing, even if this project has it."""
    assert sandbox.invoke(sandbox.deploy(IMPORTS), module).payload == f"No module named '{module}'"


def test_boto3_is_there(sandbox: Deployments) -> None:
    """As in Lambda's runtime, boto3 need not be in the zip."""
    assert sandbox.invoke(sandbox.deploy(IMPORTS, Timeout=20, MemorySize=512), "boto3").payload is None


def test_context(sandbox: Deployments) -> None:
    """The context has the request id that the caller gets, the deadline, the client's context."""
    source = """
    def handler(event, context):
        return [context.aws_request_id, context.get_remaining_time_in_millis(), context.client_context.custom]
    """
    function = sandbox.deploy(source, Timeout=10)
    answer = sandbox.invoke(function, ClientContext="eyJjdXN0b20iOiB7ImEiOiAiw6QifX0=")

    request_id, remaining, custom = answer.payload
    assert request_id == answer.request_id
    assert 0 < remaining <= 10_000
    assert custom == {"a": "ä"}


def test_code_is_read_only(sandbox: Deployments) -> None:
    """The folder of the code cannot be written to, as /var/task cannot; root may everywhere."""
    source = """
    import os, stat

    def handler(event, context):
        return [stat.S_IMODE(os.stat(path).st_mode) & 0o222 for path in (".", "index.py")]
    """
    assert sandbox.invoke(sandbox.deploy(source)).payload == [0, 0]


def test_modes(sandbox: Deployments) -> None:
    """A program in the zip stays executable."""
    import io
    import zipfile

    buffer = io.BytesIO(
        package("""
    import subprocess

    def handler(event, context):
        return subprocess.run(["./tool"], capture_output=True, text=True).stdout
    """)
    )
    with zipfile.ZipFile(buffer, "a") as archive:
        tool = zipfile.ZipInfo("tool")
        tool.external_attr = 0o755 << 16
        archive.writestr(tool, "#!/bin/sh\necho works\n")
    function = sandbox.deploy("", Code={"ZipFile": buffer.getvalue()})

    assert sandbox.invoke(function).payload == "works\n"
