"""moto asks only that the execution role exists; Lambda tries to assume it when a function is created or updated."""

from __future__ import annotations

from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend
from moto.awslambda.utils import make_function_arn

from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions.host import AssumeRole
from signout.sandbox.functions.naming import PRINCIPAL, split


def install(assume: AssumeRole) -> None:
    def create(original: Any, backend: LambdaBackend, spec: dict[str, Any]) -> Any:
        _try(assume, str(spec.get("Role")), str(spec.get("FunctionName")), backend)
        return original(backend, spec)

    def update(
        original: Any, backend: LambdaBackend, function_name: str, qualifier: str | None, body: dict[str, Any]
    ) -> Any:
        if body.get("Role"):
            _try(assume, body["Role"], function_name, backend)
        return original(backend, function_name, qualifier, body)

    extend(LambdaBackend, "create_function", create)
    extend(LambdaBackend, "update_function_configuration", update)


def _try(assume: AssumeRole, role: str, function_name: str, backend: LambdaBackend) -> None:
    name, _ = split(function_name)
    region = backend.region_name
    try:
        assume(role, name, PRINCIPAL, region, source_arn=make_function_arn(region, backend.account_id, name))
    except PermissionError:
        message = "The role defined for the function cannot be assumed by Lambda."
        raise InvalidParameterValueException(message) from None
