"""A user pool that was there before the stack, in place of one of its own."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_aws as aws

from .account import Account


@dataclass(frozen=True, slots=True)
class ExistingPool:
    """``id`` such as "eu-central-1_AbCdEf123", and the ARN."""

    id: str
    arn: str


def look_up(user_pool_id: str, account: Account) -> ExistingPool:
    """Asks Cognito for the pool before anything is registered; raises ValueError, in one line, where it has none.

    This takes cognito-idp:DescribeUserPool.
    """
    try:
        found = aws.cognito.get_user_pool(user_pool_id=user_pool_id)
    except Exception as error:  # the SDK raises no narrower class
        why = " ".join(str(error).rpartition("getUserPool: ")[2].split())
        allowed = f"a user pool of account {account.id} in Region {account.region}"
        raise ValueError(f"userPoolId is {user_pool_id!r}; allowed: {allowed} ({why})") from None
    return ExistingPool(found.user_pool_id, found.arn)
