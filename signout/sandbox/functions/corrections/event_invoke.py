"""moto has one EventInvokeConfig for a function and all its versions, ignores the qualifier, and never replaces it.

Lambda keeps one for each qualifier; PutFunctionEventInvokeConfig replaces it, UpdateFunctionEventInvokeConfig merges.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import UnknownEventConfig
from moto.awslambda.models import EventInvokeConfig, LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.core.responses import ActionResult

from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions.corrections.targets import Targets
from signout.sandbox.functions.definition import AsynchronousSettings
from signout.sandbox.functions.naming import LATEST, split

_KEPT = "signout_event_invoke"
_NUMBERS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")


def install(targets: Targets) -> None:
    def put(_original: Any, response: LambdaResponse) -> ActionResult:
        latest, qualifier = _addressed(response)
        return _set(targets, latest, qualifier, response.json_body)

    def update(_original: Any, response: LambdaResponse) -> ActionResult:
        latest, qualifier = _addressed(response)
        if qualifier not in _kept(latest):
            raise UnknownEventConfig(f"{latest.function_arn}:{qualifier}")
        return _set(targets, latest, qualifier, {**_kept(latest)[qualifier], **response.json_body})

    extend(LambdaResponse, "put_function_event_invoke_config", put)
    extend(LambdaResponse, "update_function_event_invoke_config", update)
    extend(LambdaResponse, "get_function_event_invoke_config", _get)
    extend(LambdaResponse, "delete_function_event_invoke_config", _delete)
    extend(LambdaResponse, "list_function_event_invoke_configs", _list)


def settings(latest: LambdaFunction, qualifier: str) -> AsynchronousSettings:
    """What applies to asynchronous events that come by this version or alias, or by none (`$LATEST`)."""
    given = _kept(latest).get(qualifier, {})
    destinations = given.get("DestinationConfig") or {}
    default = AsynchronousSettings()
    return AsynchronousSettings(
        retries=given.get("MaximumRetryAttempts", default.retries),
        maximum_age_seconds=given.get("MaximumEventAgeInSeconds", default.maximum_age_seconds),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination"),
        on_failure=(destinations.get("OnFailure") or {}).get("Destination"),
    )


def _get(_original: Any, response: LambdaResponse) -> ActionResult:
    latest, qualifier = _addressed(response)
    return ActionResult(_shown(latest, qualifier))


def _delete(_original: Any, response: LambdaResponse) -> tuple[int, dict[str, Any], str]:
    latest, qualifier = _addressed(response)
    if _kept(latest).pop(qualifier, None) is None:
        raise UnknownEventConfig(f"{latest.function_arn}:{qualifier}")
    return 204, {"status": 204}, "{}"


def _list(_original: Any, response: LambdaResponse) -> ActionResult:
    latest, _ = _addressed(response)
    return ActionResult({"FunctionEventInvokeConfigs": [_shown(latest, qualifier) for qualifier in _kept(latest)]})


def _addressed(response: LambdaResponse) -> tuple[LambdaFunction, str]:
    path = response.path.rstrip("/").removesuffix("/list")
    given = response.querystring.get("Qualifier", [None])[0]
    name, qualifier = split(unquote(path.rsplit("/", 2)[-2]), given)
    response.backend.get_function(name, qualifier)  # raises for a version or alias that does not exist
    return response.backend.get_function(name, LATEST), qualifier or LATEST


def _set(targets: Targets, latest: LambdaFunction, qualifier: str, body: dict[str, Any]) -> ActionResult:
    kept = {name: body[name] for name in _NUMBERS if body.get(name) is not None}
    kept["DestinationConfig"] = body.get("DestinationConfig") or {}
    EventInvokeConfig("", "", kept)  # moto's own checks
    for destination in kept["DestinationConfig"].values():
        if arn := destination.get("Destination"):
            targets.check_destination(arn, latest)
    _kept(latest)[qualifier] = {**kept, "LastModified": time.time()}
    return ActionResult(_shown(latest, qualifier))


def _shown(latest: LambdaFunction, qualifier: str) -> dict[str, Any]:
    arn = f"{latest.function_arn}:{qualifier}"
    if qualifier not in _kept(latest):
        raise UnknownEventConfig(arn)
    return {"FunctionArn": arn, **_kept(latest)[qualifier]}


def _kept(latest: LambdaFunction) -> dict[str, dict[str, Any]]:
    if not hasattr(latest, _KEPT):
        setattr(latest, _KEPT, {})
    configs: dict[str, dict[str, Any]] = getattr(latest, _KEPT)
    return configs
