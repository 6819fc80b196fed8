"""A small stack, and under the name in CHANGE one change to it. The plans beside this folder are previews of these."""

import json
import os

import pulumi
import pulumi_aws as aws

ACCOUNT = "123456789012"
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
READ = ["cognito-idp:AdminGetUser", "cognito-idp:ListUsers"]
STAGING = f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_Staging01"
CHANGE = os.environ.get("CHANGE", "")


def is_(*names):
    return CHANGE in names


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {**allow(action, resource, **more), "Effect": "Deny"}


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal, action="sts:AssumeRole", **condition):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return document({**statement, "Condition": condition} if condition else statement)


def iam(kind, name):
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
WORKS = {"Service": "lambda.amazonaws.com"}
EC2 = {"Service": "ec2.amazonaws.com"}

pool = aws.cognito.UserPool("users", name="users")
pool_of_policies = aws.cognito.UserPool("others", name="others") if is_("new-pool") else pool

# Whoever is an operator signs users out, with a second factor.
operator_trust = {
    "trust-to-account": lambda: trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, **MFA),
    "trust-to-other-account": lambda: trust({"AWS": "arn:aws:iam::999999999999:root"}, **MFA),
    "trust-to-anyone": lambda: trust("*"),
    "trust-without-mfa": lambda: trust({"AWS": iam("user", "alice")}),
    "trust-written-differently": lambda: trust({"AWS": [iam("user", "alice")]}, ["sts:AssumeRole"], **MFA),
    "trust-to-github": lambda: trust(
        {"Federated": iam("oidc-provider", "token.actions.githubusercontent.com")},
        "sts:AssumeRoleWithWebIdentity",
        StringEquals={"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
    ),
}.get(CHANGE, lambda: trust({"AWS": iam("user", "alice")}, **MFA))()
alice = aws.iam.User("alice", name="alice")
operator = aws.iam.Role("operator", name="operator", assume_role_policy=operator_trust)

operator_statements = {
    "widened-action": lambda arn: [allow("cognito-idp:Admin*", arn)],
    "widened-resource": lambda arn: [allow(SIGN_OUT, "*")],
    "narrowed-action": lambda arn: [allow("cognito-idp:AdminGetUser", arn)],
    "not-action": lambda arn: [{"Effect": "Allow", "NotAction": "cognito-idp:Delete*", "Resource": arn}],
    "split-in-two": lambda arn: [allow(SIGN_OUT, arn), allow(READ, arn)],
    "case-of-actions": lambda arn: [allow(["cognito-IDP:adminuserglobalsignout", *READ], arn)],
    "dropped-condition": lambda arn: [allow([SIGN_OUT, *READ], arn)],
    "token-operation": lambda arn: [allow([SIGN_OUT, *READ, "cognito-idp:GlobalSignOut"], arn)],
    "side-effect": lambda arn: [allow([SIGN_OUT, *READ, "cognito-idp:AdminResetUserPassword"], arn)],
    "dropped-deny": lambda arn: [allow([SIGN_OUT, *READ], arn)],
}.get(CHANGE, lambda arn: [allow([SIGN_OUT, *READ], arn)])
conditioned = {"StringEquals": {"aws:PrincipalTag/team": "support"}}


def operator_document(arn):
    return document(*operator_statements(arn))


aws.iam.RolePolicy(
    "operator", name="operator", role=operator.name, policy=pool_of_policies.arn.apply(operator_document)
)

# The build pipeline, in bounds and under a condition.
bounds = aws.iam.Policy(
    "bounds",
    name="bounds",
    policy=document(allow(["s3:*", "cognito-idp:*"] if is_("boundary-widened") else ["s3:*", "logs:*"])),
)
pipeline_statements = {
    "condition-on-region-dropped": [allow("s3:*")],
    "condition-or": [allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}})],
    "pass-role": [
        allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
    ],
    "pass-role-alone": [
        allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        allow("iam:PassRole", "arn:aws:iam::123456789012:role/build-*"),
    ],
    "policy-versions": [
        allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        allow("iam:CreatePolicyVersion"),
    ],
    "update-code": [
        allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        allow("lambda:UpdateFunctionCode", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:runbook"),
    ],
    "deny-added": [
        allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        deny("s3:DeleteBucket"),
    ],
    "not-resource": [
        allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::secrets/*"},
    ],
    "question-mark": [
        allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        allow("?3:GetObject"),
    ],
    "edit-operator": [
        allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        allow("iam:PutRolePolicy", iam("role", "operator")),
    ],
    "invoke-runbook": [
        allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
        allow("lambda:InvokeFunction", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:runbook"),
    ],
}.get(CHANGE, [allow("s3:*", Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}})])
pipeline = aws.iam.Role(
    "pipeline",
    name="pipeline",
    assume_role_policy=trust(EC2),
    permissions_boundary=None
    if is_("boundary-removed")
    else bounds.arn
    if is_("boundary-widened", "bounded")
    else None,
)
aws.iam.RolePolicy("pipeline", name="pipeline", role=pipeline.name, policy=document(*pipeline_statements))

bounded = aws.iam.Role(
    "bounded",
    name="bounded-again" if is_("role-replaced") else "bounded",
    assume_role_policy=trust(EC2),
    permissions_boundary=None if is_("boundary-removed") else bounds.arn,
)
aws.iam.RolePolicy("bounded", name="bounded", role=bounded.name, policy=document(allow("*")))

# Support reads, through a managed policy.
support = aws.iam.Role("support", name="support", assume_role_policy=trust({"AWS": iam("user", "bob")}))
reading = aws.iam.Policy(
    "reading",
    name="reading",
    policy=pool.arn.apply(
        lambda arn: document(allow([*READ, SIGN_OUT] if is_("managed-policy-widened") else READ, arn))
    ),
)
if not is_("detached"):
    aws.iam.RolePolicyAttachment("support-reads", role=support.name, policy_arn=reading.arn)
bob = aws.iam.User("bob", name="bob")
if is_("user-policy"):
    aws.iam.UserPolicy("bob", name="bob", user=bob.name, policy=document(allow(SIGN_OUT)))
guarded = aws.iam.Role("guarded", name="guarded", assume_role_policy=trust(EC2))
aws.iam.RolePolicy(
    "guarded",
    name="guarded",
    role=guarded.name,
    policy=pool.arn.apply(
        lambda arn: document(
            allow("cognito-idp:*", arn, **({} if is_("dropped-condition") else {"Condition": conditioned})),
            *([] if is_("dropped-deny") else [deny("cognito-idp:Delete*")]),
        )
    ),
)

# The runbook: a function whose role signs users out.
runbook_role = aws.iam.Role("runbook", name="runbook", assume_role_policy=trust(WORKS))
aws.iam.RolePolicy(
    "runbook", name="runbook", role=runbook_role.name, policy=pool.arn.apply(lambda arn: document(allow(SIGN_OUT, arn)))
)
function = aws.lambda_.Function(
    "runbook",
    name="runbook",
    role=runbook_role.arn,
    runtime="python3.13",
    handler="handler.handler",
    code=pulumi.FileArchive("function"),
)
if is_("function-to-anyone"):
    aws.lambda_.Permission("open", function=function.name, action="lambda:InvokeFunction", principal="*")

if is_("new-role", "new-role-unknown"):
    extra = aws.iam.Role("extra", name="extra" if is_("new-role") else None, assume_role_policy=trust(EC2))
    aws.iam.RolePolicy("extra", role=extra.name, policy=pool.arn.apply(lambda arn: document(allow(SIGN_OUT, arn))))
if is_("secret-policy"):
    hidden = document(allow("s3:GetObject", "arn:aws:s3:::the-hidden-bucket/*"))
    aws.iam.RolePolicy("hidden", name="hidden", role=pipeline.name, policy=pulumi.Output.secret(hidden))
if is_("admin-attached"):
    aws.iam.RolePolicyAttachment("admin", role=pipeline.name, policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")
if is_("chain"):
    aws.iam.RolePolicy("chain", name="chain", role=pipeline.name, policy=document(allow("sts:AssumeRole")))
if is_("queue-policy"):
    aws.sqs.Queue(
        "orders",
        name="orders",
        policy=document({**allow("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders"), "Principal": "*"}),
    )
if is_("hostile-name"):
    hostile = '<img src=x onerror=alert(1)>|`"]; click A href "javascript:alert(1)"'
    aws.iam.Role(hostile, name="hostile", assume_role_policy=trust("*"))
    aws.iam.RolePolicy(hostile, role="hostile", policy=document(allow(SIGN_OUT, STAGING)))
