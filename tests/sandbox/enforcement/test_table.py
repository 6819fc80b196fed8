"""Who may do what: a principal's policy, a call, what boto3 raises, and what the record says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from tests.sandbox.enforcement.conftest import World
from tests.support.sandbox import Document, Sandbox, allow, code_of, deny, error_of

ARN = "arn:aws:{}:us-east-1:123456789012:{}"
IAM = "arn:aws:iam::123456789012:{}"
LOG_GROUP = ARN.format("logs", "log-group:/world/one")
OTHER_LOG_GROUP = ARN.format("logs", "log-group:/world/two")
QUEUE, OTHER_QUEUE = ARN.format("sqs", "world-one"), ARN.format("sqs", "world-two")
BUCKET = "arn:aws:s3:::world-one"


class Call(NamedTuple):
    """One call; {names} stand for what the world has."""

    service: str
    operation: str
    parameters: Mapping[str, Any]


class Case(NamedTuple):
    """One row."""

    name: str
    policy: Sequence[Document]
    call: Call
    code: str | None = None
    """What boto3 raises; None: the call succeeds."""
    verdict: str = "allowed"


def denied(name: str, policy: Sequence[Document], call: Call) -> Case:
    """A row that IAM refuses, under the code of the service."""
    return Case(name, policy, call, DENIED.get(call.service, "AccessDeniedException"), "denied")


def refused(name: str, policy: Sequence[Document], call: Call) -> Case:
    """A row that the sandbox refuses by name."""
    return Case(name, policy, call, "NotSimulated", "not-simulated")


DENIED = {
    "iam": "AccessDenied",
    "sts": "AccessDenied",
    "sqs": "AccessDenied",
    "cloudwatch": "AccessDenied",
    "s3": "AccessDenied",
    "sns": "AuthorizationError",
}

ANN = {"UserPoolId": "{pool_id}", "Username": "ann"}
OTHER_ANN = {"UserPoolId": "{other_pool_id}", "Username": "ann"}
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
READ_USER = "cognito-idp:AdminGetUser"
FROM_HERE = {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
FROM_ELSEWHERE = {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}
ROLE_DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
ALARM = {
    "AlarmName": "world-one",
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 1,
    "MetricName": "m",
    "Namespace": "n",
    "Period": 60,
    "Statistic": "Sum",
    "Threshold": 1,
}
MACHINE = {
    "name": "world-one",
    "definition": json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
    "roleArn": "{function_role}",
}

ADMIN_USER_GLOBAL_SIGN_OUT = Call("cognito-idp", "AdminUserGlobalSignOut", ANN)
LIST_USER_POOLS = Call("cognito-idp", "ListUserPools", {"MaxResults": 1})
CREATE_IDENTITY_POOL = Call(
    "cognito-identity", "CreateIdentityPool", {"IdentityPoolName": "p", "AllowUnauthenticatedIdentities": False}
)
GET_CALLER_IDENTITY = Call("sts", "GetCallerIdentity", {})
INVOKE = Call("lambda", "Invoke", {"FunctionName": "world-one", "InvocationType": "DryRun"})
UPDATE_FUNCTION_CONFIGURATION = Call(
    "lambda", "UpdateFunctionConfiguration", {"FunctionName": "world-one", "Role": "{function_role}"}
)
PUT_LOG_EVENTS = Call(
    "logs",
    "PutLogEvents",
    {"logGroupName": "/world/one", "logStreamName": "stream", "logEvents": [{"timestamp": 1, "message": "m"}]},
)
DESCRIBE_LOG_STREAMS = Call("logs", "DescribeLogStreams", {"logGroupName": "/world/one"})
DESCRIBE_LOG_GROUPS = Call("logs", "DescribeLogGroups", {})
PUBLISH = Call("sns", "Publish", {"TopicArn": "{topic}", "Message": "m"})
DESCRIBE_KEY = Call("kms", "DescribeKey", {"KeyId": "{key}"})
PUT_METRIC_ALARM = Call("cloudwatch", "PutMetricAlarm", ALARM)
CREATE_STATE_MACHINE = Call("stepfunctions", "CreateStateMachine", MACHINE)
CREATE_TAGGED_STATE_MACHINE = Call(
    "stepfunctions",
    "CreateStateMachine",
    {**MACHINE, "roleArn": "{workflow_role}", "tags": [{"key": "team", "value": "a"}]},
)
GET_OBJECT = Call("s3", "GetObject", {"Bucket": "world-one", "Key": "in/a"})

GET_SERVICE_QUOTA = Call("service-quotas", "GetServiceQuota", {"ServiceCode": "lambda", "QuotaCode": "L-B99A9384"})

CASES = [
    # Cognito user pools
    Case("sign out on own pool", [allow(SIGN_OUT, "{pool}")], ADMIN_USER_GLOBAL_SIGN_OUT),
    denied(
        "sign out on another pool",
        [allow(SIGN_OUT, "{pool}")],
        Call("cognito-idp", "AdminUserGlobalSignOut", OTHER_ANN),
    ),
    denied("nothing granted", [], ADMIN_USER_GLOBAL_SIGN_OUT),
    denied("another action granted", [allow(READ_USER, "{pool}")], ADMIN_USER_GLOBAL_SIGN_OUT),
    Case("action in another case", [allow("COGNITO-IDP:adminuserglobalsignout", "{pool}")], ADMIN_USER_GLOBAL_SIGN_OUT),
    denied(
        "resource in another case",
        [allow(SIGN_OUT, "arn:aws:cognito-idp:us-east-1:123456789012:USERPOOL/*")],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    Case("any pool", [allow(SIGN_OUT, "arn:aws:cognito-idp:*:*:userpool/*")], ADMIN_USER_GLOBAL_SIGN_OUT),
    denied("deny on the pool wins", [allow("*"), deny(SIGN_OUT, "{pool}")], ADMIN_USER_GLOBAL_SIGN_OUT),
    Case("deny on another pool", [allow("*"), deny("cognito-idp:*", "{other_pool}")], ADMIN_USER_GLOBAL_SIGN_OUT),
    denied(
        "deny everywhere but here",
        [allow("*"), {"Effect": "Deny", "Action": SIGN_OUT, "NotResource": "{other_pool}"}],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    Case(
        "all but one action", [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], ADMIN_USER_GLOBAL_SIGN_OUT
    ),
    Case("from an address in the block", [allow(SIGN_OUT, "{pool}", **FROM_HERE)], ADMIN_USER_GLOBAL_SIGN_OUT),
    denied("from an address outside", [allow(SIGN_OUT, "{pool}", **FROM_ELSEWHERE)], ADMIN_USER_GLOBAL_SIGN_OUT),
    Case(
        "in the Region",
        [allow(SIGN_OUT, "*", StringEquals={"aws:RequestedRegion": "us-east-1"})],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    denied(
        "in another Region",
        [allow(SIGN_OUT, "*", StringEquals={"aws:RequestedRegion": "eu-west-1"})],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    denied("over TLS only", [allow(SIGN_OUT, "*", Bool={"aws:SecureTransport": "true"})], ADMIN_USER_GLOBAL_SIGN_OUT),
    denied(
        "MFA is absent, not false",
        [allow(SIGN_OUT, "*", Bool={"aws:MultiFactorAuthPresent": "false"})],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    Case(
        "MFA is absent", [allow(SIGN_OUT, "*", Null={"aws:MultiFactorAuthPresent": "true"})], ADMIN_USER_GLOBAL_SIGN_OUT
    ),
    denied(
        "through a VPC endpoint only",
        [allow(SIGN_OUT, "*", StringEquals={"aws:SourceVpce": "vpce-1"})],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    denied(
        "in an organization only",
        [allow(SIGN_OUT, "*", StringEquals={"aws:PrincipalOrgID": "o-1"})],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    Case(
        "after a date",
        [allow(SIGN_OUT, "*", DateGreaterThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"})],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    denied(
        "before a date",
        [allow(SIGN_OUT, "*", DateLessThan={"aws:CurrentTime": "2020-01-01T00:00:00Z"})],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    refused(
        "a condition key that is not supplied",
        [allow(SIGN_OUT, "*", StringEquals={"cognito-idp:Unheard": "x"})],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    Case(
        "an unknown key that decides nothing",
        [allow(SIGN_OUT, "*"), allow(READ_USER, "*", StringEquals={"cognito-idp:Unheard": "x"})],
        ADMIN_USER_GLOBAL_SIGN_OUT,
    ),
    Case("list all pools", [allow("cognito-idp:ListUserPools")], LIST_USER_POOLS),
    denied("a pool's ARN does not list all", [allow("cognito-idp:ListUserPools", "{pool}")], LIST_USER_POOLS),
    denied(
        "list users elsewhere",
        [allow("cognito-idp:ListUsers", "{pool}")],
        Call("cognito-idp", "ListUsers", {"UserPoolId": "{other_pool_id}"}),
    ),
    Case(
        "create a pool with the tag asked for",
        [allow("cognito-idp:CreateUserPool", "*", StringEquals={"aws:RequestTag/team": "a"})],
        Call("cognito-idp", "CreateUserPool", {"PoolName": "t", "UserPoolTags": {"team": "a"}}),
    ),
    denied(
        "create a pool with another tag",
        [allow("cognito-idp:CreateUserPool", "*", StringEquals={"aws:RequestTag/team": "a"})],
        Call("cognito-idp", "CreateUserPool", {"PoolName": "t", "UserPoolTags": {"team": "b"}}),
    ),
    denied(
        "create a pool without the tag",
        [allow("cognito-idp:CreateUserPool", "*", StringEquals={"aws:RequestTag/team": "a"})],
        Call("cognito-idp", "CreateUserPool", {"PoolName": "t"}),
    ),
    denied(
        "create a pool with a tag too many",
        [allow("cognito-idp:CreateUserPool", "*", **{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}})],
        Call("cognito-idp", "CreateUserPool", {"PoolName": "t", "UserPoolTags": {"team": "a", "x": "y"}}),
    ),
    denied(
        "a role for SMS without iam:PassRole",
        [allow("cognito-idp:*")],
        Call(
            "cognito-idp", "CreateUserPool", {"PoolName": "t", "SmsConfiguration": {"SnsCallerArn": "{function_role}"}}
        ),
    ),
    refused(
        "a parameter that grants and is not mapped",
        [allow("*")],
        Call(
            "cognito-idp",
            "CreateUserPoolClient",
            {"UserPoolId": "{pool_id}", "ClientName": "c", "AnalyticsConfiguration": {"RoleArn": "{function_role}"}},
        ),
    ),
    refused(
        "an operation that is not mapped",
        [allow("*")],
        Call("cognito-idp", "CreateUserPoolReplica", {"UserPoolId": "{pool_id}", "RegionName": "eu-west-1"}),
    ),
    # Cognito identity pools
    Case("create an identity pool", [allow("cognito-identity:CreateIdentityPool")], CREATE_IDENTITY_POOL),
    denied("create an identity pool without a grant", [allow("cognito-identity:Describe*")], CREATE_IDENTITY_POOL),
    denied(
        "describe another identity pool",
        [allow("cognito-identity:DescribeIdentityPool", ARN.format("cognito-identity", "identitypool/us-east-1:1"))],
        Call(
            "cognito-identity",
            "DescribeIdentityPool",
            {"IdentityPoolId": "us-east-1:00000000-0000-0000-0000-000000000000"},
        ),
    ),
    # IAM
    Case(
        "read a role",
        [allow("iam:GetRole", IAM.format("role/world-function"))],
        Call("iam", "GetRole", {"RoleName": "world-function"}),
    ),
    denied(
        "read a role by another name",
        [allow("iam:GetRole", IAM.format("role/world-*"))],
        Call("iam", "GetRole", {"RoleName": "elsewhere"}),
    ),
    Case(
        "make a user under a path",
        [allow("iam:CreateUser", IAM.format("user/team/*"))],
        Call("iam", "CreateUser", {"UserName": "pathed", "Path": "/team/"}),
    ),
    denied(
        "make a user under another path",
        [allow("iam:CreateUser", IAM.format("user/team/*"))],
        Call("iam", "CreateUser", {"UserName": "unpathed", "Path": "/other/"}),
    ),
    denied(
        "make a role without the boundary",
        [allow("iam:CreateRole", "*", StringEquals={"iam:PermissionsBoundary": IAM.format("policy/limit")})],
        Call("iam", "CreateRole", {"RoleName": "unbounded", "AssumeRolePolicyDocument": ROLE_DOCUMENT}),
    ),
    Case(
        "make a role with the boundary",
        [allow("iam:CreateRole", "*", StringEquals={"iam:PermissionsBoundary": IAM.format("policy/limit")})],
        Call(
            "iam",
            "CreateRole",
            {
                "RoleName": "bounded",
                "AssumeRolePolicyDocument": ROLE_DOCUMENT,
                "PermissionsBoundary": IAM.format("policy/limit"),
            },
        ),
    ),
    Case(
        "attach the policy allowed",
        [allow("iam:AttachRolePolicy", "*", ArnEquals={"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"})],
        Call(
            "iam",
            "AttachRolePolicy",
            {"RoleName": "world-function", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        ),
    ),
    denied(
        "attach another policy",
        [allow("iam:AttachRolePolicy", "*", ArnEquals={"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"})],
        Call(
            "iam",
            "AttachRolePolicy",
            {"RoleName": "world-function", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        ),
    ),
    Case(
        "own access keys by policy variable",
        [allow("iam:ListAccessKeys", IAM.format("user/${aws:username}"))],
        Call("iam", "ListAccessKeys", {}),
    ),
    denied(
        "another's access keys by policy variable",
        [allow("iam:ListAccessKeys", IAM.format("user/${aws:username}"))],
        Call("iam", "ListAccessKeys", {"UserName": "sandbox-administrator"}),
    ),
    denied("list roles", [allow("iam:GetRole")], Call("iam", "ListRoles", {})),
    Case(
        "a boundary that is not there",
        [allow("*")],
        Call("iam", "CreateUser", {"UserName": "limited", "PermissionsBoundary": IAM.format("policy/nothing")}),
        "NoSuchEntity",
        "invalid",
    ),
    denied(
        "make a user without the boundary",
        [allow("iam:CreateUser", "*", StringEquals={"iam:PermissionsBoundary": IAM.format("policy/limit")})],
        Call("iam", "CreateUser", {"UserName": "unbounded"}),
    ),
    Case(
        "a policy that IAM would not take",
        [allow("*")],
        Call("iam", "PutRolePolicy", {"RoleName": "world-function", "PolicyName": "p", "PolicyDocument": "{}"}),
        "MalformedPolicyDocument",
        "invalid",
    ),
    # Service Quotas
    Case(
        "read a quota",
        [allow("servicequotas:GetServiceQuota", ARN.format("servicequotas", "lambda/*"))],
        GET_SERVICE_QUOTA,
    ),
    denied("read a quota without a grant", [allow("lambda:*")], GET_SERVICE_QUOTA),
    refused(
        "a quota that the sandbox does not keep",
        [allow("*")],
        Call("service-quotas", "GetServiceQuota", {"ServiceCode": "ec2", "QuotaCode": "L-0"}),
    ),
    # STS
    Case("who am I, without any grant", [], GET_CALLER_IDENTITY, None, "unconditional"),
    Case("who am I, in spite of a Deny", [deny("*")], GET_CALLER_IDENTITY, None, "unconditional"),
    denied(
        "a role that does not trust the account",
        [allow("sts:AssumeRole")],
        Call("sts", "AssumeRole", {"RoleArn": "{function_role}", "RoleSessionName": "it"}),
    ),
    denied(
        "a role that is not there",
        [allow("sts:AssumeRole")],
        Call("sts", "AssumeRole", {"RoleArn": IAM.format("role/nobody"), "RoleSessionName": "it"}),
    ),
    refused("a federation token", [allow("*")], Call("sts", "GetFederationToken", {"Name": "it"})),
    # Lambda
    Case(
        "read a function",
        [allow("lambda:GetFunction", "{function}")],
        Call("lambda", "GetFunction", {"FunctionName": "world-one"}),
    ),
    Case(
        "read a function by its ARN",
        [allow("lambda:GetFunction", "{function}")],
        Call("lambda", "GetFunction", {"FunctionName": "{function}"}),
    ),
    refused(
        "read a function by a partial ARN",
        [allow("lambda:GetFunction", "{function}")],
        Call("lambda", "GetFunction", {"FunctionName": "123456789012:function:world-one"}),
    ),
    denied(
        "read another function",
        [allow("lambda:GetFunction", "{function}")],
        Call("lambda", "GetFunction", {"FunctionName": "world-two"}),
    ),
    denied(
        "an alias is another resource",
        [allow("lambda:InvokeFunction", "{function}")],
        Call("lambda", "Invoke", {"FunctionName": "world-one", "Qualifier": "live", "InvocationType": "DryRun"}),
    ),
    denied("the function is not its alias", [allow("lambda:InvokeFunction", "{function}:live")], INVOKE),
    Case("invoke a function", [allow("lambda:InvokeFunction", "{function}")], INVOKE),
    denied("invoke is not lambda:Invoke", [allow("lambda:Invoke", "*")], INVOKE),
    denied(
        "make a function without iam:PassRole",
        [allow("lambda:*")],
        Call(
            "lambda",
            "CreateFunction",
            {
                "FunctionName": "new",
                "Role": "{function_role}",
                "Handler": "a.b",
                "Runtime": "python3.11",
                "Code": {"ZipFile": b"x"},
            },
        ),
    ),
    denied(
        "pass a role to another service",
        [allow("lambda:*"), allow("iam:PassRole", "*", StringEquals={"iam:PassedToService": "ec2.amazonaws.com"})],
        UPDATE_FUNCTION_CONFIGURATION,
    ),
    Case(
        "pass a role to Lambda",
        [
            allow("lambda:*"),
            allow("iam:PassRole", "{function_role}", StringEquals={"iam:PassedToService": "lambda.amazonaws.com"}),
        ],
        UPDATE_FUNCTION_CONFIGURATION,
    ),
    denied(
        "code from a bucket without s3:GetObject",
        [allow("lambda:*")],
        Call("lambda", "UpdateFunctionCode", {"FunctionName": "world-one", "S3Bucket": "world-one", "S3Key": "in/a"}),
    ),
    denied(
        "map events to another function",
        [allow("lambda:CreateEventSourceMapping", "*", ArnEquals={"lambda:FunctionArn": "{function}"})],
        Call("lambda", "CreateEventSourceMapping", {"FunctionName": "world-two", "EventSourceArn": QUEUE}),
    ),
    refused(
        "a function inside a VPC",
        [allow("*")],
        Call(
            "lambda",
            "UpdateFunctionConfiguration",
            {"FunctionName": "world-one", "VpcConfig": {"SubnetIds": ["subnet-1"]}},
        ),
    ),
    # CloudWatch Logs
    Case("write to own log group", [allow("logs:PutLogEvents", f"{LOG_GROUP}:*")], PUT_LOG_EVENTS),
    denied(
        "write to another log group",
        [allow("logs:PutLogEvents", f"{LOG_GROUP}:*")],
        Call(
            "logs",
            "PutLogEvents",
            {"logGroupName": "/world/two", "logStreamName": "stream", "logEvents": [{"timestamp": 1, "message": "m"}]},
        ),
    ),
    denied("a log group's ARN without the ending", [allow("logs:DescribeLogStreams", LOG_GROUP)], DESCRIBE_LOG_STREAMS),
    Case(
        "a log group's ARN with the ending", [allow("logs:DescribeLogStreams", f"{LOG_GROUP}:*")], DESCRIBE_LOG_STREAMS
    ),
    Case(
        "tags of a log group by its plain ARN",
        [allow("logs:ListTagsForResource", LOG_GROUP)],
        Call("logs", "ListTagsForResource", {"resourceArn": LOG_GROUP}),
    ),
    denied(
        "tags of another log group",
        [allow("logs:ListTagsForResource", LOG_GROUP)],
        Call("logs", "ListTagsForResource", {"resourceArn": OTHER_LOG_GROUP}),
    ),
    denied("one stream is not another", [allow("logs:PutLogEvents", f"{LOG_GROUP}:log-stream:other")], PUT_LOG_EVENTS),
    Case("list log groups", [allow("logs:DescribeLogGroups")], DESCRIBE_LOG_GROUPS),
    denied("one log group does not list all", [allow("logs:DescribeLogGroups", f"{LOG_GROUP}:*")], DESCRIBE_LOG_GROUPS),
    # SQS
    Case(
        "send to own queue",
        [allow("sqs:SendMessage", QUEUE)],
        Call("sqs", "SendMessage", {"QueueUrl": "{queue_url}", "MessageBody": "m"}),
    ),
    denied(
        "send to another queue",
        [allow("sqs:SendMessage", QUEUE)],
        Call("sqs", "SendMessage", {"QueueUrl": "{other_queue_url}", "MessageBody": "m"}),
    ),
    denied(
        "send is not receive",
        [allow("sqs:SendMessage", QUEUE)],
        Call("sqs", "ReceiveMessage", {"QueueUrl": "{queue_url}"}),
    ),
    Case(
        "a batch asks for the single action",
        [allow("sqs:SendMessage", QUEUE)],
        Call("sqs", "SendMessageBatch", {"QueueUrl": "{queue_url}", "Entries": [{"Id": "1", "MessageBody": "m"}]}),
    ),
    Case(
        "look a queue up by name",
        [allow("sqs:GetQueueUrl", QUEUE)],
        Call("sqs", "GetQueueUrl", {"QueueName": "world-one"}),
    ),
    denied(
        "look another queue up",
        [allow("sqs:GetQueueUrl", QUEUE)],
        Call("sqs", "GetQueueUrl", {"QueueName": "world-two"}),
    ),
    denied("list queues", [allow("sqs:ListQueues", QUEUE)], Call("sqs", "ListQueues", {})),
    Case(
        "a queue of another account",
        [allow("*")],
        Call("sqs", "SendMessage", {"QueueUrl": "http://127.0.0.1/210987654321/world-one", "MessageBody": "m"}),
        "ValidationError",
        "invalid",
    ),
    # SNS
    Case("publish to own topic", [allow("sns:Publish", "{topic}")], PUBLISH),
    denied(
        "publish to another topic",
        [allow("sns:Publish", "{topic}")],
        Call("sns", "Publish", {"TopicArn": "{other_topic}", "Message": "m"}),
    ),
    denied("the topic's default policy lets nobody in", [], PUBLISH),
    Case(
        "subscribe a protocol allowed",
        [allow("sns:Subscribe", "*", StringEquals={"sns:Protocol": "sqs"})],
        Call("sns", "Subscribe", {"TopicArn": "{topic}", "Protocol": "sqs", "Endpoint": QUEUE}),
    ),
    denied(
        "subscribe another protocol",
        [allow("sns:Subscribe", "*", StringEquals={"sns:Protocol": "sqs"})],
        Call("sns", "Subscribe", {"TopicArn": "{topic}", "Protocol": "email", "Endpoint": "a@example.com"}),
    ),
    refused("an SMS", [allow("*")], Call("sns", "Publish", {"PhoneNumber": "+15555550100", "Message": "m"})),
    # KMS
    Case("describe a key that passes on to IAM", [allow("kms:DescribeKey", "{key}")], DESCRIBE_KEY),
    denied("a key that does not pass on", [allow("kms:*", "*")], Call("kms", "DescribeKey", {"KeyId": "{other_key}"})),
    denied("a key without a grant", [], DESCRIBE_KEY),
    denied(
        "encrypt without the context",
        [allow("kms:Encrypt", "*", StringEquals={"kms:EncryptionContext:app": "a"})],
        Call("kms", "Encrypt", {"KeyId": "{key}", "Plaintext": b"p"}),
    ),
    Case(
        "encrypt with the context",
        [allow("kms:Encrypt", "*", StringEquals={"kms:EncryptionContext:app": "a"})],
        Call("kms", "Encrypt", {"KeyId": "{key}", "Plaintext": b"p", "EncryptionContext": {"app": "a"}}),
    ),
    refused(
        "a grant",
        [allow("*")],
        Call(
            "kms",
            "CreateGrant",
            {"KeyId": "{key}", "GranteePrincipal": IAM.format("role/x"), "Operations": ["Decrypt"]},
        ),
    ),
    Case(
        "a key that is not there",
        [allow("*")],
        Call("kms", "DescribeKey", {"KeyId": "alias/none"}),
        "NotFoundException",
        "invalid",
    ),
    # CloudWatch
    Case(
        "an alarm under its name",
        [allow("cloudwatch:PutMetricAlarm", ARN.format("cloudwatch", "alarm:world-*"))],
        PUT_METRIC_ALARM,
    ),
    denied(
        "an alarm under another name",
        [allow("cloudwatch:PutMetricAlarm", ARN.format("cloudwatch", "alarm:other-*"))],
        PUT_METRIC_ALARM,
    ),
    denied(
        "an alarm with an action not allowed",
        [
            allow(
                "cloudwatch:PutMetricAlarm",
                "*",
                **{"ForAllValues:StringEquals": {"cloudwatch:AlarmActions": ["{topic}"]}},
            )
        ],
        Call("cloudwatch", "PutMetricAlarm", {**ALARM, "AlarmActions": ["{other_topic}"]}),
    ),
    Case(
        "metrics into own namespace",
        [allow("cloudwatch:PutMetricData", "*", StringEquals={"cloudwatch:namespace": "n"})],
        Call("cloudwatch", "PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1}]}),
    ),
    denied(
        "metrics into another namespace",
        [allow("cloudwatch:PutMetricData", "*", StringEquals={"cloudwatch:namespace": "n"})],
        Call("cloudwatch", "PutMetricData", {"Namespace": "o", "MetricData": [{"MetricName": "m", "Value": 1}]}),
    ),
    denied(
        "a dashboard",
        [allow("cloudwatch:PutDashboard", "arn:aws:cloudwatch::123456789012:dashboard/other")],
        Call("cloudwatch", "PutDashboard", {"DashboardName": "one", "DashboardBody": "{}"}),
    ),
    # Step Functions
    denied("a state machine without iam:PassRole", [allow("states:*")], CREATE_STATE_MACHINE),
    denied(
        "a state machine under another name",
        [allow("states:CreateStateMachine", ARN.format("states", "stateMachine:other")), allow("iam:PassRole")],
        CREATE_STATE_MACHINE,
    ),
    denied(
        "start another state machine",
        [allow("states:StartExecution", ARN.format("states", "stateMachine:world-one"))],
        Call("stepfunctions", "StartExecution", {"stateMachineArn": ARN.format("states", "stateMachine:world-two")}),
    ),
    Case(
        "a state machine with the tag asked for",
        [
            allow("states:CreateStateMachine", "*", StringEquals={"aws:RequestTag/team": "a"}),
            allow("iam:PassRole", "{workflow_role}"),
        ],
        CREATE_TAGGED_STATE_MACHINE,
    ),
    denied(
        "a state machine with another tag",
        [
            allow("states:CreateStateMachine", "*", StringEquals={"aws:RequestTag/team": "b"}),
            allow("iam:PassRole", "{workflow_role}"),
        ],
        CREATE_TAGGED_STATE_MACHINE,
    ),
    Case("list state machines", [allow("states:ListStateMachines")], Call("stepfunctions", "ListStateMachines", {})),
    # S3
    Case("read an object", [allow("s3:GetObject", f"{BUCKET}/in/*")], GET_OBJECT),
    denied("read an object elsewhere", [allow("s3:GetObject", f"{BUCKET}/out/*")], GET_OBJECT),
    denied("the bucket is not its objects", [allow("s3:GetObject", BUCKET)], GET_OBJECT),
    Case(
        "write an object",
        [allow("s3:PutObject", f"{BUCKET}/out/*")],
        Call("s3", "PutObject", {"Bucket": "world-one", "Key": "out/b", "Body": b"b"}),
    ),
    denied(
        "list a bucket with another prefix",
        [allow("s3:ListBucket", BUCKET, StringEquals={"s3:prefix": "in/"})],
        Call("s3", "ListObjectsV2", {"Bucket": "world-one", "Prefix": "out/"}),
    ),
    Case(
        "list a bucket with the prefix",
        [allow("s3:ListBucket", BUCKET, StringEquals={"s3:prefix": "in/"})],
        Call("s3", "ListObjectsV2", {"Bucket": "world-one", "Prefix": "in/"}),
    ),
    denied(
        "delete all but one",
        [allow("s3:DeleteObject", f"{BUCKET}/gone/*")],
        Call(
            "s3", "DeleteObjects", {"Bucket": "world-one", "Delete": {"Objects": [{"Key": "gone/a"}, {"Key": "in/a"}]}}
        ),
    ),
    denied("list buckets", [allow("s3:ListBucket")], Call("s3", "ListBuckets", {})),
    refused(
        "a version of an object",
        [allow("*")],
        Call("s3", "GetObject", {"Bucket": "world-one", "Key": "in/a", "VersionId": "1"}),
    ),
]


def test_size() -> None:
    """The table has at least the rows that it is meant to have."""
    assert len(CASES) >= 100
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_call(case: Case, sandbox: Sandbox, world: World) -> None:
    """The call comes to what the row says, for whoever makes it and in the record."""
    name = sandbox.name("caller")
    keys = sandbox.user(*_filled(world, case.policy), name=name)
    error = error_of(sandbox.client(case.call.service, keys), case.call.operation, _filled(world, case.call.parameters))
    assert code_of(error) == case.code, error
    (record,) = sandbox.calls(user=f"user/{name}")
    assert record.verdict == case.verdict, record
    assert record.signed


def _filled(world: World, value: Any) -> Any:
    if isinstance(value, str):
        return world.fill(value)
    if isinstance(value, Mapping):
        return {key: _filled(world, item) for key, item in value.items()}
    return [_filled(world, item) for item in value] if isinstance(value, list | tuple) else value
