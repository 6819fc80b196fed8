"""The operations that end somebody else's sessions: equivalents of a sign-out apart from side effects.

Whoever may call one of these can sign users out, so a table of "who can sign users out" has to say which it means. Only
operations that IAM governs are here; what users do to themselves with their own tokens (GlobalSignOut, RevokeToken,
RevokeUserSession, DeleteUser) is not for an administrator to grant.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Means(StrEnum):
    """How an operation ends sessions."""

    EQUIVALENT = "equivalent"
    """That is what it is for, and the user can be let in again as before."""
    SIDE_EFFECT = "side-effect"
    """It is for something else, and sessions end or stop working with it."""
    DESTRUCTIVE = "destructive"
    """What the sessions belong to is gone afterwards."""


class Reach(StrEnum):
    """Whose sessions one call ends."""

    SESSION = "one session"
    USER = "one user"
    CLIENT = "every user of an app client"
    POOL = "every user of the pool"


@dataclass(frozen=True, slots=True)
class SessionEnder:
    """One operation that ends sessions."""

    action: str
    """As a policy writes it, "cognito-idp:AdminUserGlobalSignOut"."""
    means: Means
    reach: Reach
    why: str
    """What it does to sessions, as a sentence."""
    source: str
    """Where that is documented."""
    documented: bool = True
    """False: the source does not say what becomes of tokens already issued; counted to be on the safe side."""


_API = "Cognito API Reference, "

SESSION_ENDERS = (
    SessionEnder(
        "cognito-idp:AdminUserGlobalSignOut",
        Means.EQUIVALENT,
        Reach.USER,
        "Revokes all refresh and access tokens of the user, and has Cognito refuse the ID tokens.",
        _API + "AdminUserGlobalSignOut",
    ),
    SessionEnder(
        "cognito-idp:AdminRevokeUserSession",
        Means.EQUIVALENT,
        Reach.SESSION,
        "Revokes the refresh and access tokens of one tracked session and, when told to, of those linked to it.",
        _API + "AdminRevokeUserSession",
    ),
    SessionEnder(
        "cognito-idp:AdminDisableUser",
        Means.EQUIVALENT,
        Reach.USER,
        "Revokes refresh and access tokens and blocks sign-in; the tokens stay dead when the user is enabled again.",
        _API + "AdminDisableUser; Developer Guide, Ending user sessions with token revocation",
    ),
    SessionEnder(
        "cognito-idp:AdminResetUserPassword",
        Means.SIDE_EFFECT,
        Reach.USER,
        "Until a new password is set, operations of the user answer PasswordResetRequiredException.",
        _API + "AdminResetUserPassword; errors of GetUser and InitiateAuth",
    ),
    SessionEnder(
        "cognito-idp:AdminSetUserPassword",
        Means.SIDE_EFFECT,
        Reach.USER,
        "Locks out whoever knows the old password; a temporary password has to be changed at the next sign-in.",
        _API + "AdminSetUserPassword",
        documented=False,
    ),
    SessionEnder(
        "cognito-idp:UpdateUserPoolClient",
        Means.SIDE_EFFECT,
        Reach.CLIENT,
        "Can take the refresh-token flow from the client, so that no session of it can be renewed.",
        _API + "UpdateUserPoolClient, ExplicitAuthFlows",
        documented=False,
    ),
    SessionEnder(
        "cognito-idp:SetUserPoolSessionConfiguration",
        Means.SIDE_EFFECT,
        Reach.POOL,
        "A lower number of sessions that a user may have ends the least recently used ones at the next sign-in.",
        _API + "SetUserPoolSessionConfiguration, UserPoolTokenSessionConfigType",
    ),
    SessionEnder(
        "cognito-idp:AdminDeleteUser",
        Means.DESTRUCTIVE,
        Reach.USER,
        "Deletes the user; an identity pool that checks its users' sign-out refuses the ID tokens.",
        _API + "AdminDeleteUser; identity pools' ServerSideTokenCheck",
    ),
    SessionEnder(
        "cognito-idp:DeleteUserPoolClient",
        Means.DESTRUCTIVE,
        Reach.CLIENT,
        "Deletes the app client: nobody can sign in with it any more, or renew what it was given.",
        _API + "DeleteUserPoolClient",
    ),
    SessionEnder(
        "cognito-idp:DeleteUserPoolDomain",
        Means.DESTRUCTIVE,
        Reach.POOL,
        "Takes managed login and the pool's token endpoint away, so that no session there can be reused or renewed.",
        _API + "DeleteUserPoolDomain; Developer Guide, User pool endpoints and managed login reference",
        documented=False,
    ),
    SessionEnder(
        "cognito-idp:DeleteUserPool",
        Means.DESTRUCTIVE,
        Reach.POOL,
        "Deletes the pool with its users and their sessions.",
        _API + "DeleteUserPool",
    ),
)
"""Equivalents first, destructive ones last."""

_BY_ACTION = {ender.action.lower(): ender for ender in SESSION_ENDERS}


def session_ender(action: str) -> SessionEnder | None:
    """What an action does to other people's sessions, ignoring case; None if it is not known to end any."""
    return _BY_ACTION.get(action.lower())


def session_enders(*means: Means) -> tuple[SessionEnder, ...]:
    """Those that end sessions by one of ``means``; all of them where none is given."""
    return tuple(ender for ender in SESSION_ENDERS if not means or ender.means in means)
