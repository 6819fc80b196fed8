"""What the engine says about input it cannot accept."""

from __future__ import annotations

from typing import NamedTuple

SHOWN = 80
"""Characters of an offending value that an error shows; the rest is cut, so that a 10 MB policy gives one line."""


def shown(value: object) -> str:
    """The value as an error shows it: in JSON-like form, on one line, cut to a readable length."""
    if isinstance(value, str):
        text = '"' + value.encode("unicode_escape").decode("ascii") + '"'
    else:
        text = "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}... ({len(text)} characters)"


class IamError(ValueError):
    """Input that the engine refuses: where it is, what is there, what was expected, and what to do about it."""

    def __init__(self, place: str, problem: str, expected: str, hint: str = "") -> None:
        self.place, self.problem, self.expected, self.hint = place, problem, expected, hint
        super().__init__(f"{place}: {problem}; expected {expected}" + (f" ({hint})" if hint else ""))


class PolicyError(IamError):
    """A policy document that IAM's grammar does not accept, or that this engine does not know how to read."""


class RequestError(IamError):
    """A request that cannot occur: a malformed principal, or a context that contradicts the rest of the request."""


class PolicyWarning(NamedTuple):
    """Something in a policy that IAM would store or evaluate differently from what its author may expect."""

    place: str
    message: str
