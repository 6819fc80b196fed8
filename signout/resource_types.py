"""The resource types that hold policies, attach them, or decide whom they reach, by Pulumi's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from signout.iam import Kind
from signout.values import UNKNOWN, Secret

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
    required: bool = True
    """Does the resource have no sense without it?"""


DOCUMENTS: Mapping[str, tuple[Place, ...]] = {
    ROLE: (
        Place("assumeRolePolicy", Kind.TRUST),
        Place("inlinePolicies[].policy", Kind.IDENTITY, required=False),
    ),
    "aws:iam/rolePolicy:RolePolicy": (Place("policy", Kind.IDENTITY),),
    "aws:iam/userPolicy:UserPolicy": (Place("policy", Kind.IDENTITY),),
    "aws:iam/groupPolicy:GroupPolicy": (Place("policy", Kind.IDENTITY),),
    POLICY: (Place("policy", Kind.IDENTITY),),
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": (Place("inlinePolicy", Kind.IDENTITY),),
    ORGANIZATION_POLICY: (Place("content", Kind.SCP),),
    "aws:ec2/vpcEndpoint:VpcEndpoint": (Place("policy", Kind.ENDPOINT, required=False),),
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": (Place("policy", Kind.ENDPOINT, "vpcEndpointId", required=False),),
    "aws:kms/key:Key": (Place("policy", Kind.RESOURCE, "arn", required=False),),
    "aws:kms/keyPolicy:KeyPolicy": (Place("policy", Kind.RESOURCE, "keyId"),),
    "aws:s3/bucketPolicy:BucketPolicy": (Place("policy", Kind.RESOURCE, "bucket"),),
    "aws:s3/bucket:Bucket": (Place("policy", Kind.RESOURCE, "bucket", required=False),),
    "aws:sqs/queue:Queue": (Place("policy", Kind.RESOURCE, "arn", required=False),),
    "aws:sqs/queuePolicy:QueuePolicy": (Place("policy", Kind.RESOURCE, "queueUrl"),),
    "aws:sns/topic:Topic": (Place("policy", Kind.RESOURCE, "arn", required=False),),
    "aws:sns/topicPolicy:TopicPolicy": (Place("policy", Kind.RESOURCE, "arn"),),
    "aws:secretsmanager/secretPolicy:SecretPolicy": (Place("policy", Kind.RESOURCE, "secretArn"),),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": (Place("policy", Kind.RESOURCE, "repository"),),
    "aws:apigateway/restApiPolicy:RestApiPolicy": (Place("policy", Kind.RESOURCE, "restApiId"),),
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": (Place("policy", Kind.RESOURCE, "eventBusName"),),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": (Place("policyDocument", Kind.RESOURCE),),
}
"""By resource type, where its policy documents are."""

_OF_ORGANIZATION = {"SERVICE_CONTROL_POLICY": Kind.SCP, "RESOURCE_CONTROL_POLICY": Kind.RCP}


def kind_of(type_: str, place: Place, given: object) -> Kind | None:
    """The kind of the document in a place; None for one that is about no access.

    `given` is the resource's own property `type`, by which an organization's policies are told apart.
    """
    return place.kind if type_ != ORGANIZATION_POLICY else _OF_ORGANIZATION.get(str(given or "SERVICE_CONTROL_POLICY"))


def values_at(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What is at a place of a property with this value, each with its own path; several where that is a list."""
    name, through_list, rest = path.partition("[].")
    if not through_list:
        yield name, value
        return
    if isinstance(value, Secret):
        yield from ((at, _secret(item)) for at, item in values_at(path, value.value))
        return
    if value is UNKNOWN:
        yield name, UNKNOWN
    for index, item in enumerate(value if isinstance(value, list) else ()):
        yield f"{name}[{index}].{rest}", _in_item(item, rest)


def _in_item(item: Any, name: str) -> Any:
    """A property of an item; where the item is not known, or is a secret, so is the property."""
    if isinstance(item, Secret):
        return _secret(_in_item(item.value, name))
    return item.get(name) if isinstance(item, Mapping) else item


def _secret(value: Any) -> Any:
    """As a secret; nothing stays nothing."""
    return None if value is None else Secret(value)


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
    "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive": Attachment(
        (("permissionSetArn", PERMISSION_SET),), "managedPolicyArns"
    ),
}
