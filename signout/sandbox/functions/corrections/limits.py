"""moto takes any timeout, memory size, handler and variables; Lambda has limits, and variables of its own.

Source: Lambda API Reference, CreateFunction; Lambda Developer Guide, "Lambda quotas" and "Reserved environment
variables".
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException, ValidationException
from moto.awslambda.models import LambdaBackend

from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions.variables import RESERVED

_RANGES = {"Timeout": (1, 900), "MemorySize": (128, 10_240)}
_MAXIMUM_VARIABLES_BYTES = 4096
_VARIABLE = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+")


def install() -> None:
    extend(LambdaBackend, "create_function", _create)
    extend(LambdaBackend, "update_function_configuration", _update)


def _create(original: Any, backend: LambdaBackend, spec: dict[str, Any]) -> Any:
    for name in ("Runtime", "Handler"):
        if not spec.get(name) and spec.get("PackageType", "Zip") == "Zip":
            message = f"{name} is mandatory for functions created with deployment packages."
            raise InvalidParameterValueException(message)
    _check(spec)
    return original(backend, spec)


def _update(
    original: Any, backend: LambdaBackend, function_name: str, qualifier: str | None, body: dict[str, Any]
) -> Any:
    _check(body)
    return original(backend, function_name, qualifier, body)


def _check(settings: dict[str, Any]) -> None:
    for name, (least, most) in _RANGES.items():
        _check_range(name, settings.get(name), least, most)
    _check_variables((settings.get("Environment") or {}).get("Variables") or {})


def _check_range(name: str, value: int | None, least: int, most: int) -> None:
    if value is None or least <= value <= most:
        return
    bound = f"greater than or equal to {least}" if value < least else f"less than or equal to {most}"
    raise ValidationException(str(value), name[0].lower() + name[1:], f"Member must have value {bound}")


def _check_variables(variables: dict[str, str]) -> None:
    if taken := sorted(RESERVED & variables.keys()):
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have"
            " provided contains reserved keys that are currently not supported for modification."
            f" Reserved keys used in this request: {', '.join(taken)}"
        )
    for name in variables:
        if not _VARIABLE.fullmatch(name):
            pattern = f"Member must satisfy regular expression pattern: {_VARIABLE.pattern}"
            raise ValidationException(name, "environment.variables", pattern)
    if len(json.dumps(variables, separators=(",", ":")).encode()) > _MAXIMUM_VARIABLES_BYTES:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have"
            " provided exceeded the 4KB limit."
        )
