"""A user is found by user name, by alias, and by sub.

Cognito: wherever a user name is taken, so is an alias attribute of the pool (e-mail address and phone number once they
are verified), a username attribute, or the sub; letter case counts unless the pool says otherwise. An address that is
one user's verified alias is refused to another. moto: finds alias users by user name only, and nobody by sub.
Source: developer guide, "Customizing sign-in attributes"; API reference, AdminGetUser, UsernameConfigurationType.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from moto.cognitoidp.exceptions import AliasExistsException
from moto.cognitoidp.models import CognitoIdpUser, CognitoIdpUserPool
from moto.cognitoidp.responses import CognitoIdpResponse

from .directory import pool_of
from .seams import Call, before_each_call, extend

_VERIFIED = ("email", "phone_number")
"""Attributes that are aliases only once they are verified."""


def apply() -> None:
    """Look users up as Cognito does, and keep aliases unique."""
    extend(CognitoIdpUserPool, "_get_user", _find)
    before_each_call(CognitoIdpResponse, _refuse_taken_alias)


def _find(
    _original: Callable[..., CognitoIdpUser | None], pool: CognitoIdpUserPool, name: str
) -> CognitoIdpUser | None:
    if name in pool.users:
        return pool.users[name]
    wanted, users = _spelling(pool, name), tuple(pool.users.values())
    for names in (_own_name, _sign_in_names, _sub):
        for user in users:
            if wanted in (_spelling(pool, each) for each in names(pool, user)):
                return user
    return None


def _own_name(_pool: CognitoIdpUserPool, user: CognitoIdpUser) -> Iterator[str]:
    yield user.username


def _sub(_pool: CognitoIdpUserPool, user: CognitoIdpUser) -> Iterator[str]:
    yield user.id


def _sign_in_names(pool: CognitoIdpUserPool, user: CognitoIdpUser) -> Iterator[str]:
    attributes = user.attribute_lookup
    for name in pool.extended_config.get("UsernameAttributes") or ():
        if name in attributes:
            yield attributes[name]
    yield from _aliases(pool, attributes).values()


def _aliases(pool: CognitoIdpUserPool, attributes: dict[str, str]) -> dict[str, str]:
    """Those of the attributes that stand for the user name in this pool."""
    return {
        name: attributes[name]
        for name in pool.extended_config.get("AliasAttributes") or ()
        if name in attributes and (name not in _VERIFIED or attributes.get(f"{name}_verified") == "true")
    }


def _spelling(pool: CognitoIdpUserPool, name: str) -> str:
    settings = pool.extended_config.get("UsernameConfiguration") or {}
    return name if settings.get("CaseSensitive", True) else name.lower()


def _refuse_taken_alias(call: Call) -> None:
    if call.operation not in ("AdminCreateUser", "AdminUpdateUserAttributes"):
        return
    pool = pool_of(call)
    given = {each.get("Name"): each.get("Value", "") for each in call.parameters.get("UserAttributes") or ()}
    wanted = {(name, _spelling(pool, value)) for name, value in _aliases(pool, given).items()}
    user = pool._get_user(str(call.parameters.get("Username")))
    for other in tuple(pool.users.values()):
        theirs = _aliases(pool, other.attribute_lookup)
        if other is not user and wanted & {(name, _spelling(pool, value)) for name, value in theirs.items()}:
            raise AliasExistsException
