"""GetTokensFromRefreshToken gives new tokens, and with rotation a new refresh token in place of the old.

Cognito: with rotation the old refresh token works for the grace period, 0 to 60 seconds, and is then refused as reused;
the new one ends when the old one would have; the other refresh flows do not serve such a client. moto: has no such
operation. The wording for a reused token is ours.
Source: API reference, GetTokensFromRefreshToken, RefreshTokenRotationType, RefreshTokenReuseException.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from moto.cognitoidp.exceptions import NotAuthorizedError
from moto.cognitoidp.models import CognitoIdpUserPool, CognitoIdpUserPoolClient
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.exceptions import JsonRESTError
from moto.moto_api._internal import mock_random

from .clients import has_secret
from .directory import client_of
from .refresh_tokens import usable
from .seams import Call, answer_operation


def apply() -> None:
    """Add the operation."""
    answer_operation(CognitoIdpResponse, "GetTokensFromRefreshToken", _get_tokens)


def rotates(client: CognitoIdpUserPoolClient) -> bool:
    """Does each refresh of this client bring a new refresh token?"""
    return (client.extended_config.get("RefreshTokenRotation") or {}).get("Feature") == "ENABLED"


def _get_tokens(call: Call) -> Mapping[str, Any]:
    pool, client = client_of(call)
    if not has_secret(client, call):
        raise NotAuthorizedError(f"Unable to verify the secret of client {client.id}")
    token = call.parameters["RefreshToken"]
    usable(pool, client, token)
    replaced = _rotate(pool, client, token) if rotates(client) else {}
    access_token, id_token, expires_in = pool.create_tokens_from_refresh_token(token)
    tokens = {"AccessToken": access_token, "IdToken": id_token, "ExpiresIn": expires_in, "TokenType": "Bearer"}
    return {"AuthenticationResult": {**tokens, **replaced}}


def _rotate(pool: CognitoIdpUserPool, client: CognitoIdpUserPoolClient, token: str) -> dict[str, str]:
    now, ends = time.time(), _ends(pool)
    if ends.get(token, now + 1) <= now:
        raise JsonRESTError("RefreshTokenReuseException", "Refresh Token has been replaced by a newer one")
    grace = client.extended_config["RefreshTokenRotation"].get("RetryGracePeriodSeconds", 0)
    ends.setdefault(token, now + grace)
    fresh = str(mock_random.uuid4())
    pool.refresh_tokens[fresh] = pool.refresh_tokens[token]
    return {"RefreshToken": fresh}


def _ends(pool: CognitoIdpUserPool) -> dict[str, float]:
    """When the pool's replaced refresh tokens stop working, in seconds since the epoch."""
    ends: dict[str, float] = vars(pool).setdefault("replaced_refresh_tokens", {})
    return ends
