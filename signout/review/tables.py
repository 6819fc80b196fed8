"""The resource types that hold policies, attach them, or decide whom they reach.

Terraform's names are Pulumi's in another spelling: Pulumi's AWS package is made from Terraform's provider.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from signout.iam import Kind

ROLE, USER, GROUP, POLICY = "aws:iam/role:Role", "aws:iam/user:User", "aws:iam/group:Group", "aws:iam/policy:Policy"
PERMISSION_SET = "aws:ssoadmin/permissionSet:PermissionSet"
USER_POOL, FUNCTION, ALIAS = "aws:cognito/userPool:UserPool", "aws:lambda/function:Function", "aws:lambda/alias:Alias"
PERMISSION, FUNCTION_URL = "aws:lambda/permission:Permission", "aws:lambda/functionUrl:FunctionUrl"
GROUP_MEMBERSHIP = "aws:iam/groupMembership:GroupMembership"
USER_GROUP_MEMBERSHIP = "aws:iam/userGroupMembership:UserGroupMembership"
ORGANIZATION_POLICY = "aws:organizations/policy:Policy"


@dataclass(frozen=True, slots=True)
class Place:
    """A property that holds a policy document."""

    path: str
    """`inlinePolicies[].policy` is the property of each item of a list."""
    kind: Kind
    resource: str = ""
    """For a resource policy, the property that names what it is about."""


DOCUMENTS: Mapping[str, tuple[Place, ...]] = {
    ROLE: (Place("assumeRolePolicy", Kind.TRUST), Place("inlinePolicies[].policy", Kind.IDENTITY)),
    "aws:iam/rolePolicy:RolePolicy": (Place("policy", Kind.IDENTITY),),
    "aws:iam/userPolicy:UserPolicy": (Place("policy", Kind.IDENTITY),),
    "aws:iam/groupPolicy:GroupPolicy": (Place("policy", Kind.IDENTITY),),
    POLICY: (Place("policy", Kind.IDENTITY),),
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": (Place("inlinePolicy", Kind.IDENTITY),),
    ORGANIZATION_POLICY: (Place("content", Kind.SCP),),
    "aws:ec2/vpcEndpoint:VpcEndpoint": (Place("policy", Kind.ENDPOINT),),
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": (Place("policy", Kind.ENDPOINT, "vpcEndpointId"),),
    "aws:kms/key:Key": (Place("policy", Kind.RESOURCE, "arn"),),
    "aws:kms/keyPolicy:KeyPolicy": (Place("policy", Kind.RESOURCE, "keyId"),),
    "aws:s3/bucketPolicy:BucketPolicy": (Place("policy", Kind.RESOURCE, "bucket"),),
    "aws:s3/bucket:Bucket": (Place("policy", Kind.RESOURCE, "bucket"),),
    "aws:sqs/queue:Queue": (Place("policy", Kind.RESOURCE, "arn"),),
    "aws:sqs/queuePolicy:QueuePolicy": (Place("policy", Kind.RESOURCE, "queueUrl"),),
    "aws:sns/topic:Topic": (Place("policy", Kind.RESOURCE, "arn"),),
    "aws:sns/topicPolicy:TopicPolicy": (Place("policy", Kind.RESOURCE, "arn"),),
    "aws:secretsmanager/secretPolicy:SecretPolicy": (Place("policy", Kind.RESOURCE, "secretArn"),),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": (Place("policy", Kind.RESOURCE, "repository"),),
    "aws:apigateway/restApiPolicy:RestApiPolicy": (Place("policy", Kind.RESOURCE, "restApiId"),),
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": (Place("policy", Kind.RESOURCE, "eventBusName"),),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": (Place("policyDocument", Kind.RESOURCE),),
}
"""By resource type, where its policy documents are."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a resource type attaches policies to principals."""

    targets: tuple[tuple[str, str], ...]
    """Properties that name principals, each with the type of what they name."""
    policies: str = ""
    """The property with ARNs of managed policies; empty where the resource holds a document itself."""


ATTACHMENTS: Mapping[str, Attachment] = {
    "aws:iam/rolePolicy:RolePolicy": Attachment((("role", ROLE),)),
    "aws:iam/userPolicy:UserPolicy": Attachment((("user", USER),)),
    "aws:iam/groupPolicy:GroupPolicy": Attachment((("group", GROUP),)),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Attachment((("role", ROLE),), "policyArn"),
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": Attachment((("user", USER),), "policyArn"),
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": Attachment((("group", GROUP),), "policyArn"),
    "aws:iam/policyAttachment:PolicyAttachment": Attachment(
        (("roles", ROLE), ("users", USER), ("groups", GROUP)), "policyArn"
    ),
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": Attachment(
        (("roleName", ROLE),), "policyArns"
    ),
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": Attachment(
        (("userName", USER),), "policyArns"
    ),
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": Attachment(
        (("groupName", GROUP),), "policyArns"
    ),
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": Attachment(
        (("permissionSetArn", PERMISSION_SET),)
    ),
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": Attachment(
        (("permissionSetArn", PERMISSION_SET),), "managedPolicyArn"
    ),
}

REVIEWED = frozenset(
    {
        *DOCUMENTS,
        *ATTACHMENTS,
        *(USER, GROUP, PERMISSION_SET, USER_POOL, FUNCTION, ALIAS, PERMISSION, FUNCTION_URL),
        *(GROUP_MEMBERSHIP, USER_GROUP_MEMBERSHIP),
    }
)
"""Every type that a review reads something from."""

_LOOKS_LIKE_IT = re.compile(r"polic(y|ies)|permission|grant", re.IGNORECASE)
_NO_PERMISSIONS = re.compile(
    r"lifecyclepolicy|scalingpolicy|cachepolic|originrequestpolicy|responseheaderspolicy|getPolicyDocument"
    r"|appautoscaling|autoscaling|stickinesspolicy|sslnegotiation|listenerpolicy|backendserverpolicy|lbPolicy"
    r"|passwordpolicy|backup/|dlm/|efs/backupPolicy|route53/trafficPolicy|transfer/",
    re.IGNORECASE,
)


def looks_like_policy(type_: str) -> bool:
    """Does a type of the AWS package that is not in the tables look as if it granted something?"""
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
