"""IAM: users, roles, groups, policies and what hangs on them. ARNs have paths, which only moto's state knows.

Source: Service Authorization Reference, "AWS Identity and Access Management (IAM)".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from signout.iam import Kind, PolicyError, parse

from ...account import ACCOUNT, PARTITION
from ...user_boundaries import boundary_of
from ..callers import iam, role_by_arn, role_by_name, tags_of_role, tags_of_user, user_by_arn
from ..faults import QUERY, Fault, Refusal
from ..mfa import step_of
from ..table import ANY, Call, KeyOf, Operation, Resource, Service, Tags, Values, by_name, parameter, passes, rows


def _arn(kind: str, path: str, name: str) -> str:
    return f"arn:{PARTITION}:iam::{ACCOUNT}:{kind}{path or '/'}{name}"


def _existing(kind: str, parameter: str, find: Callable[[str], Any]) -> Resource:
    """Something that exists, under its path; under the root path where it does not, as AWS puts it in a refusal."""

    def arns(call: Call) -> tuple[str, ...]:
        name = call.text(parameter)
        found = find(name)
        return (_arn(kind, "/", name) if found is None else found.arn,)

    return Resource(arns, frozenset({parameter}))


def _new(kind: str, parameter: str, path: str = "Path") -> Resource:
    """Something that the call is about to make."""
    return Resource(
        lambda call: (_arn(kind, str(call.parameters.get(path) or "/"), call.text(parameter)),),
        frozenset({parameter, path}),
    )


def _user_or_caller(call: Call) -> tuple[str, ...]:
    """The user that is named, else the one that calls."""
    if call.parameters.get("UserName"):
        return tuple(USER.arns(call))
    if call.caller.is_role:
        raise Refusal(Fault.INVALID, "Must specify userName when calling with non-User credentials")
    if call.caller.session is not None:
        raise Refusal(Fault.NOT_SIMULATED, "The sandbox needs the UserName where a session of a user calls.")
    return (call.caller.principal,)


def _own_key(call: Call) -> None:
    """Without a name it is the caller's key, or none: moto would take anybody's."""
    key = iam().access_keys.get(call.text("AccessKeyId"))
    user = call.parameters.get("UserName") or call.caller.principal.rpartition("/")[2]
    if key is None or key.user_name != user:
        message = f"The Access Key with id {call.text('AccessKeyId')[:128]} cannot be found."
        raise Refusal(Fault.INVALID, message, code="NoSuchEntity")


def _key_owner(call: Call) -> tuple[str, ...]:
    key = iam().access_keys.get(call.text("AccessKeyId"))
    user = iam().users.get(key.user_name) if key is not None and key.user_name else None
    return (_arn("user", "/", "*") if user is None else user.arn,)


def _own(parameter: str, kind: str) -> Resource:
    """An ARN of IAM's that the caller gives; AWS's own managed policies belong to the account `aws`."""

    def arns(call: Call) -> tuple[str, ...]:
        text = call.text(parameter)
        start = f"arn:{PARTITION}:iam::"
        if not text.startswith((f"{start}{ACCOUNT}:{kind}/", f"{start}aws:{kind}/")):
            raise Refusal(Fault.INVALID, f"ARN {text[:200]} is not valid.")
        return (text,)

    return Resource(arns, frozenset({parameter}))


def _mfa_device(call: Call) -> tuple[str, ...]:
    return (
        f"arn:{PARTITION}:iam::{ACCOUNT}:mfa{call.parameters.get('Path') or '/'}{call.text('VirtualMFADeviceName')}",
    )


USER: Final = _existing("user", "UserName", lambda name: iam().users.get(name))
ROLE: Final = _existing("role", "RoleName", role_by_name)
GROUP: Final = _existing("group", "GroupName", lambda name: iam().groups.get(name))
PROFILE: Final = _existing(
    "instance-profile",
    "InstanceProfileName",
    lambda name: next((profile for profile in tuple(iam().instance_profiles.values()) if profile.name == name), None),
)
POLICY: Final = _own("PolicyArn", "policy")
SELF: Final = Resource(_user_or_caller, frozenset({"UserName"}))


def _boundary_of_role(call: Call) -> Values:
    """iam:PermissionsBoundary: the boundary that the call sets, else the one that the role has."""
    role = role_by_name(str(call.parameters.get("RoleName", "")))
    return call.parameters.get("PermissionsBoundary") or (role.permissions_boundary_arn if role is not None else None)


def _boundary_of_user(call: Call) -> Values:
    """The same for a user."""
    user = iam().users.get(str(call.parameters.get("UserName", "")))
    return call.parameters.get("PermissionsBoundary") or (boundary_of(user) if user is not None else None)


def _existing_boundary(call: Call) -> None:
    """Refuses a boundary that is no policy of the account or of AWS: moto sets any."""
    arn = call.parameters.get("PermissionsBoundary")
    if arn and arn not in iam().managed_policies:
        raise Refusal(
            Fault.INVALID, f"Scope ARN: {str(arn)[:200]} does not exist or is not attachable.", code="NoSuchEntity"
        )


BOUNDARY: Final[Mapping[str, KeyOf]] = {"iam:PermissionsBoundary": _boundary_of_role}
USER_BOUNDARY: Final[Mapping[str, KeyOf]] = {"iam:PermissionsBoundary": _boundary_of_user}
ATTACHED: Final[Mapping[str, KeyOf]] = {"iam:PolicyARN": parameter("PolicyArn")}


def _documents(name: str, kind: Kind) -> Callable[[Call], None]:
    """Refuses a policy document that IAM would not take, or that the sandbox could not enforce later."""

    def check(call: Call) -> None:
        try:
            parse(call.text(name), origin=name, kind=kind)
        except PolicyError as error:
            raise Refusal(Fault.INVALID, str(error), code="MalformedPolicyDocument") from error

    return check


def _enable_mfa(call: Call) -> None:
    """Two codes, one after the other, as the device shows them."""
    device = iam().virtual_mfa_devices.get(call.text("SerialNumber"))
    if device is None:
        raise Refusal(Fault.NOT_SIMULATED, "The sandbox simulates virtual MFA devices only.")
    now = time.time()
    steps = [step_of(device.base32_string_seed, call.text(f"AuthenticationCode{number}"), now) for number in (1, 2)]
    first, second = steps
    if first is None or second != first + 1:
        raise Refusal(Fault.INVALID, "Authentication code for device is not valid", code="InvalidAuthenticationCode")


def _tags(call: Call, resource: str) -> Tags:
    kind = resource.split(":", 5)[5].partition("/")[0]
    if kind == "role":
        role = role_by_arn(resource)
        return tags_of_role(role) if role is not None else {}
    if kind == "user":
        user = user_by_arn(resource)
        return tags_of_user(user) if user is not None else {}
    if kind == "policy":
        policy = iam().managed_policies.get(resource)
        return {tag["Key"]: tag["Value"] for tag in policy.get_tags()} if policy is not None else {}
    if kind == "group":
        return {}
    raise Refusal(
        Fault.NOT_SIMULATED, f"The sandbox does not supply aws:ResourceTag/... for a resource of kind {kind}."
    )


def _new_role(call: Call) -> None:
    _existing_boundary(call)
    _documents("AssumeRolePolicyDocument", Kind.TRUST)(call)


IDENTITY_DOCUMENT: Final = _documents("PolicyDocument", Kind.IDENTITY)

OPERATIONS: Final = (
    # Users and their credentials
    Operation(
        "CreateUser",
        _new("user", "UserName"),
        request_tags="Tags",
        keys=USER_BOUNDARY,
        check=_existing_boundary,
        existing=False,
    ),
    *rows(
        """CreateLoginProfile DeactivateMFADevice DeleteLoginProfile DeleteUser GetLoginProfile GetUserPolicy
        ListAttachedUserPolicies ListGroupsForUser ListMFADevices ListUserPolicies ListUserTags UpdateLoginProfile
        UpdateUser""",
        USER,
    ),
    *rows("CreateAccessKey GetUser ListAccessKeys", SELF),
    *rows("DeleteAccessKey UpdateAccessKey", SELF, check=_own_key),
    *rows("DeleteUserPermissionsBoundary DeleteUserPolicy", USER, keys=USER_BOUNDARY),
    Operation("PutUserPermissionsBoundary", USER, keys=USER_BOUNDARY, check=_existing_boundary),
    Operation("PutUserPolicy", USER, keys=USER_BOUNDARY, check=IDENTITY_DOCUMENT),
    *rows(
        "AttachUserPolicy DetachUserPolicy", USER, keys={**ATTACHED, **USER_BOUNDARY}, harmless=frozenset({"PolicyArn"})
    ),
    Operation("TagUser", USER, request_tags="Tags"),
    Operation("UntagUser", USER, tag_keys="TagKeys"),
    Operation("EnableMFADevice", USER, check=_enable_mfa),
    Operation(
        "CreateVirtualMFADevice", Resource(_mfa_device, frozenset()), existing=False, missing=frozenset({"Tags"})
    ),
    Operation("DeleteVirtualMFADevice", _own("SerialNumber", "mfa")),
    Operation("GetAccessKeyLastUsed", Resource(_key_owner, frozenset({"AccessKeyId"}))),
    *rows("ListUsers ListVirtualMFADevices", ANY),
    # Groups
    Operation("CreateGroup", _new("group", "GroupName"), existing=False),
    *rows(
        """AddUserToGroup DeleteGroup DeleteGroupPolicy GetGroup GetGroupPolicy ListAttachedGroupPolicies
        ListGroupPolicies RemoveUserFromGroup UpdateGroup""",
        GROUP,
    ),
    Operation("PutGroupPolicy", GROUP, check=IDENTITY_DOCUMENT),
    *rows("AttachGroupPolicy DetachGroupPolicy", GROUP, keys=ATTACHED, harmless=frozenset({"PolicyArn"})),
    *rows("ListGroups", ANY),
    # Roles
    Operation(
        "CreateRole",
        _new("role", "RoleName"),
        request_tags="Tags",
        keys=BOUNDARY,
        check=_new_role,
        existing=False,
    ),
    *rows(
        "DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy GetRole UpdateRole UpdateRoleDescription",
        ROLE,
        keys=BOUNDARY,
    ),
    Operation("PutRolePermissionsBoundary", ROLE, keys=BOUNDARY, check=_existing_boundary),
    *rows(
        """DeleteServiceLinkedRole GetRolePolicy ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies
        ListRoleTags""",
        ROLE,
    ),
    Operation("PutRolePolicy", ROLE, keys=BOUNDARY, check=IDENTITY_DOCUMENT),
    Operation("UpdateAssumeRolePolicy", ROLE, keys=BOUNDARY, check=_documents("PolicyDocument", Kind.TRUST)),
    *rows("AttachRolePolicy DetachRolePolicy", ROLE, keys={**ATTACHED, **BOUNDARY}, harmless=frozenset({"PolicyArn"})),
    Operation("TagRole", ROLE, request_tags="Tags"),
    Operation("UntagRole", ROLE, tag_keys="TagKeys"),
    Operation("ListRoles", ANY),
    # Managed policies
    Operation(
        "CreatePolicy", _new("policy", "PolicyName"), request_tags="Tags", check=IDENTITY_DOCUMENT, existing=False
    ),
    Operation("CreatePolicyVersion", POLICY, check=IDENTITY_DOCUMENT),
    *rows(
        """DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion ListEntitiesForPolicy ListPolicyTags
        ListPolicyVersions SetDefaultPolicyVersion""",
        POLICY,
    ),
    Operation("TagPolicy", POLICY, request_tags="Tags"),
    Operation("UntagPolicy", POLICY, tag_keys="TagKeys"),
    Operation("ListPolicies", ANY),
    # Instance profiles
    Operation(
        "CreateInstanceProfile", _new("instance-profile", "InstanceProfileName"), request_tags="Tags", existing=False
    ),
    *rows("DeleteInstanceProfile GetInstanceProfile RemoveRoleFromInstanceProfile", PROFILE),
    Operation(
        "AddRoleToInstanceProfile",
        PROFILE,
        needs=(passes("RoleName", "ec2.amazonaws.com", on=ROLE),),
    ),
    *rows("ListInstanceProfiles", ANY),
    # Identity providers
    *rows("ListSAMLProviders ListOpenIDConnectProviders", ANY),
    *rows("DeleteSAMLProvider GetSAMLProvider UpdateSAMLProvider", _own("SAMLProviderArn", "saml-provider")),
    *rows(
        "DeleteOpenIDConnectProvider GetOpenIDConnectProvider ListOpenIDConnectProviderTags",
        _own("OpenIDConnectProviderArn", "oidc-provider"),
    ),
    Operation(
        "CreateSAMLProvider",
        Resource(lambda call: (_arn("saml-provider", "/", call.text("Name")),), frozenset({"Name"})),
        request_tags="Tags",
        existing=False,
    ),
    Operation(
        "CreateOpenIDConnectProvider",
        Resource(lambda call: (_arn("oidc-provider", "/", call.text("Url").partition("://")[2]),), frozenset({"Url"})),
        request_tags="Tags",
        existing=False,
    ),
    # The account
    *rows(
        """CreateAccountAlias DeleteAccountAlias DeleteAccountPasswordPolicy GenerateCredentialReport
        GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountSummary GetCredentialReport
        ListAccountAliases UpdateAccountPasswordPolicy""",
        ANY,
    ),
)


def _proven(call: Call) -> None:
    """Source: STS API Reference, GetSessionToken: its sessions may call IAM only with a second factor."""
    session = call.caller.session
    if session is not None and session.name is None and session.mfa_at is None:
        raise Refusal(Fault.UNKNOWN_KEY)


SERVICE: Final = Service(
    "iam",
    by_name(OPERATIONS),
    check=_proven,
    forms=QUERY,
    resource_tags=_tags,
    keys={"iam:ResourceTag/": _tags},
)
