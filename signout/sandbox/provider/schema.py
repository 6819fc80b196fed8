"""What a resource type takes and gives, read from pulumi_aws's own classes.

They say each property's name and type, which inputs are required, and which outputs are secret.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import re
import sys
import threading
import types
import typing
import warnings
from collections import abc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any

import pulumi
from pulumi import _types

from signout.sandbox.provider.wire import UNKNOWN, Asset


@dataclass(frozen=True, slots=True)
class Scalar:
    type: type[str] | type[int] | type[float] | type[bool]


@dataclass(frozen=True, slots=True)
class Code:
    """An asset or an archive."""

    kind: str


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Kind


@dataclass(frozen=True, slots=True)
class MapOf:
    item: Kind


@dataclass(frozen=True, slots=True)
class Object:
    properties: Mapping[str, Kind]
    required: frozenset[str]


@dataclass(frozen=True, slots=True)
class OneOf:
    options: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Anything:
    """JSON of any shape, as the operands of a policy's conditions are."""


Kind = Scalar | Code | ListOf | MapOf | Object | OneOf | Anything


@dataclass(frozen=True, slots=True)
class Schema:
    inputs: Object
    outputs: frozenset[str]
    secret_outputs: frozenset[str]

    @property
    def computed(self) -> frozenset[str]:
        """Outputs that no input sets."""
        return self.outputs - self.inputs.properties.keys()


@dataclass(frozen=True, slots=True)
class Problem:
    """A property, as `passwordPolicy.minimumLength` or `schemas[0].name`, and what is wrong with it."""

    path: str
    reason: str


class UnknownType(LookupError):
    """No class of pulumi_aws has this token."""


def resource_class(token: str) -> type:
    """The class of `aws:cognito/userPoolClient:UserPoolClient`; `lambda` is `lambda_` in Python."""
    package, module, name = token.split(":")
    folder = module.split("/")[0].replace("lambda", "lambda_")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes beside it, which are deprecated
        try:
            return typing.cast("type", getattr(importlib.import_module(f"pulumi_{package}.{folder}"), name))
        except (ModuleNotFoundError, AttributeError) as error:
            raise UnknownType(f"pulumi_{package} has no class for {token}") from error


_READING = threading.Lock()


def schema(token: str) -> Schema:
    """The schema of a type, such as aws:iam/role:Role. Raises UnknownType."""
    with _READING:  # pulumi_aws imports its modules when they are first used, and not safely from two threads
        return _schema(token)


@functools.cache
def _schema(token: str) -> Schema:
    cls = resource_class(token)
    module = sys.modules[cls.__module__]
    return Schema(
        inputs=_object(getattr(module, f"{cls.__name__}Args")),
        outputs=frozenset(_types.resource_types(cls)) - {"id"},
        secret_outputs=_secret_outputs(module),
    )


def _secret_outputs(module: types.ModuleType) -> frozenset[str]:
    """The names that the class hands to the engine as additional secret outputs; they are in its source alone."""
    lists = re.findall(r"additional_secret_outputs=(\[[^]]*\])", inspect.getsource(module))
    return frozenset(name for names in lists for name in ast.literal_eval(names))


def _object(cls: type) -> Object:
    names = _types.input_type_py_to_pulumi_names(cls)
    # The class itself has an __init__ with default arguments; that of an instance is typed as object's.
    parameters = inspect.signature(cls.__init__).parameters  # type: ignore[misc]
    required = {names[name] for name, p in parameters.items() if name in names and p.default is inspect.Parameter.empty}
    return Object(
        {name: _kind(hint) for name, hint in _types.input_type_types(cls).items()},
        frozenset(required),
    )


def _kind(hint: Any) -> Kind:
    options: list[Kind] = []
    for member in _members(hint):
        kind = _member_kind(member)
        if kind not in options:
            options.append(kind)
    return options[0] if len(options) == 1 else OneOf(tuple(options))


def _members(hint: Any) -> Iterator[Any]:
    """The members of a union; of Input[...] only the plain value."""
    origin = typing.get_origin(hint)
    if origin is typing.Union or origin is types.UnionType:
        for member in typing.get_args(hint):
            yield from _members(member)
    elif hint is not type(None) and origin is not abc.Awaitable and not _is_output(origin or hint):
        yield hint


def _is_output(hint: Any) -> bool:
    return inspect.isclass(hint) and issubclass(hint, pulumi.Output)


def _member_kind(hint: Any) -> Kind:
    if hint is Any:
        return Anything()
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (abc.Sequence, list):
        return ListOf(_kind(args[0]))
    if origin in (abc.Mapping, dict):
        return MapOf(_kind(args[1]))
    if inspect.isclass(hint):
        if _types.is_input_type(hint):
            return _object(hint)
        if issubclass(hint, Enum):
            return Scalar(type(next(iter(hint)).value))  # its members are not all that AWS takes
        if hint in (str, int, float, bool):
            return Scalar(hint)
        if issubclass(hint, pulumi.Archive):
            return Code("archive")
        if issubclass(hint, pulumi.Asset):
            return Code("asset")
    raise TypeError(f"pulumi_aws gives a property the type {hint}, for which there is no check")


def problems(kind: Kind, value: Any, path: str = "") -> list[Problem]:
    """What is unknown, missing or of a wrong type; empty when the value is right. At a preview, unknown is right."""
    if value is UNKNOWN:
        return []
    match kind:
        case OneOf(options):
            found = [problems(option, value, path) for option in options]
            return min(found, key=len)
        case Object():
            return _object_problems(kind, value, path)
        case ListOf(item):
            if not isinstance(value, list):
                return [_mistyped(path, "a list", value)]
            return [p for index, each in enumerate(value) for p in problems(item, each, f"{path}[{index}]")]
        case MapOf(item):
            if not isinstance(value, dict):
                return [_mistyped(path, "a map", value)]
            return [p for key, each in value.items() for p in problems(item, each, f'{path}["{key}"]')]
        case Anything():
            return []
        case Code(expected):
            right = isinstance(value, Asset) and value.kind == expected
            return [] if right else [_mistyped(path, f"an {expected}", value)]
        case Scalar(expected_type):
            return [] if _fits(expected_type, value) else [_mistyped(path, _word(expected_type), value)]


def _object_problems(kind: Object, value: Any, path: str) -> list[Problem]:
    if not isinstance(value, dict):
        return [_mistyped(path, "an object", value)]
    prefix = f"{path}." if path else ""
    found = [Problem(prefix + name, "is required and missing") for name in sorted(kind.required - value.keys())]
    for name, each in value.items():
        if name in kind.properties:
            found += problems(kind.properties[name], each, prefix + name)
        elif not name.startswith("__"):
            found.append(Problem(prefix + name, f"is no property{_nearest(name, kind.properties)}"))
    return found


def _nearest(name: str, names: Mapping[str, Kind]) -> str:
    near = get_close_matches(name, names, n=1)
    return f"; did you mean {near[0]}?" if near else f"; expected one of {', '.join(sorted(names))}"


def _fits(expected: type, value: Any) -> bool:
    if expected is bool or isinstance(value, bool):
        return expected is bool and isinstance(value, bool)
    return isinstance(value, (int, float)) if expected is float else isinstance(value, expected)


def _mistyped(path: str, expected: str, value: Any) -> Problem:
    return Problem(path, f"is {_described(value)}; expected {expected}")


def _described(value: Any) -> str:
    if isinstance(value, Asset):
        return f"an {value.kind}"
    if isinstance(value, dict):
        return "a map"
    return "a list" if isinstance(value, list) else f"{_word(type(value))} {value!r}"


def _word(scalar: type) -> str:
    return {str: "text", int: "a whole number", float: "a number", bool: "true or false"}[scalar]


def objects(kind: Kind) -> Object | None:
    """The object that a value of this kind is, or is made of."""
    match kind:
        case Object():
            return kind
        case ListOf(item) | MapOf(item):
            return objects(item)
        case OneOf(options):
            return next((found for option in options if (found := objects(option))), None)
        case _:
            return None


def has_unknown(value: Any) -> bool:
    """Whether something of the value is known only after a deployment."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN
