"""Values of resources' properties: plain data, and a mark where a value is not known yet or is a secret.

Pulumi's come from the engine (protobuf), a preview or a state (JSON). All of them write the special ones as text or
objects that only Pulumi can have made: unknown values, secrets, assets, references to resources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final


class Unknown(Enum):
    """The type of UNKNOWN."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
"""Stands for a value that is not known before something else is made, or that cannot be read here."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value marked secret. What it is never goes into a message; `repr` does not show it either."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(...)"


Props = Mapping[str, Any]

# Source: sdk/go/common/resource in github.com/pulumi/pulumi, the wire format of properties.
_UNKNOWNS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
REDACTED: Final = "[secret]"
"""What Pulumi's command line puts in place of a secret that it cannot or may not decrypt; messages here do the same."""
SHORTEST_SECRET: Final = 4
"""Characters; shorter ones occur in any text by chance, and are not taken out of one."""


def read_value(value: Any) -> Any:
    """The value with Pulumi's special forms taken apart; lists stay lists, objects dicts, whole numbers become int."""
    if isinstance(value, str):
        if value in _UNKNOWNS:
            return UNKNOWN
        return Secret(UNKNOWN) if value == REDACTED else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [read_value(item) for item in value]
    if isinstance(value, Mapping):
        return _read_object(value)
    return value


def _read_object(value: Mapping[str, Any]) -> Any:
    signature = value.get(_SIGNATURE)
    if signature == _SECRET:
        return Secret(_read_secret(value))
    if signature == _OUTPUT:
        inner = read_value(value["value"]) if "value" in value else UNKNOWN
        return Secret(inner) if value.get("secret") is True else inner
    # With another signature it is an asset, an archive or a reference to a resource: no rule looks into these.
    return {name: read_value(item) for name, item in value.items() if name != _SIGNATURE}


def _read_secret(value: Mapping[str, Any]) -> Any:
    """The secret's value; UNKNOWN where there is only a ciphertext, as in a state exported without its secrets."""
    plain = value.get("plaintext")
    if isinstance(plain, str):
        import json  # only a state exported with --show-secrets has these

        try:
            return read_value(json.loads(plain))
        except ValueError:
            return UNKNOWN
    return read_value(value["value"]) if "value" in value else UNKNOWN


def read_props(props: Mapping[str, Any]) -> dict[str, Any]:
    """Each property read."""
    return {name: read_value(value) for name, value in props.items()}


def revealed(value: Any) -> Any:
    """The value without its mark if it is a secret, nested ones too. Only for deciding, never for showing."""
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


def secret_texts(value: Any) -> Iterator[str]:
    """Every text in a secret, wherever in the value it is."""
    for part in _parts(value):
        if isinstance(part, Secret):
            yield from (text for text in _parts(part.value) if isinstance(text, str))


def open_texts(value: Any) -> Iterator[str]:
    """Every text that is in no secret."""
    yield from (part for part in _parts(value, into_secrets=False) if isinstance(part, str))


def without(texts: Iterable[str], message: str, *written: Callable[[str], str]) -> str:
    """The message with REDACTED in place of these texts, also as the given functions write them."""
    for text in sorted(texts, key=len, reverse=True):
        for form in dict.fromkeys((text, *(write(text) for write in written))):
            message = message.replace(form, REDACTED)
    return message


def _parts(value: Any, *, into_secrets: bool = True) -> Iterator[Any]:
    yield value
    inside: Iterable[Any] = ()
    if isinstance(value, Secret):
        inside = (value.value,) if into_secrets else ()
    elif isinstance(value, list):
        inside = value
    elif isinstance(value, Mapping):
        inside = value.values()
    for item in inside:
        yield from _parts(item, into_secrets=into_secrets)
