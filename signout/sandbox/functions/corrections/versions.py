"""moto gives the number of a deleted version to the next one, and publishes the same code twice.

Lambda never gives a number twice, and answers with the last version when nothing has changed since. moto also copies a
function with all of CloudWatch Logs when it is created with Publish.
"""

from __future__ import annotations

import copy
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction, LambdaStorage

from signout.sandbox.corrections.seams import extend

_LAST = "signout_last_version"
# What differs between two versions of one code and configuration.
_OF_A_VERSION = frozenset({"Version", "FunctionArn", "LastModified", "Description"})


def install() -> None:
    extend(LambdaStorage, "publish_version", _publish)
    extend(LambdaBackend, "create_function", _create)
    extend(LambdaBackend, "update_function_code", _update_code)


def _publish(_original: Any, storage: LambdaStorage, name_or_arn: str, description: str = "") -> LambdaFunction:
    latest = storage.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    versions: list[LambdaFunction] = storage._functions[latest.function_name]["versions"]
    if versions and _content(versions[-1]) == _content(latest):
        return versions[-1]
    number = getattr(latest, _LAST, 0) + 1
    setattr(latest, _LAST, number)
    version = copy.copy(latest)
    version.code = dict(latest.code)
    version.set_version(number)
    version.description = description or latest.description
    versions.append(version)
    storage._arns[version.function_arn] = version
    return version


def _create(original: Any, backend: LambdaBackend, spec: dict[str, Any]) -> LambdaFunction:
    function: LambdaFunction = original(backend, {**spec, "Publish": False})
    if not spec.get("Publish"):
        return function
    answer = copy.copy(function)
    answer.version = _published(backend, function.function_name).version
    return answer


def _update_code(
    _original: Any, backend: LambdaBackend, function_name: str, qualifier: str | None, body: dict[str, Any]
) -> dict[str, Any]:
    function = backend.get_function(function_name, qualifier)
    configuration: dict[str, Any] = function.update_function_code(body)
    if body.get("Publish") and not body.get("DryRun"):
        configuration = _published(backend, function.function_name).get_configuration()
    return configuration


def _published(backend: LambdaBackend, name: str) -> LambdaFunction:
    version = backend.publish_version(name)
    assert version is not None
    return version


def _content(function: LambdaFunction) -> dict[str, Any]:
    return {name: value for name, value in function.get_configuration().items() if name not in _OF_A_VERSION}
