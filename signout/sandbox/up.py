"""`make up`: a sandboxed AWS, a real `pulumi up` with the policy pack, then a demonstration of a sign-out."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from . import lifecycle
from .demonstration import SETTINGS, Demonstration, DemonstrationFailed, prepare
from .deployment import Deployment, DeploymentError
from .engine import EngineMissing
from .lifecycle import LifecycleError
from .state import StateError, StateFolder


def show(line: str) -> None:
    """Prints a line at once, so that it stands in order with what the engine prints."""
    print(line, flush=True)


def up(folder: StateFolder, project: Path) -> None:
    """Starts, deploys, demonstrates; each part goes on from where an earlier run left it."""
    begun = time.monotonic()
    deployment = _deployed(folder, project)
    Demonstration(deployment.connection, deployment.outputs(), partial(lifecycle.calls, folder), show).run()
    seconds = time.monotonic() - begun
    show(f"\nAll of it held, in {seconds:.0f} s. `signout sandbox logs` has the calls, `make down` removes everything.")


def _deployed(folder: StateFolder, project: Path) -> Deployment:
    started = lifecycle.start(folder)
    deployment = Deployment.on(folder, started.server, project)
    if started.already and deployment.interrupted():
        show("An earlier deployment was interrupted: the sandbox is started anew, which is sure and costs nothing.")
        lifecycle.stop(folder)
        started = lifecycle.start(folder)
        deployment = Deployment.on(folder, started.server, project)
    show(f"AWS on this machine: {started.server.endpoint}" + (", running since before" if started.already else ""))
    prepare(deployment.connection)
    deployment.prepare(SETTINGS)
    deployment.up()
    return deployment


def main() -> int:
    """Exit code 0 if all of it held, 1 if not, 130 if interrupted."""
    try:
        up(StateFolder.of(), Path.cwd())
    except (LifecycleError, StateError, EngineMissing, DeploymentError, DemonstrationFailed) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError) as error:
        print(f"error: a call of the demonstration failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; `make up` goes on from here, `make down` removes what there is", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
