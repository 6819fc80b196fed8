"""The resource types that the stand-in provider knows, by service."""

from __future__ import annotations

from typing import Final

from signout.sandbox.provider.resource import Type
from signout.sandbox.provider.types import cloudwatch, cognito, iam, kms, lambda_, logs, s3, sns, sqs

TYPES: Final[tuple[Type, ...]] = (
    cognito.USER_POOL,
    cognito.USER_POOL_CLIENT,
    cognito.USER_POOL_DOMAIN,
    cognito.IDENTITY_POOL,
    cognito.IDENTITY_POOL_ROLE_ATTACHMENT,
    iam.ROLE,
    iam.ROLE_POLICY,
    iam.POLICY,
    iam.ROLE_POLICY_ATTACHMENT,
    iam.USER,
    iam.USER_POLICY,
    iam.GROUP,
    lambda_.FUNCTION,
    lambda_.ALIAS,
    lambda_.FUNCTION_EVENT_INVOKE_CONFIG,
    lambda_.PERMISSION,
    logs.LOG_GROUP,
    cloudwatch.METRIC_ALARM,
    cloudwatch.DASHBOARD,
    sqs.QUEUE,
    sqs.QUEUE_POLICY,
    sns.TOPIC,
    sns.TOPIC_SUBSCRIPTION,
    sns.TOPIC_POLICY,
    kms.KEY,
    kms.ALIAS,
    s3.BUCKET,
)
