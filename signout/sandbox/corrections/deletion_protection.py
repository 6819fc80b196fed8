"""A user pool that is protected, or still has a domain, is not deleted.

moto: deletes it. Source: API reference, DeleteUserPool, UserPoolType.DeletionProtection; the wordings as users of
Cognito report them.
"""

from __future__ import annotations

from moto.cognitoidp.exceptions import InvalidParameterException
from moto.cognitoidp.responses import CognitoIdpResponse

from .directory import pool_of
from .seams import Call, before_each_call


def apply() -> None:
    """Refuse to delete such a pool."""
    before_each_call(CognitoIdpResponse, _check)


def _check(call: Call) -> None:
    if call.operation != "DeleteUserPool":
        return
    pool = pool_of(call)
    if pool.extended_config.get("DeletionProtection") == "ACTIVE":
        raise InvalidParameterException(
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first."
        )
    if pool.domain is not None:
        raise InvalidParameterException(
            "User pool cannot be deleted. It has a domain configured that should be deleted first."
        )
