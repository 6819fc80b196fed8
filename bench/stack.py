"""The stack on the sandbox, once everything is set up: `make up`, previews, calls of the runbook."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.measure import Figure, figure, process_times, times_of
from bench.tools import Peers
from signout.sandbox import lifecycle
from signout.sandbox.demonstration.clients import Clients
from signout.sandbox.deployment import Deployment
from signout.sandbox.state import DIRECTORY_VARIABLE, StateFolder

PROJECT = Path(__file__).resolve().parent.parent
UP_SECONDS, PREVIEW_SECONDS = 15, 2.2
"""A later `make up`, and a preview of 25 resources without the policy pack, should not take longer."""
RUNS, CALLS = 7, 30


def measure(peers: Peers, folder: Path) -> Iterator[Figure]:
    """On a sandbox of its own."""
    state = StateFolder(folder / "state")
    lifecycle.start(state, 0)
    try:
        os.environ[DIRECTORY_VARIABLE] = str(state.path)
        times = process_times(["make", "up"], runs=RUNS, cwd=PROJECT)
        yield figure("`make up` with nothing to change, demonstration included", "signout", times, target=UP_SECONDS)
        server = state.running()
        assert server
        deployment = Deployment.on(state, server, PROJECT)
        yield from previews(deployment)
        yield from calls(deployment)
    finally:
        lifecycle.stop(state)


def previews(deployment: Deployment) -> Iterator[Figure]:
    """Of a stack that is deployed already."""
    size = len(json.loads(deployment.ask("stack", "export", "--stack", "sandbox"))["deployment"]["resources"])
    for who, rules, target in (("Pulumi alone", (), PREVIEW_SECONDS), ("with the policy pack", deployment.rules, None)):
        preview = partial(deployment.ask, "preview", *deployment.chosen, *rules)
        yield figure(f"preview of {size} resources", who, times_of(preview, RUNS, warmup=1), target=target)


def calls(deployment: Deployment) -> Iterator[Figure]:
    """Of the runbook, each for one user, who exists; a call waits until the next one may start."""
    outputs = deployment.outputs()
    clients = Clients(deployment.connection)
    pool, function = outputs["userPoolId"], outputs["runbookName"]
    clients.of("cognito-idp").admin_create_user(UserPoolId=pool, Username="bench", MessageAction="SUPPRESS")
    runbook: Any = clients.of("lambda")
    dry, real = (
        {"usernames": ["bench"], "incident": "BENCH", "reason": "measured", "dryRun": dry} for dry in (True, False)
    )
    live, latest = outputs["runbookAliasArn"], f"{function}:$LATEST"

    def call(name: str, order: dict[str, Any]) -> None:
        answer = json.loads(runbook.invoke(FunctionName=name, Payload=json.dumps(order))["Payload"].read())
        if answer["status"] != "complete":
            raise RuntimeError(f"the runbook answers {answer}")

    def forget() -> None:
        """The next call needs a new instance."""
        runbook.update_function_configuration(FunctionName=function, Description=os.urandom(8).hex())

    yield figure("warm call, dry run", "the runbook", times_of(partial(call, live, dry), CALLS))
    yield figure("warm call", "the runbook", times_of(partial(call, live, real), CALLS), note="includes its pace")
    cold = []
    for _ in range(CALLS):
        forget()
        cold += times_of(partial(call, latest, dry), 1, warmup=0)
    yield figure("cold call, dry run", "the runbook", cold)
