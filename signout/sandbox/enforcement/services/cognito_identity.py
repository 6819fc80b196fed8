"""Cognito identity pools. Source: Service Authorization Reference, "Amazon Cognito Identity"."""

from __future__ import annotations

from typing import Final

from moto.cognitoidentity.models import cognitoidentity_backends

from ...account import ACCOUNT
from ..table import ANY, Call, Operation, Service, Tags, arn, by_name, given_arn, passes, rows

POOL: Final = arn("cognito-identity:{region}:{account}:identitypool/{IdentityPoolId}")
BY_ARN: Final = given_arn("ResourceArn")
PROVIDERS: Final = frozenset({"OpenIdConnectProviderARNs", "SamlProviderARNs"})
"""Identity providers that the pool trusts: naming one grants the caller nothing."""

ON_A_POOL: Final = """
DeleteIdentityPool DescribeIdentityPool GetIdentityPoolRoles GetOpenIdTokenForDeveloperIdentity
GetPrincipalTagAttributeMap ListIdentities LookupDeveloperIdentity MergeDeveloperIdentities UnlinkDeveloperIdentity
"""


def _tags(call: Call, resource: str) -> Tags:
    pool = cognitoidentity_backends[ACCOUNT][call.region].identity_pools.get(resource.rpartition("/")[2])
    return (pool.tags or {}) if pool is not None else {}


SERVICE: Final = Service(
    "cognito-identity",
    by_name(
        (
            *rows(ON_A_POOL, POOL),
            *rows("DeleteIdentities DescribeIdentity ListIdentityPools SetPrincipalTagAttributeMap", ANY),
            Operation("UpdateIdentityPool", POOL, harmless=PROVIDERS),
            Operation("SetIdentityPoolRoles", ANY, needs=(passes("Roles.*", "cognito-identity.amazonaws.com"),)),
            Operation("CreateIdentityPool", ANY, request_tags="IdentityPoolTags", harmless=PROVIDERS, existing=False),
            Operation("TagResource", BY_ARN, request_tags="Tags"),
            Operation("UntagResource", BY_ARN, tag_keys="TagKeys"),
            Operation("ListTagsForResource", BY_ARN),
        )
    ),
    resource_tags=_tags,
)
