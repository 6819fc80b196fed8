"""Which values a property may have, as CloudFormation's schemas of the same resource state it.

They come with cfn-lint as data; where a property of Pulumi's has a counterpart there, its enumeration, range, length
and pattern count.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import regex

from signout.sandbox.provider.names import Names, candidates, member
from signout.sandbox.provider.schema import Problem
from signout.sandbox.provider.wire import UNKNOWN, Props

REGION = "us-east-1"
"""The Region whose schemas are read: it has every service."""


@functools.cache
def cloudformation_schema(type_name: str) -> Props:
    """The schema of, for example, AWS::Cognito::UserPool. KeyError: there is none."""
    index: dict[str, str] = json.loads((_data() / "providers" / f"{REGION}.json").read_text(encoding="utf-8"))
    found: Props = json.loads((_data() / "resources" / f"{index[type_name]}.json").read_text(encoding="utf-8"))
    return found


def _data() -> Path:
    spec = find_spec("cfnlint")  # found, not imported: that takes most of a second
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("cfn-lint, whose data says what values are right, is not installed")
    return Path(spec.submodule_search_locations[0]) / "data" / "schemas"


def create_only(type_name: str) -> tuple[str, ...]:
    """CloudFormation's names of the properties whose change replaces the resource, nested ones with dots."""
    pointers: list[str] = cloudformation_schema(type_name).get("createOnlyProperties", [])
    return tuple(pointer.removeprefix("/properties/").replace("/", ".") for pointer in pointers)


def wrong_values(type_name: str, props: Props, names: Names) -> list[Problem]:
    """Where a value is none that AWS takes. Unknown values are right."""
    root = cloudformation_schema(type_name)
    return list(_structure(root, root, props, names, "", ""))


def _structure(root: Props, node: Props, props: Props, names: Names, path: str, shown: str) -> Iterator[Problem]:
    """`shown` is the path with places in lists, for people; `path` is the one that `names` knows."""
    dot = "." if path else ""
    for name, value in props.items():
        where = f"{path}{dot}{name}"
        found = next((found for each in candidates(where, names) if (found := _locate(root, node, each))), None)
        if found is not None:
            yield from _value(root, found, value, names, where, f"{shown}{dot}{name}")


def _locate(root: Props, node: Props, path: tuple[str, ...]) -> Props | None:
    for name in path:
        inner = _resolved(root, node).get("properties", {})
        own = member(name, inner)
        if own is None:
            return None
        node = inner[own]
    return _resolved(root, node)


def _resolved(root: Props, node: Props) -> Props:
    while "$ref" in node:
        node = root["definitions"][node["$ref"].removeprefix("#/definitions/")]
    return node


def _value(root: Props, node: Props, value: Any, names: Names, path: str, shown: str) -> Iterator[Problem]:
    if value is UNKNOWN or value is None:
        return
    kinds = node.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, dict) and "object" in kinds:
        yield from _structure(root, node, value, names, path, shown)
    elif isinstance(value, list) and "array" in kinds:
        yield from _outside(shown, len(value), node.get("minItems"), node.get("maxItems"), "items")
        for index, item in enumerate(value):
            yield from _value(root, _resolved(root, node.get("items", {})), item, names, path, f"{shown}[{index}]")
    elif isinstance(value, str) and "string" in kinds:
        yield from _text(node, value, shown)
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and {"integer", "number"} & set(kinds):
        yield from _number(node, value, shown)


def _text(node: Props, value: str, path: str) -> Iterator[Problem]:
    if "enum" in node:
        yield from _outside_enumeration(path, value, node["enum"])
        return
    yield from _outside(path, len(value), node.get("minLength"), node.get("maxLength"), "characters")
    pattern = _compiled(node.get("pattern", ""))
    if pattern is not None and not pattern.search(value):
        yield Problem(path, f"is {value!r}; expected text that matches {node['pattern']}")


def _number(node: Props, value: float, path: str) -> Iterator[Problem]:
    if "enum" in node:
        yield from _outside_enumeration(path, value, node["enum"])
    yield from _outside(path, value, node.get("minimum"), node.get("maximum"), "")


def _outside_enumeration(path: str, value: Any, allowed: list[Any]) -> Iterator[Problem]:
    if value in allowed:
        return
    near = get_close_matches(value, allowed, n=1, cutoff=0.5) if isinstance(value, str) else []
    hint = f"; did you mean {near[0]}?" if near else ""
    yield Problem(path, f"is {value!r}; expected one of {', '.join(map(str, allowed))}{hint}")


def _outside(path: str, size: float, least: float | None, most: float | None, unit: str) -> Iterator[Problem]:
    if (least is None or size >= least) and (most is None or size <= most):
        return
    if least is not None and most is not None:
        expected = f"{least} to {most}"
    else:
        expected = f"at least {least}" if least is not None else f"at most {most}"
    has = f"has {size} {unit}" if unit else f"is {size}"
    yield Problem(path, f"{has}; expected {expected}")


@functools.cache
def _compiled(pattern: str) -> regex.Pattern[str] | None:
    """None: no pattern, or one in a dialect that cannot be read; then nothing is refused on its account."""
    try:
        return regex.compile(pattern) if pattern else None
    except regex.error:
        return None
