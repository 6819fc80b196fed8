"""What AWS calls a property that Pulumi calls, say, `smsVerificationMessage`.

Mostly the same but for case. Where not, a type says so in its `names`: the property's path, without places in lists,
and one or more names of AWS's, each perhaps a path as well:

    {"name": "PoolName UserPoolName", "passwordPolicy": "Policies.PasswordPolicy"}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from signout.sandbox.provider.schema import Kind, ListOf, MapOf, Object, objects, schema
from signout.sandbox.provider.wire import Props

Names = Mapping[str, str]


def candidates(path: str, names: Names) -> Iterator[tuple[str, ...]]:
    """The paths that AWS may have for a property: those that the type says, then the property's own name."""
    for alias in names.get(path, "").split():
        yield tuple(alias.split("."))
    yield (path.rpartition(".")[2],)


def member(name: str, members: Mapping[str, Any]) -> str | None:
    """AWS's spelling of a name: exact, or the same but for case."""
    if name in members:
        return name
    return next((each for each in members if each.lower() == name.lower()), None)


class NotCarried(ValueError):
    """A nested property has no counterpart in the operation that would carry it."""


def parameters(client: Any, operation: str, props: Props, names: Names | None = None) -> dict[str, Any]:
    """The parameters of an operation that have their values in `props`, as boto3 takes them.

    A property of the first level without a counterpart is left to the type's own code; a nested one raises NotCarried.
    """
    shape = client.meta.service_model.operation_model(operation).input_shape
    return _structure(shape, props, names or {}, "")


def _structure(shape: Any, props: Props, names: Names, path: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in props.items():
        where = f"{path}.{name}" if path else name
        found = next((found for each in candidates(where, names) if (found := _locate(shape, each))), None)
        if found is not None:
            spelled, leaf = found
            _place(result, spelled, _parameter(leaf, value, names, where))
        elif path:
            raise NotCarried(f"{where}: {shape.name} has no such member")
    return result


def _locate(shape: Any, path: tuple[str, ...]) -> tuple[list[str], Any] | None:
    spelled = []
    for name in path:
        own = member(name, shape.members) if shape.type_name == "structure" else None
        if own is None:
            return None
        spelled.append(own)
        shape = shape.members[own]
    return spelled, shape


def _place(result: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        result = result.setdefault(name, {})
    result[path[-1]] = value


def _parameter(shape: Any, value: Any, names: Names, path: str) -> Any:
    match shape.type_name:
        case "structure":
            return _structure(shape, value, names, path)
        case "list" if isinstance(value, dict):
            key, own = _pair(shape.member)
            return [{key: name, own: item} for name, item in value.items()]
        case "list":
            return [_parameter(shape.member, item, names, path) for item in value]
        case "map":
            return dict(value)
        case "double" | "float":
            return float(value)
        case _:
            return value


def _pair(shape: Any) -> tuple[str, str]:
    """The members of the pairs that AWS makes of a map: Key and Value, TagKey and TagValue, Name and Value."""
    value = next(name for name in shape.members if name.lower().endswith("value"))
    return next(name for name in shape.members if name != value), value


def state(token: str, answer: Mapping[str, Any], names: Names | None = None) -> Props:
    """The state of a type, inputs and outputs, as far as an answer of AWS's holds it."""
    known = schema(token)
    outputs = {name: _plain(_first(answer, name, names or {})) for name in known.computed}
    found = {name: value for name, value in outputs.items() if value is not None}
    return found | properties(known.inputs, answer, names)


def properties(kind: Object, answer: Mapping[str, Any], names: Names | None = None, path: str = "") -> Props:
    """The properties of a type that are in an answer of AWS's, under Pulumi's names; null and absent are left out."""
    result: Props = {}
    for name, inner in kind.properties.items():
        where = f"{path}.{name}" if path else name
        value = _first(answer, where, names or {})
        if value is not None:
            result[name] = _property(inner, value, names or {}, where)
    return result


def _first(answer: Mapping[str, Any], path: str, names: Names) -> Any:
    found = (_dig(answer, each) for each in candidates(path, names))
    return next((value for value in found if value is not None), None)


def _dig(answer: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = answer
    for name in path:
        own = member(name, value) if isinstance(value, dict) else None
        if own is None:
            return None
        value = value[own]
    return value


def _property(kind: Kind, value: Any, names: Names, path: str) -> Any:
    inner = objects(kind)
    if inner is not None and isinstance(value, dict) and not isinstance(kind, MapOf):
        return properties(inner, value, names, path)
    if isinstance(kind, ListOf) and isinstance(value, list):
        return [_property(kind.item, item, names, path) for item in value]
    if isinstance(kind, MapOf) and isinstance(value, list):
        return dict(_entry(pair) for pair in value)
    return _plain(value)


def _entry(pair: Mapping[str, Any]) -> tuple[str, Any]:
    value = next(name for name in pair if name.lower().endswith("value"))
    return next(str(pair[name]) for name in pair if name != value), pair[value]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
