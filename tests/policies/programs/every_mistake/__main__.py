"""A stack that breaks every rule of the pack; with TWIN=repaired the same stack without the mistakes."""

import json
import os

import pulumi
import pulumi_aws as aws

RIGHT = os.environ["TWIN"] == "repaired"
ACCOUNT = "123456789012"
AWS = f"arn:aws:iam::{ACCOUNT}"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
ISSUER = "token.actions.githubusercontent.com"
TO_ITS_BRANCH = {"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": "repo:acme/shop:ref:main"}}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*"):
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def trust(principal, action="sts:AssumeRole", condition=None):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return document({**statement, "Condition": condition} if condition else statement)


# User directory
pool = aws.cognito.UserPool(
    "users",
    deletion_protection="ACTIVE" if RIGHT else "INACTIVE",
    opts=pulumi.ResourceOptions(protect=RIGHT),
)
client = aws.cognito.UserPoolClient(
    "web",
    user_pool_id=pool.id,
    enable_token_revocation=RIGHT,
    prevent_user_existence_errors="ENABLED" if RIGHT else "LEGACY",
    access_token_validity=1 if RIGHT else 2,
    refresh_token_validity=30 if RIGHT else 365,
    refresh_token_rotation={"feature": "ENABLED", "retry_grace_period_seconds": 0} if RIGHT else None,
    explicit_auth_flows=["ALLOW_USER_SRP_AUTH"] if RIGHT else ["ALLOW_USER_PASSWORD_AUTH"],
    allowed_oauth_flows_user_pool_client=True,
    allowed_oauth_flows=["code"],
    allowed_oauth_scopes=["openid"],
    supported_identity_providers=["COGNITO"],
    callback_urls=["https://shop.example/in" if RIGHT else "http://shop.example/in"],
)
aws.cognito.IdentityPool(
    "ids",
    identity_pool_name="ids",
    allow_unauthenticated_identities=False,
    cognito_identity_providers=[
        {"client_id": client.id, "provider_name": pool.endpoint, "server_side_token_check": RIGHT}
    ],
)

# Trust, and what others may do
aws.iam.Role("public", assume_role_policy=trust({"Service": "ec2.amazonaws.com"} if RIGHT else {"AWS": "*"}))
aws.iam.Role(
    "deploy",
    assume_role_policy=trust(
        {"Federated": f"{AWS}:oidc-provider/{ISSUER}"},
        "sts:AssumeRoleWithWebIdentity",
        TO_ITS_BRANCH if RIGHT else None,
    ),
)
app = aws.iam.Role("app", assume_role_policy=trust({"Service": "ec2.amazonaws.com"}))
aws.iam.RolePolicy(
    "app",
    role=app.name,
    policy=document(allow("cognito-idp:AdminGetUser" if RIGHT else "cognito-idp:GlobalSignOut")),
)
aws.iam.UserPolicy(
    "helper",
    user=aws.iam.User("helper").name,
    policy=document(allow("cognito-idp:AdminGetUser" if RIGHT else "cognito-idp:Admin*")),
)
if not RIGHT:
    aws.iam.RolePolicy("unreadable", role=app.name, policy='{"Version": "2012-10-17"}')


class Component(pulumi.ComponentResource):
    """A component of which only the type and the inputs matter here."""

    def __init__(self, kind, name, **inputs):
        super().__init__(kind, name, inputs)
        self.mine = pulumi.ResourceOptions(parent=self)


# Sign-out access
pools = f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/*"
sign_out = "cognito-idp:AdminUserGlobalSignOut"
operator_grant = {"role": "operator", "actions": [sign_out], "resources": [pool.arn if RIGHT else pools]}
access = Component("signout:cognito:SignOutAccess", "access", grants=[operator_grant])
operator = aws.iam.Role(
    "operator",
    assume_role_policy=trust({"AWS": f"{AWS}:user/ann"}, condition=MFA if RIGHT else None),
    opts=access.mine,
)
aws.iam.RolePolicy(
    "operator",
    role=operator.name,
    policy=pool.arn.apply(lambda arn: document(allow(sign_out, arn))) if RIGHT else document(allow(sign_out, pools)),
    opts=access.mine,
)

# Runbook
queue = aws.sqs.Queue("dead-letters", name="dead-letters")
queue_arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead-letters"
grants = [
    {"role": "runbook", "actions": [sign_out], "resources": [pool.arn]},
    {"role": "runbook", "actions": ["sqs:SendMessage"], "resources": [queue_arn]},
]
runbook = Component("signout:cognito:SignOutRunbook", "runbook", grants=grants)
execution = aws.iam.Role("runbook", assume_role_policy=trust({"Service": "lambda.amazonaws.com"}), opts=runbook.mine)
execution_policy = aws.iam.RolePolicy(
    "runbook",
    role=execution.name,
    policy=pool.arn.apply(lambda arn: document(allow(sign_out, arn), allow("sqs:SendMessage", queue_arn))),
    opts=runbook.mine,
)
function = aws.lambda_.Function(
    "runbook",
    name="sign-out",
    role=execution.arn,
    runtime="python3.13" if RIGHT else "python3.9",
    handler="handler.handle",
    code=pulumi.AssetArchive({"handler.py": pulumi.StringAsset("def handle(event, context):\n    return {}\n")}),
    reserved_concurrent_executions=1 if RIGHT else None,
    dead_letter_config={"target_arn": queue.arn} if RIGHT else None,
    publish=True,
    opts=pulumi.ResourceOptions(parent=runbook, depends_on=[execution_policy]),
)
if RIGHT:
    aws.lambda_.Alias(
        "live", name="live", function_name=function.name, function_version=function.version, opts=runbook.mine
    )
    aws.cloudwatch.LogGroup("log", name="/aws/lambda/sign-out", retention_in_days=90, opts=runbook.mine)
    topic = aws.sns.Topic("alarms")
    for metric in ("Errors", "Throttles"):
        aws.cloudwatch.MetricAlarm(
            metric,
            namespace="AWS/Lambda",
            metric_name=metric,
            dimensions={"FunctionName": "sign-out"},
            statistic="Sum",
            period=300,
            evaluation_periods=1,
            threshold=1,
            comparison_operator="GreaterThanOrEqualToThreshold",
            alarm_actions=[topic.arn],
            opts=runbook.mine,
        )
else:
    aws.lambda_.Permission("everyone", function=function.name, action="lambda:InvokeFunction", principal="*")
    # The provider of the sandbox knows no function URLs. As a component it reaches the pack by the same way.
    Component("aws:lambda/functionUrl:FunctionUrl", "url", functionName=function.name, authorizationType="NONE")
