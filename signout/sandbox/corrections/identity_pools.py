"""Look-ups in moto's Cognito identity pools."""

from __future__ import annotations

from typing import Any

from moto.cognitoidentity.exceptions import ResourceNotFoundError
from moto.cognitoidentity.models import CognitoIdentityBackend, CognitoIdentityPool, cognitoidentity_backends


def backend_of(account: str, pool_or_identity_id: str) -> CognitoIdentityBackend:
    """moto's backend of the Region with which the id of an identity pool or of an identity begins."""
    region = pool_or_identity_id.partition(":")[0]
    if region not in cognitoidentity_backends[account].regions:
        raise ResourceNotFoundError(f"'{pool_or_identity_id}' not found.")
    backend: CognitoIdentityBackend = cognitoidentity_backends[account][region]
    return backend


def identity_pool_by_id(account: str, pool_id: str) -> CognitoIdentityPool:
    """The identity pool; ResourceNotFoundException without it."""
    pool = backend_of(account, pool_id).identity_pools.get(pool_id)
    if pool is None:
        raise ResourceNotFoundError(f"IdentityPool '{pool_id}' not found.")
    return pool


def identities_in(account: str, pool_id: str) -> list[dict[str, Any]]:
    """The identities of a pool, as ListIdentities answers them; to be read or added to."""
    identities: list[dict[str, Any]] = backend_of(account, pool_id).pools_identities[pool_id]["Identities"]
    return identities


def identity_pool_with(account: str, identity_id: str) -> CognitoIdentityPool:
    """The identity pool that an identity is in; ResourceNotFoundException without one."""
    for pool in tuple(backend_of(account, identity_id).identity_pools.values()):
        if any(each["IdentityId"] == identity_id for each in identities_in(account, pool.identity_pool_id)):
            return pool
    raise ResourceNotFoundError(f"Identity '{identity_id}' not found.")
