"""`make up`: a sandboxed AWS, a real `pulumi up` with the policy pack, then a demonstration of a sign-out."""

from __future__ import annotations

import socket
import sys
import time
from functools import partial
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from . import lifecycle
from .lifecycle import LifecycleError, Started
from .server import ADDRESS
from .state import DEFAULT_PORT, StateError, StateFolder

try:
    from .demonstration import SETTINGS, Demonstration, DemonstrationFailed, prepare
    from .deployment import Deployment, DeploymentError, check_project
    from .engine import EngineMissing
except ModuleNotFoundError as error:
    # Of an extra: a package without them has this file all the same.
    raise SystemExit(
        f"error: needs {error.name}: `make up` in a checkout brings it, as do the extras sandbox and deploy"
    ) from None


def show(line: str) -> None:
    """Prints a line at once, so that it stands in order with what the engine prints."""
    print(line, flush=True)


def up(folder: StateFolder, project: Path) -> None:
    """Starts, deploys, demonstrates; each part goes on from where an earlier run left it.

    Two runs on one folder take turns. An engine whose `make up` was killed counts as a run: it still works.
    """
    begun = time.monotonic()
    check_project(project)
    folder.prepare()
    if folder.is_held("up"):
        show(f"Another deployment works on {folder.path}; waiting for its end.")
    with folder.turn("up") as lock:
        deployment = _deployed(folder, project, lock)
        Demonstration(deployment.connection, deployment.outputs(), partial(lifecycle.calls, folder), show).run()
    seconds = time.monotonic() - begun
    show(
        f"\nAll of it held, in {seconds:.0f} s. The calls: .venv/bin/signout sandbox logs. To remove it all: make down."
    )


def _deployed(folder: StateFolder, project: Path, lock: int) -> Deployment:
    start = started(folder)
    deployment = Deployment.on(folder, start.server, project, [lock])
    if start.already and deployment.interrupted():
        show("An earlier deployment was interrupted: the sandbox is started anew, which is sure and costs nothing.")
        lifecycle.stop(folder)
        start = started(folder)
        deployment = Deployment.on(folder, start.server, project, [lock])
    show(f"AWS on this machine: {start.server.endpoint}" + (", running since before" if start.already else ""))
    prepare(deployment.connection)
    deployment.prepare()
    deployment.up(SETTINGS)
    return deployment


def started(folder: StateFolder) -> Started:
    """A running sandbox, on a free port where the usual one is another program's. Raises as `lifecycle.start` does."""
    try:
        return lifecycle.start(folder)
    except LifecycleError:
        if not _is_taken(DEFAULT_PORT):
            raise
    start = lifecycle.start(folder, 0)
    show(f"Port {DEFAULT_PORT} is taken; the sandbox has port {start.server.port}.")
    return start


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((ADDRESS, port)) == 0


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
    except OSError as error:
        print(f"error: {error.filename or 'the state folder'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; `make up` goes on from here, `make down` removes what there is", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
