"""`signout stack`: `pulumi up` with the policy pack, and not where an earlier run was cut off.

Pulumi itself only warns of operations that were under way. A resource that was being made then may exist in AWS without
being in the state: going on makes a second one, and the first one's permissions stay where nobody looks after them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from signout.cli.errors import CommandError
from signout.cli.extras import require_extra
from signout.cli.files import read_bytes
from signout.cli.policies import pack_folder, printable

EXAMPLES = """
examples:
  signout stack check
  pulumi stack export --stack prod | signout stack check -
  signout stack up -- --stack prod --diff

`up` is `pulumi up` with the policy pack, after the same check. What follows `--` is Pulumi's.

exit code: 0 it can go on, 1 operations are pending, 2 the state cannot be read; `up`: 2 it was not run, else Pulumi's
own
"""

ADVICE = {
    "creating": "it may exist without being in the state: `pulumi refresh` asks whether to import it or to forget it",
    "updating": "it may have the old settings or the new ones: `pulumi refresh` reads which",
    "deleting": "it may be gone: `pulumi refresh` sees whether it is",
}
OTHERWISE = "`pulumi refresh` reads what is there"


@dataclass(frozen=True, slots=True)
class Pending:
    """An operation that was under way when an earlier run was cut off."""

    urn: str
    operation: str
    """As Pulumi calls it: creating, updating, deleting, reading, importing."""

    @property
    def advice(self) -> str:
        """What to do first."""
        return ADVICE.get(self.operation, OTHERWISE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    verbs = parser.add_subparsers(dest="verb", metavar="check|up", required=True)
    check = verbs.add_parser("check", help="say whether an update can go on")
    check.add_argument(
        "state",
        metavar="FILE",
        nargs="?",
        help="what `pulumi stack export` prints, - for stdin; default: the stack that is selected in this folder",
    )
    check.add_argument("--output", choices=("text", "json"), default="text", help="default: text")
    up = verbs.add_parser("up", help="run `pulumi up` with the policy pack, if it can go on")
    up.add_argument("options", metavar="-- OPTION", nargs="*", help="options of `pulumi up`")


def run(arguments: argparse.Namespace) -> int:
    """Checks, and goes on if that was asked for."""
    if arguments.verb == "check":
        return _check(arguments)
    require_extra("deploy", "the policy pack")
    found = pending(_exported(*_stack_option(arguments.options)), "the stack's state")
    if found:
        raise CommandError("\n".join(["`pulumi up` was not run", *_lines(found)]))
    pulumi = _pulumi()
    # In this process's place: Ctrl-C is Pulumi's alone then, which takes its time to stop, and leaves nothing pending.
    os.execv(pulumi, [pulumi, "up", "--policy-pack", str(pack_folder()), *arguments.options])


def pending(text: bytes, origin: str) -> list[Pending]:
    """The operations that are pending in a state, in its order. Raises CommandError for what is no state."""
    try:
        state = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{origin}: is no JSON: {error}; expected what `pulumi stack export` prints") from None
    deployment = state.get("deployment") if isinstance(state, dict) else None
    if not isinstance(deployment, dict):
        raise CommandError(f"{origin}: has no deployment; expected what `pulumi stack export` prints")
    operations = deployment.get("pending_operations") or []
    try:
        return [Pending(str(each["resource"]["urn"]), str(each["type"])) for each in operations]
    except (KeyError, TypeError):
        raise CommandError(f"{origin}: deployment.pending_operations: expected a list of operations") from None


def _check(arguments: argparse.Namespace) -> int:
    origin = "the stack's state" if arguments.state is None else arguments.state
    found = pending(_exported() if arguments.state is None else read_bytes(arguments.state), origin)
    if arguments.output == "json":
        shown: list[dict[str, Any]] = [
            {"urn": each.urn, "operation": each.operation, "advice": each.advice} for each in found
        ]
        print(json.dumps({"pending": shown}, indent=2))
    else:
        print("\n".join(_lines(found)) if found else "nothing is pending: `pulumi up` can go on")
    return 1 if found else 0


def _lines(found: list[Pending]) -> list[str]:
    lines = [f"{len(found)} of an earlier run's operations may have been carried out or not:"]
    for each in found:
        lines += [f"  {printable(each.operation)} {printable(each.urn)}", f"    {each.advice}"]
    return lines


def _stack_option(options: list[str]) -> list[str]:
    """The choice of a stack among Pulumi's options, for other commands of Pulumi's."""
    for place, option in enumerate(options):
        if option in ("--stack", "-s", "--cwd", "-C"):
            return [*options[place : place + 2], *_stack_option(options[place + 2 :])]
        if option.startswith(("--stack=", "--cwd=")):
            return [option, *_stack_option(options[place + 1 :])]
    return []


def _exported(*options: str) -> bytes:
    """The state of the stack. Pulumi asks on the terminal for what it needs, and says itself what is wrong."""
    done = subprocess.run([_pulumi(), "stack", "export", *options], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise CommandError(f"`pulumi stack export` ended with {done.returncode}; nothing was done")
    return done.stdout


def _pulumi() -> str:
    command = shutil.which("pulumi")
    if command is None:
        raise CommandError("no pulumi on PATH; expected the Pulumi command line, pulumi.com/docs/install")
    sys.stdout.flush()
    return os.path.abspath(command)
