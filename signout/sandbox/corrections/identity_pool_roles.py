"""An identity pool has roles for its users.

moto: has no SetIdentityPoolRoles and GetIdentityPoolRoles. Source: API reference, SetIdentityPoolRoles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.cognitoidentity.models import CognitoIdentityPool
from moto.cognitoidentity.responses import CognitoIdentityResponse

from .identity_pools import identity_pool_by_id
from .seams import Call, answer_operation


def apply() -> None:
    """Add the operations."""
    answer_operation(CognitoIdentityResponse, "SetIdentityPoolRoles", _set)
    answer_operation(CognitoIdentityResponse, "GetIdentityPoolRoles", _get)


def roles(pool: CognitoIdentityPool) -> Mapping[str, Any]:
    """`Roles`: ARNs by "authenticated" and "unauthenticated"; `RoleMappings`: by provider."""
    kept: Mapping[str, Any] = vars(pool).get("roles", {"Roles": {}, "RoleMappings": {}})
    return kept


def _set(call: Call) -> Mapping[str, Any]:
    pool = identity_pool_by_id(call.account, call.parameters["IdentityPoolId"])
    given = call.parameters
    vars(pool)["roles"] = {"Roles": given["Roles"], "RoleMappings": given.get("RoleMappings") or {}}
    return {}


def _get(call: Call) -> Mapping[str, Any]:
    pool = identity_pool_by_id(call.account, call.parameters["IdentityPoolId"])
    return {"IdentityPoolId": pool.identity_pool_id, **roles(pool)}
