"""Step Functions: moto's interpreter, whose tasks call the sandbox over HTTP under the state machine's role."""

from __future__ import annotations

from moto.core.config import default_user_config

from signout.sandbox.functions.host import AssumeRole
from signout.sandbox.roles import assume_for_service
from signout.sandbox.workflows import definitions, execution_role, executions, integrations, tasks


def install(
    endpoint: str, *, assume: AssumeRole = assume_for_service, maximum_events: int = executions.MAXIMUM_EVENTS
) -> None:
    """Have moto interpret state machines. Call once, before it sees a call of Step Functions.

    Loading the interpreter takes about a second, so the server does this at the first such call. `endpoint` is the
    sandbox's URL; `assume` begins a role's session for Step Functions; an execution ends with its last event of
    `maximum_events`.
    Raises ImportError when moto's interpreter was loaded before, and so would call as nobody.
    """
    default_user_config["stepfunctions"]["execute_state_machine"] = True
    tasks.install(endpoint, assume)
    integrations.install()
    executions.install(maximum_events)
    execution_role.install(assume)
    definitions.install()
