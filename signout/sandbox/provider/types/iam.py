"""IAM: roles, policies, users and groups."""

from __future__ import annotations

import json
from typing import Any, Final

from signout.sandbox.provider.clients import Aws
from signout.sandbox.provider.failure import Failure
from signout.sandbox.provider.names import parameters, state
from signout.sandbox.provider.resource import Autoname, Type, Update
from signout.sandbox.provider.wire import Props

_BOUNDARY: Final = "PermissionsBoundary.PermissionsBoundaryArn PermissionsBoundary"
_ROLE_NAMES: Final = {
    "name": "RoleName",
    "assumeRolePolicy": "AssumeRolePolicyDocument",
    "permissionsBoundary": _BOUNDARY,
    "uniqueId": "RoleId",
}
MOST_VERSIONS: Final = 5
"""Versions that a managed policy may have."""


def _create_role(aws: Aws, inputs: Props) -> str:
    aws("iam").create_role(**parameters(aws("iam"), "CreateRole", inputs, _ROLE_NAMES))
    return str(inputs["name"])


def _settle_role(aws: Aws, id: str, inputs: Props) -> None:
    for arn in inputs.get("managedPolicyArns", []):
        aws("iam").attach_role_policy(RoleName=id, PolicyArn=arn)


def _read_role(aws: Aws, id: str, known: Props) -> Props:
    role = aws("iam").get_role(RoleName=id)["Role"]
    found = state("aws:iam/role:Role", role, _ROLE_NAMES)
    return found | {
        "assumeRolePolicy": json.dumps(role["AssumeRolePolicyDocument"]),
        "managedPolicyArns": sorted(_attached(aws, id)),
    }


def _attached(aws: Aws, role: str) -> list[str]:
    pages = aws("iam").get_paginator("list_attached_role_policies").paginate(RoleName=role)
    return [policy["PolicyArn"] for page in pages for policy in page["AttachedPolicies"]]


def _update_role(aws: Aws, id: str, update: Update) -> None:
    iam, new = aws("iam"), update.new
    if update.touches("assumeRolePolicy"):
        iam.update_assume_role_policy(RoleName=id, PolicyDocument=new["assumeRolePolicy"])
    if update.touches("description", "maxSessionDuration"):
        description, duration = new.get("description", ""), new["maxSessionDuration"]
        iam.update_role(RoleName=id, Description=description, MaxSessionDuration=duration)
    if update.touches("permissionsBoundary"):
        _set_role_boundary(iam, id, new.get("permissionsBoundary"))
    if "managedPolicyArns" in new:
        wanted, attached = set(new["managedPolicyArns"]), set(_attached(aws, id))
        for arn in sorted(wanted - attached):
            iam.attach_role_policy(RoleName=id, PolicyArn=arn)
        for arn in sorted(attached - wanted):
            iam.detach_role_policy(RoleName=id, PolicyArn=arn)
    if update.new_tags:
        iam.tag_role(RoleName=id, Tags=_pairs(update.new_tags))
    if update.dropped_tags:
        iam.untag_role(RoleName=id, TagKeys=update.dropped_tags)


def _set_role_boundary(iam: Any, role: str, arn: str | None) -> None:
    if arn:
        iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=arn)
    else:
        iam.delete_role_permissions_boundary(RoleName=role)


def _delete_role(aws: Aws, id: str, known: Props) -> None:
    iam = aws("iam")
    if known.get("forceDetachPolicies"):
        for page in iam.get_paginator("list_role_policies").paginate(RoleName=id):
            for name in page["PolicyNames"]:
                iam.delete_role_policy(RoleName=id, PolicyName=name)
    if known.get("forceDetachPolicies") or known.get("managedPolicyArns"):
        for arn in _attached(aws, id):
            iam.detach_role_policy(RoleName=id, PolicyArn=arn)
    iam.delete_role(RoleName=id)


def _pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


ROLE = Type(
    token="aws:iam/role:Role",
    cloudformation="AWS::IAM::Role",
    names=_ROLE_NAMES,
    carries=(
        "assumeRolePolicy",
        "description",
        "forceDetachPolicies",
        "managedPolicyArns",
        "maxSessionDuration",
        "name",
        "path",
        "permissionsBoundary",
        "tags",
    ),
    autoname=Autoname(longest=64),
    defaults={"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"},
    chosen=frozenset({"managedPolicyArns"}),
    kept=frozenset({"forceDetachPolicies"}),
    documents=frozenset({"assumeRolePolicy"}),
    create=_create_role,
    settle=_settle_role,
    read=_read_role,
    update=_update_role,
    delete=_delete_role,
)


def _put_role_policy(aws: Aws, inputs: Props) -> str:
    role, name = inputs["role"], inputs["name"]
    aws("iam").put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=inputs["policy"])
    return f"{role}:{name}"


def _read_role_policy(aws: Aws, id: str, known: Props) -> Props:
    role, name = _owner_and_name(id)
    found = aws("iam").get_role_policy(RoleName=role, PolicyName=name)
    return {"role": role, "name": name, "policy": json.dumps(found["PolicyDocument"])}


def _delete_role_policy(aws: Aws, id: str, known: Props) -> None:
    role, name = _owner_and_name(id)
    aws("iam").delete_role_policy(RoleName=role, PolicyName=name)


def _owner_and_name(id: str) -> tuple[str, str]:
    owner, colon, name = id.partition(":")
    if not colon:
        raise Failure(f"cannot find {id!r}; expected <role or user>:<policy name>")
    return owner, name


ROLE_POLICY = Type(
    token="aws:iam/rolePolicy:RolePolicy",
    cloudformation="AWS::IAM::RolePolicy",
    names={"name": "PolicyName", "role": "RoleName", "policy": "PolicyDocument"},
    carries=("name", "policy", "role"),
    autoname=Autoname(longest=128),
    documents=frozenset({"policy"}),
    create=_put_role_policy,
    read=_read_role_policy,
    update=lambda aws, id, update: _put_role_policy(aws, update.new),
    delete=_delete_role_policy,
)


_POLICY_NAMES: Final = {"name": "PolicyName", "policy": "PolicyDocument"}


def _create_policy(aws: Aws, inputs: Props) -> str:
    made = aws("iam").create_policy(**parameters(aws("iam"), "CreatePolicy", inputs, _POLICY_NAMES))
    return str(made["Policy"]["Arn"])


def _read_policy(aws: Aws, id: str, known: Props) -> Props:
    policy = aws("iam").get_policy(PolicyArn=id)["Policy"]
    version = aws("iam").get_policy_version(PolicyArn=id, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    found = state("aws:iam/policy:Policy", policy, _POLICY_NAMES)
    return found | {"policy": json.dumps(version["Document"])}


def _update_policy(aws: Aws, id: str, update: Update) -> None:
    iam = aws("iam")
    if update.touches("policy"):
        versions = iam.list_policy_versions(PolicyArn=id)["Versions"]
        if len(versions) >= MOST_VERSIONS:
            replaceable = (each for each in versions if not each["IsDefaultVersion"])
            oldest = min(replaceable, key=lambda each: each["CreateDate"])
            iam.delete_policy_version(PolicyArn=id, VersionId=oldest["VersionId"])
        iam.create_policy_version(PolicyArn=id, PolicyDocument=update.new["policy"], SetAsDefault=True)
    if update.new_tags:
        iam.tag_policy(PolicyArn=id, Tags=_pairs(update.new_tags))
    if update.dropped_tags:
        iam.untag_policy(PolicyArn=id, TagKeys=update.dropped_tags)


def _delete_policy(aws: Aws, id: str, known: Props) -> None:
    iam = aws("iam")
    for version in iam.list_policy_versions(PolicyArn=id)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=id, VersionId=version["VersionId"])
    iam.delete_policy(PolicyArn=id)


POLICY = Type(
    token="aws:iam/policy:Policy",
    cloudformation="AWS::IAM::ManagedPolicy",
    names=_POLICY_NAMES | {"name": "PolicyName ManagedPolicyName"},
    carries=("description", "name", "path", "policy", "tags"),
    autoname=Autoname(longest=128),
    defaults={"path": "/"},
    documents=frozenset({"policy"}),
    create=_create_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_delete_policy,
)


def _attach(aws: Aws, inputs: Props) -> str:
    aws("iam").attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
    return f"{inputs['role']}/{inputs['policyArn']}"


def _read_attachment(aws: Aws, id: str, known: Props) -> Props | None:
    role, policy = _role_and_policy(id)
    return {"role": role, "policyArn": policy} if policy in _attached(aws, role) else None


def _detach(aws: Aws, id: str, known: Props) -> None:
    role, policy = _role_and_policy(id)
    aws("iam").detach_role_policy(RoleName=role, PolicyArn=policy)


def _role_and_policy(id: str) -> tuple[str, str]:
    role, slash, policy = id.partition("/")
    if not slash:
        raise Failure(f"cannot find {id!r}; expected <role>/<policy ARN>")
    return role, policy


ROLE_POLICY_ATTACHMENT = Type(
    token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    carries=("policyArn", "role"),
    delete_first=True,
    create=_attach,
    read=_read_attachment,
    delete=_detach,
)

_USER_NAMES: Final = {"name": "UserName", "permissionsBoundary": _BOUNDARY, "uniqueId": "UserId"}


def _create_user(aws: Aws, inputs: Props) -> str:
    aws("iam").create_user(**parameters(aws("iam"), "CreateUser", inputs, _USER_NAMES))
    return str(inputs["name"])


def _read_user(aws: Aws, id: str, known: Props) -> Props:
    return state("aws:iam/user:User", aws("iam").get_user(UserName=id)["User"], _USER_NAMES)


def _update_user(aws: Aws, id: str, update: Update) -> None:
    iam = aws("iam")
    if update.touches("path"):
        iam.update_user(UserName=id, NewPath=update.new["path"])
    if update.touches("permissionsBoundary"):
        boundary = update.new.get("permissionsBoundary")
        if boundary:
            iam.put_user_permissions_boundary(UserName=id, PermissionsBoundary=boundary)
        else:
            iam.delete_user_permissions_boundary(UserName=id)
    if update.new_tags:
        iam.tag_user(UserName=id, Tags=_pairs(update.new_tags))
    if update.dropped_tags:
        iam.untag_user(UserName=id, TagKeys=update.dropped_tags)


def _delete_user(aws: Aws, id: str, known: Props) -> None:
    iam = aws("iam")
    if known.get("forceDestroy"):  # what nothing in the program speaks of, as keys made by hand
        for key in iam.list_access_keys(UserName=id)["AccessKeyMetadata"]:
            iam.delete_access_key(UserName=id, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=id)


# The real provider renames users and groups in place, and leaves their id as it was; here a new name replaces them.
USER = Type(
    token="aws:iam/user:User",
    cloudformation="AWS::IAM::User",
    names=_USER_NAMES,
    carries=("forceDestroy", "name", "path", "permissionsBoundary", "tags"),
    autoname=Autoname(longest=64),
    defaults={"forceDestroy": False, "path": "/"},
    kept=frozenset({"forceDestroy"}),
    create=_create_user,
    read=_read_user,
    update=_update_user,
    delete=_delete_user,
)


def _put_user_policy(aws: Aws, inputs: Props) -> str:
    user, name = inputs["user"], inputs["name"]
    aws("iam").put_user_policy(UserName=user, PolicyName=name, PolicyDocument=inputs["policy"])
    return f"{user}:{name}"


def _read_user_policy(aws: Aws, id: str, known: Props) -> Props:
    user, name = _owner_and_name(id)
    found = aws("iam").get_user_policy(UserName=user, PolicyName=name)
    return {"user": user, "name": name, "policy": json.dumps(found["PolicyDocument"])}


def _delete_user_policy(aws: Aws, id: str, known: Props) -> None:
    user, name = _owner_and_name(id)
    aws("iam").delete_user_policy(UserName=user, PolicyName=name)


USER_POLICY = Type(
    token="aws:iam/userPolicy:UserPolicy",
    cloudformation="AWS::IAM::UserPolicy",
    names={"name": "PolicyName", "user": "UserName", "policy": "PolicyDocument"},
    carries=("name", "policy", "user"),
    autoname=Autoname(longest=128),
    documents=frozenset({"policy"}),
    create=_put_user_policy,
    read=_read_user_policy,
    update=lambda aws, id, update: _put_user_policy(aws, update.new),
    delete=_delete_user_policy,
)

_GROUP_NAMES: Final = {"name": "GroupName", "uniqueId": "GroupId"}


def _create_group(aws: Aws, inputs: Props) -> str:
    aws("iam").create_group(**parameters(aws("iam"), "CreateGroup", inputs, _GROUP_NAMES))
    return str(inputs["name"])


def _read_group(aws: Aws, id: str, known: Props) -> Props:
    return state("aws:iam/group:Group", aws("iam").get_group(GroupName=id)["Group"], _GROUP_NAMES)


GROUP = Type(
    token="aws:iam/group:Group",
    cloudformation="AWS::IAM::Group",
    names=_GROUP_NAMES,
    carries=("name", "path"),
    autoname=Autoname(longest=128),
    defaults={"path": "/"},
    create=_create_group,
    read=_read_group,
    update=lambda aws, id, update: aws("iam").update_group(GroupName=id, NewPath=update.new["path"]),
    delete=lambda aws, id, known: aws("iam").delete_group(GroupName=id),
)
