"""An app client has the settings that were last given, and a secret that Cognito itself would take.

Cognito: UpdateUserPoolClient sets what it leaves out back to the default, but for the name and the secret; refresh
token rotation without a grace period has one of 0 seconds; a secret is letters and digits. moto: keeps what is left
out, so that a flow once allowed, or a token life, stays; and makes secrets that break the API's own pattern.
Source: API reference, UpdateUserPoolClient; API model, ClientSecretType.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUserPoolClient
from moto.moto_api._internal import mock_random

from .seams import extend

_SECRET_CHARACTERS: Final = string.ascii_lowercase + string.digits


def apply() -> None:
    """Replace the settings at each update, and make the secret here."""
    extend(CognitoIdpBackend, "create_user_pool_client", _create)
    extend(CognitoIdpBackend, "update_user_pool_client", _update)


def _create(
    original: Callable[..., CognitoIdpUserPoolClient],
    backend: CognitoIdpBackend,
    user_pool_id: str,
    generate_secret: bool,
    settings: Mapping[str, Any],
) -> CognitoIdpUserPoolClient:
    client = original(backend, user_pool_id, generate_secret, _with_grace(settings))
    client.secret = "".join(mock_random.choices(_SECRET_CHARACTERS, k=52))
    return client


def _update(
    _original: Callable[..., CognitoIdpUserPoolClient],
    backend: CognitoIdpBackend,
    user_pool_id: str,
    client_id: str,
    settings: Mapping[str, Any],
) -> CognitoIdpUserPoolClient:
    client = backend.describe_user_pool_client(user_pool_id, client_id)
    new = {"ClientName": client.extended_config.get("ClientName"), **_with_grace(settings)}
    client.extended_config = CognitoIdpUserPoolClient(user_pool_id, client.generate_secret, new).extended_config
    return client


def _with_grace(settings: Mapping[str, Any]) -> dict[str, Any]:
    rotation = settings.get("RefreshTokenRotation")
    if not rotation:
        return dict(settings)
    return {**settings, "RefreshTokenRotation": {"RetryGracePeriodSeconds": 0, **rotation}}
