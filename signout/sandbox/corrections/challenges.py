"""A challenge is answered by the user to whom it was put.

Cognito: the session of a challenge belongs to one user, and works once. moto: takes whatever user name the answer
gives, so that one user's challenge sets another's password.
Source: API reference, RespondToAuthChallenge; the wording as users of Cognito report it.
"""

from __future__ import annotations

from moto.cognitoidp.exceptions import InvalidParameterException, NotAuthorizedError
from moto.cognitoidp.models import UserStatus
from moto.cognitoidp.responses import CognitoIdpResponse

from .directory import client_of
from .seams import Call, before_each_call


def apply() -> None:
    """Check the session behind an answer."""
    before_each_call(CognitoIdpResponse, _check)


def _check(call: Call) -> None:
    if call.operation not in ("RespondToAuthChallenge", "AdminRespondToAuthChallenge"):
        return
    pool, _ = client_of(call)
    username = (call.parameters.get("ChallengeResponses") or {}).get("USERNAME")
    if not username:
        raise InvalidParameterException("Missing required parameter USERNAME")
    asked, asking = pool.backend.sessions.get(str(call.parameters.get("Session")), (None, None))
    user = pool._get_user(asked) if asked and asking is pool else None
    if user is None or user is not pool._get_user(username) or user.status is not UserStatus.FORCE_CHANGE_PASSWORD:
        raise NotAuthorizedError("Invalid session for the user.")
