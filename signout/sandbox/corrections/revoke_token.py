"""RevokeToken ends one session, and only where the app client allows it.

Cognito: the refresh token and the access tokens that came from it die; a token that is unknown or already revoked is no
error; an access or ID token is refused, and so is a client without token revocation or with the wrong secret. moto:
has no such operation. The codes are the API's; the wordings are ours.
Source: API reference, RevokeToken; developer guide, "Revoking tokens" and "Revoke endpoint".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.cognitoidp.exceptions import ResourceNotFoundError
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.exceptions import JsonRESTError

from . import sign_ins, tokens
from .clients import has_secret
from .directory import client_of
from .seams import Call, answer_operation


def apply() -> None:
    """Add the operation."""
    answer_operation(CognitoIdpResponse, "RevokeToken", _revoke)


def _revoke(call: Call) -> Mapping[str, Any]:
    try:
        pool, client = client_of(call)
    except ResourceNotFoundError as unknown:
        raise JsonRESTError("UnauthorizedException", unknown.message) from None
    if not has_secret(client, call):
        raise JsonRESTError("UnauthorizedException", f"Unable to verify the secret of client {client.id}")
    if not client.extended_config["EnableTokenRevocation"]:
        raise JsonRESTError("UnsupportedOperationException", f"Token revocation is not enabled for client {client.id}")
    token = call.parameters["Token"]
    if tokens.read(token, call.account) is not None:
        raise JsonRESTError("UnsupportedTokenTypeException", "Only a refresh token can be revoked")
    sign_in = sign_ins.behind_refresh_token(pool, token)
    if sign_in is not None and sign_in.client_id == client.id:
        sign_ins.end(pool, sign_in)
    return {}
