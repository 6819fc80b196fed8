"""Idle environments of a function that was changed or deleted are let go of; moto has none, and does not tell."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaBackend

from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions.host import Host
from signout.sandbox.functions.naming import LATEST, split, unqualified


def install(host: Host) -> None:
    def delete(original: Any, backend: LambdaBackend, function_name: str, qualifier: str | None = None) -> Any:
        name, given = split(function_name, qualifier)
        arn = unqualified(str(backend.get_function(name).function_arn))
        original(backend, function_name, qualifier)
        host.retire(arn, given)

    def change(original: Any, backend: LambdaBackend, function_name: str, *rest: Any, **more: Any) -> Any:
        answer = original(backend, function_name, *rest, **more)
        host.retire(unqualified(answer["FunctionArn"]), LATEST)
        return answer

    extend(LambdaBackend, "delete_function", delete)
    extend(LambdaBackend, "update_function_configuration", change)
    extend(LambdaBackend, "update_function_code", change)
