"""moto drops LoggingConfig; Lambda reports one for every function, with the defaults filled in."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction

from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions.definition import Logging

_KEPT = "signout_logging"


def install() -> None:
    extend(LambdaFunction, "__init__", _create)
    extend(LambdaFunction, "update_configuration", _update)
    extend(LambdaFunction, "get_configuration", _report)


def logging_of(function: LambdaFunction) -> Logging:
    """Where and how a function's log lines are written."""
    logging: Logging = getattr(function, _KEPT)
    return logging


def _create(
    original: Any, function: LambdaFunction, account_id: str, spec: dict[str, Any], *rest: Any, **more: Any
) -> None:
    original(function, account_id, spec, *rest, **more)
    _keep(function, spec.get("LoggingConfig") or {})


def _update(original: Any, function: LambdaFunction, config_updates: dict[str, Any]) -> Any:
    if config_updates.get("LoggingConfig"):
        _keep(function, config_updates["LoggingConfig"])
    return original(function, config_updates)


def _report(original: Any, function: LambdaFunction, *arguments: Any, **more: Any) -> dict[str, Any]:
    configuration: dict[str, Any] = original(function, *arguments, **more)
    logging = logging_of(function)
    configuration["LoggingConfig"] = {"LogFormat": logging.format, "LogGroup": logging.group}
    if logging.is_json:
        configuration["LoggingConfig"]["ApplicationLogLevel"] = logging.application_level
        configuration["LoggingConfig"]["SystemLogLevel"] = logging.system_level
    return configuration


def _keep(function: LambdaFunction, given: dict[str, Any]) -> None:
    log_format = given.get("LogFormat") or "Text"
    levels = {"application_level": given.get("ApplicationLogLevel"), "system_level": given.get("SystemLogLevel")}
    if log_format == "JSON":
        levels = {name: level or "INFO" for name, level in levels.items()}
    group = given.get("LogGroup") or f"/aws/lambda/{function.function_name}"
    setattr(function, _KEPT, Logging(group, log_format, **levels))
