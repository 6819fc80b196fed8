"""An app client signs users in by the flows that it allows, and by no other.

Cognito: ExplicitAuthFlows names them; without it SRP, custom and refresh are allowed; a client with refresh token
rotation is served by GetTokensFromRefreshToken only. moto: every flow works with every client.
Source: API reference, CreateUserPoolClient, ExplicitAuthFlows; RefreshTokenRotationType.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from moto.cognitoidp.exceptions import InvalidParameterException
from moto.cognitoidp.responses import CognitoIdpResponse

from .directory import client_of
from .refresh_tokens import REFRESH_FLOWS
from .seams import Call, before_each_call
from .token_rotation import rotates

_BY_DEFAULT: Final = ("ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
_ADMIN_FLOWS: Final = frozenset({"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})
_OLD_NAMES: Final = MappingProxyType(
    {
        "ADMIN_NO_SRP_AUTH": "ADMIN_USER_PASSWORD_AUTH",
        "REFRESH_TOKEN": "REFRESH_TOKEN_AUTH",
        "CUSTOM_AUTH_FLOW_ONLY": "CUSTOM_AUTH",
    }
)


def apply() -> None:
    """Refuse a sign-in by a flow that the client does not allow."""
    before_each_call(CognitoIdpResponse, _check)


def _check(call: Call) -> None:
    if call.operation not in ("InitiateAuth", "AdminInitiateAuth"):
        return
    flow = str(call.parameters.get("AuthFlow"))
    _, client = client_of(call)
    allowed = {_plain(name) for name in client.extended_config.get("ExplicitAuthFlows") or _BY_DEFAULT}
    if _plain(flow) not in allowed or (flow in REFRESH_FLOWS and rotates(client)):
        named = "Auth" if flow in _ADMIN_FLOWS else flow
        raise InvalidParameterException(f"{named} flow not enabled for this client")


def _plain(flow: str) -> str:
    """A flow by its present name, be it a flow, a permission (ALLOW_...) or an old name of either."""
    name = flow.removeprefix("ALLOW_")
    return _OLD_NAMES.get(name, name)
