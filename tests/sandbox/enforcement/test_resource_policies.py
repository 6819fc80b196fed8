"""A resource's own policy counts where its service has one: it can let in, and it can keep out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.enforcement.conftest import World
from tests.support.sandbox import ACCOUNT, ACCOUNT_ROOT, Document, Sandbox, allow, code_of, error_of, policy, trust

EVERYONE = {"AWS": "*"}


def resource_policy(effect: str, principal: Document | str, action: str, resource: str, **condition: Any) -> str:
    """A policy of one statement with a Principal."""
    document = {"Effect": effect, "Principal": principal, "Action": action, "Resource": resource}
    return policy({**document, "Condition": condition} if condition else document)


def user_arn(name: str) -> dict[str, str]:
    """The principal that is this user."""
    return {"AWS": f"arn:aws:iam::{ACCOUNT}:user/{name}"}


class Shop:
    """One resource of a service: how to give it a policy, and a call on it."""

    def __init__(self, sandbox: Sandbox, service: str) -> None:
        name = sandbox.name("resource")
        self._sandbox = sandbox
        self.service = service
        client = sandbox.client(service)
        match service:
            case "sqs":
                url = client.create_queue(QueueName=name)["QueueUrl"]
                self.arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
                self.action, self.call = "sqs:SendMessage", ("SendMessage", {"QueueUrl": url, "MessageBody": "m"})
                self.give = lambda text: client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
            case "sns":
                self.arn = client.create_topic(Name=name)["TopicArn"]
                self.action, self.call = "sns:Publish", ("Publish", {"TopicArn": self.arn, "Message": "m"})
                self.give = lambda text: client.set_topic_attributes(
                    TopicArn=self.arn, AttributeName="Policy", AttributeValue=text
                )
            case "s3":
                client.create_bucket(Bucket=name)
                client.put_object(Bucket=name, Key="a", Body=b"a")
                self.arn = f"arn:aws:s3:::{name}/a"
                self.action, self.call = "s3:GetObject", ("GetObject", {"Bucket": name, "Key": "a"})
                self.give = lambda text: client.put_bucket_policy(Bucket=name, Policy=text)
            case "kms":
                key = client.create_key()["KeyMetadata"]["KeyId"]
                self.arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key}"
                self.action, self.call = "kms:DescribeKey", ("DescribeKey", {"KeyId": key})
                self.give = lambda text: client.put_key_policy(KeyId=key, PolicyName="default", Policy=text)

    def code(self, keys: Any) -> str | None:
        """The error code of the call with these keys."""
        return code_of(error_of(self._sandbox.client(self.service, keys), *self.call))


DENIED = {"sqs": "AccessDenied", "sns": "AuthorizationError", "s3": "AccessDenied", "kms": "AccessDeniedException"}


@pytest.mark.parametrize("service", DENIED)
def test_lets_in(sandbox: Sandbox, service: str) -> None:
    """A caller without a grant gets in by the resource's policy if that names it, and nobody else does."""
    shop, name = Shop(sandbox, service), sandbox.name("guest")
    guest, other = sandbox.user(name=name), sandbox.user()
    assert shop.code(guest) == DENIED[service]
    shop.give(resource_policy("Allow", user_arn(name), shop.action, shop.arn))
    assert shop.code(guest) is None
    assert shop.code(other) == DENIED[service]


@pytest.mark.parametrize("service", DENIED)
def test_keeps_out(sandbox: Sandbox, service: str) -> None:
    """A Deny in the resource's policy keeps out whoever has a grant."""
    shop = Shop(sandbox, service)
    keys = sandbox.user(allow(shop.action))
    assert shop.code(keys) is None
    everybody = {"Effect": "Allow", "Principal": ACCOUNT_ROOT, "Action": f"{service}:*", "Resource": "*"}
    never = {"Effect": "Deny", "Principal": EVERYONE, "Action": shop.action, "Resource": shop.arn}
    shop.give(policy({**everybody, "Resource": shop.arn}, never))
    assert shop.code(keys) == DENIED[service]
    record = sandbox.calls(action=shop.action, denied=True, last=1)[0]
    assert record.because.startswith(f"policy of {shop.arn}")


@pytest.mark.parametrize("service", ["sqs", "sns", "s3"])
def test_naming_the_account_lets_nobody_in(sandbox: Sandbox, service: str) -> None:
    """A policy that names the account as a whole passes the permission on to identity policies; it is none itself."""
    shop = Shop(sandbox, service)
    shop.give(resource_policy("Allow", ACCOUNT_ROOT, shop.action, shop.arn))
    assert shop.code(sandbox.user()) == DENIED[service]
    assert shop.code(sandbox.user(allow(shop.action))) is None


def test_a_role_named_and_its_session(sandbox: Sandbox) -> None:
    """A policy that names a role lets its sessions in, though a session policy limits them still."""
    shop, role = Shop(sandbox, "sqs"), sandbox.role()
    shop.give(resource_policy("Allow", {"AWS": role}, shop.action, shop.arn))
    keys = sandbox.user(allow("sts:AssumeRole"))
    assert shop.code(sandbox.assume(role, keys)) is None
    assert shop.code(sandbox.assume(role, keys, Policy=policy(allow("iam:*")))) == "AccessDenied"


def test_conditions(sandbox: Sandbox) -> None:
    """A condition in the resource's policy sees the same keys."""
    shop, name = Shop(sandbox, "sqs"), sandbox.name("guest")
    keys = sandbox.user(name=name)
    for address, code in (("127.0.0.1/32", None), ("198.51.100.0/24", "AccessDenied")):
        shop.give(resource_policy("Allow", user_arn(name), shop.action, shop.arn, IpAddress={"aws:SourceIp": address}))
        assert shop.code(keys) == code


def test_permission_on_a_function(sandbox: Sandbox, world: World) -> None:
    """AddPermission lets a caller invoke what it names, function or alias, until it is removed."""
    functions, name = sandbox.client("lambda"), sandbox.name("invoker")
    keys = sandbox.user(name=name)
    invoke = ("Invoke", {"FunctionName": "world-one", "InvocationType": "DryRun"})
    assert code_of(error_of(sandbox.client("lambda", keys), *invoke)) == "AccessDeniedException"
    functions.add_permission(
        FunctionName="world-one",
        StatementId=name,
        Action="lambda:InvokeFunction",
        Principal=f"arn:aws:iam::{ACCOUNT}:user/{name}",
    )
    assert code_of(error_of(sandbox.client("lambda", keys), *invoke)) is None
    assert code_of(error_of(sandbox.client("lambda", sandbox.user()), *invoke)) == "AccessDeniedException"
    functions.remove_permission(FunctionName="world-one", StatementId=name)
    assert code_of(error_of(sandbox.client("lambda", keys), *invoke)) == "AccessDeniedException"


def test_permission_on_an_alias(sandbox: Sandbox, world: World) -> None:
    """A permission on an alias is none on the function."""
    functions, name = sandbox.client("lambda"), sandbox.name("alias")
    functions.publish_version(FunctionName="world-one")
    functions.create_alias(FunctionName="world-one", Name=name, FunctionVersion="1")
    functions.add_permission(
        FunctionName="world-one",
        Qualifier=name,
        StatementId=name,
        Action="lambda:InvokeFunction",
        Principal=f"arn:aws:iam::{ACCOUNT}:user/{name}",
    )
    keys = sandbox.user(name=name)
    dry = {"FunctionName": "world-one", "InvocationType": "DryRun"}
    assert code_of(error_of(sandbox.client("lambda", keys), "Invoke", {**dry, "Qualifier": name})) is None
    assert code_of(error_of(sandbox.client("lambda", keys), "Invoke", dry)) == "AccessDeniedException"


def test_sns_needs_to_be_let_in(sandbox: Sandbox) -> None:
    """A message reaches a queue if the queue's policy lets SNS in for that topic, and only then."""
    sns, sqs = sandbox.client("sns"), sandbox.client("sqs")
    name = sandbox.name("fan")
    topic, other = (sns.create_topic(Name=f"{name}-{number}")["TopicArn"] for number in (1, 2))
    url, arn = sqs.create_queue(QueueName=name)["QueueUrl"], f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
    for each in (topic, other):
        sns.subscribe(TopicArn=each, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="before")
    service = {"Service": "sns.amazonaws.com"}
    text = resource_policy("Allow", service, "sqs:SendMessage", arn, ArnEquals={"aws:SourceArn": topic})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
    sns.publish(TopicArn=other, Message="from another topic")
    sns.publish(TopicArn=topic, Message="after")
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(message["Body"])["Message"] for message in messages] == ["after"]
    records = [record for record in sandbox.calls(user="sns.amazonaws.com") if record.resource == arn]
    assert [record.verdict for record in records] == ["denied", "denied", "allowed"]


@pytest.mark.parametrize("protocol", ["http", "https", "sms", "application", "firehose"])
def test_sns_reaches_nobody_outside(sandbox: Sandbox, world: World, protocol: str) -> None:
    """A subscription that would make the server call an address outside is refused by name."""
    given = {"TopicArn": world.topic, "Protocol": protocol, "Endpoint": f"{protocol}://127.0.0.1:1/"}
    assert code_of(error_of(sandbox.client("sns"), "Subscribe", given)) == "NotSimulated"


def test_a_policy_that_cannot_be_read(sandbox: Sandbox) -> None:
    """A resource's policy that the engine cannot read is neither a yes nor a no: the call is refused, naming it."""
    shop = Shop(sandbox, "sqs")
    broken = json.loads(resource_policy("Allow", EVERYONE, shop.action, shop.arn))
    broken["Statement"][0]["Condition"] = {"StringSortOfEquals": {"aws:SourceIp": "x"}}
    shop.give(json.dumps(broken))
    assert shop.code(sandbox.user(allow("sqs:*"))) == "NotSimulated"


def test_tags_of_a_resource(sandbox: Sandbox) -> None:
    """aws:ResourceTag is the tag that the resource has when the call is made."""
    cognito = sandbox.client("cognito-idp")
    keys = sandbox.user(allow("cognito-idp:*", "*", StringEquals={"aws:ResourceTag/team": "a"}))
    for tags, code in (({"team": "a"}, None), ({"team": "b"}, "AccessDeniedException"), ({}, "AccessDeniedException")):
        pool = cognito.create_user_pool(PoolName="tagged", UserPoolTags=tags)["UserPool"]["Id"]
        error = error_of(sandbox.client("cognito-idp", keys), "DescribeUserPool", {"UserPoolId": pool})
        assert code_of(error) == code


TAGGED: dict[str, tuple[str, Any, Any]] = {
    "iam": (
        "iam:GetRole",
        lambda client, name, tags: client.create_role(
            RoleName=name, AssumeRolePolicyDocument=trust(ACCOUNT_ROOT), Tags=[{"Key": "team", "Value": tags["team"]}]
        ),
        lambda name, made: ("GetRole", {"RoleName": name}),
    ),
    "sqs": (
        "sqs:GetQueueAttributes",
        lambda client, name, tags: client.create_queue(QueueName=name, tags=tags),
        lambda name, made: ("GetQueueAttributes", {"QueueUrl": made["QueueUrl"]}),
    ),
    "sns": (
        "sns:GetTopicAttributes",
        lambda client, name, tags: client.create_topic(Name=name, Tags=[{"Key": "team", "Value": tags["team"]}]),
        lambda name, made: ("GetTopicAttributes", {"TopicArn": made["TopicArn"]}),
    ),
    "logs": (
        "logs:DescribeLogStreams",
        lambda client, name, tags: client.create_log_group(logGroupName=name, tags=tags),
        lambda name, made: ("DescribeLogStreams", {"logGroupName": name}),
    ),
    "kms": (
        "kms:GetKeyPolicy",
        lambda client, name, tags: client.create_key(Tags=[{"TagKey": "team", "TagValue": tags["team"]}]),
        lambda name, made: ("GetKeyPolicy", {"KeyId": made["KeyMetadata"]["KeyId"], "PolicyName": "default"}),
    ),
    "cloudwatch": (
        "cloudwatch:EnableAlarmActions",
        lambda client, name, tags: client.put_metric_alarm(
            AlarmName=name,
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
            MetricName="m",
            Namespace="n",
            Period=60,
            Statistic="Sum",
            Threshold=1,
            Tags=[{"Key": "team", "Value": tags["team"]}],
        ),
        lambda name, made: ("EnableAlarmActions", {"AlarmNames": [name]}),
    ),
    "stepfunctions": (
        "states:DescribeStateMachine",
        lambda client, name, tags: client.create_state_machine(
            name=name,
            definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/world-workflow",
            tags=[{"key": "team", "value": tags["team"]}],
        ),
        lambda name, made: ("DescribeStateMachine", {"stateMachineArn": made["stateMachineArn"]}),
    ),
}


@pytest.mark.parametrize("service", TAGGED)
def test_tags_in_every_service(sandbox: Sandbox, world: World, service: str) -> None:
    """Each service's tags are seen, whatever it calls them."""
    action, make, call = TAGGED[service]
    client = sandbox.client(service)
    for team, passes in (("a", True), ("b", False)):
        name = sandbox.name("tagged")
        made = make(client, name, {"team": team})
        keys = sandbox.user(allow(action, "*", StringEquals={"aws:ResourceTag/team": "a"}))
        error = error_of(sandbox.client(service, keys), *call(name, made))
        assert (error is None) is passes, error


def test_tags_that_are_not_supplied(sandbox: Sandbox, world: World) -> None:
    """Where a service's tags are not seen, a policy that hangs on them is refused by name, not decided."""
    keys = sandbox.user(allow("s3:GetObject", "*", StringEquals={"aws:ResourceTag/team": "a"}))
    error = error_of(sandbox.client("s3", keys), "GetObject", {"Bucket": "world-one", "Key": "in/a"})
    assert code_of(error) == "NotSimulated"
    assert "aws:ResourceTag/team" in str(error)
