"""What stops a command: a line for the user, without a traceback."""

from __future__ import annotations


class CommandError(Exception):
    """Bad input or usage; the message has the place, the value, what was expected and the next step."""
