"""Whose account it is, for ARNs that AWS does not give back."""

from __future__ import annotations

from signout.sandbox.provider.clients import Aws


def account(aws: Aws) -> str:
    return str(aws("sts").get_caller_identity()["Account"])


def partition(aws: Aws) -> str:
    """`aws`, `aws-cn` or `aws-us-gov`."""
    return str(aws("sts").get_caller_identity()["Arn"]).split(":")[1]
