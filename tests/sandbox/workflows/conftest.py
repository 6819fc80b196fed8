"""A sandbox in which state machines run, with short ways to deploy and start them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from signout.sandbox import runtime_env
from tests.sandbox.functions.deployments import Deployments, eventually, start, stop

SERVICE = "states.amazonaws.com"


@dataclass(frozen=True)
class Ending:
    """What DescribeExecution says of an execution that has ended."""

    arn: str
    status: str
    output: Any
    error: str | None
    cause: str | None


class Workflows:
    """Deploys and runs state machines."""

    def __init__(self, sandbox: Deployments) -> None:
        self.sandbox = sandbox
        self.states = sandbox.client("stepfunctions")

    def deploy(self, states: Mapping[str, Any], *actions: str, **more: Any) -> str:
        """ARN of a new state machine that starts with the first of `states` and may do `actions`."""
        role = self.sandbox.service_role(*actions, service=SERVICE)
        return self.create(program(states), role, **more)

    def create(self, definition: Mapping[str, Any], role: str, **more: Any) -> str:
        name = self.sandbox.name("machine")
        made = self.states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role, **more)
        return str(made["stateMachineArn"])

    def start(self, machine: str, event: Any = None, **more: Any) -> str:
        """ARN of a new execution."""
        given = {} if event is None else {"input": json.dumps(event)}
        return str(self.states.start_execution(stateMachineArn=machine, **given, **more)["executionArn"])

    def end(self, execution: str, seconds: float = 20) -> Ending:
        """How an execution ends, once it has."""

        def ended() -> Any:
            now = self.states.describe_execution(executionArn=execution)
            return None if now["status"] == "RUNNING" else now

        told = eventually(ended, seconds)
        output = json.loads(told["output"]) if "output" in told else None
        return Ending(execution, told["status"], output, told.get("error"), told.get("cause"))

    def run(self, machine: str, event: Any = None) -> Ending:
        return self.end(self.start(machine, event))

    def history(self, execution: str) -> list[dict[str, Any]]:
        pages = self.states.get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event for page in pages for event in page["events"]]


def program(states: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states, **more}


@pytest.fixture(scope="session")
def workflows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workflows]:
    """One sandbox for all tests of state machines."""
    runtime_env.prepare(print)
    sandbox = start(tmp_path_factory.mktemp("sandbox"))
    yield Workflows(sandbox)
    stop(sandbox)
