"""What the sandbox puts right in other services than Cognito, tried on moto as it comes too.

There each promise has to be broken, which is what shows that the correction is needed; where one is kept, moto has come
to keep it itself, and the test says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import moto
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.sandbox.corrections.conftest import Server
from tests.support.sandbox import ACCOUNT, ACCOUNT_ROOT, REGION, Sandbox, trust

Clients = Callable[[str], Any]
"""A client of the named service, with an administrator's keys."""
BOUNDARY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def boundaries_of_users(client: Clients) -> None:
    """A user's permissions boundary is kept, shown and taken away."""
    iam = client("iam")
    iam.create_user(UserName="bounded")
    iam.put_user_permissions_boundary(UserName="bounded", PermissionsBoundary=BOUNDARY)
    shown = iam.get_user(UserName="bounded")["User"]["PermissionsBoundary"]
    assert shown["PermissionsBoundaryArn"] == BOUNDARY
    iam.delete_user_permissions_boundary(UserName="bounded")
    assert "PermissionsBoundary" not in iam.get_user(UserName="bounded")["User"]


def lambdas_limit(client: Clients) -> None:
    """Service Quotas knows how many executions of Lambda the account may have at a time."""
    quota = client("service-quotas").get_service_quota(ServiceCode="lambda", QuotaCode="L-B99A9384")["Quota"]
    assert quota["QuotaName"] == "Concurrent executions"
    assert quota["Value"] >= 10


def deliveries_that_nobody_allowed(client: Clients) -> None:
    """SNS does not deliver to a queue whose policy does not let it in."""
    sqs, sns = client("sqs"), client("sns")
    queue = sqs.create_queue(QueueName="closed")["QueueUrl"]
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:closed")
    sns.publish(TopicArn=topic, Message="hello")
    assert not sqs.receive_message(QueueUrl=queue).get("Messages")


def length_of_a_session(client: Clients) -> None:
    """A session is no longer than its role allows."""
    role = client("iam").create_role(RoleName="short", AssumeRolePolicyDocument=trust(ACCOUNT_ROOT))["Role"]["Arn"]
    with pytest.raises(ClientError, match="exceeds the MaxSessionDuration"):
        client("sts").assume_role(RoleArn=role, RoleSessionName="long", DurationSeconds=7200)


def codes_of_a_second_factor(client: Clients) -> None:
    """A virtual MFA device is enabled with the codes that it shows, not with any six digits."""
    iam = client("iam")
    iam.create_user(UserName="factor")
    serial = iam.create_virtual_mfa_device(VirtualMFADeviceName="factor")["VirtualMFADevice"]["SerialNumber"]
    codes = {"AuthenticationCode1": "000000", "AuthenticationCode2": "000000"}
    with pytest.raises(ClientError) as refused:
        iam.enable_mfa_device(UserName="factor", SerialNumber=serial, **codes)
    assert refused.value.response["Error"]["Code"] == "InvalidAuthenticationCode"


def region_of_a_call(client: Clients) -> None:
    """The Region is that of the endpoint and the signature, whatever the User-Agent says."""
    sqs = client("sqs", user_agent="region/eu-central-1")
    url = sqs.create_queue(QueueName="pinned")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    assert arn.split(":")[3] == REGION


PROMISES = [
    boundaries_of_users,
    lambdas_limit,
    deliveries_that_nobody_allowed,
    length_of_a_session,
    codes_of_a_second_factor,
    region_of_a_call,
]


@pytest.fixture(scope="module")
def bare() -> Iterator[Server]:
    """moto's server as it comes."""
    server = Server()
    yield server
    server.stop()


@pytest.mark.parametrize("promise", PROMISES, ids=[each.__name__ for each in PROMISES])
def test_in_the_sandbox(promise: Callable[[Clients], None], sandbox: Sandbox) -> None:
    """The sandbox keeps the promise."""
    keys = sandbox.administrator
    promise(clients(sandbox.endpoint, keys.access_key_id, keys.secret_access_key))


@pytest.mark.parametrize("promise", PROMISES, ids=[each.__name__ for each in PROMISES])
def test_as_it_comes(promise: Callable[[Clients], None], bare: Server) -> None:
    """moto alone breaks it."""
    try:
        promise(clients(bare.url, "AKIATEST", "secret"))
    except (Exception, pytest.fail.Exception) as broken:
        print(f"{type(broken).__name__}: {broken}")  # `pytest -rP` shows in what way each promise is broken.
        return
    pytest.skip(f"moto {moto.__version__} keeps this promise itself; the correction may go")


def clients(endpoint: str, key: str, secret: str) -> Clients:
    """Clients of an endpoint."""

    def client(service: str, **settings: Any) -> Any:
        config = Config(retries={"total_max_attempts": 1}, **settings)
        keys = {"aws_access_key_id": key, "aws_secret_access_key": secret}
        return boto3.client(service, region_name=REGION, endpoint_url=endpoint, config=config, **keys)

    return client
