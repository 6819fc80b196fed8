"""moto's UpdateFunctionConfiguration ignores TracingConfig and EphemeralStorage."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction

from signout.sandbox.corrections.seams import extend


def install() -> None:
    extend(LambdaFunction, "update_configuration", _update)


def _update(original: Any, function: LambdaFunction, config_updates: dict[str, Any]) -> Any:
    if config_updates.get("TracingConfig"):
        function.tracing_config = config_updates["TracingConfig"]
    if config_updates.get("EphemeralStorage"):
        function.ephemeral_storage = config_updates["EphemeralStorage"]["Size"]
    return original(function, config_updates)
