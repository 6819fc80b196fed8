"""Runs the client suite against an account of AWS's.

    CONFIRM=yes python -m tests.clients.live [ARGUMENTS OF PYTEST]
    python -m tests.clients.live --remove NAME

Says first what is made and what that costs, and asks. Exit code: pytest's; 2 where nothing was made, 3 where something
that was made may be left, 130 interrupted.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.clients.cases import ADMIN, CASES
from tests.clients.directory import ACTION
from tests.clients.doors.table import AT_HAND, PROGRAMS
from tests.clients.live.account import PREFIX, Account, LiveStage, made, remove
from tests.clients.stage import LIVE
from tests.support.sandbox import REGION, Keys, code_of, error_of

HERE = Path(__file__).parent
OFFLINE = ("test_runner.py", "test_simulation.py")
"""Tests of this folder itself."""
MOST_USERS = (len(CASES) + 6) * len(AT_HAND + PROGRAMS) + 30
"""Users that are made at most, one after the other."""
PRICE = 0.015
"""USD, by the list price, for a monthly active user of a pool on the Essentials plan beyond the free ones."""
COST = f"""\
This makes in {REGION}, and removes again: one user pool with an app client, one identity pool, two IAM users with an
access key each. Up to {MOST_USERS} users of that pool count as monthly active users: nothing while the account has
free ones left, else {MOST_USERS * PRICE:.2f} USD at list price. It takes about 15 minutes, all permissions for Cognito
and IAM users, and iam:SimulateCustomPolicy. It has never been run on a live account."""
INTERRUPTED = 130
SETTLE_SECONDS = 90
"""IAM's changes are not everywhere at once."""


class Interruption:
    """Remembers that somebody asked for an end: Python loses a KeyboardInterrupt that falls into a finalizer."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> NoReturn:
        self.asked = True
        raise KeyboardInterrupt


class Plugin:
    """Hands the stage to the suite, and ends it where an interruption was lost."""

    def __init__(self, stage: LiveStage, interruption: Interruption) -> None:
        self._stage = stage
        self._interruption = interruption

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[LIVE] = self._stage

    def pytest_runtest_setup(self) -> None:
        if self._interruption.asked:
            raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Asks, makes, tests, removes."""
    interruption = Interruption()
    name = f"{PREFIX}{secrets.token_hex(4)}"
    account = Account(name.removeprefix(PREFIX))
    if arguments[:1] == ["--remove"]:
        return _remove(account, arguments[1:])
    say(COST)
    if os.environ.get("CONFIRM") != "yes" and not sys.stdin.isatty():
        return refuse("nobody agreed to that; expected CONFIRM=yes, or a terminal to ask on")
    try:
        who = account.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        return refuse(f"no AWS account to test in: {error}; expected credentials where boto3 finds them")
    say(f"The account is {who['Account']}, the caller {who['Arn']}.")
    if os.environ.get("CONFIRM") != "yes" and not _agreed():
        return refuse("nobody agreed to that")
    return _tested(account, name, arguments, interruption)


def _tested(account: Account, name: str, arguments: list[str], interruption: Interruption) -> int:
    say(f"All that is made is called {name}.")
    try:
        with made(account, name, os.environ.get("AWS_ENDPOINT_URL"), say) as stage:
            settle(stage)
            code = _code(arguments, stage, interruption)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except (BotoCoreError, ClientError) as error:
        for each in told(error):
            say(f"error: {each}")
        say(f"hint: look for what is left with `python -m tests.clients.live --remove {name}`")
        return 3
    say("removed")
    return code


def _code(arguments: list[str], stage: LiveStage, interruption: Interruption) -> int:
    try:
        code = int(pytest.main(_suite(arguments), plugins=[Plugin(stage, interruption)]))
    except Exception:
        if not interruption.asked:
            raise
        return INTERRUPTED  # pytest fails to tell of an interruption that fell between two lines (CPython 3.11)
    return INTERRUPTED if interruption.asked else code


def told(error: BaseException | None) -> list[str]:
    """What went wrong, first things first: what happened while removing does not hide why it had to be."""
    return [*told(error.__context__), str(error)] if isinstance(error, BotoCoreError | ClientError) else []


def _suite(arguments: list[str]) -> list[str]:
    """The suite, and what only AWS can tell, which no other run collects."""
    options = ["-n0", "-m", "programs or not programs", "-o", "python_files=test_*.py facts.py decisions.py"]
    return [str(HERE.parent), *options, *(f"--ignore={HERE / each}" for each in OFFLINE), *arguments]


def settle(stage: LiveStage) -> None:
    """Waits until both IAM users are known as what they are. Raises ClientError where that does not come."""
    unknown = {"UserPoolId": stage.kept.pool, "Username": "nobody"}
    wanted = ((stage.callers.operator, "UserNotFoundException"), (stage.callers.bystander, "AccessDeniedException"))
    end = time.monotonic() + SETTLE_SECONDS
    for keys, code in wanted:
        while code_of(error := _refusal(stage, keys, unknown)) != code:
            if time.monotonic() > end:
                raise error or AssertionError(f"{ADMIN} succeeded for a user who is not there; expected {code}")
            time.sleep(2)


def _refusal(stage: LiveStage, keys: Keys, parameters: dict[str, Any]) -> ClientError | None:
    return error_of(stage.aws.client(ACTION.partition(":")[0], keys), ADMIN, parameters)


def _remove(account: Account, names: list[str]) -> int:
    if len(names) != 1 or not names[0].startswith(PREFIX):
        return refuse(f"--remove {' '.join(names)}: expected one name that begins with {PREFIX}")
    try:
        remove(account, names[0])
    except (BotoCoreError, ClientError) as error:
        say(f"error: {error}")
        return 3
    say("removed")
    return 0


def _agreed() -> bool:
    print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def refuse(why: str) -> int:
    """Says why nothing was made."""
    say(f"error: {why}\nnothing was made")
    return 2


def say(line: str) -> None:
    """To people."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
