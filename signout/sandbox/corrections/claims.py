"""A token says who the user is, by the names that Cognito uses.

Cognito: `username` and `cognito:username` are the user's own name however the user signed in; an ID token carries the
attributes that the app client may read, with truth values as such; `jti` and `origin_jti` are there where the client
has token revocation. moto: the names are what was typed at sign-in, and attributes are there only where ReadAttributes
is set. Source: developer guide, "Understanding the identity (ID) token", "Revoking tokens".
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, CognitoIdpUserPool, CognitoIdpUserPoolClient

from . import tokens
from .seams import extend

_TRUTH_VALUES = frozenset({"email_verified", "phone_number_verified"})
_REVOCATION = ("jti", "origin_jti")


def apply() -> None:
    """Write tokens here instead of in moto."""
    extend(CognitoIdpUserPool, "create_jwt", _create_jwt)


def _create_jwt(
    _original: Callable[..., tuple[str, int]],
    pool: CognitoIdpUserPool,
    client_id: str,
    username: str,
    token_use: str,
    expires_in: int = 3600,
    extra_data: Mapping[str, Any] | None = None,
) -> tuple[str, int]:
    user, client, now = pool._get_user(username), pool.clients[client_id], int(time.time())
    claims = {
        **_identity(user, client, token_use),
        "iss": tokens.issuer(pool),
        "token_use": token_use,
        "auth_time": now,
        "iat": now,
        "exp": now + expires_in,
        "jti": str(uuid.uuid4()),
        # moto puts attributes in here too, as plain text and readable or not.
        **{name: value for name, value in (extra_data or {}).items() if name not in user.attribute_lookup},
    }
    if not client.extended_config["EnableTokenRevocation"]:
        claims = {name: value for name, value in claims.items() if name not in _REVOCATION}
    return tokens.sign(pool, claims), expires_in


def _identity(user: CognitoIdpUser, client: CognitoIdpUserPoolClient, token_use: str) -> dict[str, Any]:
    if token_use == "access":
        return {"sub": user.id, "client_id": client.id, "username": user.username}
    readable = client.get_readable_fields()
    attributes = {
        name: value == "true" if name in _TRUTH_VALUES else value
        for name, value in user.attribute_lookup.items()
        if not readable or name in readable
    }
    return {**attributes, "sub": user.id, "aud": client.id, "cognito:username": user.username}
