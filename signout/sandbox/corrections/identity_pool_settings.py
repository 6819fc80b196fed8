"""An identity pool keeps all of its settings, and takes a new name.

moto: forgets AllowClassicFlow, and keeps the first name for ever. Source: API reference, UpdateIdentityPool.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from moto.cognitoidentity.models import CognitoIdentityPool
from moto.cognitoidentity.responses import CognitoIdentityResponse

from .identity_pools import identity_pool_by_id
from .seams import extend


def apply() -> None:
    """Keep what moto does not."""
    extend(CognitoIdentityPool, "to_json", _with_classic_flow)
    extend(CognitoIdentityResponse, "create_identity_pool", _keep)
    extend(CognitoIdentityResponse, "update_identity_pool", _keep)


def allows_classic_flow(pool: CognitoIdentityPool) -> bool:
    """May its users fetch credentials from STS themselves, with a token of the pool?"""
    return bool(vars(pool).get("allow_classic_flow", False))


def _with_classic_flow(original: Callable[[CognitoIdentityPool], str], pool: CognitoIdentityPool) -> str:
    return json.dumps({**json.loads(original(pool)), "AllowClassicFlow": allows_classic_flow(pool)})


def _keep(original: Callable[[CognitoIdentityResponse], str], response: CognitoIdentityResponse) -> str:
    pool_id = json.loads(original(response))["IdentityPoolId"]
    pool = identity_pool_by_id(response.current_account, pool_id)
    given = json.loads(response.body)
    pool.identity_pool_name = given["IdentityPoolName"]
    vars(pool)["allow_classic_flow"] = given.get("AllowClassicFlow", False)
    return pool.to_json()
