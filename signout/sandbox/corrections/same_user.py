"""A sign-out ends the sessions of a user, whatever the user is called.

Cognito: the user name, an alias attribute and the sub mean one user. moto: compares the name at sign-out with the name
at sign-in, so that a sign-out by sub of a user who signed in by e-mail answers OK and ends nothing.
Source: API reference, AdminUserGlobalSignOut, Username.
"""

from __future__ import annotations

from collections.abc import Callable

from moto.cognitoidp.models import CognitoIdpUserPool

from . import sign_ins
from .seams import extend


def apply() -> None:
    """Record tokens under the user's own name, and end all sign-ins of the user."""
    extend(CognitoIdpUserPool, "create_access_token", _record)
    extend(CognitoIdpUserPool, "create_id_token", _record)
    extend(CognitoIdpUserPool, "sign_out", _sign_out)


def _record(
    original: Callable[..., tuple[str, int]], pool: CognitoIdpUserPool, client_id: str, username: str, origin_jti: str
) -> tuple[str, int]:
    return original(pool, client_id, pool._get_user(username).username, origin_jti)


def _sign_out(_original: Callable[..., None], pool: CognitoIdpUserPool, username: str) -> None:
    for sign_in in sign_ins.of_user(pool, pool._get_user(username)):
        sign_ins.end(pool, sign_in)
