"""Start, stop and look at a sandbox from outside its process.

Whether a server runs is told by the lock that it holds, which the kernel frees however the server ends: no stale
process id, no number that another process has taken since, can mislead.
"""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import signout

from .account import CONCURRENCY
from .enforcement.calls import Query, Record, latest
from .enforcement.signature import sign
from .state import DEFAULT_PORT, Server, StateError, StateFolder

START_SECONDS: Final = 60
"""A start that takes longer has failed."""
STOP_SECONDS: Final = 10
"""A server that has not ended by then is killed."""
KEPT_FROM_ENVIRONMENT: Final = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ", "XDG_CACHE_HOME")
"""The server sees nothing else of the user's environment, and so none of the user's AWS settings."""


class LifecycleError(Exception):
    """A start or a stop did not come off: one line with the reason and the next step."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a start chooses, and a server then has."""

    throttle: bool
    account_concurrency: int


@dataclass(frozen=True, slots=True)
class Started:
    """What a start came to."""

    server: Server
    already: bool
    """Did it run before?"""


def start(
    folder: StateFolder, port: int | None = None, *, throttle: bool = False, account_concurrency: int = CONCURRENCY
) -> Started:
    """Start a server, or find the one that runs on the folder; it answers when this returns.

    Without a port a running server may have any, and a new one takes DEFAULT_PORT; 0 takes a free one.
    `throttle` keeps to Cognito's request quotas, `account_concurrency` is Lambda's limit of the account.
    Two starts at once: one waits for the other, and finds its server. Raises LifecycleError or StateError.
    """
    options = Options(throttle, account_concurrency)
    folder.prepare()
    with folder.turn("start"):
        if (server := _running(folder)) is not None:
            _check_same(folder, server, port, options)
            return Started(server, already=True)
        _check_free(folder)
        folder.forget_server()
        return Started(_spawn(folder, DEFAULT_PORT if port is None else port, options), already=False)


def _running(folder: StateFolder) -> Server | None:
    """The server of the folder. One that is still starting, since whoever started it was killed, is waited for."""
    until = time.monotonic() + START_SECONDS
    while folder.is_held("server") and not folder.server_file.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return folder.running()


def _check_same(folder: StateFolder, server: Server, port: int | None, options: Options) -> None:
    if port not in (None, 0, server.port):
        asked = f"port {port} is asked for, but the sandbox of {folder.path} runs on port {server.port}"
    elif options.throttle != server.throttle:
        asked = f"the sandbox of {folder.path} runs {'with' if server.throttle else 'without'} request quotas"
    elif options.account_concurrency != server.account_concurrency:
        asked = f"the sandbox of {folder.path} runs with an account concurrency of {server.account_concurrency}"
    else:
        return
    raise LifecycleError(f"{asked}; stop it first with `signout sandbox stop`")


def _spawn(folder: StateFolder, port: int, options: Options) -> Server:
    command = [sys.executable, "-m", "signout.sandbox.server", "--dir", str(folder.path), "--port", str(port)]
    command += ["--throttle"] if options.throttle else []
    command += ["--account-concurrency", str(options.account_concurrency)]
    reading, writing = os.pipe()
    try:
        with folder.log_file.open("wb") as log:
            process = subprocess.Popen(
                [*command, "--ready-fd", str(writing)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(writing,),
                env=_environment(),
                start_new_session=True,
            )
    except OSError as error:
        os.close(reading)
        raise LifecycleError(f"{error.filename or folder.path}: {error.strerror}; expected room to write") from error
    finally:
        os.close(writing)
    with os.fdopen(reading) as pipe:
        ready, _, _ = select.select([pipe], [], [], START_SECONDS)
        told = json.loads(pipe.readline() or "{}") if ready else {}
    if not told.get("ready"):
        if not ready:
            process.kill()
        code = process.wait()
        raise LifecycleError(str(told.get("error") or _why_not_ready(folder, code, waited=not ready)))
    server = folder.running()
    if server is None:
        raise LifecycleError(f"the server ended as soon as it had started; see {folder.log_file}")
    return server


def _why_not_ready(folder: StateFolder, code: int, *, waited: bool) -> str:
    if waited:
        return f"the server did not answer within {START_SECONDS} s, and was killed; see {folder.log_file}"
    try:
        last = folder.log_file.read_text().strip().splitlines()[-1:]
    except OSError:
        last = []
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"the server ended while it started ({how}): {' '.join(last) or 'it wrote nothing'}; see {folder.log_file}"


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_FROM_ENVIRONMENT if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(signout.__file__).parent.parent)}


def stop(folder: StateFolder) -> bool:
    """End the server of the folder; False if none ran. Raises LifecycleError if it cannot be ended."""
    if not folder.path.is_dir() or folder.is_foreign():
        return False
    with folder.turn("start"):
        server = _running(folder)
        if server is not None:
            _end(folder, server)
        else:
            _check_free(folder)
        folder.forget_server()
    return server is not None


def _check_free(folder: StateFolder) -> None:
    if folder.is_held("server"):
        what = f"{folder.path}: a sandbox runs there, but {folder.server_file.name} cannot be read"
        raise LifecycleError(f"{what}; end the process that holds {folder.path}/server.lock")


def _end(folder: StateFolder, server: Server) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(server.pid, number)
        except ProcessLookupError:
            pass
        except PermissionError as error:
            raise LifecycleError(f"process {server.pid} belongs to another user; that user has to stop it") from error
        if _ended(folder, STOP_SECONDS):
            return
    raise LifecycleError(f"process {server.pid} does not end, not even killed; see {folder.log_file}")


def _ended(folder: StateFolder, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while folder.is_held("server"):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def calls(folder: StateFolder, query: Query) -> list[Record]:
    """The recorded calls that are wanted, oldest first: from the server if it runs, else from the file it left.

    Raises LifecycleError or StateError.
    """
    if folder.running() is None:
        if not folder.calls_file.is_file():
            raise StateError(f"no sandbox has run on {folder.path}; start one with `signout sandbox start`")
        return latest(folder.calls_file, query)
    wanted = {"user": query.user, "action": query.action, "denied": str(query.denied).lower(), "last": query.last}
    answer = _control(folder, "/_sandbox/calls", wanted)
    return [Record(**record) for record in answer]


def _control(folder: StateFolder, path: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
    connection = folder.connection()
    host = connection.endpoint.removeprefix("http://")
    query = urlencode(parameters)
    headers = sign(
        "GET",
        host,
        path,
        query,
        service="sandbox",
        region=connection.region,
        access_key_id=connection.access_key_id,
        secret=connection.secret_access_key,
    )
    request = http.client.HTTPConnection(host, timeout=STOP_SECONDS)
    try:
        request.request("GET", f"{path}?{query}", headers=headers)
        response = request.getresponse()
        content = json.loads(response.read())
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise LifecycleError(f"{connection.endpoint} does not answer: {error}") from error
    finally:
        request.close()
    if response.status != 200:
        raise LifecycleError(f"{connection.endpoint} refuses: {content.get('message', response.status)}")
    found: list[dict[str, Any]] = content
    return found
