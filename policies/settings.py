"""What can be set about a rule: typed, with a JSON schema that the engine checks before any rule runs.

A rule's settings are a frozen dataclass whose fields are made by `setting`. In JSON the names are camelCase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

S = TypeVar("S")


class SettingsError(ValueError):
    """Settings that cannot be used: the place, the value, what was expected."""


@dataclass(frozen=True, slots=True)
class NoSettings:
    """For rules about which nothing but the enforcement level can be set."""


def setting(default: Any, says: str, **schema: Any) -> Any:
    """A field with its default, what it means, and keywords of JSON schema in addition to its type."""
    return field(default=default, metadata={"says": says, "schema": schema})


def json_name(name: str) -> str:
    """A field's name in JSON: `access_minutes` is accessMinutes."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def schema_of(settings: type[Any]) -> dict[str, dict[str, Any]]:
    """The JSON schema of each setting, by its name in JSON."""
    return {
        json_name(each.name): {
            **_type_of(each.default),
            "description": each.metadata["says"],
            "default": list(each.default) if isinstance(each.default, tuple) else each.default,
            **each.metadata["schema"],
        }
        for each in fields(settings)
    }


def _type_of(default: Any) -> dict[str, Any]:
    if isinstance(default, bool):
        return {"type": "boolean"}
    if isinstance(default, int):
        return {"type": "integer"}
    if isinstance(default, tuple):
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "string"}


def read_settings(settings: type[S], given: Mapping[str, Any], place: str) -> S:
    """The settings with these values and otherwise their defaults. Raises SettingsError."""
    schemas = schema_of(settings)
    for name in given:
        if name not in schemas:
            raise SettingsError(f'{place}: has "{name}"; expected {", ".join(schemas) or "enforcementLevel only"}')
    values = {}
    for each in fields(settings):  # type: ignore[arg-type]
        name = json_name(each.name)
        if name in given:
            values[each.name] = _checked(given[name], schemas[name], f"{place}.{name}")
    return settings(**values)


def _checked(value: Any, schema: Mapping[str, Any], place: str) -> Any:
    match schema["type"]:
        case "boolean" if isinstance(value, bool):
            return value
        case "integer" if _is_whole(value):
            if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
                limits = f"{schema.get('minimum', '')} to {schema.get('maximum', '')}"
                raise SettingsError(f"{place}: is {value}; expected {limits}")
            return int(value)
        case "string" if isinstance(value, str):
            if value not in schema.get("enum", [value]):
                raise SettingsError(f'{place}: is "{value}"; expected one of {", ".join(schema["enum"])}')
            return value
        case "array" if isinstance(value, list):
            items = schema["items"]
            if items["type"] == "object":
                return tuple(value)
            return tuple(_checked(item, items, f"{place}[{index}]") for index, item in enumerate(value))
    raise SettingsError(f"{place}: is {value!r}; expected {_ARTICLE[schema['type']]}")


_ARTICLE = {"boolean": "true or false", "integer": "a whole number", "string": "a text", "array": "a list"}


def _is_whole(value: Any) -> bool:
    """JSON knows one kind of number; the engine hands 60 over as 60.0."""
    return isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()
