"""`signout sandbox`: start, stop and look at an AWS on this machine."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from signout.cli.aws import add_output
from signout.cli.errors import CommandError
from signout.cli.extras import require_extra
from signout.sandbox import lifecycle
from signout.sandbox.account import CONCURRENCY
from signout.sandbox.enforcement.calls import Query, Record
from signout.sandbox.lifecycle import LifecycleError
from signout.sandbox.state import DEFAULT_DIRECTORY, DEFAULT_PORT, DIRECTORY_VARIABLE, Server, StateError, StateFolder

EXAMPLES = f"""
examples:
  signout sandbox start
  export AWS_ENDPOINT_URL=http://127.0.0.1:{DEFAULT_PORT} AWS_REGION=us-east-1
  export AWS_SHARED_CREDENTIALS_FILE=$PWD/{DEFAULT_DIRECTORY}/credentials
  aws cognito-idp list-user-pools --max-results 10
  signout sandbox logs --denied
  signout sandbox stop

The state of this AWS is in the server's memory: it ends with the server. docs/sandbox.md says what is simulated.

exit code: 0, 2 if it could not be done; `status`: 1 if no sandbox runs.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    verbs = parser.add_subparsers(dest="verb", metavar="start|stop|status|logs", required=True)
    start = _verb(verbs, "start", "start it, or find it running", _start)
    start.add_argument("--port", type=_port, metavar="N", help=f"0 takes a free one; default: {DEFAULT_PORT}")
    start.add_argument("--throttle", action="store_true", help="keep to Cognito's request quotas")
    concurrency = f"Lambda's limit of the account, 10 in a new one; default: {CONCURRENCY}"
    start.add_argument("--account-concurrency", type=_count, default=CONCURRENCY, metavar="N", help=concurrency)
    _verb(verbs, "stop", "end it, and with it all that is in it", _stop)
    status = _verb(verbs, "status", "say whether and where it runs", _status)
    _add_json(status, "as JSON")
    logs = _verb(verbs, "logs", "show the calls that were made, and what became of them", _logs)
    logs.add_argument("--user", default="", metavar="TEXT", help="only callers whose ARN contains it")
    logs.add_argument("--action", default="", metavar="TEXT", help="only actions that contain it, such as SignOut")
    logs.add_argument("--denied", action="store_true", help="only calls that did not pass")
    logs.add_argument("--last", type=_count, default=100, metavar="N", help="at most so many; default: 100")
    _add_json(logs, "a JSON object a line, with everything that is known")


def run(arguments: argparse.Namespace) -> int:
    """Does what is asked for; returns the exit code."""
    try:
        code: int = arguments.do(StateFolder.of(arguments.dir), arguments)
        return code
    except (LifecycleError, StateError) as error:
        raise CommandError(str(error)) from error


Verb = Callable[[StateFolder, argparse.Namespace], int]


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str, do: Verb
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=summary, description=summary)
    where = f"state folder; default: ${DIRECTORY_VARIABLE}, else {DEFAULT_DIRECTORY} here"
    parser.add_argument("--dir", type=Path, metavar="FOLDER", help=where)
    add_output(parser)
    parser.set_defaults(do=do)
    return parser


def _add_json(parser: argparse.ArgumentParser, summary: str) -> None:
    """--json, short for --output json."""
    parser.add_argument("--json", action="store_const", const="json", dest="output", help=summary)


def _start(folder: StateFolder, arguments: argparse.Namespace) -> int:
    require_extra("sandbox")
    options = {"throttle": arguments.throttle, "account_concurrency": arguments.account_concurrency}
    started = lifecycle.start(folder, arguments.port, **options)
    if arguments.output == "json":
        print(json.dumps({"already": started.already, **_running(folder, started.server)}))
    else:
        print(f"{'already running' if started.already else 'started'}: {_where(started.server)}")
        print(f"administrator's key: {_short(folder.credentials_file)}")
    return 0


def _stop(folder: StateFolder, arguments: argparse.Namespace) -> int:
    stopped = lifecycle.stop(folder)
    if arguments.output == "json":
        print(json.dumps({"stopped": stopped}))
    else:
        print("stopped; its state is gone" if stopped else f"no sandbox runs on {_short(folder.path)}")
    return 0


def _status(folder: StateFolder, arguments: argparse.Namespace) -> int:
    server = folder.running()
    if arguments.output == "json":
        print(json.dumps({"running": False} if server is None else _running(folder, server)))
    elif server is None:
        print(f"no sandbox runs on {_short(folder.path)}")
    else:
        print(f"running: {_where(server)}, since {server.started}")
        print(f"administrator's key: {_short(folder.credentials_file)}")
        print("its state is in memory, and ends with it")
    return 1 if server is None else 0


def _logs(folder: StateFolder, arguments: argparse.Namespace) -> int:
    query = Query(arguments.user, arguments.action, arguments.denied, arguments.last)
    for record in lifecycle.calls(folder, query):
        print(json.dumps(record.to_json()) if arguments.output == "json" else _line(record))
    sys.stdout.flush()
    return 0


def _running(folder: StateFolder, server: Server) -> dict[str, Any]:
    """What is known of a sandbox that runs, but for its keys."""
    return {"running": True, "endpoint": server.endpoint, "credentials": str(folder.credentials_file), **asdict(server)}


def _line(record: Record) -> str:
    who = record.who.rpartition(":")[2]
    return f"{record.time}  {record.verdict:<17}  {who}  {record.action}  {record.resource}  {record.because}"


def _where(server: Server) -> str:
    return f"{server.endpoint} (process {server.pid})"


def _short(path: Path) -> str:
    """The path from here, if it is below."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; expected 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r}; expected a number from 1")
    return int(text)
