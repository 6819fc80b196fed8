"""moto takes any bytes for a deployment package; Lambda unpacks it at once, and refuses what it cannot unpack."""

from __future__ import annotations

from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaFunction

from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions.unpack import BadPackage, check


def install() -> None:
    extend(LambdaFunction, "_set_function_code", _set_code)


def _set_code(original: Any, function: LambdaFunction, updated_spec: dict[str, Any]) -> None:
    before = dict(function.__dict__), dict(function.code)
    original(function, updated_spec)
    try:
        check(function.code_bytes)
    except BadPackage as error:
        function.__dict__.update(before[0])
        function.code = before[1]
        raise InvalidParameterValueException(str(error)) from None
