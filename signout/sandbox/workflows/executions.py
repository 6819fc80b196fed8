"""moto needs a name for an execution, drops why one was stopped, lets its history grow without end, and gives an output
that is a string without its quotes. Its interpreter's own errors have no code, and an execution that is stopped before
its thread has begun is an error of moto's.

Step Functions makes up a name, keeps error and cause, and ends an execution with its 25,000th event; output is JSON.
moto also answers CreateStateMachine with the old state machine where one of that name is another.
Source: Step Functions API Reference; Developer Guide, "Step Functions service quotas".
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from functools import partial
from typing import Any

from moto.core.exceptions import AWSError, ServiceException
from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import ExecutionDoesNotExist
from moto.stepfunctions.responses import StepFunctionResponse

from signout.sandbox.corrections.seams import extend

MAXIMUM_EVENTS = 25_000


class StateMachineAlreadyExists(ServiceException):
    code = "StateMachineAlreadyExists"


class TooManyEvents(Exception):
    """Moto's interpreter makes of it the end of the execution, with error States.Runtime."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The execution reached the maximum number of history events ({most}).")


def install(maximum_events: int) -> None:
    from moto.stepfunctions.parser import api
    from moto.stepfunctions.parser.asl.eval.environment import Environment
    from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
    from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
    from moto.stepfunctions.parser.models import StepFunctionsParserBackend

    extend(StepFunctionsParserBackend, "start_execution", _start)
    extend(StepFunctionsParserBackend, "create_state_machine", _create)
    extend(ExecutionWorker, "start", _begin)
    extend(StepFunctionResponse, "stop_execution", _stop)
    extend(StepFunctionResponse, "describe_execution", _describe)
    extend(EventManager, "add_event", partial(_count, maximum_events))
    extend(Environment, "set_error", partial(_name_limit, str(TooManyEvents(maximum_events))))
    for error in vars(api).values():
        if isinstance(error, type) and issubclass(error, AWSError) and isinstance(error.__dict__.get("code"), str):
            error.TYPE = error.__dict__["code"]


def _start(original: Any, backend: Any, state_machine_arn: str, name: str | None = None, *rest: Any) -> Any:
    name = name or str(uuid.uuid4())
    backend._validate_name(name)
    return original(backend, state_machine_arn, name, *rest)


def _begin(original: Any, worker: Any) -> None:
    """The environment is there before the thread begins, so that a stop that comes first has something to stop."""
    environment = worker.env = worker._get_evaluation_environment()
    worker._get_evaluation_environment = lambda: environment
    original(worker)


def _describe(original: Any, response: StepFunctionResponse) -> ActionResult:
    answer: Any = original(response).result
    execution: Any = response.stepfunction_backend.describe_execution(answer["executionArn"])
    if answer["status"] == "SUCCEEDED":
        answer["output"] = json.dumps(execution.output, separators=(",", ":"), ensure_ascii=False)
    if execution.stop_date is not None:
        answer["stopDate"] = execution.stop_date
    return ActionResult(answer)


def _create(original: Any, backend: Any, name: str, definition: str, roleArn: str, *rest: Any, **more: Any) -> Any:
    known = next((machine for machine in backend.state_machines if machine.name == name), None)
    if known is not None and (known.definition, known.roleArn) != (definition, roleArn):
        raise StateMachineAlreadyExists(f"State Machine Already Exists: '{known.arn}'")
    return original(backend, name, definition, roleArn, *rest, **more)


def _stop(_original: Any, response: StepFunctionResponse) -> ActionResult:
    arn = response._get_param("executionArn")
    execution: Any = response.stepfunction_backend.describe_execution(arn)
    if execution is None:
        raise ExecutionDoesNotExist(f"Execution Does Not Exist: '{arn}'")
    now = datetime.now(UTC)
    error, cause = response._get_param("error"), response._get_param("cause")
    execution.stop(stop_date=now, error=error, cause=cause)
    execution.error, execution.cause = error, cause
    return ActionResult({"stopDate": now})


def _count(most: int, original: Any, manager: Any, *arguments: Any, **more: Any) -> Any:
    """The last place is for the event that says how the execution ended."""
    full = len(manager._history_event_list) >= most - 1
    if full and not _is_end(arguments, more):
        raise TooManyEvents(most)
    return original(manager, *arguments, **more)


def _is_end(arguments: tuple[Any, ...], more: dict[str, Any]) -> bool:
    kind = more.get("event_type", arguments[1] if len(arguments) > 1 else None)
    return str(getattr(kind, "value", kind)).startswith("Execution")


def _name_limit(cause: str, original: Any, env: Any, error: Any) -> None:
    """moto puts the exception's class before the cause."""
    if cause in str(error.get("cause")):
        error["cause"] = cause
    original(env, error)
