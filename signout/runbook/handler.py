"""Where Lambda comes in: ``handle`` turns its event and context into the runbook's terms, and decides nothing.

The instance is made on import, for which Lambda lends a whole processor whatever the function's memory.
"""

from __future__ import annotations

import logging
import os
import random
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from . import cognito, deployment, limits
from .pace import Pace, Time
from .runbook import Invocation, Runbook
from .sign_out import Caller


class Context(Protocol):
    """What is used of Lambda's context object."""

    aws_request_id: str
    function_name: str
    function_version: str

    def get_remaining_time_in_millis(self) -> int: ...


def _runbook() -> Runbook:
    api = limits.load()
    deployed = deployment.from_environment(os.environ, api)
    clock = Time(now=time.monotonic, sleep=time.sleep)
    return Runbook(
        deployment=deployed,
        limits=api,
        caller=Caller(
            call=cognito.sign_out_call(cognito.client(), deployed.user_pool_id),
            longest_call=cognito.LONGEST_CALL,
            pace=Pace(deployed.calls_per_second, clock),
            time=clock,
            jitter=partial(random.uniform, 0),
        ),
        now=partial(datetime.now, UTC),
        write=partial(print, flush=True),
    )


# Lambda shows what any library says at this level or above, and the log is for what became of users.
logging.getLogger("botocore").setLevel(logging.WARNING)
_RUNBOOK = _runbook()


def handle(event: object, context: Context) -> dict[str, Any]:
    """Lambda's entry point. The event is an order, the answer a result; both have a JSON Schema beside this file."""
    return _RUNBOOK.answer(
        event,
        Invocation(
            request_id=context.aws_request_id,
            function_name=context.function_name,
            function_version=context.function_version,
            remaining=lambda: context.get_remaining_time_in_millis() / 1000,
        ),
    )
