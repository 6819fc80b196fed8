"""The limits that the API model states for requests, and what in a request breaks them.

The SDKs check presence, type and least length; the service checks the rest and answers InvalidParameterException. Here
all of it is checked: lengths (Unicode characters; bytes for binary data), ranges, patterns and allowed values, at every
depth. The limits are stored beside this file by build_model.py.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from signout.cognito.patterns import pattern
from signout.cognito.stored import load


class Rule(StrEnum):
    """Which limit a value breaks."""

    REQUIRED = "required"
    TYPE = "type"
    MIN = "min"
    MAX = "max"
    PATTERN = "pattern"
    ENUM = "enum"


@dataclass(frozen=True, slots=True)
class Limit:
    """What the model says about one parameter; None where it sets no such limit."""

    type: str
    """The model's type: "string", "integer", "long", "boolean", "blob", "list", "map" or "structure"."""
    required: bool
    min: int | None
    """Least length of a string or list, in characters or items, or least number."""
    max: int | None
    pattern: str | None
    """Java regular expression that the whole value has to match; see patterns.py."""
    allowed: tuple[str, ...] | None
    sensitive: bool
    """The model marks the value as one not to be written to logs."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One limit that one value breaks. No part of it quotes the value: passwords and tokens have limits too."""

    parameter: str
    """Where, as a path: "Username", "UserAttributes[0].Name"."""
    rule: Rule
    expected: str
    """The limit: "at most 128 characters"."""
    found: str
    """The value's fault: "129 characters"."""

    def __str__(self) -> str:
        return f"{self.parameter}: {self.found}; expected {self.expected}"


class UnknownParameter(LookupError):
    """The stored model has no such operation or parameter."""


def limit(action: str, parameter: str) -> Limit:
    """The limits of a parameter at the top of a request, such as ("cognito-idp:AdminUserGlobalSignOut", "Username").

    Raises UnknownParameter.
    """
    shapes, request = _request(action)
    if parameter not in request["members"]:
        raise UnknownParameter(f"{action} has no parameter {parameter!r}; it has {', '.join(request['members'])}")
    shape = shapes[request["members"][parameter]]
    return Limit(
        type=shape["type"],
        required=parameter in request.get("required", ()),
        min=shape.get("min"),
        max=shape.get("max"),
        pattern=shape.get("pattern"),
        allowed=tuple(shape["enum"]) if "enum" in shape else None,
        sensitive=shape.get("sensitive", False),
    )


def problems(action: str, parameters: Mapping[str, object]) -> tuple[Problem, ...]:
    """Everything in a request that breaks a limit of the model; empty when the model has nothing against it.

    ``parameters`` is the request as decoded from JSON or as given to boto3. A parameter that the model does not know is
    passed over, as the service passes over it. Raises UnknownParameter for an unknown operation.
    """
    shapes, request = _request(action)
    return tuple(_check(shapes, request, parameters, ""))


@cache
def _services() -> Mapping[str, Any]:
    services: Mapping[str, Any] = load("limits.json")["services"]
    return services


def _request(action: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The shapes of a service, and the one of an operation's request."""
    service, _, operation = action.partition(":")
    model = _services().get(service)
    if model is None or operation not in model["operations"]:
        raise UnknownParameter(f"the stored model has no operation {action!r}; expected e.g. 'cognito-idp:GetUser'")
    shapes: Mapping[str, Any] = model["shapes"]
    return shapes, shapes[model["operations"][operation]]


_Shapes = Mapping[str, Any]
_Shape = Mapping[str, Any]
_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
    "blob": (bytes, str),
    "list": (list, tuple),
    "map": (Mapping,),
    "structure": (Mapping,),
}


def _check(shapes: _Shapes, shape: _Shape, value: Any, at: str) -> Iterator[Problem]:
    kind = shape["type"]
    if shape.get("document"):
        return  # Free-form JSON: anything goes.
    if not _has_type(kind, value):
        yield Problem(at, Rule.TYPE, f"a {kind}", f"a {type(value).__name__}")
        return
    match kind:
        case "structure":
            yield from _check_structure(shapes, shape, value, at)
        case "list":
            yield from _check_size(shape, len(value), "items", at)
            for index, item in enumerate(value):
                yield from _check(shapes, shapes[shape["member"]], item, f"{at}[{index}]")
        case "map":
            yield from _check_size(shape, len(value), "entries", at)
            for key, item in value.items():
                yield from _check(shapes, shapes[shape["key"]], key, f"{at} (key)")
                yield from _check(shapes, shapes[shape["value"]], item, f"{at}.{key}")
        case "string":
            yield from _check_string(shape, value, at)
        case "integer" | "long":
            yield from _check_number(shape, value, at)
        case "blob":
            yield from _check_blob(shape, value, at)


def _has_type(kind: str, value: object) -> bool:
    if isinstance(value, bool):  # which is an int to Python, but not to the model
        return kind == "boolean"
    return isinstance(value, _PYTHON_TYPES[kind])


def _check_structure(shapes: _Shapes, shape: _Shape, value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for name, member in shape["members"].items():
        path = f"{at}.{name}" if at else name
        given = value.get(name)
        if given is not None:
            yield from _check(shapes, shapes[member], given, path)
        elif name in shape.get("required", ()):
            yield Problem(path, Rule.REQUIRED, "a value", "missing")


def _check_size(shape: _Shape, size: int, unit: str, at: str) -> Iterator[Problem]:
    if "min" in shape and size < shape["min"]:
        yield Problem(at, Rule.MIN, f"at least {shape['min']} {unit}", f"{size} {unit}")
    if "max" in shape and size > shape["max"]:
        yield Problem(at, Rule.MAX, f"at most {shape['max']} {unit}", f"{size} {unit}")


def _check_number(shape: _Shape, value: int, at: str) -> Iterator[Problem]:
    if "min" in shape and value < shape["min"]:
        yield Problem(at, Rule.MIN, f"at least {shape['min']}", str(value))
    if "max" in shape and value > shape["max"]:
        yield Problem(at, Rule.MAX, f"at most {shape['max']}", str(value))


def _check_string(shape: _Shape, value: str, at: str) -> Iterator[Problem]:
    yield from _check_size(shape, len(value), "characters", at)
    if "enum" in shape and value not in shape["enum"]:
        yield Problem(at, Rule.ENUM, f"one of {', '.join(shape['enum'])}", "another value")
    if "pattern" in shape:
        place = pattern(shape["pattern"]).mismatch(value)
        if place is not None:
            found = "ends too early" if place == len(value) else f"character {place + 1} does not match"
            yield Problem(at, Rule.PATTERN, f"the pattern {shape['pattern']}", found)


def _check_blob(shape: _Shape, value: bytes | str, at: str) -> Iterator[Problem]:
    """Binary data: bytes as boto3 takes them, or base64 as it stands on the wire."""
    try:
        size = len(value) if isinstance(value, bytes) else len(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        yield Problem(at, Rule.TYPE, "binary data in base64", "text that is not base64")
        return
    yield from _check_size(shape, size, "bytes", at)
