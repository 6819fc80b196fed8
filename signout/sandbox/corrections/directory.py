"""Look-ups in moto's Cognito: user pools, app clients and users by what a request names."""

from __future__ import annotations

from moto.cognitoidp.exceptions import ResourceNotFoundError
from moto.cognitoidp.models import (
    CognitoIdpUser,
    CognitoIdpUserPool,
    CognitoIdpUserPoolClient,
    cognitoidp_backends,
)

from .seams import Call


def pools(account: str) -> tuple[CognitoIdpUserPool, ...]:
    """Every user pool of an account, in all Regions."""
    backends = tuple(cognitoidp_backends[account].values())
    return tuple(pool for backend in backends for pool in tuple(backend.user_pools.values()))


def pool_by_id(account: str, pool_id: str) -> CognitoIdpUserPool | None:
    """The user pool of this id."""
    return next((pool for pool in pools(account) if pool.id == pool_id), None)


def pool_of(call: Call) -> CognitoIdpUserPool:
    """The user pool that a request names, in the Region of the request; ResourceNotFoundException without it."""
    pool_id = str(call.parameters.get("UserPoolId"))
    pool = cognitoidp_backends[call.account][call.region].user_pools.get(pool_id)
    if pool is None:
        raise ResourceNotFoundError(f"User pool {pool_id} does not exist.")
    return pool


def client_of(call: Call) -> tuple[CognitoIdpUserPool, CognitoIdpUserPoolClient]:
    """The app client that a request names, with its pool; ResourceNotFoundException without it."""
    client_id = str(call.parameters.get("ClientId"))
    candidates = (pool_of(call),) if "UserPoolId" in call.parameters else pools(call.account)
    for pool in candidates:
        if client_id in pool.clients:
            return pool, pool.clients[client_id]
    raise ResourceNotFoundError(f"User pool client {client_id} does not exist.")


def user_by_sub(pool: CognitoIdpUserPool, sub: str) -> CognitoIdpUser | None:
    """The user with this `sub`, which never changes and is never given to another user."""
    return next((user for user in tuple(pool.users.values()) if user.id == sub), None)
