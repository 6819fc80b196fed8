"""One resource of each type; VARIANT says in which of its lives: first, updated, or replaced."""

import json
import os

import pulumi
import pulumi_aws as aws

VARIANT = os.environ["VARIANT"]
UPDATED = VARIANT in ("updated", "replaced")
REPLACED = VARIANT == "replaced"


def allow(action, **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]})


def trust(service):
    return allow("sts:AssumeRole", Principal={"Service": service})


tags = {"team": "identity", "cost centre": "7"} if UPDATED else {"team": "platform", "stage": "test"}

key = aws.kms.Key(
    "key",
    description="updated" if UPDATED else "first",
    enable_key_rotation=UPDATED,
    deletion_window_in_days=7,
    key_usage="SIGN_VERIFY" if REPLACED else None,
    customer_master_key_spec="RSA_2048" if REPLACED else None,
    tags=tags,
)
other_key = aws.kms.Key("other-key")
key_alias = aws.kms.Alias(
    "key-alias",
    name="alias/replaced" if REPLACED else "alias/first",
    target_key_id=other_key.key_id if UPDATED else key.key_id,
)

pool = aws.cognito.UserPool(
    "pool",
    name="people-replaced" if REPLACED else None,
    password_policy={"minimum_length": 14 if UPDATED else 12, "require_numbers": True},
    mfa_configuration="OPTIONAL" if UPDATED else "OFF",
    software_token_mfa_configuration={"enabled": True} if UPDATED else None,
    account_recovery_setting={"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
    auto_verified_attributes=["email"],
    username_configuration={"case_sensitive": False},
    user_pool_tier="ESSENTIALS",
    tags=tags,
)
client = aws.cognito.UserPoolClient(
    "client",
    user_pool_id=pool.id,
    generate_secret=not REPLACED,
    explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
    access_token_validity=30 if UPDATED else 60,
    token_validity_units={"access_token": "minutes"},
    prevent_user_existence_errors="ENABLED",
    callback_urls=["https://app.example.com/b", "https://app.example.com/a"],
    logout_urls=["https://app.example.com/out"],
    allowed_oauth_flows=["code"],
    allowed_oauth_flows_user_pool_client=True,
    allowed_oauth_scopes=["openid", "email"],
)
domain = aws.cognito.UserPoolDomain(
    "domain",
    domain="sign-in-replaced" if REPLACED else "sign-in",
    user_pool_id=pool.id,
)
identity_pool = aws.cognito.IdentityPool(
    "identity-pool",
    identity_pool_name="people updated" if UPDATED else "people",
    developer_provider_name="login.replaced" if REPLACED else "login.first",
    cognito_identity_providers=[
        {"client_id": client.id, "provider_name": pool.endpoint, "server_side_token_check": True},
    ],
    tags=tags,
)

visitor = aws.iam.Role("visitor", assume_role_policy=trust("cognito-identity.amazonaws.com"))
guest = aws.iam.Role("guest", assume_role_policy=trust("cognito-identity.amazonaws.com"))
other_identity_pool = aws.cognito.IdentityPool("other-identity-pool", identity_pool_name="others")
roles = aws.cognito.IdentityPoolRoleAttachment(
    "roles",
    identity_pool_id=other_identity_pool.id if REPLACED else identity_pool.id,
    roles={"authenticated": guest.arn if UPDATED else visitor.arn},
)

boundary = aws.iam.Policy("boundary", policy=allow("*", Resource="*"), path="/")
role = aws.iam.Role(
    "role",
    name="role-replaced" if REPLACED else None,
    assume_role_policy=trust("states.amazonaws.com") if UPDATED else trust("lambda.amazonaws.com"),
    description="Updated" if UPDATED else "First",
    max_session_duration=7200 if UPDATED else 3600,
    permissions_boundary=boundary.arn if UPDATED else None,
    tags=tags,
)
runner = aws.iam.Role("runner", assume_role_policy=trust("lambda.amazonaws.com"))
role_policy = aws.iam.RolePolicy(
    "role-policy",
    name="policy-replaced" if REPLACED else None,
    role=runner.id,
    policy=allow(["sqs:SendMessage", "logs:PutLogEvents" if UPDATED else "logs:CreateLogStream"], Resource="*"),
)
policy = aws.iam.Policy(
    "policy",
    description="Replaced" if REPLACED else "First",
    policy=allow(["sns:Publish", "sns:Subscribe"] if UPDATED else "sns:Publish", Resource="*"),
    tags=tags,
)
attachment = aws.iam.RolePolicyAttachment(
    "attachment", role=runner.name, policy_arn=boundary.arn if REPLACED else policy.arn
)
user = aws.iam.User(
    "user",
    name="user-replaced" if REPLACED else "user",
    permissions_boundary=boundary.arn if UPDATED else None,
    tags=tags,
)
clerk = aws.iam.User("clerk")
user_policy = aws.iam.UserPolicy(
    "user-policy",
    name="policy-replaced" if REPLACED else "policy",
    user=clerk.name,
    policy=allow("sts:AssumeRole" if UPDATED else "sts:GetCallerIdentity", Resource="*"),
)
group = aws.iam.Group("group", name="group-replaced" if REPLACED else "group")

log_group = aws.cloudwatch.LogGroup(
    "log-group", name="/replaced" if REPLACED else None, retention_in_days=30 if UPDATED else 7, tags=tags
)
queue = aws.sqs.Queue(
    "queue",
    name="queue-replaced" if REPLACED else None,
    message_retention_seconds=1209600 if UPDATED else 86400,
    sqs_managed_sse_enabled=True,
    tags=tags,
)
letters = aws.sqs.Queue("letters")
queue_policy = aws.sqs.QueuePolicy(
    "queue-policy",
    queue_url=letters.url if REPLACED else queue.url,
    policy=queue.arn.apply(
        lambda arn: allow("sqs:SendMessage", Principal="*" if not UPDATED else {"AWS": "123456789012"}, Resource=arn)
    ),
)
topic = aws.sns.Topic(
    "topic", name="topic-replaced" if REPLACED else None, display_name="Updated" if UPDATED else "First", tags=tags
)
news = aws.sns.Topic("news")
subscription = aws.sns.TopicSubscription(
    "subscription",
    topic=news.arn,
    protocol="sqs",
    endpoint=letters.arn if REPLACED else queue.arn,
    raw_message_delivery=UPDATED,
)
publisher = "events.amazonaws.com" if UPDATED else "cloudwatch.amazonaws.com"
topic_policy = aws.sns.TopicPolicy(
    "topic-policy",
    arn=topic.arn if REPLACED else news.arn,
    policy=news.arn.apply(lambda arn: allow("sns:Publish", Principal={"Service": publisher}, Resource=arn)),
)

function = aws.lambda_.Function(
    "function",
    name="function-replaced" if REPLACED else None,
    role=runner.arn,
    runtime="python3.13" if UPDATED else "python3.12",
    handler="handler.handle",
    timeout=60 if UPDATED else 30,
    memory_size=256,
    publish=True,
    reserved_concurrent_executions=5 if UPDATED else 2,
    environment={"variables": {"STAGE": "updated" if UPDATED else "first"}},
    dead_letter_config={"target_arn": letters.arn},
    logging_config={"log_format": "JSON", "log_group": log_group.name, "application_log_level": "INFO"},
    code=pulumi.AssetArchive(
        {
            "handler.py": pulumi.FileAsset("./function/handler.py"),
            "settings.json": pulumi.StringAsset('{"updated": true}' if UPDATED else "{}"),
        }
    ),
    tags=tags,
    opts=pulumi.ResourceOptions(depends_on=[role_policy]),
)
helper = aws.lambda_.Function(
    "helper", role=runner.arn, runtime="python3.13", handler="handler.handle", code=pulumi.FileArchive("./function")
)
alias = aws.lambda_.Alias(
    "alias",
    name="replaced" if REPLACED else "live",
    function_name=helper.name,
    function_version="$LATEST",
    description="Updated" if UPDATED else "First",
)
invoke_config = aws.lambda_.FunctionEventInvokeConfig(
    "invoke-config",
    function_name=function.name if REPLACED else helper.name,
    maximum_retry_attempts=1 if UPDATED else 0,
    maximum_event_age_in_seconds=300,
    destination_config={"on_failure": {"destination": letters.arn}},
    opts=pulumi.ResourceOptions(depends_on=[role_policy]),
)
permission = aws.lambda_.Permission(
    "permission",
    statement_id="replaced" if REPLACED else "first",
    action="lambda:InvokeFunction",
    function=helper.name,
    principal="sns.amazonaws.com",
    source_arn=news.arn,
)

alarm = aws.cloudwatch.MetricAlarm(
    "alarm",
    name="alarm-replaced" if REPLACED else None,
    comparison_operator="GreaterThanThreshold",
    evaluation_periods=1,
    metric_name="Errors",
    namespace="AWS/Lambda",
    period=60,
    statistic="Sum",
    threshold=5.5 if UPDATED else 0,
    dimensions={"FunctionName": helper.name},
    alarm_actions=[news.arn],
    treat_missing_data="notBreaching",
    tags=tags,
)
text = {"type": "text", "width": 6, "height": 3, "properties": {"markdown": "updated" if UPDATED else "first"}}
dashboard = aws.cloudwatch.Dashboard(
    "dashboard",
    dashboard_name="board-replaced" if REPLACED else "board",
    dashboard_body=json.dumps({"widgets": [text]}),
)
bucket = aws.s3.Bucket("Results", bucket="results-replaced" if REPLACED else None, force_destroy=True, tags=tags)

pulumi.export("pool", pool.id)
pulumi.export("clientSecret", client.client_secret)
