"""What the real provider, or AWS, would refuse is refused before anything is made, naming the property."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from signout.sandbox.engine import Target, environment
from signout.sandbox.provider.install import install
from signout.sandbox.provider.wire import UNKNOWN, Secret, write
from tests.sandbox.provider.client import Client, running

POOL = "aws:cognito/userPool:UserPool"
CLIENT = "aws:cognito/userPoolClient:UserPoolClient"
FUNCTION = "aws:lambda/function:Function"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
QUEUE = "aws:sqs/queue:Queue"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"

ARN = "arn:aws:iam::123456789012:role/r"
TRUST = '{"Version": "2012-10-17", "Statement": []}'


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory, target: Target) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("provider")
    (folder / "state").mkdir()
    with running(install(folder / "home"), environment(target, folder / "home", folder / "state", "-")) as client:
        client.configure()
        yield client


WRONG = [
    (
        "misspelt",
        POOL,
        {"passwordPolicy": {"minimumLenght": 8}},
        "passwordPolicy.minimumLenght is no property; did you mean minimumLength?",
    ),
    (
        "misspelt at the top",
        POOL,
        {"mfaConfigurations": "ON"},
        "mfaConfigurations is no property; did you mean mfaConfiguration?",
    ),
    ("missing", ROLE_POLICY, {"policy": TRUST}, "role is required and missing"),
    ("missing in a list", POOL, {"schemas": [{"name": "a"}]}, "schemas[0].attributeDataType is required and missing"),
    (
        "text for a number",
        FUNCTION,
        {"role": ARN, "memorySize": "much"},
        "memorySize is text 'much'; expected a whole number",
    ),
    (
        "number for text",
        ROLE,
        {"assumeRolePolicy": TRUST, "tags": {"a": 1}},
        'tags["a"] is a whole number 1; expected text',
    ),
    ("fraction", FUNCTION, {"role": ARN, "timeout": 1.5}, "timeout is a number 1.5; expected a whole number"),
    (
        "text for a truth",
        POOL,
        {"passwordPolicy": {"requireNumbers": "yes"}},
        "passwordPolicy.requireNumbers is text 'yes'; expected true or false",
    ),
    ("one for a list", POOL, {"aliasAttributes": "email"}, "aliasAttributes is text 'email'; expected a list"),
    (
        "text for an archive",
        FUNCTION,
        {"role": ARN, "code": "code.zip"},
        "code is text 'code.zip'; expected an archive",
    ),
    ("output", CLIENT, {"userPoolId": "us-east-1_a", "clientSecret": "no"}, "clientSecret is no property"),
    ("enumeration", POOL, {"mfaConfiguration": "on"}, "mfaConfiguration is 'on'; expected one of OFF, ON, OPTIONAL"),
    (
        "enumeration in a list",
        CLIENT,
        {"userPoolId": "us-east-1_a", "explicitAuthFlows": ["ALLOW_USER_SRP"]},
        "explicitAuthFlows[0] is 'ALLOW_USER_SRP'; expected one of",
    ),
    ("range", POOL, {"passwordPolicy": {"minimumLength": 3}}, "passwordPolicy.minimumLength is 3; expected 6 to 99"),
    ("range under another name", POOL, {"name": "x" * 129}, "name has 129 characters; expected 1 to 128"),
    (
        "number that is no choice",
        LOG_GROUP,
        {"retentionInDays": 31},
        "retentionInDays is 31; expected one of 1, 3, 5, 7, 14, 30",
    ),
    ("pattern", LOG_GROUP, {"name": "no spaces"}, "name is 'no spaces'; expected text that matches"),
    ("document", ROLE, {"assumeRolePolicy": "{"}, "assumeRolePolicy is no JSON"),
    (
        "not carried",
        FUNCTION,
        {"role": ARN, "vpcConfig": {"subnetIds": [], "securityGroupIds": []}},
        "vpcConfig is not carried out by the stand-in",
    ),
    ("no Region", QUEUE, {"region": "mars"}, "region is 'mars'; expected a Region of the partition aws, such as"),
    (
        "given name too long",
        ROLE,
        {"assumeRolePolicy": TRUST, "name": "x" * 65},
        "name has 65 characters; expected 1 to 64",
    ),
]


@pytest.mark.parametrize(("token", "given", "reason"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_refused(provider: Client, token: str, given: dict[str, Any], reason: str) -> None:
    """Each fault is told with the property, its value, and what is right."""
    _, faults = provider.check(token, given)

    assert len(faults) == 1
    assert faults[0].startswith(reason)


def test_unknown_function(provider: Client) -> None:
    """A function that the stand-in does not have fails by its name."""
    with pytest.raises(grpc.RpcError, match="the stand-in provider has no function aws:ec2/getAmi:getAmi; it has"):
        provider.stub.Invoke(pb.InvokeRequest(tok="aws:ec2/getAmi:getAmi"))


def test_a_function_s_region(provider: Client) -> None:
    """Nothing is told of a Region that there is not."""
    request = pb.InvokeRequest(tok="aws:index/getRegion:getRegion", args=write({"region": "mars"}))

    with pytest.raises(grpc.RpcError, match="region is 'mars'; expected a Region of the partition aws"):
        provider.stub.Invoke(request)


def test_arguments_of_a_function(provider: Client) -> None:
    """So does a wrong argument, with the nearest right one."""
    answer = provider.stub.Invoke(
        pb.InvokeRequest(tok="aws:cognito/getUserPool:getUserPool", args=write({"userPool": "us-east-1_a"}))
    )

    reasons = [failure.reason for failure in answer.failures]
    assert reasons == ["userPoolId is required and missing", "userPool is no argument; expected userPoolId"]


SETTINGS = [
    ("a profile of the user's", {"profile": "work"}, "aws:profile: is not carried out here"),
    ("keys of the user's", {"accessKey": "AKIA"}, "aws:accessKey: is not carried out here"),
    ("an endpoint elsewhere", {"endpoints": '[{"sqs": "https://example.com"}]'}, "aws:endpoints.sqs: is"),
]


@pytest.mark.parametrize(("config", "message"), [row[1:] for row in SETTINGS], ids=[row[0] for row in SETTINGS])
def test_settings(provider: Client, config: dict[str, Any], message: str) -> None:
    """What would lead to the user's own AWS is refused, at the preview already."""
    answer = provider.stub.CheckConfig(pb.CheckRequest(news=write(config)))

    assert [failure.reason[: len(message)] for failure in answer.failures] == [message]
    with pytest.raises(grpc.RpcError, match=message):
        provider.configure(**config)


RIGHT = [
    ("unknown at a preview", ROLE_POLICY, {"role": UNKNOWN, "policy": UNKNOWN}),
    ("unknown in a list", CLIENT, {"userPoolId": UNKNOWN, "callbackUrls": [UNKNOWN, "https://a.example"]}),
    ("value that is the default", LOG_GROUP, {"retentionInDays": 0}),
    ("a new runtime's name is AWS's to judge", QUEUE, {"visibilityTimeoutSeconds": 43200}),
    ("in a Region", QUEUE, {"region": "eu-west-1"}),
]


@pytest.mark.parametrize(("token", "given"), [row[1:] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_accepted(provider: Client, token: str, given: dict[str, Any]) -> None:
    """What is right, or cannot be known yet, is not refused."""
    inputs, faults = provider.check(token, given)

    assert faults == []
    assert inputs.items() >= given.items()


def test_all_at_once(provider: Client) -> None:
    """Every fault is told, not the first alone."""
    _, faults = provider.check(POOL, {"mfaConfiguration": 3, "nam": "x", "aliasAttributes": "email"})

    assert sorted(fault.split()[0] for fault in faults) == ["aliasAttributes", "mfaConfiguration", "nam"]


NAMES = [
    ("own", ROLE, {"name": "given"}, {}, "given"),
    ("made", ROLE, {}, {}, "made-0123456"),
    ("kept", ROLE, {}, {"name": "made-7654321", "__defaults": ["name"]}, "made-7654321"),
    ("given before", ROLE, {}, {"name": "given", "__defaults": []}, "made-0123456"),
    ("first in, first out", QUEUE, {"fifoQueue": True}, {}, "made-0123456.fifo"),
    ("of a key", "aws:kms/alias:Alias", {"targetKeyId": "k"}, {}, "alias/made-0123456"),
]


@pytest.mark.parametrize(("token", "given", "old", "name"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_names(provider: Client, token: str, given: dict[str, Any], old: dict[str, Any], name: str) -> None:
    """A name is the program's, else the one that was made before, else made anew."""
    inputs, faults = provider.check(token, {"assumeRolePolicy": TRUST} | given if token == ROLE else given, old)

    assert faults == []
    assert inputs["name"] == name


def test_name_of_a_bucket(provider: Client) -> None:
    """A bucket's is made of small letters."""
    inputs, _ = provider.check("aws:s3/bucket:Bucket", {}, name="Results")

    assert inputs["bucket"] == "results-0123456"


def test_made_name_too_long(provider: Client) -> None:
    """A name that would be cut off is refused instead."""
    _, faults = provider.check(ROLE, {"assumeRolePolicy": TRUST}, name="x" * 60)

    assert faults == [f"name is '{'x' * 60}-0123456', 68 characters; expected at most 64"]


def test_defaults(provider: Client) -> None:
    """What the provider fills in is noted, as the real one notes it."""
    inputs, _ = provider.check(ROLE, {"assumeRolePolicy": TRUST, "path": "/own/"})

    assert inputs["maxSessionDuration"] == 3600
    assert inputs["__defaults"] == ["forceDetachPolicies", "maxSessionDuration", "name"]


def test_document_as_object(provider: Client) -> None:
    """A policy may be given as an object, and is handed on as JSON."""
    inputs, faults = provider.check(ROLE, {"assumeRolePolicy": json.loads(TRUST)})

    assert (json.loads(inputs["assumeRolePolicy"]), faults) == (json.loads(TRUST), [])


def test_secret(provider: Client) -> None:
    """A secret input stays one, and a fault of it does not show it."""
    inputs, faults = provider.check(ROLE, {"assumeRolePolicy": Secret(TRUST), "description": Secret(["s3cr3t"])})

    assert inputs["assumeRolePolicy"] == Secret(TRUST)
    assert faults == ["description is secret, and not what is expected"]
