"""Cognito takes a refresh token only from the client it was given to, until it expires or is revoked.

Cognito: says which of these it is, and refuses a disabled user. moto: refresh tokens never expire, a disabled user's
work, and AdminInitiateAuth breaks on one that it does not know. That a deleted user does not exist, rather than having
a revoked token, is not tried on a live account.
Source: developer guide, "Refresh tokens"; the wordings as users of Cognito report them.
"""

from __future__ import annotations

import time
from typing import Final

from moto.cognitoidp.exceptions import InvalidParameterException, NotAuthorizedError, UserNotFoundError
from moto.cognitoidp.models import CognitoIdpUserPool, CognitoIdpUserPoolClient
from moto.cognitoidp.responses import CognitoIdpResponse

from . import sign_ins
from .directory import client_of, user_by_sub
from .refusals import check_status
from .seams import Call, before_each_call

REFRESH_FLOWS: Final = frozenset({"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"})


def apply() -> None:
    """Check refresh tokens before moto makes new tokens from them."""
    before_each_call(CognitoIdpResponse, _check)


def usable(pool: CognitoIdpUserPool, client: CognitoIdpUserPoolClient, token: str) -> sign_ins.SignIn:
    """The sign-in that a refresh token continues; refuses one that does not."""
    sign_in = sign_ins.behind_refresh_token(pool, token)
    if sign_in is None or sign_in.client_id != client.id:
        raise NotAuthorizedError("Invalid Refresh Token.")
    user = user_by_sub(pool, sign_in.sub)
    if user is None:
        raise UserNotFoundError("User does not exist.")
    if not user.enabled:
        raise NotAuthorizedError("User is disabled.")
    if sign_in.ended:
        raise NotAuthorizedError("Refresh Token has been revoked")
    if sign_in.refreshable_until <= time.time():
        raise NotAuthorizedError("Refresh Token has expired")
    return sign_in


def _check(call: Call) -> None:
    if call.parameters.get("AuthFlow") not in REFRESH_FLOWS:
        return
    pool, client = client_of(call)
    token = (call.parameters.get("AuthParameters") or {}).get("REFRESH_TOKEN")
    if not token:
        raise InvalidParameterException("Missing required parameter REFRESH_TOKEN")
    sign_in = usable(pool, client, token)
    check_status(user_by_sub(pool, sign_in.sub))
