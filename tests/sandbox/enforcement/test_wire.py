"""A request is read once: what was decided is what is carried out, and what could be read in two ways is refused."""

from __future__ import annotations

import gzip
import http.client
import json
from urllib.parse import urlencode

import pytest

from tests.sandbox.enforcement.conftest import World
from tests.support.raw_http import Answer, json_call, send, signed_headers
from tests.support.sandbox import REGION, Keys, Sandbox, allow

COGNITO = "AWSCognitoIdentityProviderService"
JSON = {"Content-Type": "application/x-amz-json-1.1"}
LIST_POOLS = {**JSON, "X-Amz-Target": f"{COGNITO}.ListUserPools"}
LIST_GROUPS = {**JSON, "X-Amz-Target": "Logs_20140328.DescribeLogGroups"}
PURGE_QUEUE = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.PurgeQueue"}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


def call(sandbox: Sandbox, keys: Keys, service: str, body: bytes, **how: object) -> Answer:
    """A signed request with this body."""
    headers: dict[str, str] = how.pop("headers", FORM)  # type: ignore[assignment]
    target, method = str(how.pop("target", "/")), str(how.pop("method", "POST"))
    signed = signed_headers(sandbox.endpoint, keys, service, headers, body, target=target, method=method)
    return send(sandbox.endpoint, method, target, signed, body)


def test_an_action_inside_a_body(sandbox: Sandbox, world: World) -> None:
    """A parameter that looks like `&Action=...` is a parameter: moto alone would carry out that action instead."""
    keys = sandbox.user(allow("cognito-idp:AdminGetUser", "*"))
    parameters = {"UserPoolId": world.pool_id, "Username": f"x&Action=DeleteUserPool&UserPoolId={world.other_pool_id}&"}
    answer = json_call(sandbox.endpoint, keys, "cognito-idp", f"{COGNITO}.AdminGetUser", parameters)
    assert answer.code == "UserNotFoundException"
    pools = sandbox.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    assert world.other_pool_id in {pool["Id"] for pool in pools}


def test_a_resource_inside_a_parameter(sandbox: Sandbox, world: World) -> None:
    """A second UserPoolId hidden in another parameter is not the pool that the call is for."""
    keys = sandbox.user(allow("cognito-idp:AdminGetUser", world.pool))
    parameters = {"UserPoolId": world.pool_id, "Username": f"ann&UserPoolId={world.other_pool_id}&Username=ann&"}
    answer = json_call(sandbox.endpoint, keys, "cognito-idp", f"{COGNITO}.AdminGetUser", parameters)
    assert answer.code == "UserNotFoundException"


def test_region_in_the_user_agent(sandbox: Sandbox) -> None:
    """The signature names the Region; a User-Agent that names another does not move the call there."""
    keys = sandbox.user(allow("sqs:*", "arn:aws:sqs:us-east-1:123456789012:*"))
    answer = json_call(
        sandbox.endpoint,
        keys,
        "sqs",
        "AmazonSQS.CreateQueue",
        {"QueueName": "agent"},
        extra={"User-Agent": "it region/eu-west-1", "Content-Type": "application/x-amz-json-1.0"},
    )
    assert answer.status == 200, answer.text
    assert sandbox.client("sqs").get_queue_url(QueueName="agent")
    assert "QueueUrls" not in sandbox.client("sqs", region="eu-west-1").list_queues(QueueNamePrefix="agent")


def test_account_in_a_header(sandbox: Sandbox) -> None:
    """No header makes the call another account's."""
    body = urlencode({"Action": "CreateUser", "Version": "2010-05-08", "UserName": "elsewhere"}).encode()
    headers = {**FORM, "X-Moto-Account-Id": "210987654321"}
    answer = call(sandbox, sandbox.administrator, "iam", body, headers=headers)
    assert answer.status == 200, answer.text
    assert "arn:aws:iam::123456789012:user/elsewhere" in answer.text


QUERY = {"Action": "ListUsers", "Version": "2010-05-08"}
AMBIGUOUS = [
    ("an action on the query string", "iam", {"target": "/?Action=CreateUser&UserName=x"}, urlencode(QUERY)),
    ("a field twice", "iam", {}, urlencode(QUERY) + "&Action=CreateUser"),
    ("a query in a GET", "iam", {"method": "GET", "target": "/?" + urlencode(QUERY)}, ""),
    ("another content type", "iam", {"headers": {"Content-Type": "text/plain"}}, urlencode(QUERY)),
    ("a form with files", "iam", {"headers": {"Content-Type": "multipart/form-data; boundary=x"}}, urlencode(QUERY)),
    ("a path", "iam", {"target": "/path"}, urlencode(QUERY)),
    ("an unknown field", "iam", {}, urlencode({**QUERY, "Surprise": "x"})),
    ("an unknown parameter", "cognito-idp", {"headers": LIST_POOLS}, '{"MaxResults": 1, "Surprise": 1}'),
    (
        "a tag with a second name",
        "kms",
        {"headers": {**JSON, "X-Amz-Target": "TrentService.CreateKey"}},
        '{"Tags": [{"TagKey": "team", "TagValue": "a", "Key": "team", "Value": "b"}]}',
    ),
    ("a path in JSON", "cognito-idp", {"target": "/x", "headers": LIST_POOLS}, '{"MaxResults": 1}'),
    (
        "a query in JSON",
        "cognito-idp",
        {"target": "/?Action=CreateUserPool", "headers": LIST_POOLS},
        '{"MaxResults": 1}',
    ),
    (
        "JSON as a form",
        "cognito-idp",
        {"headers": {**FORM, "X-Amz-Target": f"{COGNITO}.ListUserPools"}},
        '{"MaxResults": 1}',
    ),
    (
        "one queue's address and another's name",
        "sqs",
        {"target": "/123456789012/one", "headers": PURGE_QUEUE},
        '{"QueueUrl": "http://x/123456789012/two"}',
    ),
    (
        "a parameter that the query does not have",
        "lambda",
        {"method": "GET", "target": "/2015-03-31/functions/?Surprise=x", "headers": {}},
        "",
    ),
    (
        "a slash in a function's name",
        "lambda",
        {"method": "GET", "target": "/2015-03-31/functions/one%2Ftwo", "headers": {}},
        "",
    ),
    ("an unknown member", "lambda", {"target": "/2015-03-31/functions/one/versions", "headers": {}}, '{"Surprise": 1}'),
    ("an encoding", "logs", {"headers": {**LIST_GROUPS, "Content-Encoding": "br"}}, "{}"),
]


@pytest.mark.parametrize(("name", "service", "how", "body"), AMBIGUOUS, ids=[row[0] for row in AMBIGUOUS])
def test_read_in_two_ways(sandbox: Sandbox, name: str, service: str, how: dict[str, object], body: str) -> None:
    """A form of request that no SDK sends is refused by name, even to the administrator."""
    answer = call(sandbox, sandbox.administrator, service, body.encode(), **how)
    assert (answer.status, answer.code) == (501, "NotSimulated"), answer.text


BROKEN = [
    ("no JSON", "cognito-idp", LIST_POOLS, b"{", "SerializationException"),
    ("no text", "cognito-idp", LIST_POOLS, b'{"a": "\xed\xa0\xbd"}', "SerializationException"),
    ("no object", "cognito-idp", LIST_POOLS, b"[]", "SerializationException"),
    ("too deep", "cognito-idp", LIST_POOLS, b"[" * 100000, "SerializationException"),
    (
        "no such operation",
        "cognito-idp",
        {**JSON, "X-Amz-Target": f"{COGNITO}.Surprise"},
        b"{}",
        "UnknownOperationException",
    ),
    ("another service's operation", "cognito-idp", LIST_GROUPS, b"{}", "UnknownOperationException"),
    ("no such action", "iam", FORM, b"Action=Surprise&Version=2010-05-08", "InvalidAction"),
    ("not UTF-8", "iam", FORM, b"Action=\xff", "ValidationError"),
    ("no gzip", "logs", {**LIST_GROUPS, "Content-Encoding": "gzip"}, b"{}", "ValidationException"),
    (
        "no pool",
        "cognito-idp",
        {**JSON, "X-Amz-Target": f"{COGNITO}.AdminGetUser"},
        b'{"Username": "ann"}',
        "ValidationException",
    ),
]


@pytest.mark.parametrize(("name", "service", "headers", "body", "code"), BROKEN, ids=[row[0] for row in BROKEN])
def test_broken(sandbox: Sandbox, name: str, service: str, headers: dict[str, str], body: bytes, code: str) -> None:
    """A body that cannot be read is said to be so; nothing fails in the server."""
    answer = call(sandbox, sandbox.administrator, service, body, headers=headers)
    assert (answer.status, answer.code) == (400, code), answer.text


def test_nothing_is_said_to_strangers(sandbox: Sandbox) -> None:
    """Whoever cannot sign learns nothing about a request but that."""
    stranger = Keys(sandbox.administrator.access_key_id, "guessed")
    headers = {**JSON, "X-Amz-Target": f"{COGNITO}.Surprise"}
    answer = call(sandbox, stranger, "cognito-idp", b"{", headers=headers)
    assert answer.code == "InvalidSignatureException"


def test_compressed_body(sandbox: Sandbox) -> None:
    """A body that the SDK compressed is read, and decided by what is in it."""
    keys = sandbox.user(allow("cloudwatch:PutMetricData", "*", StringEquals={"cloudwatch:namespace": "ours"}))
    for namespace, status in (("ours", 200), ("theirs", 403)):
        body = gzip.compress(
            json.dumps({"Namespace": namespace, "MetricData": [{"MetricName": "m", "Value": 1}]}).encode()
        )
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": "GraniteServiceVersion20100801.PutMetricData",
            "Content-Encoding": "gzip",
        }
        answer = call(sandbox, keys, "monitoring", body, headers=headers)
        assert answer.status == status, answer.text


def test_queue_address_as_path(sandbox: Sandbox, world: World) -> None:
    """Older clients send to the queue's own address, which then is the queue."""
    keys = sandbox.user(allow("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:world-one"))
    body = urlencode({"Action": "SendMessage", "Version": "2012-11-05", "MessageBody": "m"}).encode()
    for path, status in (("/123456789012/world-one", 200), ("/123456789012/world-two", 403)):
        answer = call(sandbox, keys, "sqs", body, target=path)
        assert answer.status == status, answer.text


def test_a_body_without_an_end(sandbox: Sandbox) -> None:
    """A body that is announced to be longer than any that is taken is refused unread, and the connection closed."""
    headers = {**JSON, "Host": sandbox.endpoint.removeprefix("http://"), "Content-Length": str(10**12)}
    answer = send(sandbox.endpoint, headers=headers)
    assert (answer.status, answer.code) == (501, "NotSimulated")
    assert answer.headers["Connection"] == "close"


def test_connection_stays_open(sandbox: Sandbox) -> None:
    """Several requests go over one connection, refused ones too."""
    connection = http.client.HTTPConnection(sandbox.endpoint.removeprefix("http://"), timeout=30)
    sockets = set()
    for body in (b"{}", b'{"MaxResults": 1}', b"x" * 5000):
        headers = signed_headers(sandbox.endpoint, sandbox.administrator, "cognito-idp", LIST_POOLS, body)
        connection.request("POST", "/", body, headers)
        connection.getresponse().read()
        sockets.add(id(connection.sock))
    connection.close()
    assert len(sockets) == 1
    assert None not in sockets


FOREIGN_HOSTS = ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", "", "[::1]:{port}"]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_foreign_host(sandbox: Sandbox, host: str) -> None:
    """A page that reaches the server under its own name, by DNS rebinding, gets nothing, not even health."""
    port = sandbox.endpoint.rpartition(":")[2]
    for path in ("/_sandbox/health", "/us-east-1_pool/.well-known/jwks.json"):
        answer = send(sandbox.endpoint, "GET", path, {"Host": host.format(port=port)})
        assert (answer.status, answer.code) == (400, "AccessDeniedException")


@pytest.mark.parametrize(
    "path", ["/moto-api/", "/moto-api/reset", "/latest/meta-data/iam", "/latest/api/token", "/favicon.ico"]
)
def test_pages_of_moto(sandbox: Sandbox, path: str) -> None:
    """moto's own pages are not served, whoever asks and however it is signed."""
    signed = signed_headers(sandbox.endpoint, sandbox.administrator, "s3", {}, method="GET", target=path)
    for headers in ({"Host": sandbox.endpoint.removeprefix("http://")}, signed):
        answer = send(sandbox.endpoint, "GET", path, headers)
        assert (answer.status, answer.code) == (501, "NotSimulated")


@pytest.mark.parametrize("region", ["mars-1", "cn-north-1", "us-gov-west-1", "", "us-east-1/x"])
def test_regions_that_are_not_here(sandbox: Sandbox, region: str) -> None:
    """Only Regions of the commercial partition are simulated."""
    parameters = {"MaxResults": 1}
    answer = json_call(
        sandbox.endpoint, sandbox.administrator, "cognito-idp", f"{COGNITO}.ListUserPools", parameters, region=region
    )
    assert answer.status == 400
    assert answer.code in ("ValidationException", "IncompleteSignatureException")


def test_other_services(sandbox: Sandbox) -> None:
    """A service that is not enforced is refused by name, in a form that its client reads."""
    for service, operation in (
        ("ec2", "DescribeInstances"),
        ("dynamodb", "ListTables"),
        ("route53", "ListHostedZones"),
        ("apigateway", "GetRestApis"),
        ("rds", "DescribeDBInstances"),
    ):
        client = sandbox.client(service, region=REGION)
        with pytest.raises(client.exceptions.ClientError, match=r"NotSimulated.*does not have the service"):
            client._make_api_call(operation, {})
