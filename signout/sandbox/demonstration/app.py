"""A user's app, with nothing but the user pool and the id of an app client."""

from __future__ import annotations

import http.client
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt

from .clients import Clients
from .expectations import DemonstrationFailed


@dataclass(frozen=True, slots=True)
class User:
    """A user of the pool."""

    name: str
    sub: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the app holds after a sign-in."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)

    @property
    def until(self) -> datetime:
        """When the access token expires, as the token says."""
        return datetime.fromtimestamp(jwt.decode(self.access, options={"verify_signature": False})["exp"], UTC)


class App:
    """Signs users up and in, and uses their tokens. Its calls raise ClientError."""

    def __init__(self, clients: Clients, pool: str, client_id: str) -> None:
        self._clients, self._pool, self._client_id = clients, pool, client_id
        self._cognito = clients.unsigned()

    def sign_up(self, name: str) -> User:
        """Signs a user up. The pool's administrator confirms, as a mail would that nobody sends here."""
        password = f"Aa1!{secrets.token_urlsafe(18)}"
        email = {"Name": "email", "Value": f"{name}@example.com"}
        answer = self._cognito.sign_up(
            ClientId=self._client_id, Username=name, Password=password, UserAttributes=[email]
        )
        self._clients.of("cognito-idp").admin_confirm_sign_up(UserPoolId=self._pool, Username=name)
        return User(name, answer["UserSub"], password)

    def sign_in(self, user: User) -> Tokens:
        """Signs the user in by password."""
        answer = self._cognito.initiate_auth(
            ClientId=self._client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.name, "PASSWORD": user.password},
        )
        return _tokens(answer)

    def user_of(self, tokens: Tokens) -> str:
        """The user's name, as Cognito gives it for the access token."""
        name: str = self._cognito.get_user(AccessToken=tokens.access)["Username"]
        return name

    def renew(self, tokens: Tokens) -> Tokens:
        """New tokens for the refresh token."""
        return _tokens(
            self._cognito.get_tokens_from_refresh_token(ClientId=self._client_id, RefreshToken=tokens.refresh)
        )

    def check_offline(self, tokens: Tokens) -> datetime:
        """Checks the access token as an API does that does not ask Cognito: signature and expiry.

        Returns until when it will pass; raises DemonstrationFailed if it does not.
        """
        try:
            keys = jwt.PyJWKSet.from_dict(self._public_keys())
            key = keys[jwt.get_unverified_header(tokens.access)["kid"]]
            claims = jwt.decode(tokens.access, key, algorithms=["RS256"])
        except (jwt.PyJWTError, KeyError) as error:
            raise DemonstrationFailed(f"the access token does not pass an offline check: {error}") from error
        return datetime.fromtimestamp(claims["exp"], UTC)

    def _public_keys(self) -> dict[str, Any]:
        """The pool's keys. Fetched without the proxies that a user's environment may name."""
        connection = http.client.HTTPConnection(self._clients.endpoint.removeprefix("http://"), timeout=10)
        try:
            connection.request("GET", f"/{self._pool}/.well-known/jwks.json")
            found: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise DemonstrationFailed(f"the public keys of {self._pool} cannot be read: {error}") from error
        finally:
            connection.close()
        return found


def _tokens(answer: dict[str, Any]) -> Tokens:
    result = answer["AuthenticationResult"]
    return Tokens(result["AccessToken"], result["RefreshToken"])
