"""moto takes any role for a state machine; Step Functions tries to assume it when one is created or updated."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import JsonRESTError

from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions.host import AssumeRole
from signout.sandbox.workflows.tasks import PRINCIPAL


class NotAssumable(JsonRESTError):
    def __init__(self) -> None:
        super().__init__(
            "AccessDeniedException",
            f"Neither the global service principal {PRINCIPAL}, nor the regional one is authorized to assume the"
            " provided role.",
        )


def install(assume: AssumeRole) -> None:
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    def create(original: Any, backend: Any, name: str, definition: str, roleArn: str, *rest: Any, **more: Any) -> Any:
        arn = f"arn:{backend.partition}:states:{backend.region_name}:{backend.account_id}:stateMachine:{name}"
        _try(assume, roleArn, backend.region_name, arn)
        return original(backend, name, definition, roleArn, *rest, **more)

    def update(
        original: Any, backend: Any, arn: str, definition: Any = None, role_arn: str | None = None, **more: Any
    ) -> Any:
        if role_arn:
            _try(assume, role_arn, backend.region_name, arn)
        return original(backend, arn, definition, role_arn, **more)

    extend(StepFunctionsParserBackend, "create_state_machine", create)
    extend(StepFunctionsParserBackend, "update_state_machine", update)


def _try(assume: AssumeRole, role_arn: str, region: str, state_machine_arn: str) -> None:
    try:
        assume(role_arn, "check", PRINCIPAL, region, source_arn=state_machine_arn)
    except PermissionError:
        raise NotAssumable from None
