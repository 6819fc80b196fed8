"""`signout user`: signs users of a pool out everywhere, through the API or through the runbook."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from signout.cli.aws import add_connection, add_output, aws_errors, client, in_a_line
from signout.cli.errors import CommandError

EXAMPLES = """
examples:
  signout user eu-west-1_AbCdEfGhI diego
  signout user eu-west-1_AbCdEfGhI diego ana --yes --output json
  signout user --yes eu-west-1_AbCdEfGhI -- diego -ana        # after -- a name may begin with a hyphen
  signout user eu-west-1_AbCdEfGhI diego --runbook signout-runbook-prod:live --incident INC-42 --reason "phone lost"

Through the API it takes cognito-idp:AdminUserGlobalSignOut on the pool; through the runbook, lambda:InvokeFunction on
its alias. What goes on working afterwards: `signout exposure POOL`.

exit code: 0 if everyone was signed out; 1 if someone was not; 2 if nothing could be tried, or the runbook did not say
what it did; 130 if it was interrupted, after saying for each user what is known
"""

MOST = 100
"""Users in one order of the runbook."""
ORDER_SECONDS = 130
"""How long to wait for the runbook: it answers within 120 s."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    parser.add_argument("pool", metavar="POOL", help="id of the user pool")
    parser.add_argument("users", metavar="USER", nargs="+", help="user name, alias, or sub")
    parser.add_argument("--yes", action="store_true", help="do not ask before signing out more than one user")
    parser.add_argument("--runbook", metavar="FUNCTION", help="the runbook's alias: through the function, not the API")
    parser.add_argument("--incident", metavar="ID", help="what the runbook logs; needed with --runbook")
    parser.add_argument("--reason", metavar="TEXT", help="what the runbook's answer repeats; needed with --runbook")
    parser.add_argument("--dry-run", action="store_true", help="with --runbook: say what would be done")
    add_output(parser)
    add_connection(parser)


def run(arguments: argparse.Namespace) -> int:
    """Signs the users out; prints an outcome for each."""
    users = list(dict.fromkeys(arguments.users))
    if not all((arguments.pool, *users)):
        raise CommandError("POOL or USER is empty; expected the pool's id and names of users; nobody was signed out")
    if arguments.runbook and not (arguments.incident and arguments.reason):
        raise CommandError("--runbook: expected --incident and --reason with it")
    if not arguments.runbook and (arguments.incident or arguments.reason or arguments.dry_run):
        raise CommandError("--incident, --reason and --dry-run go with --runbook; the API has no such thing")
    if arguments.runbook and len(users) > MOST:
        raise CommandError(f"{len(users)} users; expected at most {MOST} in an order of the runbook")
    confirm(users, arguments)
    outcomes = _by_runbook(users, arguments) if arguments.runbook else _by_api(users, arguments)
    if arguments.output == "json":
        print(json.dumps({"userPoolId": arguments.pool, "users": outcomes}, indent=2))
    elif not arguments.runbook:
        pass  # each was printed as it was done
    else:
        for outcome in outcomes:
            print(line(outcome))
    if any(outcome["outcome"] == INTERRUPTED for outcome in outcomes):
        raise KeyboardInterrupt
    return 0 if all(outcome["outcome"] in ("signed-out", "would-sign-out") for outcome in outcomes) else 1


def confirm(users: Sequence[str], arguments: argparse.Namespace) -> None:
    """Asks before more than one user is signed out. Raises CommandError where nobody can be asked, or says no."""
    if len(users) < 2 or arguments.yes or arguments.dry_run:
        return
    if not sys.stdin.isatty():
        raise CommandError(f"{len(users)} users; expected --yes, since there is no terminal to ask on")
    question = f"Sign {len(users)} users of {arguments.pool} out everywhere? [y/N] "
    try:
        print(question, end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
    except KeyboardInterrupt:
        print("\nnobody was signed out", file=sys.stderr)
        raise
    if answer.strip().lower() not in ("y", "yes"):
        raise CommandError("nobody was signed out")


def line(outcome: dict[str, Any]) -> str:
    """An outcome in a line; the name in a form that cannot move the cursor."""
    name = (
        outcome["username"].encode("unicode_escape").decode("ascii")
        if not outcome["username"].isprintable()
        else outcome["username"]
    )
    error = outcome.get("error")
    why = f": {error['code']}: {error['message']}" if error else ""
    return f"{name}: {outcome['outcome']}{why} (request {outcome.get('requestId') or 'none'})"


INTERRUPTED = "interrupted"
"""The call was under way: the user may be signed out or not."""
CODES = {"UserNotFoundException": "not-found", "NotAuthorizedException": "refused", "AccessDeniedException": "refused"}


def _by_api(users: Sequence[str], arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """One call a user; after Ctrl-C everyone has an outcome too."""
    from botocore.exceptions import BotoCoreError, ClientError

    cognito = client(arguments, "cognito-idp")
    outcomes: list[dict[str, Any]] = []
    for place, user in enumerate(users):
        try:
            answer = cognito.admin_user_global_sign_out(UserPoolId=arguments.pool, Username=user)
            outcome = {
                "username": user,
                "outcome": "signed-out",
                "requestId": answer["ResponseMetadata"].get("RequestId"),
            }
        except ClientError as error:
            code = error.response["Error"].get("Code", "")
            request = error.response.get("ResponseMetadata", {}).get("RequestId")
            kind = CODES.get(code, "failed")
            told = {"code": code, "message": error.response["Error"].get("Message", "")}
            outcome = {"username": user, "outcome": kind, "requestId": request, "error": told}
        except BotoCoreError as error:
            if not outcomes:
                raise CommandError(f"AdminUserGlobalSignOut: {in_a_line(error)}") from None
            told = {"code": type(error).__name__, "message": in_a_line(error)}
            outcome = {"username": user, "outcome": "failed", "requestId": None, "error": told}
        except KeyboardInterrupt:
            stopped = {"username": user, "outcome": INTERRUPTED, "requestId": None}
            rest = [{"username": other, "outcome": "not-tried", "requestId": None} for other in users[place + 1 :]]
            return [*outcomes, *_told([stopped, *rest], arguments)]
        try:
            outcomes += _told([outcome], arguments)
        except OSError:
            print(f"nobody reads on: {len(users) - place - 1} users after {user!r} were not tried", file=sys.stderr)
            raise
    return outcomes


def _told(outcomes: list[dict[str, Any]], arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """The outcomes, printed as they come unless they are all to be printed as one document."""
    if arguments.output == "text":
        for outcome in outcomes:
            print(line(outcome), flush=True)
    return outcomes


def _by_runbook(users: Sequence[str], arguments: argparse.Namespace) -> list[dict[str, Any]]:
    order = {
        "version": 1,
        "usernames": list(users),
        "incident": arguments.incident,
        "reason": arguments.reason,
        "dryRun": arguments.dry_run,
        "userPoolId": arguments.pool,
    }
    function = client(arguments, "lambda", read_timeout=ORDER_SECONDS)
    try:
        with aws_errors(arguments.runbook):
            answer = function.invoke(FunctionName=arguments.runbook, Payload=json.dumps(order))
            payload = answer["Payload"].read()
    except KeyboardInterrupt:
        print(f"{arguments.runbook} goes on if it has the order: its log says what becomes of it", file=sys.stderr)
        raise
    if "FunctionError" in answer:
        raise CommandError(f"{arguments.runbook}: failed: {_failure(payload)}; who was signed out is in its log")
    try:
        result = json.loads(payload)
        if result["status"] == "rejected":
            faults = "; ".join(f"{fault['at']}: expected {fault['expected']}" for fault in result["faults"])
            raise CommandError(f"{arguments.runbook}: refused the order, nothing was done: {faults}")
        found: list[dict[str, Any]] = result["users"]
        answered = [outcome["username"] for outcome in found if outcome["outcome"]]
    except (KeyError, TypeError, ValueError):
        answered = []
    if sorted(answered) != sorted(users):
        raise CommandError(f"{arguments.runbook}: gave no answer for each user; expected the runbook's alias")
    return found


def _failure(payload: bytes) -> str:
    """What Lambda says of a function that failed: the type of the error and its message."""
    try:
        said = json.loads(payload)
        return f"{said['errorType']}: {said['errorMessage']}" if "errorType" in said else str(said["errorMessage"])
    except (KeyError, TypeError, ValueError):
        return "it does not say why"
