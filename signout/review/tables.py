"""What is read of a plan, and how Terraform's names are spelled as Pulumi's.

Pulumi's AWS package is made from Terraform's provider, so that the names differ in spelling only.
"""

from __future__ import annotations

import re

from signout.resource_types import (
    ALIAS,
    ATTACHMENTS,
    DOCUMENTS,
    FUNCTION,
    FUNCTION_URL,
    GROUP,
    GROUP_MEMBERSHIP,
    PERMISSION,
    PERMISSION_SET,
    USER,
    USER_GROUP_MEMBERSHIP,
    USER_POOL,
)

REVIEWED = frozenset(
    {
        *DOCUMENTS,
        *ATTACHMENTS,
        *(USER, GROUP, PERMISSION_SET, USER_POOL, FUNCTION, ALIAS, PERMISSION, FUNCTION_URL),
        *(GROUP_MEMBERSHIP, USER_GROUP_MEMBERSHIP),
    }
)
"""Every type that a review reads something from."""

_LOOKS_LIKE_IT = re.compile(r"polic(y|ies)|permission|grant|accountAssignment|cloudformation/stack", re.IGNORECASE)
_NO_PERMISSIONS = re.compile(
    r"lifecyclepolicy|scalingpolicy|cachepolic|originrequestpolicy|responseheaderspolicy|getPolicyDocument"
    r"|appautoscaling|autoscaling|stickinesspolicy|sslnegotiation|listenerpolicy|backendserverpolicy|lbPolicy"
    r"|passwordpolicy|backup/|dlm/|efs/backupPolicy|route53/trafficPolicy|transfer/",
    re.IGNORECASE,
)


_OF_CLOUD_CONTROL = re.compile(r"aws-native:|awscc_")
"""Packages with other names for the same resources: none of theirs is in the tables."""
_IAM = re.compile(r"[:_]iam[:_](role|user|group)|sso[:_]assignment|[:_]lambda[:_]url", re.IGNORECASE)


def looks_like_policy(type_: str) -> bool:
    """Does a type of a package for AWS that is not in the tables look as if it granted something?"""
    if _OF_CLOUD_CONTROL.match(type_):
        return bool(_LOOKS_LIKE_IT.search(type_) or _IAM.search(type_)) and not _NO_PERMISSIONS.search(type_)
    if not type_.startswith("aws:") or type_ in REVIEWED:
        return False
    return bool(_LOOKS_LIKE_IT.search(type_)) and not _NO_PERMISSIONS.search(type_)


_MODULES_ELSEWHERE = {
    "vpc_endpoint_policy": "ec2/vpcEndpointPolicy",
    "vpc_endpoint": "ec2/vpcEndpoint",
    "api_gateway_rest_api_policy": "apigateway/restApiPolicy",
    "cloudwatch_event_bus_policy": "cloudwatch/eventBusPolicy",
    "cloudwatch_log_resource_policy": "cloudwatch/logResourcePolicy",
    "iam_role_policy_attachments_exclusive": "iam/rolePolicyAttachmentsExclusive",
}


def from_terraform(type_: str) -> str:
    """Pulumi's name of one of Terraform's resource types: aws_iam_role gives aws:iam/role:Role."""
    name = type_.removeprefix("aws_")
    if name == type_:
        return type_
    if name in _MODULES_ELSEWHERE:
        module, _, rest = _MODULES_ELSEWHERE[name].partition("/")
    else:
        module, _, snake = name.partition("_")
        rest = camel(snake)
    return f"aws:{module}/{rest}:{rest[:1].upper()}{rest[1:]}"


def camel(name: str) -> str:
    """ "assume_role_policy" as Pulumi spells it, "assumeRolePolicy"."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
