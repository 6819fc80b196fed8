"""What a user reads when a call failed."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from signout.sandbox.provider.wire import redact

# Each service has its own word for a thing that is not there.
_ABSENT = frozenset(
    {
        "404",
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchBucket",
        "NoSuchEntity",
        "NotFound",
        "NotFoundException",
        "QueueDoesNotExist",
        "ResourceNotFound",
        "ResourceNotFoundException",
    }
)


class Failure(Exception):
    """A request of the engine's that cannot be done; the text is for the user."""


class Unsettled(Failure):
    """The resource is there, with this id and state, and not as it should be."""

    def __init__(self, message: str, id: str, state: dict[str, Any]) -> None:
        super().__init__(message)
        self.id, self.state = id, state


def is_absent(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") in _ABSENT


def explained(resource: str, error: Exception, secrets: frozenset[str]) -> str:
    """One line for the user: which resource (its type and name), and what was wrong, without the user's secrets."""
    return redact(f"{resource}: {said(error)}", secrets)


def said(error: Exception) -> str:
    """What AWS, or botocore before it, said."""
    if isinstance(error, ClientError):
        answer = error.response.get("Error", {})
        return f"{error.operation_name} was refused: {answer.get('Code', 'unknown')}: {answer.get('Message', '')}"
    if isinstance(error, (BotoCoreError, Failure, ValueError)):
        return str(error)
    return f"{type(error).__name__}: {error}"
