"""moto keeps settings, and answers operations, that change nothing; what AWS would do and the sandbox not is refused.

The list is of what is simulated: a parameter that AWS adds later is refused until somebody has looked at it.
"""

from __future__ import annotations

import re
from typing import Any

from moto.awslambda.models import LambdaBackend
from moto.awslambda.responses import LambdaResponse

from signout.sandbox.corrections.refusals import NotSimulated
from signout.sandbox.corrections.seams import extend

_SIMULATED = frozenset(
    {
        "Architectures",
        "Code",
        "DeadLetterConfig",
        "Description",
        "Environment",
        "EphemeralStorage",
        "FunctionName",
        "Handler",
        "LoggingConfig",
        "MemorySize",
        "PackageType",
        "Publish",
        "Role",
        "Runtime",
        "Tags",
        "Timeout",
        "TracingConfig",
    }
)
# Values under which a parameter that is not simulated asks for nothing.
_HARMLESS: dict[str, tuple[Any, ...]] = {
    "SnapStart": ({"ApplyOn": "None"},),
    "VpcConfig": (
        {"SubnetIds": [], "SecurityGroupIds": []},
        {"SubnetIds": [], "SecurityGroupIds": [], "Ipv6AllowedForDualStack": False},
    ),
}
_RUNTIME = re.compile(r"python3\.(9|1[0-4])")
_OPERATIONS = {
    "create_function_url_config": "function URLs (lambda:CreateFunctionUrlConfig)",
    "update_function_url_config": "function URLs (lambda:UpdateFunctionUrlConfig)",
    "create_event_source_mapping": "event source mappings (lambda:CreateEventSourceMapping)",
    "update_event_source_mapping": "event source mappings (lambda:UpdateEventSourceMapping)",
    "publish_layer_version": "layers (lambda:PublishLayerVersion)",
}


def install() -> None:
    extend(LambdaBackend, "create_function", _create)
    extend(LambdaBackend, "update_function_configuration", _update)
    extend(LambdaBackend, "update_function_code", _update_code)
    for method, what in _OPERATIONS.items():
        extend(LambdaResponse, method, _refusing(what))


def _create(original: Any, backend: LambdaBackend, spec: dict[str, Any]) -> Any:
    _check(spec)
    _check_code(spec.get("Code") or {})
    return original(backend, spec)


def _update(
    original: Any, backend: LambdaBackend, function_name: str, qualifier: str | None, body: dict[str, Any]
) -> Any:
    _check({name: value for name, value in body.items() if name != "RevisionId"})
    return original(backend, function_name, qualifier, body)


def _update_code(
    original: Any, backend: LambdaBackend, function_name: str, qualifier: str | None, body: dict[str, Any]
) -> Any:
    _check_code(body)
    return original(backend, function_name, qualifier, body)


def _check(settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        if name not in _SIMULATED and value and value not in _HARMLESS.get(name, ()):
            raise NotSimulated(f"the parameter {name} of a Lambda function")
    if settings.get("PackageType", "Zip") != "Zip":
        raise NotSimulated("functions from container images (PackageType Image)", "Deploy a zip.")
    runtime = settings.get("Runtime")
    if runtime and not _RUNTIME.fullmatch(runtime):
        raise NotSimulated(f"the runtime {runtime}", "It runs functions for python3.9 to python3.14.")


def _check_code(code: dict[str, Any]) -> None:
    if code.get("ImageUri"):
        raise NotSimulated("functions from container images (ImageUri)", "Deploy a zip.")
    if code.get("SourceKMSKeyArn"):
        raise NotSimulated("encrypted deployment packages (SourceKMSKeyArn)")
    if code.get("S3ObjectVersion"):
        raise NotSimulated("old versions of a deployment package in S3 (S3ObjectVersion)")


def _refusing(what: str) -> Any:
    def refuse(_original: object, _response: LambdaResponse) -> None:
        raise NotSimulated(what)

    return refuse
