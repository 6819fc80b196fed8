"""A refused sign-in is refused in Cognito's words, in Cognito's order.

Cognito: with PreventUserExistenceErrors a user that does not exist looks like a wrong password, and so does a disabled
user with one. moto: says that the user does not exist whatever the setting, answers a wrong password at an admin
sign-in with the user name, and lets a user sign in whose password was reset.
Source: developer guide, "Managing error responses"; the wordings as users of Cognito report them.
"""

from __future__ import annotations

from typing import Final

from moto.cognitoidp.exceptions import InvalidParameterException, NotAuthorizedError, UserNotFoundError
from moto.cognitoidp.responses import CognitoIdpResponse

from .directory import client_of
from .refusals import check_status, wrong_credentials
from .seams import Call, before_each_call

_PASSWORD_FLOWS: Final = frozenset({"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})


def apply() -> None:
    """Check password sign-ins before moto does."""
    before_each_call(CognitoIdpResponse, _check)


def _check(call: Call) -> None:
    if call.parameters.get("AuthFlow") not in _PASSWORD_FLOWS:
        return
    pool, client = client_of(call)
    given = call.parameters.get("AuthParameters") or {}
    for name in ("USERNAME", "PASSWORD"):
        if not given.get(name):
            raise InvalidParameterException(f"Missing required parameter {name}")
    secretive = client.extended_config.get("PreventUserExistenceErrors") == "ENABLED"
    user = pool._get_user(given["USERNAME"])
    if user is None:
        raise wrong_credentials() if secretive else UserNotFoundError("User does not exist.")
    if not user.enabled and not secretive:
        raise NotAuthorizedError("User is disabled.")
    if user.password != given["PASSWORD"]:
        raise wrong_credentials()
    if not user.enabled:
        raise NotAuthorizedError("User is disabled.")
    check_status(user)
