"""GetId gives a user the same identity every time, and only to whom it should.

Cognito: the login tokens are checked; without any, the pool has to allow guests; who comes back with the same login
gets the same identity. moto: takes anything, and gives a new identity each time.
Source: API reference, GetId; the wordings as users of Cognito report them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.cognitoidentity.models import CognitoIdentityPool
from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.cognitoidentity.utils import get_random_identity_id
from moto.cognitoidp.exceptions import NotAuthorizedError

from .identity_pools import identities_in, identity_pool_by_id
from .logins import Login, verified
from .seams import Call, answer_operation


def apply() -> None:
    """Answer GetId here."""
    answer_operation(CognitoIdentityResponse, "GetId", _get_id)


def owners(pool: CognitoIdentityPool) -> dict[Login, str]:
    """The pool's identities by the logins that they are for."""
    links: dict[Login, str] = vars(pool).setdefault("identity_of_login", {})
    return links


def check_guest(pool: CognitoIdentityPool) -> None:
    """Refuse a call without logins where the pool has no place for guests."""
    if not pool.allow_unauthenticated_identities:
        raise NotAuthorizedError("Unauthenticated access is not supported for this identity pool.")


def _get_id(call: Call) -> Mapping[str, Any]:
    pool = identity_pool_by_id(call.account, call.parameters["IdentityPoolId"])
    logins, links = verified(pool, call), owners(pool)
    if not logins:
        check_guest(pool)
    known = next((links[login] for login in logins if login in links), None)
    identity_id = known or get_random_identity_id(pool.identity_pool_id.partition(":")[0])
    links.update(dict.fromkeys(logins, identity_id))
    if known is None:
        providers = [login.provider for login in logins]
        identities_in(call.account, pool.identity_pool_id).append({"IdentityId": identity_id, "Logins": providers})
    return {"IdentityId": identity_id}
