"""Requests over the quota of their category are turned away. Off unless asked for.

Cognito: the operations of a category share a number of requests per second for the account and Region; those over it
fail with TooManyRequestsException. Answers to challenges have three times the sign-ins' quota of their own. moto: takes
any number. A quota here allows one second's requests at once. RevokeToken is documented under UserToken;
GetTokensFromRefreshToken is put beside it without a source.
Source: developer guide, "Quotas in Amazon Cognito".
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from moto.cognitoidp.models import cognitoidp_backends
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.exceptions import JsonRESTError

from .seams import Call, before_each_call


@dataclass(frozen=True, slots=True)
class Category:
    """Operations that share a quota."""

    per_second: int
    operations: tuple[str, ...]


CATEGORIES: Final = MappingProxyType(
    {
        "UserAuthentication": Category(120, ("AdminInitiateAuth", "InitiateAuth")),
        "UserAuthentication challenges": Category(360, ("AdminRespondToAuthChallenge", "RespondToAuthChallenge")),
        "UserCreation": Category(50, ("AdminConfirmSignUp", "AdminCreateUser", "ConfirmSignUp", "SignUp")),
        "UserAccountRecovery": Category(
            30,
            (
                "AdminResetUserPassword",
                "AdminSetUserPassword",
                "ChangePassword",
                "ConfirmForgotPassword",
                "ForgotPassword",
            ),
        ),
        "UserRead": Category(120, ("AdminGetUser", "GetUser")),
        "UserUpdate": Category(
            25,
            (
                "AdminAddUserToGroup",
                "AdminDeleteUser",
                "AdminDeleteUserAttributes",
                "AdminDisableUser",
                "AdminEnableUser",
                "AdminRemoveUserFromGroup",
                "AdminUpdateUserAttributes",
                "AdminUserGlobalSignOut",
                "GlobalSignOut",
                "UpdateUserAttributes",
            ),
        ),
        "UserToken": Category(120, ("GetTokensFromRefreshToken", "RevokeToken")),
        "UserResourceRead": Category(50, ("AdminListGroupsForUser",)),
        "UserList": Category(30, ("ListUsers", "ListUsersInGroup")),
        "UserPoolRead": Category(15, ("DescribeUserPool", "ListUserPools")),
        "UserPoolUpdate": Category(15, ("CreateUserPool", "DeleteUserPool", "UpdateUserPool")),
        "UserPoolResourceRead": Category(
            20,
            (
                "DescribeIdentityProvider",
                "DescribeResourceServer",
                "DescribeUserPoolDomain",
                "GetGroup",
                "GetUserPoolMfaConfig",
                "ListGroups",
                "ListIdentityProviders",
                "ListResourceServers",
                "ListTagsForResource",
            ),
        ),
        "UserPoolResourceUpdate": Category(
            15,
            (
                "AddCustomAttributes",
                "CreateGroup",
                "CreateIdentityProvider",
                "CreateResourceServer",
                "CreateUserPoolDomain",
                "DeleteGroup",
                "DeleteIdentityProvider",
                "DeleteUserPoolDomain",
                "SetUserPoolMfaConfig",
                "TagResource",
                "UntagResource",
                "UpdateGroup",
                "UpdateIdentityProvider",
                "UpdateUserPoolDomain",
            ),
        ),
        "UserPoolClientRead": Category(15, ("DescribeUserPoolClient", "ListUserPoolClients")),
        "UserPoolClientUpdate": Category(15, ("CreateUserPoolClient", "DeleteUserPoolClient", "UpdateUserPoolClient")),
    }
)
"""The default quotas, for the operations that the sandbox has."""

_CATEGORY_OF: Final[Mapping[str, str]] = MappingProxyType(
    {operation: name for name, category in CATEGORIES.items() for operation in category.operations}
)


@dataclass(slots=True)
class _Bucket:
    """Requests still allowed, as of a moment in seconds since the epoch."""

    allowed: float
    at: float


def apply() -> None:
    """Count every call."""
    before_each_call(CognitoIdpResponse, _check)


def _check(call: Call) -> None:
    category = _CATEGORY_OF.get(call.operation)
    if category is not None and not _take(call, category):
        raise JsonRESTError("TooManyRequestsException", "Rate exceeded")


def _take(call: Call, category: str) -> bool:
    rate, now = CATEGORIES[category].per_second, time.time()
    # Part of the backend of the account and Region, so that a reset of moto fills the buckets again.
    buckets: dict[str, _Bucket] = vars(cognitoidp_backends[call.account][call.region]).setdefault("quotas", {})
    bucket = buckets.setdefault(category, _Bucket(rate, now))
    bucket.allowed = min(rate, bucket.allowed + (now - bucket.at) * rate)
    bucket.at = now
    if bucket.allowed < 1:
        return False
    bucket.allowed -= 1
    return True
