"""An update of a user pool leaves alone what was fixed when the pool was created.

Cognito: by which attributes users sign in, and whether letter case counts, is decided once; everything else that an
update leaves out goes back to its default. Tags are kept here too, since they have operations of their own. moto:
forgets the sign-in attributes with the first update, so that nobody is found by e-mail address any more; and describes
the MFA setting of the creation whatever was set since. Source: API reference, CreateUserPool, UpdateUserPool.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from moto.cognitoidp.models import CognitoIdpBackend, CognitoIdpUserPool
from moto.core.utils import utcnow

from .seams import extend

_KEPT: Final = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration", "UserPoolTags", "MfaConfiguration")


def apply() -> None:
    """Carry the fixed settings over each update."""
    extend(CognitoIdpUserPool, "update_extended_config", _with_defaults)
    extend(CognitoIdpBackend, "update_user_pool", _update)
    extend(CognitoIdpBackend, "set_user_pool_mfa_config", _set_mfa)


def _with_defaults(original: Callable[..., None], pool: CognitoIdpUserPool, settings: Mapping[str, Any]) -> None:
    original(pool, {"DeletionProtection": "INACTIVE", "MfaConfiguration": "OFF", **settings})


def _update(
    original: Callable[..., None], backend: CognitoIdpBackend, user_pool_id: str, settings: Mapping[str, Any]
) -> None:
    pool = backend.describe_user_pool(user_pool_id)
    kept = {name: pool.extended_config[name] for name in _KEPT if name in pool.extended_config}
    original(backend, user_pool_id, {**kept, **settings})
    pool.mfa_config = pool.extended_config["MfaConfiguration"]
    pool.last_modified_date = utcnow()


def _set_mfa(
    original: Callable[..., dict[str, Any]],
    backend: CognitoIdpBackend,
    user_pool_id: str,
    sms_config: dict[str, Any],
    token_config: dict[str, bool],
    mfa_config: str,
) -> dict[str, Any]:
    backend.describe_user_pool(user_pool_id).extended_config["MfaConfiguration"] = mfa_config
    return original(backend, user_pool_id, sms_config, token_config, mfa_config)
