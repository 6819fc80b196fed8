"""Refusals that moto has no class for."""

from __future__ import annotations

from moto.cognitoidp.exceptions import NotAuthorizedError
from moto.cognitoidp.models import CognitoIdpUser, UserStatus
from moto.core.exceptions import JsonRESTError


class NotSimulated(JsonRESTError):
    """What AWS could do and the sandbox cannot do truthfully. The code is none of AWS's, and 501 is never retried."""

    code = 501

    def __init__(self, what: str, instead: str = "") -> None:
        super().__init__("NotSimulated", f"The sandbox does not simulate {what}.{instead and f' {instead}'}")


def wrong_credentials() -> NotAuthorizedError:
    """A password that is wrong, or a user about whom nothing is to be said."""
    return NotAuthorizedError("Incorrect username or password.")


def check_status(user: CognitoIdpUser | None) -> None:
    """Refuse a user whom nobody has confirmed yet, or whose password an administrator has reset."""
    if user and user.status is UserStatus.UNCONFIRMED:
        raise JsonRESTError("UserNotConfirmedException", "User is not confirmed.")
    if user and user.status is UserStatus.RESET_REQUIRED:
        raise JsonRESTError("PasswordResetRequiredException", "Password reset required for the user")
