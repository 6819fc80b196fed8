"""What moto's interpreter would do otherwise than Step Functions, or not at all, is refused when it is deployed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.exceptions import JsonRESTError

from signout.sandbox.corrections.refusals import NotSimulated
from signout.sandbox.corrections.seams import extend
from signout.sandbox.workflows import transitions

# What a task may be: a function, or an integration that the interpreter has and that was tried.
_RESOURCES = (
    re.compile(r"arn:aws:lambda:[^:]+:\d{12}:function:.+"),
    re.compile(r"arn:aws:states:[^:]*:[^:]*:lambda:invoke(\.waitForTaskToken)?"),
    re.compile(r"arn:aws:states:[^:]*:[^:]*:sqs:sendMessage(\.waitForTaskToken)?"),
    re.compile(r"arn:aws:states:[^:]*:[^:]*:sns:publish(\.waitForTaskToken)?"),
    re.compile(r"arn:aws:states:[^:]*:[^:]*:states:startExecution(\.sync|\.sync:2|\.waitForTaskToken)?"),
    re.compile(r"arn:aws:states:[^:]*:[^:]*:aws-sdk:[a-z0-9]+:[A-Za-z0-9]+"),
)
_FIELDS = {
    "Credentials": "tasks under another role (Credentials)",
    "ItemReader": "items of a Map from elsewhere (ItemReader)",
    "ItemBatcher": "items of a Map in batches (ItemBatcher)",
    "ResultWriter": "results of a Map to elsewhere (ResultWriter)",
}


class InvalidDefinition(JsonRESTError):
    def __init__(self, message: str) -> None:
        super().__init__("InvalidDefinition", message)


def install() -> None:
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    extend(StepFunctionsParserBackend, "create_state_machine", _create)
    extend(StepFunctionsParserBackend, "update_state_machine", _update)


def _create(original: Any, backend: Any, name: str, definition: str, roleArn: str, *rest: Any, **more: Any) -> Any:
    if more.get("sm_type") not in (None, "STANDARD"):
        raise NotSimulated(f"state machines of type {more['sm_type']}", "Use STANDARD.")
    check_settings(more.get("loggingConfiguration"), more.get("encryptionConfiguration"))
    check(definition)
    return original(backend, name, definition, roleArn, *rest, **more)


def _update(original: Any, backend: Any, arn: str, definition: str | None = None, *rest: Any, **more: Any) -> Any:
    check_settings(more.get("logging_configuration"), more.get("encryption_configuration"))
    if definition is not None:
        check(definition)
    return original(backend, arn, definition, *rest, **more)


def check_settings(logging: Mapping[str, Any] | None, encryption: Mapping[str, Any] | None) -> None:
    """Raises NotSimulated for what would be kept and never done."""
    if logging and logging.get("level", "OFF") != "OFF":
        raise NotSimulated("logs of executions (loggingConfiguration)", "GetExecutionHistory has the same.")
    if encryption and encryption.get("type") == "CUSTOMER_MANAGED_KMS_KEY":
        raise NotSimulated("encryption of state machines with one's own key (encryptionConfiguration)")


def check(definition: str) -> None:
    """Raises NotSimulated for the first thing that is not simulated, and InvalidDefinition for transitions to nowhere.

    A definition that is no JSON is left to moto, which refuses it.
    """
    try:
        program = json.loads(definition)
    except ValueError:
        return
    for where, part in _parts(program, ""):
        _check_part(where or "/", part)
    if wrong := transitions.faults(program):
        raise InvalidDefinition(f"Invalid State Machine Definition: '{', '.join(wrong)}'")


def _check_part(where: str, part: Mapping[str, Any]) -> None:
    if part.get("QueryLanguage") == "JSONata":
        raise NotSimulated(f"JSONata, at {where} of the definition", "Use JSONPath.")
    mode = (part.get("ProcessorConfig") or {}).get("Mode")
    if mode == "DISTRIBUTED":
        raise NotSimulated(f"a Map in distributed mode, at {where} of the definition", "Use INLINE.")
    if part.get("Type") in ("Task", "Map", "Parallel"):
        for field, what in _FIELDS.items():
            if field in part:
                raise NotSimulated(f"{what}, at {where} of the definition")
    if part.get("Type") == "Task":
        resource = part.get("Resource")
        if isinstance(resource, str) and not any(pattern.fullmatch(resource) for pattern in _RESOURCES):
            raise NotSimulated(f"the resource {resource}, at {where} of the definition")


def _parts(value: Any, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A program, its states, and the programs within them; not what is in their payloads."""
    if not isinstance(value, Mapping):
        return
    yield where, value
    for name, state in (value.get("States") or {}).items():
        if isinstance(state, Mapping):
            yield f"{where}/States/{name}", state
        for field, program in transitions.programs_within(state):
            yield from _parts(program, f"{where}/States/{name}/{field}")
