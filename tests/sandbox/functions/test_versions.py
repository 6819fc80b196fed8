"""Versions keep code and configuration; aliases and qualifiers lead to the version they name."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.functions.deployments import Deployments, package

TELLS = """
import os

def handler(event, context):
    variables = os.environ
    return [{number}, variables["AWS_LAMBDA_FUNCTION_VERSION"], variables.get("SET"), context.invoked_function_arn]
"""


@pytest.fixture
def function(sandbox: Deployments) -> str:
    """Version 1 returns 1, version 2 returns 2, $LATEST returns 3; alias `live` is version 1."""
    client = sandbox.client("lambda")
    name: str = sandbox.deploy(TELLS.format(number=1), Environment={"Variables": {"SET": "one"}}, Publish=True)
    client.update_function_configuration(FunctionName=name, Environment={"Variables": {"SET": "two"}})
    client.update_function_code(FunctionName=name, ZipFile=package(TELLS.format(number=2)), Publish=True)
    client.update_function_code(FunctionName=name, ZipFile=package(TELLS.format(number=3)))
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    return name


ARN = "arn:aws:lambda:eu-central-1:123456789012:function:{name}"
WAYS = [
    # name                     function name         qualifier   returns          asked for as
    ("nothing",                "{name}",             None,       (3, "$LATEST", "two"), ""),
    ("$LATEST",                "{name}",             "$LATEST",  (3, "$LATEST", "two"), ":$LATEST"),
    ("version by parameter",   "{name}",             "1",        (1, "1", "one"),       ":1"),
    ("version by name",        "{name}:2",           None,       (2, "2", "two"),       ":2"),
    ("version by ARN",         ARN + ":1",           None,       (1, "1", "one"),       ":1"),
    ("ARN",                    ARN,                  None,       (3, "$LATEST", "two"), ""),
    ("alias by parameter",     "{name}",             "live",     (1, "1", "one"),       ":live"),
    ("alias by name",          "{name}:live",        None,       (1, "1", "one"),       ":live"),
    ("alias by ARN",           ARN + ":live",        None,       (1, "1", "one"),       ":live"),
    ("alias twice",            "{name}:live",        "live",     (1, "1", "one"),       ":live"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "qualifier", "want", "suffix"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS]
)
def test_way(
    sandbox: Deployments, function: str, name: str, qualifier: str | None, want: tuple[Any, ...], suffix: str
) -> None:
    """Each way of naming a version runs its code, with its variables; the answer says which version ran."""
    more = {"Qualifier": qualifier} if qualifier else {}
    answer = sandbox.invoke(name.format(name=function), {}, **more)

    *told, arn = answer.payload
    assert tuple(told) == want
    assert arn == ARN.format(name=function) + suffix
    assert answer.version == want[1]


REFUSED = [
    # name                  function name   qualifier  code
    ("unknown version",     "{name}",       "9",       "ResourceNotFoundException"),
    ("unknown alias",       "{name}",       "dead",    "ResourceNotFoundException"),
    ("unknown function",    "no-such",      None,      "ResourceNotFoundException"),
    ("two qualifiers",      "{name}:1",     "2",       "InvalidParameterValueException"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "qualifier", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_no_such(sandbox: Deployments, function: str, name: str, qualifier: str | None, code: str) -> None:
    """What does not exist is not replaced by something that does."""
    more = {"Qualifier": qualifier} if qualifier else {}
    with pytest.raises(ClientError) as raised:
        sandbox.invoke(name.format(name=function), {}, **more)

    assert raised.value.response["Error"]["Code"] == code


def test_alias_moves(sandbox: Deployments, function: str) -> None:
    """An alias runs the version that it names now."""
    sandbox.client("lambda").update_alias(FunctionName=function, Name="live", FunctionVersion="2")

    assert sandbox.invoke(function, {}, Qualifier="live").version == "2"


def test_weights(sandbox: Deployments, function: str) -> None:
    """An alias with a second version sends it its share."""
    sandbox.client("lambda").update_alias(
        FunctionName=function, Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}}
    )

    assert {sandbox.invoke(function, {}, Qualifier="live").version for _ in range(40)} == {"1", "2"}


def test_stream_names_version(sandbox: Deployments) -> None:
    """The log stream of a published version has its number in brackets."""
    function = sandbox.deploy("def handler(event, context): return context.log_stream_name", Publish=True)

    assert "/[1]" in sandbox.invoke(function, {}, Qualifier="1").payload


def test_old_versions_stay_warm(sandbox: Deployments, function: str) -> None:
    """Two versions at work do not push each other out."""
    source = "import os\ndef handler(event, context): return os.getpid()"
    name = sandbox.deploy(source, Publish=True)
    pids = [(sandbox.invoke(name, {}, Qualifier="1").payload, sandbox.invoke(name, {}).payload) for _ in range(2)]

    assert pids[0] == pids[1]
    assert len(set(pids[0])) == 2
