"""Tokens live as long as the app client says.

Cognito: each kind of token has a validity in a unit of its own, and a validity out of range is refused; so is a unit
alone, where the default's number is out of range in it. moto: every token lives an hour, and refresh tokens do not end.
Source: API reference, CreateUserPoolClient and TokenValidityUnitsType; a unit alone as users of Cognito report it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from moto.cognitoidp.exceptions import InvalidParameterException
from moto.cognitoidp.models import CognitoIdpUserPool, CognitoIdpUserPoolClient
from moto.cognitoidp.responses import CognitoIdpResponse

from signout.cognito.validity import Token, Unit, ValidityError, validity_seconds

from .seams import Call, before_each_call, extend

_SETTINGS: Final = MappingProxyType({Token.ACCESS: "AccessToken", Token.ID: "IdToken", Token.REFRESH: "RefreshToken"})
_DEFAULTS: Final = MappingProxyType({Token.ACCESS: 1, Token.ID: 1, Token.REFRESH: 30})


def apply() -> None:
    """Give tokens the life that is set, and refuse settings out of range."""
    extend(CognitoIdpUserPool, "create_jwt", _live)
    before_each_call(CognitoIdpResponse, _check_range)


def seconds(client: CognitoIdpUserPoolClient, token: Token) -> int:
    """How long an app client's tokens of a kind live, in seconds."""
    return validity_seconds(token, *_setting(client.extended_config, token))


def _setting(settings: Mapping[str, Any], token: Token) -> tuple[int | None, Unit | None]:
    """Validity and unit, each None where it is not set."""
    unit = (settings.get("TokenValidityUnits") or {}).get(_SETTINGS[token])
    return settings.get(f"{_SETTINGS[token]}Validity"), Unit(unit) if unit else None


def _live(
    original: Callable[..., tuple[str, int]],
    pool: CognitoIdpUserPool,
    client_id: str,
    username: str,
    token_use: str,
    expires_in: int = 3600,
    extra_data: Mapping[str, Any] | None = None,
) -> tuple[str, int]:
    expires_in = seconds(pool.clients[client_id], Token(token_use))
    return original(pool, client_id, username, token_use, expires_in, extra_data)


def _check_range(call: Call) -> None:
    if call.operation not in ("CreateUserPoolClient", "UpdateUserPoolClient"):
        return
    for token in Token:
        value, unit = _setting(call.parameters, token)
        try:
            validity_seconds(token, _DEFAULTS[token] if value is None and unit else value, unit)
        except ValidityError:
            raise InvalidParameterException("Invalid range for token validity.") from None
