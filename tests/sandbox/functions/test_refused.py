"""What Lambda refuses is refused in its words; what the sandbox does not simulate is refused by name."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.functions.deployments import Deployments, package
from tests.support.sandbox import allow, trust

RETURNS = "def handler(event, context): return event"

PLACE = "eu-central-1:123456789012"
LAYERS = [f"arn:aws:lambda:{PLACE}:layer:l:1"]
FILES = [{"Arn": f"arn:aws:elasticfilesystem:{PLACE}:access-point/fsap-0123456789abcdef0", "LocalMountPath": "/mnt/x"}]
SIGNING = f"arn:aws:lambda:{PLACE}:code-signing-config:csc-0123456789abcdef0"
IMAGE = {"PackageType": "Image", "Code": {"ImageUri": "1.dkr.ecr.eu-central-1.amazonaws.com/x:1"}}
NETWORK = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}

NOT_SIMULATED = [
    # name             settings                                               what the message names
    ("layer",          {"Layers": LAYERS},                                    "Layers"),
    ("network",        {"VpcConfig": NETWORK},                                "VpcConfig"),
    ("file system",    {"FileSystemConfigs": FILES},                          "FileSystemConfigs"),
    ("snapshots",      {"SnapStart": {"ApplyOn": "PublishedVersions"}},       "SnapStart"),
    ("key",            {"KMSKeyArn": f"arn:aws:kms:{PLACE}:key/k"},           "KMSKeyArn"),
    ("signed code",    {"CodeSigningConfigArn": SIGNING},                     "CodeSigningConfigArn"),
    ("image",          IMAGE,                                                 "Image"),
    ("node",           {"Runtime": "nodejs22.x"},                             "nodejs22.x"),
    ("own runtime",    {"Runtime": "provided.al2023"},                        "provided.al2023"),
    ("old Python",     {"Runtime": "python3.8"},                              "python3.8"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "named"), [row[1:] for row in NOT_SIMULATED], ids=[row[0] for row in NOT_SIMULATED]
)
def test_not_simulated(sandbox: Deployments, settings: dict[str, Any], named: str) -> None:
    """A function that needs what is not there is not made, and the error says what."""
    code, message, status = refusal(lambda: sandbox.deploy(RETURNS, **settings))

    assert (code, status) == ("NotSimulated", 501)
    assert named in message


@pytest.mark.parametrize(
    "settings",
    [{"SnapStart": {"ApplyOn": "None"}}, {"VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []}}, {"Layers": []}],
)
def test_nothing_asked_for(sandbox: Deployments, settings: dict[str, Any]) -> None:
    """A parameter that is there and asks for nothing does no harm."""
    assert sandbox.invoke(sandbox.deploy(RETURNS, **settings), 1).payload == 1


def test_not_simulated_in_update(sandbox: Deployments) -> None:
    """Nor does an update bring in what is not simulated; the function stays as it was."""
    function = sandbox.deploy(RETURNS)
    update = sandbox.client("lambda").update_function_configuration
    code, message, _ = refusal(lambda: update(FunctionName=function, Timeout=9, Runtime="nodejs22.x"))

    assert (code, "nodejs22.x" in message) == ("NotSimulated", True)
    assert sandbox.client("lambda").get_function_configuration(FunctionName=function)["Timeout"] == 3


OPERATIONS = [
    ("create_function_url_config", {"AuthType": "NONE"}),
    ("create_event_source_mapping", {"EventSourceArn": "arn:aws:sqs:eu-central-1:123456789012:q"}),
    ("invoke_async", {"InvokeArgs": b"{}"}),
]


@pytest.mark.parametrize(("operation", "parameters"), OPERATIONS, ids=[row[0] for row in OPERATIONS])
def test_operation_not_simulated(sandbox: Deployments, operation: str, parameters: dict[str, Any]) -> None:
    """Operations that moto would answer without doing them are refused by name."""
    call = getattr(sandbox.client("lambda"), operation)
    code, message, _ = refusal(lambda: call(FunctionName=sandbox.deploy(RETURNS), **parameters))

    assert code == "NotSimulated"
    assert operation.replace("_", "")[:10] in message.lower().replace("lambda:", "")


def test_event_bus_not_simulated(sandbox: Deployments) -> None:
    """The sandbox has no event buses, so none is a destination."""
    put = sandbox.client("lambda").put_function_event_invoke_config
    bus = {"OnFailure": {"Destination": f"arn:aws:events:{PLACE}:event-bus/default"}}
    code, message, _ = refusal(lambda: put(FunctionName=sandbox.deploy(RETURNS), DestinationConfig=bus))

    assert (code, "event buses" in message) == ("NotSimulated", True)


def test_layer_not_simulated(sandbox: Deployments) -> None:
    """Layers are not simulated, so none is published."""
    publish = sandbox.client("lambda").publish_layer_version
    code, message, _ = refusal(lambda: publish(LayerName="l", Content={"ZipFile": package(RETURNS)}))

    assert (code, "layers" in message) == ("NotSimulated", True)


def test_delivery_by_another_service(sandbox: Deployments) -> None:
    """moto's SNS would hand a function an event that is made up in part; that is refused, even if SNS may invoke."""
    function, sns = sandbox.deploy(RETURNS), sandbox.client("sns")
    topic = sns.create_topic(Name="to-function")["TopicArn"]
    arn = f"arn:aws:lambda:{PLACE}:function:{function}"
    given = {"Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com", "SourceArn": topic}
    sandbox.client("lambda").add_permission(FunctionName=function, StatementId="sns", **given)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    code, message, _ = refusal(lambda: sns.publish(TopicArn=topic, Message="x"))

    assert (code, arn in message) == ("NotSimulated", True)


def variable(name: str, value: str) -> dict[str, Any]:
    return {"Environment": {"Variables": {name: value}}}


BUCKET = "arn:aws:s3:::bucket"
WRONG = "InvalidParameterValueException"
LIMITS = [
    # name                settings                                  code                   named
    ("timeout 0",         {"Timeout": 0},                           "ValidationException", "timeout"),
    ("timeout 901",       {"Timeout": 901},                         "ValidationException", "timeout"),
    ("memory 127",        {"MemorySize": 127},                      "ValidationException", "memorySize"),
    ("memory 10241",      {"MemorySize": 10_241},                   "ValidationException", "memorySize"),
    ("Lambda's variable", variable("AWS_ACCESS_KEY_ID", "x"),       WRONG,                 "AWS_ACCESS_KEY_ID"),
    ("bad variable",      variable("1", "x"),                       "ValidationException", "environment.variables"),
    ("4 KB of variables", variable("MUCH", "x" * 4096),             WRONG,                 "4KB"),
    ("no zip",            {"Code": {"ZipFile": b"no zip"}},         WRONG,                 "Could not unzip"),
    ("odd dead letters",  {"DeadLetterConfig": {"TargetArn": BUCKET}}, WRONG,              BUCKET),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "code", "named"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_limit(sandbox: Deployments, settings: dict[str, Any], code: str, named: str) -> None:
    """Lambda's limits hold for a new function."""
    got, message, _ = refusal(lambda: sandbox.deploy(RETURNS, **settings))

    assert (got, named in message) == (code, True)


def test_limit_in_update(sandbox: Deployments) -> None:
    """And for a change to one, which then is not made."""
    function, client = sandbox.deploy(RETURNS), sandbox.client("lambda")
    refusal(lambda: client.update_function_configuration(FunctionName=function, Timeout=901))
    refusal(lambda: client.update_function_code(FunctionName=function, ZipFile=b"no zip"))

    assert sandbox.invoke(function, 1).payload == 1


def test_symbolic_link(sandbox: Deployments) -> None:
    """A link in the package is not turned into a file that holds a path."""
    buffer = io.BytesIO(package(RETURNS))
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "index.py")

    assert "link" in refusal(lambda: sandbox.deploy(RETURNS, Code={"ZipFile": buffer.getvalue()}))[1]


def test_path_out_of_the_package(sandbox: Deployments, tmp_path: Any) -> None:
    """A package cannot put files elsewhere."""
    buffer = io.BytesIO(package(RETURNS))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("../" * 12 + str(tmp_path / "planted"), "x")
    sandbox.invoke(sandbox.deploy(RETURNS, Code={"ZipFile": buffer.getvalue()}))

    assert list(tmp_path.iterdir()) == []


UNTRUSTED = "The role defined for the function cannot be assumed by Lambda."


def test_role_that_does_not_trust_lambda(sandbox: Deployments) -> None:
    """A function is not made under a role that Lambda cannot assume, nor moved to one."""
    stranger = sandbox.service_role(service="ec2.amazonaws.com")
    assert refusal(lambda: sandbox.deploy(RETURNS, Role=stranger))[:2] == ("InvalidParameterValueException", UNTRUSTED)

    function, update = sandbox.deploy(RETURNS), sandbox.client("lambda").update_function_configuration
    code, message, _ = refusal(lambda: update(FunctionName=function, Role=stranger))
    assert (code, message) == ("InvalidParameterValueException", UNTRUSTED)


def test_role_that_no_longer_trusts_lambda(sandbox: Deployments) -> None:
    """A cold start needs the role's trust at that moment."""
    role = sandbox.service_role("logs:*")
    function = sandbox.deploy(RETURNS, Role=role)
    somebody = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    sandbox.client("iam").update_assume_role_policy(
        RoleName=role.rsplit("/", 1)[-1],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [somebody]}),
    )

    assert refusal(lambda: sandbox.invoke(function)) == ("AccessDeniedException", UNTRUSTED, 403)


def test_trust_by_function(sandbox: Deployments) -> None:
    """A trust policy may ask for the function's ARN and its account, against confused deputies; both are told."""
    name = sandbox.name("only")
    arn = f"arn:aws:lambda:{PLACE}:function:{name}"
    account = {"aws:SourceAccount": PLACE.rpartition(":")[2]}
    only_for_it = trust({"Service": "lambda.amazonaws.com"}, ArnEquals={"aws:SourceArn": arn}, StringEquals=account)
    role = sandbox.role(allow("logs:*"), trust=only_for_it)

    assert refusal(lambda: sandbox.deploy(RETURNS, Role=role))[:2] == ("InvalidParameterValueException", UNTRUSTED)
    assert sandbox.invoke(sandbox.deploy(RETURNS, Role=role, FunctionName=name), 1).payload == 1


def refusal(call: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as raised:
        call()
    response: Any = raised.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]
