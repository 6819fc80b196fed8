"""From the API model and the Developer Guide's list to what authorizes each operation.

The model alone says only whether a call is signed. Which token an unsigned call needs shows in the members of its
request; where that leaves a choice (``Session`` is the authorization of RespondToAuthChallenge and an extra of
InitiateAuth), the guide's list decides. An operation that neither settles stops the build.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from signout.cognito.operations import Credential, Guide, Operation, Prose, Signing

Model = Mapping[str, Any]
"""A service description as botocore stores it (service-2.json)."""

_PHRASES = (
    (Prose.NOT_IAM, "doesn't evaluate Identity and Access Management (IAM) policies"),
    (Prose.NOT_IAM, "You do not need any credentials to call this API"),
    (Prose.IAM, "evaluates Identity and Access Management (IAM) policies"),
    (Prose.IAM, "You must use Amazon Web Services developer credentials"),
    (Prose.EITHER, "you must have IAM credentials, or you must present the requesting app client's"),
    (Prose.ACCESS_TOKEN, "Authorize this action with a signed-in user's access token"),
    (Prose.ACCESS_TOKEN, "authorizes this operation with the user's access token"),
)
_SCOPE = re.compile(r"must include the scope ([\w.]*\w)")
_RESOURCE_MEMBERS = ("UserPoolId", "IdentityPoolId", "ResourceArn")
_GUIDE_MEMBERS = {
    Guide.ACCESS_TOKEN: ("AccessToken",),
    Guide.SESSION: ("Session",),
    Guide.ACCESS_TOKEN_OR_SESSION: ("AccessToken", "Session"),
}


class UndecidedOperation(ValueError):
    """Nothing that the sources say tells what authorizes an operation."""


def derive_operations(service: str, model: Model, guide: Mapping[str, Guide]) -> tuple[Operation, ...]:
    """All operations of one service, by name. ``guide`` maps names of cognito-idp to the guide's group.

    Raises UndecidedOperation.
    """
    return tuple(
        _derive(service, name, description, _request(model, description), guide.get(name, Guide.ABSENT))
        for name, description in sorted(model["operations"].items())
    )


class _Request:
    """The members of a request: their names, which are required, and their documentation."""

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self.members: frozenset[str] = frozenset(shape["members"])
        self.required: frozenset[str] = frozenset(shape.get("required", ()))
        self.documentation = {name: plain(m.get("documentation", "")) for name, m in shape["members"].items()}


def _request(model: Model, description: Mapping[str, Any]) -> _Request:
    return _Request(model["shapes"][description["input"]["shape"]])


def _derive(service: str, name: str, description: Mapping[str, Any], request: _Request, guide: Guide) -> Operation:
    signing = Signing.UNSIGNED if description.get("authtype") == "none" else Signing.SIGNED
    documentation = plain(description["documentation"])
    prose = next((prose for prose, phrase in _PHRASES if phrase in documentation), Prose.SILENT)
    scope = _SCOPE.search(documentation)
    by, parameters = _authorized_by(f"{service}:{name}", signing, prose, guide, request)
    return Operation(
        service=service,
        name=name,
        authorized_by=by,
        parameters=parameters,
        signing=signing,
        prose=prose,
        guide=guide,
        scope=scope[1] if scope else None,
        resource=next((member for member in _RESOURCE_MEMBERS if member in request.required), None),
        conflicts=tuple(_conflicts(signing, prose, guide, request)),
    )


def _authorized_by(
    action: str, signing: Signing, prose: Prose, guide: Guide, request: _Request
) -> tuple[tuple[Credential, ...], tuple[str, ...]]:
    """The credentials, any of which is enough, and the members that carry them."""
    if prose is Prose.EITHER:
        return (Credential.IAM, Credential.CLIENT), ("ClientId", "ClientSecret")
    if signing is Signing.SIGNED and prose in (Prose.IAM, Prose.SILENT):
        return (Credential.IAM,), ()
    members, required = request.members, request.required
    if "AccessToken" in members:
        if "AccessToken" not in required and "Session" in members:
            return (Credential.ACCESS_TOKEN, Credential.SESSION), ("AccessToken", "Session")
        return (Credential.ACCESS_TOKEN,), ("AccessToken",)
    if "RefreshToken" in required:
        return (Credential.REFRESH_TOKEN,), ("RefreshToken",)
    if "Token" in required and request.documentation["Token"].startswith("The refresh token"):
        return (Credential.REFRESH_TOKEN,), ("Token",)
    if "FeedbackToken" in required:
        return (Credential.FEEDBACK_TOKEN,), ("FeedbackToken",)
    if "Logins" in members:
        return (Credential.LOGINS,) if "Logins" in required else (Credential.LOGINS, Credential.NOTHING), ("Logins",)
    if {"ClientId", "Secret"} <= required:
        return (Credential.CLIENT,), ("ClientId", "Secret")
    if guide is Guide.SESSION and "Session" in members:
        return (Credential.SESSION,), ("Session",)
    if guide is Guide.UNAUTHENTICATED:
        return (Credential.NOTHING,), ()
    raise UndecidedOperation(
        f"{action} is not signed, and neither its request ({', '.join(sorted(members))}) nor the Developer Guide's "
        "list says what authorizes it; look it up in the guide and add it to signout/cognito/developer_guide.json"
    )


def _conflicts(signing: Signing, prose: Prose, guide: Guide, request: _Request) -> Iterator[str]:
    if signing is Signing.SIGNED and prose in (Prose.NOT_IAM, Prose.ACCESS_TOKEN):
        yield "The API model has the call signed with AWS credentials; the API reference says that IAM does not decide."
    if signing is Signing.UNSIGNED and prose is Prose.IAM:
        yield "The API model leaves the call unsigned; the API reference says that IAM policies are evaluated."
    if signing is Signing.SIGNED and prose is Prose.EITHER:
        yield "The API model has every call signed; the API reference says that the app client's id and secret do too."
    if guide is not Guide.ABSENT and (guide is Guide.IAM) != (signing is Signing.SIGNED):
        yield f"The API model has the call {signing.value}; the Developer Guide lists it under {guide.value}."
    missing = [member for member in _GUIDE_MEMBERS.get(guide, ()) if member not in request.members]
    if missing:
        yield f"The Developer Guide has {' and '.join(missing)} authorize it; the request has no such member."


def plain(documentation: str) -> str:
    """Documentation without its HTML tags and line breaks."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", documentation))).strip()
