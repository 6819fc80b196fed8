"""The ID tokens by which users prove to an identity pool who they are.

Cognito: the token has to be genuine, current, and from a user pool and app client that the identity pool names; with
ServerSideTokenCheck the user pool is asked too, so that the token of a user who was signed out, disabled or deleted is
refused. Source: API reference, GetId, CognitoIdentityProvider; the wordings as users of Cognito report them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.cognitoidentity.models import CognitoIdentityPool
from moto.cognitoidp.exceptions import NotAuthorizedError

from . import sign_ins, tokens
from .directory import user_by_sub
from .refusals import NotSimulated
from .seams import Call


@dataclass(frozen=True, slots=True)
class Login:
    """A user, as one provider knows them."""

    provider: str
    """"cognito-idp.REGION.amazonaws.com/USER POOL ID"."""
    sub: str


def verified(pool: CognitoIdentityPool, call: Call) -> tuple[Login, ...]:
    """The logins that a call proves; refuses the call if one of its tokens does not hold."""
    given: Mapping[str, str] = call.parameters.get("Logins") or {}
    return tuple(_verified(pool, provider, token, call.account) for provider, token in given.items())


def _verified(pool: CognitoIdentityPool, provider: str, text: str, account: str) -> Login:
    if not provider.startswith("cognito-idp."):
        raise NotSimulated(f"logins of {provider}")
    token = tokens.read(text, account)
    if token is None:
        raise NotAuthorizedError("Invalid login token. Not a valid OpenId Connect identity token.")
    if token.claims["iss"] != f"https://{provider}":
        raise NotAuthorizedError("Invalid login token. Issuer doesn't match providerName")
    if not token.genuine:
        raise NotAuthorizedError("Invalid login token. Couldn't verify signed token.")
    if "aud" not in token.claims:
        raise NotAuthorizedError("Invalid login token. Missing a required claim: aud")
    trusted = _provider(pool, provider, token.claims["aud"])
    now = int(time.time())
    if token.claims["exp"] <= now:
        raise NotAuthorizedError(f"Invalid login token. Token expired: {now} >= {token.claims['exp']}")
    if trusted.get("ServerSideTokenCheck") and not _is_signed_in(token):
        raise NotAuthorizedError("Token is inactive")
    return Login(provider, token.claims["sub"])


def _provider(pool: CognitoIdentityPool, name: str, client_id: str) -> Mapping[str, Any]:
    """What the identity pool says about a user pool and app client."""
    providers: list[Mapping[str, Any]] = pool.cognito_identity_providers or []
    for provider in providers:
        if (provider.get("ProviderName"), provider.get("ClientId")) == (name, client_id):
            return provider
    raise NotAuthorizedError("Token is not from a supported provider of this identity pool.")


def _is_signed_in(token: tokens.Token) -> bool:
    sign_in = sign_ins.behind_claims(token.pool, token.claims)
    user = user_by_sub(token.pool, sign_in.sub) if sign_in else None
    return sign_in is not None and not sign_in.ended and user is not None and user.enabled
