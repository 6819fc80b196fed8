"""What moto would only pretend to do is refused, saying so.

moto takes any proof of a password (SRP), any code for a second factor, a sign-up or a reset, runs no Lambda triggers,
and answers an operation that it lacks with an internal error. A test that passed on these would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores

from .directory import client_of
from .refusals import NotSimulated
from .seams import Call, before_each_call


@dataclass(frozen=True, slots=True)
class _Pretence:
    """Calls that moto would answer without doing what they ask for."""

    operations: tuple[str, ...]
    applies: Callable[[Call], bool]
    what: str
    instead: str = ""


_SIGN_IN: Final = ("InitiateAuth", "AdminInitiateAuth")
_CHALLENGE: Final = ("RespondToAuthChallenge", "AdminRespondToAuthChallenge")
_WITH_PASSWORD: Final = "Sign in with USER_PASSWORD_AUTH or ADMIN_USER_PASSWORD_AUTH."


def _always(_: Call) -> bool:
    return True


def _flow_is(*flows: str) -> Callable[[Call], bool]:
    return lambda call: call.parameters.get("AuthFlow") in flows


_PRETENCES: Final = (
    _Pretence(_SIGN_IN, _flow_is("USER_SRP_AUTH"), "SRP proofs of a password", _WITH_PASSWORD),
    _Pretence(_SIGN_IN, _flow_is("CUSTOM_AUTH"), "custom authentication, which Lambda triggers decide", _WITH_PASSWORD),
    _Pretence(_SIGN_IN, _flow_is("USER_AUTH"), "a choice of sign-in methods", _WITH_PASSWORD),
    _Pretence(
        _SIGN_IN,
        lambda call: client_of(call)[0].mfa_config == "ON",
        "multi-factor authentication, which this user pool requires",
        "Set MfaConfiguration to OPTIONAL or OFF.",
    ),
    _Pretence(
        _CHALLENGE,
        lambda call: call.parameters.get("ChallengeName") != "NEW_PASSWORD_REQUIRED",
        "challenges other than NEW_PASSWORD_REQUIRED",
        _WITH_PASSWORD,
    ),
    _Pretence(
        ("AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference", "AdminSetUserMFAPreference"),
        _always,
        "multi-factor authentication",
    ),
    _Pretence(("ConfirmSignUp",), _always, "codes sent to users", "Confirm with AdminConfirmSignUp."),
    _Pretence(
        ("ForgotPassword", "ConfirmForgotPassword"),
        _always,
        "codes sent to users",
        "Set a password with AdminSetUserPassword.",
    ),
    _Pretence(
        ("CreateUserPool", "UpdateUserPool"),
        lambda call: bool(call.parameters.get("LambdaConfig")),
        "Lambda triggers of user pools",
        "Leave out LambdaConfig.",
    ),
    _Pretence(
        ("CreateUserPoolDomain", "UpdateUserPoolDomain"),
        lambda call: bool(call.parameters.get("CustomDomainConfig")),
        "custom domains, which need a certificate and a name server",
        "Give a prefix, and leave out CustomDomainConfig.",
    ),
    _Pretence(("GetOpenIdTokenForDeveloperIdentity",), _always, "developer authenticated identities"),
)


def apply() -> None:
    """Refuse what is in the table, and what moto does not have."""
    for responses in (CognitoIdpResponse, CognitoIdentityResponse):
        before_each_call(responses, _refuse_missing(responses))
        before_each_call(responses, _refuse_pretence)


def _refuse_missing(responses: type[BaseResponse]) -> Callable[[Call], None]:
    def check(call: Call) -> None:
        if not hasattr(responses, camelcase_to_underscores(call.operation)):
            raise NotSimulated(f"{call.service}:{call.operation}")

    return check


def _refuse_pretence(call: Call) -> None:
    for pretence in _PRETENCES:
        if call.operation in pretence.operations and pretence.applies(call):
            raise NotSimulated(pretence.what, pretence.instead)
