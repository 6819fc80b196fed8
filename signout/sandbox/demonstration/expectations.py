"""What has to be so for the demonstration to go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import ClientError

Answer = TypeVar("Answer")


class DemonstrationFailed(Exception):
    """Something that a sign-out promises did not happen; the text says what came in its place."""


def expect(held: bool, otherwise: str) -> None:
    """Raises DemonstrationFailed, saying `otherwise`, unless it held."""
    if not held:
        raise DemonstrationFailed(otherwise)


def refused(what: str, call: Callable[[], Any]) -> tuple[str, str]:
    """Error code and message of a call that AWS has to refuse. Raises DemonstrationFailed if it was carried out."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise DemonstrationFailed(f"{what} had to be refused, and was carried out")


def accepted(what: str, call: Callable[[], Answer]) -> Answer:
    """The answer to a call that AWS must not refuse. Raises DemonstrationFailed if it does."""
    try:
        return call()
    except ClientError as error:
        raise DemonstrationFailed(f"{what} had to work, and was refused: {error}") from error
