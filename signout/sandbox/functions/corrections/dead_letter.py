"""moto drops DeadLetterConfig: it is neither reported nor ever used."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction

from signout.sandbox.corrections.seams import extend

_KEPT = "signout_dead_letter_arn"


def install() -> None:
    extend(LambdaFunction, "__init__", _create)
    extend(LambdaFunction, "update_configuration", _update)
    extend(LambdaFunction, "get_configuration", _report)


def target(function: LambdaFunction) -> str | None:
    """ARN of the queue or topic that gets the events a function failed on."""
    arn: str | None = getattr(function, _KEPT, None)
    return arn


def _create(
    original: Any, function: LambdaFunction, account_id: str, spec: dict[str, Any], *rest: Any, **more: Any
) -> None:
    _keep(function, spec)
    original(function, account_id, spec, *rest, **more)


def _update(original: Any, function: LambdaFunction, config_updates: dict[str, Any]) -> Any:
    if "DeadLetterConfig" in config_updates:
        _keep(function, config_updates)
    return original(function, config_updates)


def _report(original: Any, function: LambdaFunction, *arguments: Any, **more: Any) -> dict[str, Any]:
    configuration: dict[str, Any] = original(function, *arguments, **more)
    if arn := target(function):
        configuration["DeadLetterConfig"] = {"TargetArn": arn}
    return configuration


def _keep(function: LambdaFunction, settings: dict[str, Any]) -> None:
    setattr(function, _KEPT, (settings.get("DeadLetterConfig") or {}).get("TargetArn") or None)
