"""What authorizes each operation of cognito-idp and cognito-identity.

GlobalSignOut and its kin are not IAM's to decide: an access token, another token or nothing at all authorizes them, and
an identity policy that names them grants nothing. VPC endpoint policies and resource control policies are evaluated for
them all the same (Cognito Developer Guide, "Access Amazon Cognito using an interface endpoint").

Everything here is derived from the API model that botocore carries, see build_model.py, and stored beside this file, so
that asking takes no AWS SDK. The three sources of the answer and their conflicts stay visible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from signout.cognito.stored import load

PREFIXES = ("cognito-idp", "cognito-identity")


class Credential(StrEnum):
    """What a call presents to be allowed."""

    IAM = "iam"
    """A signature with AWS credentials; IAM evaluates the caller's policies."""
    ACCESS_TOKEN = "access-token"
    """The signed-in user's own access token."""
    REFRESH_TOKEN = "refresh-token"
    SESSION = "session"
    """The session string of a sign-in that is under way."""
    FEEDBACK_TOKEN = "feedback-token"
    """The one-time token of a notification message."""
    LOGINS = "logins"
    """A token of an identity provider that the identity pool trusts."""
    CLIENT = "client"
    """The app client's id and secret."""
    NOTHING = "nothing"
    """Anyone may call it. The app client's secret has to be proven where the client has one."""


class Governed(StrEnum):
    """Whether the caller's IAM policies decide."""

    IAM = "iam"
    NOT_IAM = "not-iam"
    EITHER = "either"
    """IAM credentials are one way among others: without a grant the call may still succeed the other way."""
    DISPUTED = "disputed"
    """Model and documentation disagree; see Operation.conflicts."""


class Signing(StrEnum):
    """What the model says: whether an SDK signs the call with AWS credentials."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"


class Prose(StrEnum):
    """What the documentation inside the model says about an operation."""

    IAM = "iam"
    NOT_IAM = "not-iam"
    ACCESS_TOKEN = "access-token"
    """It names the access token, and says nothing of IAM."""
    EITHER = "either"
    SILENT = "silent"


class Guide(StrEnum):
    """The group in which the Developer Guide lists an operation."""

    IAM = "iam"
    UNAUTHENTICATED = "unauthenticated"
    ACCESS_TOKEN = "access-token"
    SESSION = "session"
    ACCESS_TOKEN_OR_SESSION = "access-token-or-session"
    REFRESH_TOKEN = "refresh-token"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, and what authorizes it."""

    service: str
    """The action prefix: "cognito-idp" or "cognito-identity"."""
    name: str
    authorized_by: tuple[Credential, ...]
    """Any one of these is enough."""
    parameters: tuple[str, ...]
    """The request's members that carry the credential; empty for a signature."""
    signing: Signing
    prose: Prose
    guide: Guide
    scope: str | None
    """The OAuth scope that the access token has to have, where the documentation names one."""
    resource: str | None
    """The required member that names the pool, or the ARN, to which a grant can be limited; None where none does."""
    conflicts: tuple[str, ...]
    """Where the sources disagree, a sentence each."""

    @property
    def action(self) -> str:
        """The name as a policy writes it, "cognito-idp:GlobalSignOut"."""
        return f"{self.service}:{self.name}"

    @property
    def governed(self) -> Governed:
        """Whether the caller's IAM policies decide. Never IAM or NOT_IAM where the sources disagree on it."""
        if self.prose is Prose.EITHER:
            return Governed.EITHER
        says = {self.signing is Signing.SIGNED}
        if self.prose is not Prose.SILENT:
            says.add(self.prose is Prose.IAM)
        if self.guide is not Guide.ABSENT:
            says.add(self.guide is Guide.IAM)
        if len(says) > 1:
            return Governed.DISPUTED
        return Governed.IAM if says == {True} else Governed.NOT_IAM

    @property
    def sources(self) -> tuple[str, ...]:
        """What each source says, a phrase each."""
        return tuple(phrase for phrase in (_SIGNING[self.signing], _PROSE[self.prose], _GUIDE[self.guide]) if phrase)


_SIGNING = {
    Signing.SIGNED: "API model: signed with AWS credentials",
    Signing.UNSIGNED: "API model: not signed (authtype none)",
}
_PROSE = {
    Prose.IAM: "API reference: IAM policies are evaluated",
    Prose.NOT_IAM: "API reference: IAM policies are not evaluated",
    Prose.ACCESS_TOKEN: "API reference: authorized with the user's access token",
    Prose.EITHER: "API reference: IAM credentials, or the app client's id and secret",
    Prose.SILENT: "",
}
_GUIDE = {
    Guide.IAM: "Developer Guide: IAM-authorized",
    Guide.UNAUTHENTICATED: "Developer Guide: unauthenticated",
    Guide.ACCESS_TOKEN: "Developer Guide: access token",
    Guide.SESSION: "Developer Guide: session",
    Guide.ACCESS_TOKEN_OR_SESSION: "Developer Guide: access token or session",
    Guide.REFRESH_TOKEN: "Developer Guide: refresh token",
    Guide.ABSENT: "",
}


def operation(action: str) -> Operation | None:
    """The operation of an action such as "cognito-idp:GlobalSignOut", ignoring case.

    None for an action of another service, with a wildcard, or that the stored model does not know: nothing is known
    about it here, and in particular not that IAM governs it.
    """
    if action[:8].lower() != "cognito-":
        return None
    return operations().get(action.lower())


@cache
def operations() -> Mapping[str, Operation]:
    """Every operation by its action in lower case, read from the stored file at the first call."""
    services = load("operations.json")["operations"]
    known = [_from_row(service, name, row) for service, rows in services.items() for name, row in rows.items()]
    return {operation.action.lower(): operation for operation in known}


def _from_row(service: str, name: str, row: Mapping[str, Any]) -> Operation:
    return Operation(
        service=service,
        name=name,
        authorized_by=tuple(Credential(credential) for credential in row["authorized_by"]),
        parameters=tuple(row["parameters"]),
        signing=Signing(row["signing"]),
        prose=Prose(row["prose"]),
        guide=Guide(row["guide"]),
        scope=row["scope"],
        resource=row["resource"],
        conflicts=tuple(row["conflicts"]),
    )
