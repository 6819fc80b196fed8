"""Resources as Pulumi writes them, in previews and states alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from signout.review.errors import InputError
from signout.review.resource import Location, Resource
from signout.review.values import UNKNOWN, Secret

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
_REDACTED: Final = "[secret]"
"""What the command line puts in place of a secret."""

_POSITION: Final = "project:///"
_ALSO_OF_OTHERS: Final = ("inlinePolicies", "managedPolicyArns")
"""Outputs of a role that also show what other resources attach to it."""


def read_value(value: Any) -> Any:
    """The value with Pulumi's special forms taken apart."""
    if isinstance(value, str):
        if value in _UNKNOWNS:
            return UNKNOWN
        return Secret(UNKNOWN) if value == _REDACTED else value
    if isinstance(value, list):
        return [read_value(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    signature = value.get(_SIGNATURE)
    if signature == _SECRET:
        return Secret(_secret(value))
    if signature == _OUTPUT:
        inner = read_value(value["value"]) if "value" in value else UNKNOWN
        return Secret(inner) if value.get("secret") is True else inner
    return {name: read_value(item) for name, item in value.items() if name != _SIGNATURE}


def _secret(value: Mapping[str, Any]) -> Any:
    """The secret's value; UNKNOWN where there is only a ciphertext, as in a state exported without its secrets."""
    plain = value.get("plaintext")
    if isinstance(plain, str):
        try:
            return read_value(json.loads(plain))
        except ValueError:
            return UNKNOWN
    return read_value(value["value"]) if "value" in value else UNKNOWN


def resource_of(state: Any, place: str, made: Mapping[str, Any] | None = None) -> Resource:
    """The resource in a state. `made` are outputs known from elsewhere. Raises InputError.

    What the program asks for comes before what the provider says: at a preview the provider still has the old.
    """
    if not isinstance(state, Mapping):
        raise InputError(f"{place}: is no object; expected a resource")
    urn, type_ = state.get("urn"), state.get("type")
    if not isinstance(urn, str) or not isinstance(type_, str):
        raise InputError(f"{place}: has no urn or no type; expected a resource of Pulumi's")
    outputs = {**(made or {}), **_object(state, "outputs", place)}
    if inputs := _object(state, "inputs", place):
        outputs = {name: value for name, value in outputs.items() if name not in _ALSO_OF_OTHERS}
    dependencies = _object(state, "propertyDependencies", place)
    return Resource(
        address=urn,
        type=type_,
        name=urn.rpartition("::")[2],
        props={name: read_value(value) for name, value in {**outputs, **inputs}.items()},
        dependencies={path: tuple(map(str, urns or ())) for path, urns in dependencies.items()},
        location=_location(state.get("sourcePosition")),
    )


def _object(state: Mapping[str, Any], name: str, place: str) -> Mapping[str, Any]:
    value = state.get(name) or {}
    if not isinstance(value, Mapping):
        raise InputError(f"{place}.{name}: is {type(value).__name__}; expected an object")
    return value


def _location(position: Any) -> Location | None:
    """From "project:///__main__.py#12" or "...#12,5"; None for a place outside the project."""
    if not isinstance(position, str) or not position.startswith(_POSITION):
        return None
    file, _, line = position.removeprefix(_POSITION).partition("#")
    number = line.partition(",")[0]
    if ".." in file.split("/") or not number.isdigit():
        return None
    return Location(file, int(number))
