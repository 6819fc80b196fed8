"""Whether a request comes from the app client that it names."""

from __future__ import annotations

import secrets

from moto.cognitoidp.models import CognitoIdpUserPoolClient

from .seams import Call


def has_secret(client: CognitoIdpUserPoolClient, call: Call) -> bool:
    """Does the call carry the client's secret, where the client has one?"""
    given = call.parameters.get("ClientSecret")
    if not client.generate_secret:
        return given is None
    return isinstance(given, str) and secrets.compare_digest(given.encode(), client.secret.encode())
