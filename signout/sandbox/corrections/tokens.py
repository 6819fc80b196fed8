"""Reading the JSON web tokens that user pools issue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jwt import InvalidTokenError, PyJWK
from jwt.api_jws import PyJWS
from moto.cognitoidp.models import CognitoIdpUserPool

from .claims import issuer
from .directory import pools


@dataclass(frozen=True, slots=True)
class Token:
    """A token that names one of the account's user pools as its issuer. It is neither current nor genuine by that."""

    pool: CognitoIdpUserPool
    claims: Mapping[str, Any]
    genuine: bool
    """The pool's key has signed it."""


def read(token: str, account: str) -> Token | None:
    """What a token says; None if it is no token, or of no pool of this account."""
    claims = _claims(token)
    for pool in pools(account):
        if claims.get("iss") == issuer(pool):
            return Token(pool, claims, _signed_by(pool, token))
    return None


def _claims(token: str) -> Mapping[str, Any]:
    try:
        payload = PyJWS().decode_complete(token, options={"verify_signature": False})["payload"]
        claims = json.loads(payload)
    except (InvalidTokenError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _signed_by(pool: CognitoIdpUserPool, token: str) -> bool:
    key = PyJWK(pool.json_web_key.as_dict(private=False), algorithm="RS256")
    try:
        PyJWS().decode(token, key, algorithms=["RS256"])
    except InvalidTokenError:
        return False
    return True
