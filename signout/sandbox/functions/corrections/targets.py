"""moto takes any dead-letter target and any destination; Lambda asks at once whether the execution role may send there.

Source: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"; the messages as seen there.
"""

from __future__ import annotations

from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend, LambdaFunction

from signout.sandbox.corrections.refusals import NotSimulated
from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions import permission
from signout.sandbox.functions.deliver import DEAD_LETTER_SERVICES, DESTINATION_SERVICES
from signout.sandbox.functions.host import AssumeRole
from signout.sandbox.functions.naming import LATEST, PRINCIPAL, split, unqualified


class Targets:
    """Checks where functions are to send. Every check raises in Lambda's words, or NotSimulated."""

    def __init__(self, assume: AssumeRole) -> None:
        self._assume = assume

    def check_dead_letter(self, arn: str, role: str, function_arn: str) -> None:
        service = _service(arn)
        if service not in DEAD_LETTER_SERVICES:
            raise InvalidParameterValueException(
                f"The provided DLQ ARN {arn} is invalid: it is neither a queue's nor a topic's"
            )
        if not self._may_send(arn, role, function_arn):
            raise InvalidParameterValueException(
                "The provided execution role does not have permissions to call"
                f" {permission.operation_that_sends(arn)} on {service.upper()}"
            )

    def check_destination(self, arn: str, function: LambdaFunction) -> None:
        service = _service(arn)
        if service == "events":
            raise NotSimulated("event buses as destinations of a function", "Use a queue, a topic or a function.")
        if service not in DESTINATION_SERVICES:
            raise InvalidParameterValueException(f"The destination ARN {arn} is invalid.")
        if not self._may_send(arn, function.role, unqualified(str(function.function_arn))):
            raise InvalidParameterValueException(
                "The function's execution role does not have permissions to call"
                f" {permission.operation_that_sends(arn)} on {arn}"
            )

    def _may_send(self, arn: str, role: str, function_arn: str) -> bool:
        _, _, _, region, _, _, name = function_arn.split(":")
        return permission.may_send(self._assume(role, name, PRINCIPAL, region, source_arn=function_arn), arn)


def install(targets: Targets) -> None:
    """Check dead-letter targets; destinations are checked where they are kept, in event_invoke."""

    def create(original: Any, backend: LambdaBackend, spec: dict[str, Any]) -> Any:
        if arn := _dead_letter(spec):
            name, _ = split(str(spec["FunctionName"]))
            function_arn = f"arn:aws:lambda:{backend.region_name}:{backend.account_id}:function:{name}"
            targets.check_dead_letter(arn, str(spec["Role"]), function_arn)
        return original(backend, spec)

    def update(
        original: Any, backend: LambdaBackend, function_name: str, qualifier: str | None, body: dict[str, Any]
    ) -> Any:
        if arn := _dead_letter(body):
            function = backend.get_function(split(function_name)[0], LATEST)
            targets.check_dead_letter(arn, body.get("Role") or function.role, unqualified(str(function.function_arn)))
        return original(backend, function_name, qualifier, body)

    extend(LambdaBackend, "create_function", create)
    extend(LambdaBackend, "update_function_configuration", update)


def _dead_letter(settings: dict[str, Any]) -> str | None:
    return (settings.get("DeadLetterConfig") or {}).get("TargetArn") or None


def _service(arn: str) -> str:
    return (arn.split(":") + [""] * 3)[2]
