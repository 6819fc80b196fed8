"""Property values of plans and states: plain data, with a mark where a value is not known yet or is a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

Props = Mapping[str, Any]


class Unknown(Enum):
    """The type of UNKNOWN."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
"""Stands for a value that is known only once something else is made, or that cannot be read here."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value marked secret: it may decide something, and is never shown."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(...)"


def revealed(value: Any) -> Any:
    """The value without marks of secrets, nested ones too. Only for deciding, never for showing."""
    if isinstance(value, Secret):
        return revealed(value.value)
    if isinstance(value, list):
        return [revealed(item) for item in value]
    if isinstance(value, Mapping):
        return {name: revealed(item) for name, item in value.items()}
    return value


def is_secret(value: Any) -> bool:
    """Is the value, or anything in it, a secret?"""
    return any(isinstance(part, Secret) for part in _parts(value))


def is_unknown(value: Any) -> bool:
    """Is the value, or anything in it, not known?"""
    return any(part is UNKNOWN for part in _parts(value))


def _parts(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, Secret):
        yield from _parts(value.value)
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _parts(item)
