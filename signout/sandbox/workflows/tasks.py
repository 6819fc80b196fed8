"""moto's tasks call as nobody; Step Functions' call as the state machine's role, one session for an execution."""

from __future__ import annotations

import secrets
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions import sdk
from signout.sandbox.functions.host import AssumeRole
from signout.sandbox.functions.variables import Credentials

PRINCIPAL = "states.amazonaws.com"
"""As whom Step Functions assumes a state machine's role."""

_CLIENTS = "moto.stepfunctions.parser.asl.utils.boto_client"
_KEPT_SESSIONS = 64
# Each is good for an hour.
_SESSION_SECONDS = 3000


@dataclass(frozen=True, slots=True)
class Task:
    """On whose behalf a task calls; takes the place of moto's StateCredentials."""

    role_arn: str
    state_machine_arn: str
    execution_arn: str


class Sessions:
    """The role sessions of executions: those used last, and begun anew before they end."""

    def __init__(self, assume: AssumeRole) -> None:
        self._assume = assume
        self._sessions: OrderedDict[tuple[Task, str], tuple[float, Credentials]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, task: Task, region: str) -> Credentials:
        """Raises PermissionError when the role no longer trusts Step Functions."""
        with self._lock:
            now = time.monotonic()
            kept = self._sessions.pop((task, region), None)
            if kept is None or now - kept[0] >= _SESSION_SECONDS:
                kept = now, self._begin(task, region)
            self._sessions[(task, region)] = kept
            if len(self._sessions) > _KEPT_SESSIONS:
                self._sessions.popitem(last=False)
            return kept[1]

    def _begin(self, task: Task, region: str) -> Credentials:
        # Step Functions gives its sessions names that mean nothing.
        return self._assume(task.role_arn, secrets.token_hex(16), PRINCIPAL, region, source_arn=task.state_machine_arn)


def install(endpoint: str, assume: AssumeRole) -> None:
    if any(name.startswith("moto.stepfunctions.parser.asl.component") for name in sys.modules):
        raise ImportError("moto's interpreter of state machines is loaded already; its tasks would call as nobody")
    from moto.stepfunctions.parser.asl.utils import boto_client

    sessions = Sessions(assume)

    def client(region: str, service: str, state_credentials: Any = None) -> Any:
        return sdk.client(service, region, endpoint, sessions.of(state_credentials, region))

    # Every module of the interpreter takes this name when it is loaded, which is below.
    boto_client.boto_client_for = client
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask

    extend(StateTask, "_eval_state_credentials", _task)


def _task(original: Any, state: Any, env: Any) -> Task:
    context = env.states.context_object.context_object_data
    return Task(original(state, env).role_arn, context["StateMachine"]["Id"], context["Execution"]["Id"])
