"""Disabling a user ends the user's sessions, for good.

Cognito: AdminDisableUser blocks sign-in and revokes access and refresh tokens; they stay dead once the user is enabled
again. moto: the tokens live on. Source: API reference, AdminDisableUser.
"""

from __future__ import annotations

from collections.abc import Callable

from moto.cognitoidp.models import CognitoIdpBackend

from .seams import extend


def apply() -> None:
    """Sign a user out who is being disabled."""
    extend(CognitoIdpBackend, "admin_disable_user", _disable)


def _disable(original: Callable[..., None], backend: CognitoIdpBackend, user_pool_id: str, username: str) -> None:
    original(backend, user_pool_id, username)
    backend.describe_user_pool(user_pool_id).sign_out(username)
