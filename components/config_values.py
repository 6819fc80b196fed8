"""Typed values from a configuration of texts, and a line for each one that is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from signout.cognito.limits import problems
from signout.cognito.validity import VALIDITY, Token, Unit, ValidityError, duration, validity_seconds

from .user_directory import Life

_LIFE = re.compile(r"(\d{1,9}) (second|minute|hour|day)s?", re.ASCII)


class ConfigValues:
    """Reads values by key. A wrong one adds a line to ``faults`` and reads as something harmless of the right type, so
    that all of them are found. An empty text, list or object means "none".

    A value that is kept as a secret is wrong where it would end up in the open, and no line shows it.
    """

    def __init__(self, get: Callable[[str], str | None], is_secret: Callable[[str], bool]) -> None:
        """``get`` gives a key's value as Pulumi keeps it: lists and objects as JSON, None if there is none;
        ``is_secret`` tells whether it is kept encrypted.
        """
        self.faults: list[str] = []
        self._get = get
        self._is_secret = is_secret
        self._known: set[str] = set()
        self._hidden: set[str] = set()

    def fault(self, key: str, value: object, allowed: str) -> None:
        """Notes one wrong value."""
        if key.partition(".")[0] not in self._hidden:
            self.faults.append(f"{key} is {value}; allowed: {allowed}")

    def check_keys(self, given: Iterable[str]) -> None:
        """Notes the keys that have a value and that nothing has read: misspelt, they would have no effect."""
        for key in sorted(set(given) - self._known):
            near = get_close_matches(key, sorted(self._known), n=1) or sorted(self._known)
            self.fault(key, "no key of this stack", ", ".join(near))

    def secret(self, key: str) -> str:
        """A value that has to be kept as a secret."""
        value = self._value(key)
        if value and not self._is_secret(key):
            self.fault(key, "kept in plain text", f"a secret; set it with: pulumi config set --secret {key}")
            return ""
        return value

    def text(self, key: str) -> str:
        """The value as it stands."""
        value = self._value(key)
        if value and self._is_secret(key):
            self.fault(key, "kept as a secret", "plain text, since it is in the open in the stack's state and in AWS")
            self._hidden.add(key)
            return ""
        return value

    def _value(self, key: str) -> str:
        self._known.add(key)
        value = self._get(key)
        if value is None:
            self.fault(key, "missing", "a value; Pulumi.yaml has a default for every key")
            return ""
        return value

    def flag(self, key: str) -> bool:
        """true or false."""
        return bool(self.choice(key, ("false", "true")) == "true")

    def number(self, key: str, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``."""
        text = self.text(key)
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            self.fault(key, repr(text), f"a whole number from {least:,} to {most:,}")
            return most
        return int(text)

    def choice(self, key: str, allowed: Sequence[str]) -> Any:
        """One of the allowed texts. (Any, so that it fits a Literal of the same texts.)"""
        text = self.text(key)
        if text not in allowed:
            self.fault(key, repr(text), ", ".join(allowed))
            return allowed[0]
        return text

    def matching(self, key: str, pattern: re.Pattern[str], allowed: str) -> str | None:
        """A text that matches the pattern as a whole; None for none."""
        text = self.text(key)
        if text and not pattern.fullmatch(text):
            self.fault(key, repr(text), allowed)
        return text or None

    def of_the_api(self, key: str, operation: str, parameter: str) -> str | None:
        """A text that the operation of cognito-idp takes as that parameter; None for none."""
        text = self.text(key)
        if text:
            for problem in problems(f"cognito-idp:{operation}", {parameter: text}):
                if problem.parameter == parameter:
                    self.fault(key, repr(text), problem.expected)
        return text or None

    def texts(self, key: str, holds: Callable[[str], bool], allowed: str) -> tuple[Any, ...]:
        """A list of texts for each of which ``holds`` is true."""
        items = self._json(key, list)
        for item in items:
            if not isinstance(item, str) or not holds(item):
                self.fault(key, repr(item), allowed)
        return tuple(items)

    def urls(self, key: str, parameter: str) -> tuple[str, ...]:
        """Addresses that a browser may be sent to, as CreateUserPoolClient takes them."""
        before = len(self.faults)
        urls = self.texts(key, _is_safe_url, "https URLs, or http://localhost for development, without a fragment")
        if len(self.faults) == before:  # they are texts
            for problem in problems("cognito-idp:CreateUserPoolClient", {parameter: list(urls)}):
                if problem.parameter.startswith(parameter):
                    self.fault(problem.parameter.replace(parameter, key), f"of {problem.found}", problem.expected)
        return urls

    def life(self, key: str, token: Token) -> Life:
        """How long a token of that kind lives, such as "60 minutes"."""
        limits = VALIDITY[token]
        text = self.text(key)
        if found := _LIFE.fullmatch(text):
            life = Life(int(found[1]), Unit(f"{found[2]}s"))
            try:
                if life.value:
                    validity_seconds(token, life.value, life.unit)
                    return life
            except ValidityError:
                pass
        self.fault(key, repr(text), f'{duration(limits.least)} to {duration(limits.most)}, written as "60 minutes"')
        return Life(limits.default, Unit.SECONDS)

    def mapping(self, key: str) -> dict[str, Any]:
        """An object."""
        return dict(self._json(key, dict))

    def _json(self, key: str, kind: type[list[Any]] | type[dict[str, Any]]) -> Any:
        text = self.text(key)
        try:
            value = json.loads(text or "null")
        except json.JSONDecodeError:
            value = text
        if not isinstance(value, kind):
            if text:
                self.fault(key, repr(text), "a list" if kind is list else "an object")
            return kind()
        return value


def _is_safe_url(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:
        return False
    if not url.hostname or "#" in text or any(character.isspace() for character in text):
        return False
    return url.scheme == "https" or (url.scheme == "http" and url.hostname == "localhost")
