"""Cognito answers one call at a time.

Cognito: each call takes effect as a whole. moto: the calls of a threaded server run into one another, and checking a
refresh token and replacing it are two steps.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock

from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import BaseResponse

from .seams import extend

_TURN = RLock()


def apply() -> None:
    """Have the calls of both services wait for each other. To be applied last, around all other corrections."""
    extend(CognitoIdpResponse, "call_action", take_turns)
    extend(CognitoIdentityResponse, "call_action", take_turns)


def take_turns(original: Callable[[BaseResponse], TYPE_RESPONSE], response: BaseResponse) -> TYPE_RESPONSE:
    """Answer a call when no other is being answered."""
    with _TURN:
        return original(response)
