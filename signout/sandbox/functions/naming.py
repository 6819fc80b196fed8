"""Names of functions: bare, with a version or alias, or as ARNs whole or in part."""

from __future__ import annotations

import re

from moto.awslambda.exceptions import InvalidParameterValueException

LATEST = "$LATEST"
PRINCIPAL = "lambda.amazonaws.com"
"""As whom Lambda assumes execution roles."""

# Source: Lambda API Reference, FunctionName of Invoke.
_NAME = re.compile(
    r"(?:arn:[^:]+:lambda:[^:]+:)?(?:\d{12}:)?(?:function:)?(?P<name>[\w-]+)(?::(?P<qualifier>\$LATEST|[\w-]+))?"
)


def split(function_name: str, qualifier: str | None = None) -> tuple[str, str | None]:
    """A function's bare name and its qualifier, which may be a part of the name as well.

    Raises InvalidParameterValueException for what is no name, and for two qualifiers that differ.
    """
    found = _NAME.fullmatch(function_name)
    if found is None:
        raise InvalidParameterValueException(f"{function_name!r} is not the name or the ARN of a function")
    inner = found["qualifier"]
    if inner and qualifier and inner != qualifier:
        raise InvalidParameterValueException(
            "The derived qualifier from the function name does not match the specified qualifier."
        )
    return found["name"], inner or qualifier


def unqualified(arn: str) -> str:
    """A function's ARN without its version or alias."""
    return ":".join(arn.split(":")[:7])
