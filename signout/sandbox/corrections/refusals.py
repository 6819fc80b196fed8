"""Refusals that moto has no class for."""

from __future__ import annotations

from moto.cognitoidp.exceptions import NotAuthorizedError
from moto.core.exceptions import JsonRESTError


class NotSimulated(JsonRESTError):
    """What AWS could do and the sandbox cannot do truthfully. The code is none of AWS's, and 501 is never retried."""

    code = 501

    def __init__(self, what: str, instead: str = "") -> None:
        super().__init__("NotSimulated", f"The sandbox does not simulate {what}.{instead and f' {instead}'}")


class UserNotConfirmed(JsonRESTError):
    """The user has signed up, and nobody has confirmed it yet."""

    def __init__(self) -> None:
        super().__init__("UserNotConfirmedException", "User is not confirmed.")


class PasswordResetRequired(JsonRESTError):
    """An administrator has reset the user's password."""

    def __init__(self) -> None:
        super().__init__("PasswordResetRequiredException", "Password reset required for the user")


def wrong_credentials() -> NotAuthorizedError:
    """A password that is wrong, or a user about whom nothing is to be said."""
    return NotAuthorizedError("Incorrect username or password.")
