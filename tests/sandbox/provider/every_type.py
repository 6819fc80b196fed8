"""Each resource type: its resource in the program, and how to see and to change it in AWS without Pulumi."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Client = Callable[[str], Any]
State = dict[str, Any]


@dataclass(frozen=True)
class Row:
    token: str
    name: str
    """In the program."""
    exists: Callable[[Client, str, State], Any]
    """Given the id and the outputs. Raises, or is falsy, when there is none."""
    drift: Callable[[Client, str, State], Any] | None = None
    """Changes something of it by hand. None: it has nothing that can be changed and seen again."""
    import_id: Callable[[str, State], str] = lambda id, state: id
    updates: bool = True
    """Whether the program's second variant changes it in place."""
    lost: frozenset[str] = frozenset()
    """Inputs that AWS does not give back, so that an import is without them."""


DENY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})


def _queue_policy(aws: Client, id: str) -> str:
    answer = aws("sqs").get_queue_attributes(QueueUrl=id, AttributeNames=["Policy"])
    return str(answer.get("Attributes", {}).get("Policy", ""))


def _event_invoke(aws: Client, id: str, state: State) -> Any:
    return aws("lambda").get_function_event_invoke_config(FunctionName=state["functionName"])


def _is_key(aws: Client, id: str, state: State) -> bool:
    return bool(aws("kms").describe_key(KeyId=id)["KeyMetadata"]["KeyState"] != "PendingDeletion")


def _subscription(aws: Client, id: str, state: State) -> Any:
    return aws("sns").get_subscription_attributes(SubscriptionArn=id)


def _alarm(aws: Client, id: str, state: State) -> Any:
    return aws("cloudwatch").describe_alarms(AlarmNames=[id])["MetricAlarms"]


def _quieten(aws: Client, id: str, state: State) -> None:
    kept = ("AlarmName", "MetricName", "Namespace", "Statistic", "Period", "EvaluationPeriods", "ComparisonOperator")
    alarm = {name: value for name, value in _alarm(aws, id, state)[0].items() if name in kept}
    aws("cloudwatch").put_metric_alarm(**alarm, Threshold=1000.0, Dimensions=_alarm(aws, id, state)[0]["Dimensions"])


def _log_group(aws: Client, id: str, state: State) -> Any:
    return aws("logs").describe_log_groups(logGroupNamePrefix=id)["logGroups"]


def _policy_in_use(aws: Client, id: str, state: State) -> Any:
    role, arn = id.split("/", 1)
    attached = aws("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return arn in [each["PolicyArn"] for each in attached]


def _statement(aws: Client, id: str, state: State) -> bool:
    return id in aws("lambda").get_policy(FunctionName=state["function"])["Policy"]


def _kms_alias(aws: Client, id: str, state: State) -> Any:
    return [each for each in aws("kms").list_aliases()["Aliases"] if each["AliasName"] == id]


def _pool(aws: Client, id: str, state: State) -> Any:
    return aws("cognito-idp").describe_user_pool(UserPoolId=id)["UserPool"]


def _client(aws: Client, id: str, state: State) -> Any:
    return aws("cognito-idp").describe_user_pool_client(UserPoolId=state["userPoolId"], ClientId=id)


def _shorten_passwords(aws: Client, id: str, state: State) -> None:
    aws("cognito-idp").update_user_pool(UserPoolId=id, Policies={"PasswordPolicy": {"MinimumLength": 6}})


def _topic_policy(aws: Client, id: str, state: State) -> bool:
    policy = aws("sns").get_topic_attributes(TopicArn=id)["Attributes"]["Policy"]
    return "__default_statement_ID" not in policy


ROWS = (
    Row("aws:cognito/userPool:UserPool", "pool", _pool, _shorten_passwords),
    Row(
        "aws:cognito/userPoolClient:UserPoolClient",
        "client",
        lambda aws, id, state: aws("cognito-idp").describe_user_pool_client(
            UserPoolId=state["userPoolId"], ClientId=id
        ),
        lambda aws, id, state: aws("cognito-idp").update_user_pool_client(
            UserPoolId=state["userPoolId"], ClientId=id, ClientName="by hand"
        ),
        import_id=lambda id, state: f"{state['userPoolId']}/{id}",
    ),
    Row(
        "aws:cognito/userPoolDomain:UserPoolDomain",
        "domain",
        lambda aws, id, state: aws("cognito-idp").describe_user_pool_domain(Domain=id)["DomainDescription"],
        updates=False,
    ),
    Row(
        "aws:cognito/identityPool:IdentityPool",
        "identity-pool",
        lambda aws, id, state: aws("cognito-identity").describe_identity_pool(IdentityPoolId=id),
        lambda aws, id, state: aws("cognito-identity").update_identity_pool(
            IdentityPoolId=id,
            IdentityPoolName="by hand",
            AllowUnauthenticatedIdentities=False,
            DeveloperProviderName=state["developerProviderName"],
        ),
    ),
    Row(
        "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
        "roles",
        lambda aws, id, state: aws("cognito-identity").get_identity_pool_roles(IdentityPoolId=id).get("Roles"),
        lambda aws, id, state: aws("cognito-identity").set_identity_pool_roles(
            IdentityPoolId=id, Roles={"unauthenticated": state["roles"]["authenticated"]}
        ),
    ),
    Row(
        "aws:iam/role:Role",
        "role",
        lambda aws, id, state: aws("iam").get_role(RoleName=id),
        lambda aws, id, state: aws("iam").update_role(RoleName=id, Description="by hand", MaxSessionDuration=43200),
        lost=frozenset({"forceDetachPolicies"}),
    ),
    Row(
        "aws:iam/rolePolicy:RolePolicy",
        "role-policy",
        lambda aws, id, state: aws("iam").get_role_policy(RoleName=state["role"], PolicyName=state["name"]),
        lambda aws, id, state: aws("iam").put_role_policy(
            RoleName=state["role"], PolicyName=state["name"], PolicyDocument=DENY
        ),
    ),
    Row(
        "aws:iam/policy:Policy",
        "policy",
        lambda aws, id, state: aws("iam").get_policy(PolicyArn=id),
        lambda aws, id, state: aws("iam").create_policy_version(PolicyArn=id, PolicyDocument=DENY, SetAsDefault=True),
    ),
    Row(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "attachment",
        _policy_in_use,
        lambda aws, id, state: aws("iam").detach_role_policy(RoleName=state["role"], PolicyArn=state["policyArn"]),
        updates=False,
    ),
    Row(
        "aws:iam/user:User",
        "user",
        lambda aws, id, state: aws("iam").get_user(UserName=id),
        lambda aws, id, state: aws("iam").tag_user(UserName=id, Tags=[{"Key": "by", "Value": "hand"}]),
        lost=frozenset({"forceDestroy"}),
    ),
    Row(
        "aws:iam/userPolicy:UserPolicy",
        "user-policy",
        lambda aws, id, state: aws("iam").get_user_policy(UserName=state["user"], PolicyName=state["name"]),
        lambda aws, id, state: aws("iam").delete_user_policy(UserName=state["user"], PolicyName=state["name"]),
    ),
    Row("aws:iam/group:Group", "group", lambda aws, id, state: aws("iam").get_group(GroupName=id), updates=False),
    Row(
        "aws:lambda/function:Function",
        "function",
        lambda aws, id, state: aws("lambda").get_function(FunctionName=id),
        lambda aws, id, state: aws("lambda").update_function_configuration(
            FunctionName=id, Environment={"Variables": {"STAGE": "by hand"}}
        ),
        lost=frozenset({"code", "publish", "skipDestroy"}),
    ),
    Row(
        "aws:lambda/alias:Alias",
        "alias",
        lambda aws, id, state: aws("lambda").get_alias(FunctionName=state["functionName"], Name=state["name"]),
        lambda aws, id, state: aws("lambda").update_alias(
            FunctionName=state["functionName"], Name=state["name"], Description="by hand"
        ),
        import_id=lambda id, state: f"{state['functionName']}/{state['name']}",
    ),
    Row(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "invoke-config",
        _event_invoke,
        lambda aws, id, state: aws("lambda").put_function_event_invoke_config(FunctionName=id, MaximumRetryAttempts=2),
    ),
    Row(
        "aws:lambda/permission:Permission",
        "permission",
        _statement,
        lambda aws, id, state: aws("lambda").remove_permission(FunctionName=state["function"], StatementId=id),
        import_id=lambda id, state: f"{state['function']}/{id}",
        updates=False,
    ),
    Row(
        "aws:cloudwatch/logGroup:LogGroup",
        "log-group",
        _log_group,
        lambda aws, id, state: aws("logs").put_retention_policy(logGroupName=id, retentionInDays=1),
        lost=frozenset({"skipDestroy"}),
    ),
    Row("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", _alarm, _quieten),
    Row(
        "aws:cloudwatch/dashboard:Dashboard",
        "dashboard",
        lambda aws, id, state: aws("cloudwatch").get_dashboard(DashboardName=id),
        lambda aws, id, state: aws("cloudwatch").put_dashboard(DashboardName=id, DashboardBody='{"widgets": []}'),
    ),
    Row(
        "aws:sqs/queue:Queue",
        "queue",
        lambda aws, id, state: aws("sqs").get_queue_attributes(QueueUrl=id, AttributeNames=["QueueArn"]),
        lambda aws, id, state: aws("sqs").set_queue_attributes(QueueUrl=id, Attributes={"VisibilityTimeout": "7"}),
    ),
    Row(
        "aws:sqs/queuePolicy:QueuePolicy",
        "queue-policy",
        lambda aws, id, state: _queue_policy(aws, id),
        lambda aws, id, state: aws("sqs").set_queue_attributes(
            QueueUrl=id, Attributes={"Policy": _queue_policy(aws, id).replace("Allow", "Deny")}
        ),
    ),
    Row(
        "aws:sns/topic:Topic",
        "topic",
        lambda aws, id, state: aws("sns").get_topic_attributes(TopicArn=id),
        lambda aws, id, state: aws("sns").set_topic_attributes(
            TopicArn=id, AttributeName="DisplayName", AttributeValue="by hand"
        ),
    ),
    Row(
        "aws:sns/topicSubscription:TopicSubscription",
        "subscription",
        _subscription,
        lambda aws, id, state: aws("sns").set_subscription_attributes(
            SubscriptionArn=id, AttributeName="RawMessageDelivery", AttributeValue="false"
        ),
        lost=frozenset({"confirmationTimeoutInMinutes", "endpointAutoConfirms"}),
    ),
    Row(
        "aws:sns/topicPolicy:TopicPolicy",
        "topic-policy",
        _topic_policy,
        lambda aws, id, state: aws("sns").set_topic_attributes(
            TopicArn=id, AttributeName="Policy", AttributeValue=state["policy"].replace("Allow", "Deny")
        ),
    ),
    Row(
        "aws:kms/key:Key",
        "key",
        _is_key,
        lambda aws, id, state: aws("kms").update_key_description(KeyId=id, Description="by hand"),
        lost=frozenset({"bypassPolicyLockoutSafetyCheck", "deletionWindowInDays"}),
    ),
    Row(
        "aws:kms/alias:Alias",
        "key-alias",
        _kms_alias,
        lambda aws, id, state: aws("kms").delete_alias(AliasName=id),
    ),
    Row(
        "aws:s3/bucket:Bucket",
        "Results",
        lambda aws, id, state: aws("s3").head_bucket(Bucket=id),
        lambda aws, id, state: aws("s3").put_bucket_tagging(
            Bucket=id, Tagging={"TagSet": [{"Key": "by", "Value": "hand"}]}
        ),
        lost=frozenset({"forceDestroy"}),
    ),
)
