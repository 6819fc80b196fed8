"""A parameter out of its limits is refused before anything else is looked at.

Cognito: checks each parameter against the length, pattern and values that its API model states, and lists all that is
wrong in one message; a value that the model calls sensitive is not shown. moto: checks next to nothing.
Source: the API model; the form of the message as users of Cognito report it.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

from botocore.model import OperationNotFoundError, Shape
from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.exceptions import JsonRESTError
from moto.core.utils import get_service_model

from signout.cognito.patterns import pattern

from .seams import Call, before_each_call

_CODES: Final = MappingProxyType(
    {"cognito-idp": "InvalidParameterException", "cognito-identity": "ValidationException"}
)
_TYPES: Final = MappingProxyType(
    {"structure": dict, "map": dict, "list": list, "string": str, "integer": int, "long": int, "boolean": bool}
)


def apply() -> None:
    """Check the parameters of every call."""
    before_each_call(CognitoIdpResponse, _check)
    before_each_call(CognitoIdentityResponse, _check)


def _check(call: Call) -> None:
    try:
        operation = get_service_model(call.service).operation_model(call.operation)
    except OperationNotFoundError:
        raise JsonRESTError("UnknownOperationException", "") from None
    broken = tuple(_broken(operation.input_shape, call.parameters, ""))
    if broken:
        count = f"{len(broken)} validation error{'s' if len(broken) > 1 else ''}"
        raise JsonRESTError(_CODES[call.service], f"{count} detected: {'; '.join(broken)}")


def _broken(shape: Shape, value: Any, at: str) -> Iterator[str]:
    """What the model has against a value and its parts, each in Cognito's words."""
    _check_type(shape, value, at)
    yield from (_said(shape, value, at, constraint) for constraint in _unmet(shape, value))
    match shape.type_name:
        case "structure":
            yield from _broken_members(shape, value, at)
        case "list" if _is_scalar(shape.member):
            yield from _broken_items(shape, value, at, shape.member, value, "Member")
        case "list":
            for number, item in enumerate(value, 1):
                yield from _broken(shape.member, item, f"{at}.{number}.member")
        case "map":
            yield from _broken_items(shape, value, at, shape.key, value, "Map keys")
            if _is_scalar(shape.value):
                yield from _broken_items(shape, value, at, shape.value, value.values(), "Map value")
            else:
                for key, item in value.items():
                    yield from _broken(shape.value, item, f"{at}.{key}.member")


def _broken_members(shape: Shape, value: dict[str, Any], at: str) -> Iterator[str]:
    for name, member in shape.members.items():
        path = f"{at}.{name[0].lower()}{name[1:]}".removeprefix(".")
        if value.get(name) is not None:
            yield from _broken(member, value[name], path)
        elif name in shape.required_members:
            yield _said(member, None, path, "Member must not be null")


def _broken_items(shape: Shape, value: Any, at: str, part: Shape, items: Any, whose: str) -> Iterator[str]:
    """One line for all items of a list, or keys or values of a map, that break a limit."""
    for item in items:
        _check_type(part, item, at)
    if any(_unmet(part, item) for item in items):
        yield _said(shape, value, at, f"{whose} must satisfy constraint: [{', '.join(_constraints(part))}]")


def _said(shape: Shape, value: Any, at: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{_text(value)}'"
    subject = "Value" if _is_sensitive(shape) else f"Value {shown}"
    return f"{subject} at '{at}' failed to satisfy constraint: {constraint}"


def _text(value: Any) -> str:
    match value:
        case dict():
            return f"{{{', '.join(f'{key}={_text(item)}' for key, item in value.items())}}}"
        case list():
            return f"[{', '.join(map(_text, value))}]"
    return str(value)


def _is_sensitive(shape: Shape) -> bool:
    """Is the value, or a part of it, one that the model wants kept from view?"""
    parts = [getattr(shape, name, None) for name in ("member", "key", "value")]
    return bool(shape.metadata.get("sensitive")) or any(part and _is_sensitive(part) for part in parts)


def _is_scalar(shape: Shape) -> bool:
    return shape.type_name not in ("structure", "list", "map")


def _check_type(shape: Shape, value: Any, at: str) -> None:
    expected = _TYPES.get(shape.type_name, object)
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise JsonRESTError("SerializationException", f"The value at '{at}' is not of type {shape.type_name}.")


def _unmet(shape: Shape, value: Any) -> tuple[str, ...]:
    """The constraints of a shape that a value of its type breaks."""
    limits = shape.metadata
    names = ("pattern", "min", "max", "enum")
    return tuple(_constraint(shape, name) for name in names if name in limits and not _holds(name, limits[name], value))


def _holds(name: str, limit: Any, value: Any) -> bool:
    size = value if isinstance(value, int) else len(value)
    match name:
        case "pattern":
            return pattern(limit).matches(value)
        case "min":
            return bool(size >= limit)
        case "max":
            return bool(size <= limit)
        case _:
            return value in limit


def _constraints(shape: Shape) -> tuple[str, ...]:
    return tuple(_constraint(shape, name) for name in ("max", "min", "pattern", "enum") if name in shape.metadata)


def _constraint(shape: Shape, name: str) -> str:
    limit = shape.metadata[name]
    measure = "value" if shape.type_name in ("integer", "long") else "length"
    match name:
        case "min":
            return f"Member must have {measure} greater than or equal to {limit}"
        case "max":
            return f"Member must have {measure} less than or equal to {limit}"
        case "pattern":
            return f"Member must satisfy regular expression pattern: {limit}"
        case _:
            return f"Member must satisfy enum value set: [{', '.join(limit)}]"
