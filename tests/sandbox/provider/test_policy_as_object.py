"""Policies given as objects, with values in them that are known only after another resource is made."""

from __future__ import annotations

import json

from tests.sandbox.provider.conftest import Deploys

PROGRAM = """
import pulumi_aws as aws

role = aws.iam.Role(
    "role",
    name="as-object",
    assume_role_policy={
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    },
)
queue = aws.sqs.Queue("as-object", name="queue-as-object", sqs_managed_sse_enabled=True)
aws.iam.RolePolicy(
    "allowed",
    name="as-object",
    role=role.name,
    policy={
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue.arn}],
    },
)
"""


def test_value_known_after_another_is_made(deploy: Deploys) -> None:
    """A preview takes the policy for one that is not known yet; the update writes it whole; then nothing changes."""
    deployment = deploy(PROGRAM)

    preview = deployment.preview()
    made = deployment.up()
    again = deployment.up()

    assert preview.code == 0, preview.output
    assert {step.op for step in preview.steps} == {"create"}
    assert made.code == 0, made.output
    (statement,) = json.loads(deployment.state()["allowed"]["outputs"]["policy"])["Statement"]
    assert statement["Resource"] == deployment.state()["as-object"]["outputs"]["arn"]
    assert {step.op for step in again.steps} == {"same"}
