"""What the enforcement tests find in the account."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import pytest

from tests.support.sandbox import ACCOUNT, Sandbox, allow, policy, trust


@dataclass(frozen=True)
class World:
    """Two of a kind where a policy shall reach the one and not the other; ARNs unless said otherwise."""

    pool: str
    other_pool: str
    pool_id: str
    other_pool_id: str
    client_id: str
    queue_url: str
    other_queue_url: str
    topic: str
    other_topic: str
    key: str
    other_key: str
    function: str
    function_role: str
    workflow_role: str

    def fill(self, text: str) -> str:
        """The text with the names of fields in braces replaced by their values."""
        for name, value in vars(self).items():
            text = text.replace("{" + name + "}", value)
        return text


@pytest.fixture(scope="session")
def world(sandbox: Sandbox) -> World:
    """Made once by the administrator."""
    cognito, sqs, sns, kms = (sandbox.client(service) for service in ("cognito-idp", "sqs", "sns", "kms"))
    pool, other = (cognito.create_user_pool(PoolName=name)["UserPool"] for name in ("one", "two"))
    cognito.admin_create_user(UserPoolId=pool["Id"], Username="ann")
    client = cognito.create_user_pool_client(UserPoolId=pool["Id"], ClientName="app")["UserPoolClient"]
    for name in ("/world/one", "/world/two"):
        sandbox.client("logs").create_log_group(logGroupName=name)
    sandbox.client("logs").create_log_stream(logGroupName="/world/one", logStreamName="stream")
    sandbox.client("s3").create_bucket(Bucket="world-one")
    sandbox.client("s3").put_object(Bucket="world-one", Key="in/a", Body=b"a")
    sandbox.client("iam").create_policy(PolicyName="limit", PolicyDocument=policy(allow("s3:*")))
    role = sandbox.role(trust=trust({"Service": "lambda.amazonaws.com"}), name="world-function")
    workflow_role = sandbox.role(trust=trust({"Service": "states.amazonaws.com"}), name="world-workflow")
    function = sandbox.client("lambda").create_function(
        FunctionName="world-one", Role=role, Handler="app.handler", Runtime="python3.11", Code={"ZipFile": _zip()}
    )
    return World(
        pool=pool["Arn"],
        other_pool=other["Arn"],
        pool_id=pool["Id"],
        other_pool_id=other["Id"],
        client_id=client["ClientId"],
        queue_url=sqs.create_queue(QueueName="world-one")["QueueUrl"],
        other_queue_url=sqs.create_queue(QueueName="world-two")["QueueUrl"],
        topic=sns.create_topic(Name="world-one")["TopicArn"],
        other_topic=sns.create_topic(Name="world-two")["TopicArn"],
        key=kms.create_key()["KeyMetadata"]["Arn"],
        other_key=kms.create_key(Policy=_closed_key())["KeyMetadata"]["Arn"],
        function=function["FunctionArn"],
        function_role=role,
        workflow_role=workflow_role,
    )


def _zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event\n")
    return target.getvalue()


def _closed_key() -> str:
    """A key policy that lets in the administrator alone, and so passes nothing on to identity policies."""
    administrator = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/sandbox-administrator"}
    return policy({"Effect": "Allow", "Principal": administrator, "Action": "kms:*", "Resource": "*"})
