"""Cognito takes an access token only while it is genuine, current, not revoked, and of the right scope.

Cognito: says which of these it is not; never quotes a token. moto: knows the text of each token it gave out, so that
an expired one passes; and answers a token that it does not know by quoting it.
Source: API reference, GlobalSignOut ("Access Token has been revoked", the scope); the other wordings as users of
Cognito report them.
"""

from __future__ import annotations

import time
from typing import Final

from moto.cognitoidp.exceptions import NotAuthorizedError, UserNotFoundError
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.utils import get_service_model

from . import sign_ins, tokens
from .directory import user_by_sub
from .refusals import check_status
from .seams import Call, before_each_call

SCOPE: Final = "aws.cognito.signin.user.admin"


def apply() -> None:
    """Check the access token of every call that carries one."""
    before_each_call(CognitoIdpResponse, _check)


def _check(call: Call) -> None:
    if "AccessToken" not in call.parameters:
        return
    token = tokens.read(str(call.parameters["AccessToken"]), call.account)
    if token is None:
        raise NotAuthorizedError("Invalid Access Token")
    if not token.genuine:
        raise NotAuthorizedError("Could not verify signature for Access Token")
    sign_in = sign_ins.behind_claims(token.pool, token.claims)
    if sign_in is None or token.claims["token_use"] != "access":
        raise NotAuthorizedError("Invalid Access Token")
    if token.claims["exp"] <= time.time():
        raise NotAuthorizedError("Access Token has expired")
    user = user_by_sub(token.pool, sign_in.sub)
    if user is None and "UserNotFoundException" in _errors(call):
        raise UserNotFoundError("User does not exist.")
    if user is None or sign_in.ended:
        raise NotAuthorizedError("Access Token has been revoked")
    if SCOPE not in token.claims["scope"].split():
        raise NotAuthorizedError("Access Token does not have required scopes")
    check_status(user)


def _errors(call: Call) -> frozenset[str]:
    """The errors that the API declares for an operation."""
    return frozenset(
        shape.name for shape in get_service_model(call.service).operation_model(call.operation).error_shapes
    )
