"""Property values as Pulumi's engine sends them, read into Python and written back.

In Python a property is None, bool, int, float, str, list, dict, an `Asset`, `UNKNOWN` (at a preview), or a `Secret`
around any of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from google.protobuf import json_format, struct_pb2

Props = dict[str, Any]

# A map with this key is no map but one of the kinds below. Source: Pulumi's "Property value" protocol.
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"

# One sentinel for each type of value that is not known yet; the first is what providers send.
UNKNOWNS: Final = (
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
)

# Shorter secrets are looked for as whole values only: "1" occurs in nearly every text.
SHORTEST_HIDDEN_PART: Final = 4


class Unknown(Enum):
    """The one value that stands for all that only a deployment can tell."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that the state must hold encrypted."""

    value: Any


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset or archive; equal when its content is. `raw` is what the engine sent, paths as the program has them."""

    kind: str
    hash: str
    raw: Props = field(compare=False, hash=False)


def read(struct: struct_pb2.Struct) -> Props:
    """The properties of a message; properties that are null are left out, as the real provider treats them."""
    value: Props = _read(json_format.MessageToDict(struct))
    return value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return _read_map(value)
    if isinstance(value, list):
        return [_read(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return UNKNOWN if isinstance(value, str) and value in UNKNOWNS else value


def _read_map(value: Props) -> Any:
    match value.get(SIGNATURE):
        case None:
            return {key: _read(item) for key, item in value.items() if item is not None}
        case signature if signature == SECRET:
            return Secret(_read(value.get("value")))
        case signature if signature in (ASSET, ARCHIVE):
            return Asset("asset" if signature == ASSET else "archive", value.get("hash", ""), value)
        case signature:
            raise ValueError(f"a property has signature {signature}; expected a secret, an asset or an archive")


def write(props: Props) -> struct_pb2.Struct:
    return json_format.ParseDict(_write(props), struct_pb2.Struct())


def _write(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _write(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_write(item) for item in value]
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET, "value": _write(value.value)}
    if isinstance(value, Asset):
        return value.raw
    return UNKNOWNS[0] if value is UNKNOWN else value


def reveal(value: Any) -> Any:
    """The same value without its secret marks."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def secret_texts(*values: Any) -> frozenset[str]:
    """Every text that is secret, or part of something secret, in the values."""
    return frozenset(text for value in values for text in _secret_texts(value, hidden=False) if text)


def _secret_texts(value: Any, *, hidden: bool) -> Iterator[str]:
    if isinstance(value, Secret):
        yield from _secret_texts(value.value, hidden=True)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _secret_texts(item, hidden=hidden)
    elif isinstance(value, list):
        for item in value:
            yield from _secret_texts(item, hidden=hidden)
    elif hidden and isinstance(value, str):
        yield value


def conceal(value: Any, marks: Any, texts: frozenset[str]) -> Any:
    """Marks as secret what `marks` holds as a secret in the same place, and whatever a secret text found its way into.

    The second catches what AWS made of a secret: an ARN with a secret name in it, `tagsAll` beside secret `tags`.
    """
    if isinstance(value, Secret):
        return value
    if isinstance(marks, Secret):
        return Secret(value)
    if isinstance(value, dict):
        inner = marks if isinstance(marks, dict) else {}
        return {key: conceal(item, inner.get(key), texts) for key, item in value.items()}
    if isinstance(value, list):
        if isinstance(marks, list) and _holds_secret(marks):
            return Secret(value)  # AWS may order a list anew, so a place in it says nothing
        return [conceal(item, None, texts) for item in value]
    return Secret(value) if isinstance(value, str) and _betrays(value, texts) else value


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_secret(item) for item in value)
    return isinstance(value, Secret)


def _betrays(text: str, secrets: frozenset[str]) -> bool:
    return any(text == secret or (len(secret) >= SHORTEST_HIDDEN_PART and secret in text) for secret in secrets)


def redact(message: str, secrets: frozenset[str]) -> str:
    """The message without any of the secrets, longest first so that none leaves a remainder."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_HIDDEN_PART:
            message = message.replace(secret, "[secret]")
    return message
