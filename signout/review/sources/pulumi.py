"""Resources as Pulumi writes them, in previews and states alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from signout.review.errors import InputError
from signout.review.resource import Location, Resource
from signout.values import read_value

_POSITION: Final = "project:///"
_ALSO_OF_OTHERS: Final = ("inlinePolicies", "managedPolicyArns")
"""Outputs of a role that also show what other resources attach to it."""


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
        dependencies={path: tuple(map(str, urns)) for path, urns in dependencies.items() if isinstance(urns, list)},
        location=_location(state.get("sourcePosition")),
        parent=str(state.get("parent") or ""),
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
