"""The AWS account and Region that a stack deploys into."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class Account:
    """``partition`` such as "aws", ``region`` such as "eu-central-1", ``id`` of 12 digits."""

    partition: str
    region: str
    id: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something in this account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.id}:{resource}"


def current() -> Account:
    """The account and Region that the AWS provider works in, known at preview."""
    return Account(
        partition=aws.get_partition().partition,
        region=aws.get_region().region,
        id=aws.get_caller_identity().account_id,
    )
