"""Settings that SQS and SNS take as a map of texts, whatever their type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signout.sandbox.provider.schema import Kind, Scalar, schema
from signout.sandbox.provider.wire import Props


def to_attributes(inputs: Props, names: Mapping[str, str]) -> dict[str, str]:
    """`names`: from Pulumi's name of an input to AWS's name of the attribute."""
    return {names[name]: _text(value) for name, value in inputs.items() if name in names}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def from_attributes(token: str, attributes: Mapping[str, str], names: Mapping[str, str]) -> Props:
    kinds = schema(token).inputs.properties
    return {name: _value(kinds[name], attributes[theirs]) for name, theirs in names.items() if attributes.get(theirs)}


def _value(kind: Kind, text: str) -> Any:
    match kind:
        case Scalar(type) if type is bool:
            return text == "true"
        case Scalar(type) if type is int:
            return int(text)
        case _:
            return text
