"""Roles of a platform team: power users, a pipeline, and what the pipeline deploys with."""

import json

import pulumi_aws as aws

ACCOUNT = "123456789012"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def assumed_by(**principal):
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


# Everything but IAM: the usual way to write "developers".
developers = aws.iam.Role(
    "developers", name="developers", assume_role_policy=assumed_by(AWS=f"arn:aws:iam::{ACCOUNT}:root")
)
aws.iam.RolePolicy(
    "developers",
    role=developers.name,
    policy=policy({"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"}),
)

# The pipeline may become the role that deploys, and that one may do everything.
pipeline = aws.iam.Role("pipeline", name="pipeline", assume_role_policy=assumed_by(Service="codebuild.amazonaws.com"))
aws.iam.RolePolicy(
    "pipeline",
    role=pipeline.name,
    policy=policy(
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::{ACCOUNT}:role/deploy"},
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::artifacts/*"},
    ),
)
deploy = aws.iam.Role(
    "deploy", name="deploy", assume_role_policy=assumed_by(AWS=f"arn:aws:iam::{ACCOUNT}:role/pipeline")
)
aws.iam.RolePolicyAttachment("deploy", role=deploy.name, policy_arn="arn:aws:iam::aws:policy/AdministratorAccess")

# Read-only auditors, who are no concern.
auditors = aws.iam.Role("auditors", name="auditors", assume_role_policy=assumed_by(AWS=f"arn:aws:iam::{ACCOUNT}:root"))
aws.iam.RolePolicyAttachment(
    "auditors", role=auditors.name, policy_arn="arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
)
