"""A call on a pool that is not there says so.

moto: some operations break instead. Source: API reference, ResourceNotFoundException of both services.
"""

from __future__ import annotations

from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.cognitoidp.responses import CognitoIdpResponse

from .directory import pool_of
from .identity_pools import identity_pool_by_id
from .seams import Call, before_each_call


def apply() -> None:
    """Look for the pool of every call that names one."""
    before_each_call(CognitoIdpResponse, _check_user_pool)
    before_each_call(CognitoIdentityResponse, _check_identity_pool)


def _check_user_pool(call: Call) -> None:
    if "UserPoolId" in call.parameters:
        pool_of(call)


def _check_identity_pool(call: Call) -> None:
    if "IdentityPoolId" in call.parameters:
        identity_pool_by_id(call.account, call.parameters["IdentityPoolId"])
