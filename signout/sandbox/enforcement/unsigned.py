"""Calls without a signature: which may come so, and to which Region they belong.

An SDK sends the operations of Cognito that are not IAM's to decide without a signature, to the Region's own endpoint.
Here there is one endpoint for all Regions, so the Region is told from what the call names.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from moto.cognitoidp.models import cognitoidp_backends

from signout.cognito.operations import Governed, Signing, operation

from ..account import ACCOUNT, DEFAULT_REGION, REGION

TARGETS: Final = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
}
"""Signing name by the prefix of X-Amz-Target."""


def may_come_unsigned(service: str, name: str) -> bool:
    """Is the operation one that IAM need not decide, or that something else can authorize as well?"""
    known = operation(f"{service}:{name}")
    if known is None:
        return False
    return known.governed in (Governed.NOT_IAM, Governed.EITHER) or known.signing is Signing.UNSIGNED


def not_decided_by_iam(service: str, name: str) -> bool:
    """Does AWS evaluate no identity policy for the operation, signed or not?"""
    known = operation(f"{service}:{name}")
    return known is not None and known.governed is Governed.NOT_IAM


def region_of(parameters: Mapping[str, Any]) -> str:
    """The Region that a Cognito call belongs to; the default one where nothing in it tells."""
    return next(_regions(parameters), DEFAULT_REGION)


def _regions(parameters: Mapping[str, Any]) -> Iterator[str]:
    for name, separator in (("UserPoolId", "_"), ("IdentityPoolId", ":"), ("IdentityId", ":")):
        region = str(parameters.get(name, "")).partition(separator)[0]
        if REGION.match(region):
            yield region
    region = _issuer(parameters.get("AccessToken")).rpartition("/")[2].partition("_")[0]
    if REGION.match(region):
        yield region
    backends = tuple(cognitoidp_backends[ACCOUNT].items())
    client, session = parameters.get("ClientId"), parameters.get("Session")
    for name, backend in backends:
        if client and any(client in pool.clients for pool in tuple(backend.user_pools.values())):
            yield name
        if session and session in backend.sessions:
            yield name


def _issuer(token: Any) -> str:
    """The `iss` of a token, unverified: it tells where to look, and the service there verifies it."""
    try:
        _, payload, _ = str(token).split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims.get("iss", ""))
    except (ValueError, AttributeError):
        return ""
