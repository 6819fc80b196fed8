"""Cognito user pools: nearly everything is on the pool's ARN.

Source: Service Authorization Reference, "Amazon Cognito User Pools"; what is not IAM's to decide never comes here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from moto.cognitoidp.models import cognitoidp_backends

from ...account import ACCOUNT
from ..table import ANY, Call, Operation, Service, Tags, arn, by_name, given_arn, passes, rows

POOL: Final = arn("cognito-idp:{region}:{account}:userpool/{UserPoolId}")
BY_ARN: Final = given_arn("ResourceArn")

ON_A_POOL: Final = """
AddCustomAttributes AddUserPoolClientSecret AdminAddUserToGroup AdminConfirmSignUp AdminCreateUser AdminDeleteUser
AdminDeleteUserAttributes AdminDisableProviderForUser AdminDisableUser AdminEnableUser AdminForgetDevice AdminGetDevice
AdminGetUser AdminInitiateAuth AdminLinkProviderForUser AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents
AdminListUserSessions AdminRemoveUserFromGroup AdminResetUserPassword AdminRespondToAuthChallenge
AdminRevokeUserSession AdminSetUserMFAPreference AdminSetUserPassword AdminSetUserSettings AdminUpdateAuthEventFeedback
AdminUpdateDeviceStatus AdminUpdateUserAttributes AdminUserGlobalSignOut CreateIdentityProvider CreateResourceServer
CreateUserPoolClient DeleteGroup DeleteIdentityProvider DeleteResourceServer DeleteUserPool DeleteUserPoolClient
DeleteUserPoolClientSecret DeleteUserPoolDomain DescribeIdentityProvider DescribeResourceServer DescribeUserPool
DescribeUserPoolClient GetGroup GetIdentityProviderByIdentifier GetLogDeliveryConfiguration GetSigningCertificate
GetUICustomization GetUserPoolMfaConfig ListGroups ListIdentityProviders ListResourceServers ListUserPoolClientSecrets
ListUserPoolClients ListUsers ListUsersInGroup SetUICustomization SetUserPoolMfaConfig UpdateIdentityProvider
UpdateResourceServer UpdateUserPoolClient
"""

TRIGGERS: Final = frozenset({"LambdaArn"})
"""The pool's Lambda triggers: each function's own policy says whether Cognito may call it."""
SENDER: Final = frozenset({"EmailConfiguration.SourceArn"})
"""The address that e-mail comes from: SES asks its own sending authorization."""
PASSES_SMS_ROLE: Final = (passes("SmsConfiguration.SnsCallerArn", "cognito-idp.amazonaws.com"),)
PASSES_GROUP_ROLE: Final = (passes("RoleArn", "cognito-idp.amazonaws.com"),)
CERTIFICATE: Final = frozenset({"CustomDomainConfig.CertificateArn"})


def _tags(call: Call, resource: str) -> Tags:
    pool = cognitoidp_backends[ACCOUNT][call.region].user_pools.get(resource.rpartition("/")[2])
    tags = pool.extended_config.get("UserPoolTags") if pool is not None else None
    return tags if isinstance(tags, Mapping) else {}


SERVICE: Final = Service(
    "cognito-idp",
    by_name(
        (
            *rows(ON_A_POOL, POOL),
            *rows("CreateGroup UpdateGroup", POOL, needs=PASSES_GROUP_ROLE),
            *rows("CreateUserPoolDomain UpdateUserPoolDomain", POOL, harmless=CERTIFICATE),
            *rows("ListUserPools DescribeUserPoolDomain", ANY),
            Operation(
                "CreateUserPool",
                ANY,
                request_tags="UserPoolTags",
                needs=PASSES_SMS_ROLE,
                harmless=TRIGGERS | SENDER,
                existing=False,
            ),
            Operation(
                "UpdateUserPool",
                POOL,
                request_tags="UserPoolTags",
                needs=PASSES_SMS_ROLE,
                harmless=TRIGGERS | SENDER,
            ),
            Operation("TagResource", BY_ARN, request_tags="Tags"),
            Operation("UntagResource", BY_ARN, tag_keys="TagKeys"),
            Operation("ListTagsForResource", BY_ARN),
        )
    ),
    resource_tags=_tags,
)
