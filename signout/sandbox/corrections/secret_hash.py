"""An app client with a secret has to prove that it knows it.

Cognito: every public call for such a client carries SECRET_HASH, an HMAC over user name and client id; the refusal
names the client. moto: does not ask at password sign-ins, and quotes a wrong hash.
Source: developer guide, "Computing secret hash values"; the wordings as users of Cognito report them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moto.cognitoidp import models
from moto.cognitoidp.exceptions import NotAuthorizedError
from moto.cognitoidp.models import CognitoIdpUserPool
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.cognitoidp.utils import check_secret_hash

from . import sign_ins
from .directory import client_of, user_by_sub
from .refresh_tokens import REFRESH_FLOWS
from .seams import Call, before_each_call

_OPERATIONS: Final = frozenset(
    {
        "InitiateAuth",
        "AdminInitiateAuth",
        "RespondToAuthChallenge",
        "AdminRespondToAuthChallenge",
        "SignUp",
        "ConfirmSignUp",
        "ForgotPassword",
        "ConfirmForgotPassword",
    }
)


def apply() -> None:
    """Check the hash of every call that has to carry one, and leave moto nothing to decide."""
    before_each_call(CognitoIdpResponse, _check)
    vars(models)["check_secret_hash"] = lambda *_: True


def _check(call: Call) -> None:
    if call.operation not in _OPERATIONS:
        return
    pool, client = client_of(call)
    if not client.generate_secret:
        return
    given = call.parameters.get("AuthParameters") or call.parameters.get("ChallengeResponses") or {}
    hashed = given.get("SECRET_HASH") or call.parameters.get("SecretHash")
    if hashed is None:
        raise NotAuthorizedError(f"Client {client.id} is configured with secret but SECRET_HASH was not received")
    names = _names(pool, call, given)
    if not any(check_secret_hash(client.secret, client.id, name, hashed) for name in names):
        raise NotAuthorizedError(f"Unable to verify secret hash for client {client.id}")


def _names(pool: CognitoIdpUserPool, call: Call, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The user names over which the hash may be: the one in the call, or for a refresh the user's own or the sub."""
    if call.parameters.get("AuthFlow") not in REFRESH_FLOWS:
        return (str(given.get("USERNAME") or call.parameters.get("Username")),)
    sign_in = sign_ins.behind_refresh_token(pool, str(given.get("REFRESH_TOKEN")))
    user = user_by_sub(pool, sign_in.sub) if sign_in else None
    return (user.username, user.id) if user else ()
