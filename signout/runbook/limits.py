"""What the API takes as a user name and as a user pool id.

``limits.json`` holds length and pattern of both, as the model of AdminUserGlobalSignOut states them. boto3 checks only
that a value is there, so that without this a mistyped order would cost a call a user to find out.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_UNICODE_CLASSES = re.compile(r"\[((?:\\p\{[A-Z][a-z]?\})+)\]\+")


@dataclass(frozen=True, slots=True)
class Limit:
    """Length in characters and pattern of one parameter. The pattern holds for the whole value."""

    min: int
    max: int
    pattern: str
    matches: Callable[[str], bool]

    def allows(self, value: str) -> bool:
        """Whether the API takes this value."""
        return self.min <= len(value) <= self.max and self.matches(value)

    def __str__(self) -> str:
        return f"{self.min} to {self.max} characters that match {self.pattern}"


@dataclass(frozen=True, slots=True)
class Limits:
    """The two parameters of AdminUserGlobalSignOut."""

    username: Limit
    user_pool_id: Limit


def load() -> Limits:
    """Reads the limits; a pattern that cannot be checked here raises ValueError, so that nothing passes unchecked."""
    stated = json.loads(Path(__file__).with_name("limits.json").read_text(encoding="utf-8"))
    return Limits(username=_limit(stated["Username"]), user_pool_id=_limit(stated["UserPoolId"]))


def _limit(stated: dict[str, int | str]) -> Limit:
    pattern = str(stated["pattern"])
    return Limit(min=int(stated["min"]), max=int(stated["max"]), pattern=pattern, matches=matcher(pattern))


def matcher(pattern: str) -> Callable[[str], bool]:
    """A test of whole values against a pattern of the API.

    Python's ``re`` knows no Unicode classes. Where a pattern has them, it is one repeated set of them and nothing else:
    that shape is checked character by character against the general category, any other one is refused.
    """
    if unicode_classes := _UNICODE_CLASSES.fullmatch(pattern):
        wanted = frozenset(re.findall(r"\{(\w+)\}", unicode_classes[1]))
        return lambda value: value != "" and all(_is_in(wanted, character) for character in value)
    if "\\p" in pattern.lower():
        raise ValueError(f"limits.json: pattern {pattern!r}: expected one repeated set of Unicode classes")
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: compiled.fullmatch(value) is not None


def _is_in(classes: frozenset[str], character: str) -> bool:
    category = unicodedata.category(character)
    return category in classes or category[0] in classes
