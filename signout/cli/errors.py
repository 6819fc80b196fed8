"""What stops a command: a line for the user, without a traceback."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TOKEN = re.compile(r"eyJ[\w.=-]{16,}")
"""What a token of Cognito's looks like: base64url of a JSON object, and what follows it."""


_SIGNED = re.compile(r"eyJ[\w-]{13,}\.[\w-]*\.[\w.-]*")
"""A whole one: header, claims and signature, or the parts of an encrypted one."""


class CommandError(Exception):
    """Bad input or usage; the message has the place, the value, what was expected and the next step."""


def refuse_tokens(arguments: Iterable[str]) -> None:
    """Raises CommandError where a token is among the arguments: as the name of a user, say, it would be sent to AWS."""
    if any(_SIGNED.search(argument) for argument in arguments):
        raise CommandError(
            "an argument is a token, which others on this machine can read; nothing was done: "
            "give a token on standard input or in --token-file"
        )


def without_tokens(message: str) -> str:
    """The message, fit for a log: a token that was given where none belongs is not repeated."""
    shown, found = _TOKEN.subn("(a token, not shown)", message)
    if not found:
        return message
    return f"{shown}; an argument can be read by others: give a token on standard input or in --token-file"
