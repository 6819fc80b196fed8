"""A data lake: nothing in it has to do with Cognito, and nothing in it can end a session."""

import json

import pulumi_aws as aws

raw, curated = aws.s3.Bucket("raw"), aws.s3.Bucket("curated")
events = aws.sqs.Queue("events", sqs_managed_sse_enabled=True)
key = aws.kms.Key("lake", enable_key_rotation=True)

loader = aws.iam.Role(
    "loader",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
)
aws.iam.RolePolicyAttachment(
    "loader", role=loader.name, policy_arn="arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"
)
aws.iam.RolePolicy(
    "loader",
    role=loader.name,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["s3:*", "sqs:*", "kms:Decrypt"], "Resource": "*"}],
        }
    ),
)
analyst = aws.iam.Group("analysts")
