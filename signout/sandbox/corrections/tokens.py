"""The JSON web tokens of user pools: written, and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt
from jwt.api_jws import PyJWS
from moto.cognitoidp.models import CognitoIdpUserPool

from .directory import pools

_ALGORITHM: Final = "RS256"
_KEY_ID: Final = "dummy"
"""The one key that moto publishes, for every pool."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that names one of the account's user pools as its issuer. It is neither current nor genuine by that."""

    pool: CognitoIdpUserPool
    claims: Mapping[str, Any]
    genuine: bool
    """The pool's key has signed it."""


def issuer(pool: CognitoIdpUserPool) -> str:
    """The `iss` of a pool's tokens."""
    return f"https://cognito-idp.{pool.region}.amazonaws.com/{pool.id}"


def sign(pool: CognitoIdpUserPool, claims: Mapping[str, Any]) -> str:
    """A token under the pool's key."""
    key: Any = pool.json_web_key.private_key
    return jwt.encode(dict(claims), key, _ALGORITHM, {"kid": _KEY_ID})


def read(token: str, account: str) -> Token | None:
    """What a token says; None if it is no token, or of no pool of this account."""
    claims = _claims(token)
    for pool in pools(account):
        if claims.get("iss") == issuer(pool):
            return Token(pool, claims, _is_signed_by(pool, token))
    return None


def _claims(token: str) -> Mapping[str, Any]:
    try:
        claims = json.loads(PyJWS().decode_complete(token, options={"verify_signature": False})["payload"])
    except (jwt.InvalidTokenError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _is_signed_by(pool: CognitoIdpUserPool, token: str) -> bool:
    try:
        PyJWS().decode(token, pool.json_web_key.public_key, algorithms=[_ALGORITHM])
    except jwt.InvalidTokenError:
        return False
    return True
