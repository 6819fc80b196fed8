"""All tokens of one sign-in know that they are.

Cognito: the tokens that come from one sign-in share `origin_jti`, `event_id` and `auth_time`, refreshed ones too; `iat`
and `jti` are each token's own. moto: `auth_time` is the time of issue, and nothing but a name links a token to a user.
Source: developer guide, "Understanding the access token"; `event_id` staying the same is not tried on a live account.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from moto.cognitoidp.models import CognitoIdpUser, CognitoIdpUserPool

from signout.cognito.validity import Token

from . import token_life
from .seams import extend


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the tokens of one sign-in have in common."""

    event_id: str
    origin_jti: str
    client_id: str
    sub: str
    """The user."""
    auth_time: int
    """When the user signed in, in seconds since the epoch."""
    refreshable_until: float
    """When its refresh tokens expire, rotated ones too, in seconds since the epoch."""
    ended: bool = False


def apply() -> None:
    """Remember each sign-in, and put its claims into each token."""
    extend(CognitoIdpUserPool, "create_refresh_token", _remember)
    extend(CognitoIdpUserPool, "create_jwt", _claim)


def behind_claims(pool: CognitoIdpUserPool, claims: Mapping[str, Any]) -> SignIn | None:
    """The sign-in that an access or ID token came from; None if it was not one of this pool."""
    return _kept(pool).get(str(claims.get("event_id")))


def behind_refresh_token(pool: CognitoIdpUserPool, token: str) -> SignIn | None:
    """The sign-in that a refresh token came from; None if it was not one of this pool."""
    record = pool.refresh_tokens.get(token)
    return _kept(pool).get(record[2]) if record else None


def of_user(pool: CognitoIdpUserPool, user: CognitoIdpUser) -> Iterator[SignIn]:
    """Every sign-in of a user that has not ended."""
    return (each for each in tuple(_kept(pool).values()) if each.sub == user.id and not each.ended)


def end(pool: CognitoIdpUserPool, sign_in: SignIn) -> None:
    """From here on, Cognito accepts none of its tokens."""
    _kept(pool)[sign_in.event_id] = replace(sign_in, ended=True)


def _kept(pool: CognitoIdpUserPool) -> dict[str, SignIn]:
    """The pool's sign-ins by event id. They are part of the pool, and go with it."""
    kept: dict[str, SignIn] = vars(pool).setdefault("sign_ins", {})
    return kept


def _remember(
    original: Callable[..., tuple[str, str]], pool: CognitoIdpUserPool, client_id: str, username: str
) -> tuple[str, str]:
    user = pool._get_user(username)
    # moto hands the second value on to each token that it makes from the refresh token: it serves as the event id.
    refresh_token, event_id = original(pool, client_id, user.username)
    now = time.time()
    until = now + token_life.seconds(pool.clients[client_id], Token.REFRESH)
    _kept(pool)[event_id] = SignIn(event_id, str(uuid.uuid4()), client_id, user.id, int(now), until)
    return refresh_token, event_id


def _claim(
    original: Callable[..., tuple[str, int]],
    pool: CognitoIdpUserPool,
    client_id: str,
    username: str,
    token_use: str,
    expires_in: int = 3600,
    extra_data: Mapping[str, Any] | None = None,
) -> tuple[str, int]:
    claims = dict(extra_data or {})
    sign_in = _kept(pool)[claims["origin_jti"]]
    claims |= {"event_id": sign_in.event_id, "origin_jti": sign_in.origin_jti, "auth_time": sign_in.auth_time}
    return original(pool, client_id, username, token_use, expires_in, claims)
