"""`signout`: finds the command, and turns what the user cannot help into one line and an exit code.

Exit codes: 0 done, 1 what was looked for was found (each command says what), 2 bad input or usage, 130 interrupted,
70 a mistake in the program itself, 141 cut off, since nobody reads the output any more or it cannot be written.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import io
import os
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn, Protocol, cast

from signout.cli.errors import CommandError, refuse_tokens, without_tokens
from signout.cli.extras import extra_of, missing

COMMANDS: tuple[tuple[str, str], ...] = (
    ("decide", "decide requests against IAM policies: JSON lines in, one decision a line out"),
    ("compare", "say what access one policy gives that another does not"),
    ("review", "say what a change lets anyone do that they could not do before"),
    ("who-can", "list who can do an action on a resource in an account"),
    ("explain", "what authorizes an operation of Cognito, and the least policy that grants it"),
    ("user", "sign users of a pool out everywhere"),
    ("me", "sign oneself out everywhere, with one's own access token"),
    ("verify", "does Cognito still accept a token?"),
    ("exposure", "what a sign-out leaves working, and for how long"),
    ("policies", "where the policy pack is, and what it says of a stack's state"),
    ("stack", "may `pulumi up` go on with a stack, and if not, what to do first"),
    ("sandbox", "AWS on this machine: start, stop, status, logs"),
    ("completion", "the script that lets a shell complete all of this"),
)
"""Name and help of every command, in the order in which the help lists them; a command's module is loaded when used."""


CUT_OFF = 141
"""As a shell has it for a program that SIGPIPE ended. Never 0: a user may not have been signed out for it."""
FAILED = 70
"""As sysexits.h has it for a mistake in the program itself."""
NOT_WRITTEN = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What the system says of output that has nowhere to go: its reader has gone, or its disk is full."""


class Command(Protocol):
    """What a command's module has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, arguments: argparse.Namespace) -> int: ...


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that never repeats a token."""

    def error(self, message: str) -> NoReturn:
        """Says what is wrong with the arguments; exit code 2."""
        super().error(without_tokens(message))


def load(name: str) -> Command:
    """The module of a command."""
    return cast(Command, importlib.import_module(f"signout.cli.{name.replace('-', '_')}"))


def parser_for(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser; only the command that is asked for is loaded, so that `signout --help` is quick."""
    wanted = next((argument for argument in arguments if not argument.startswith("-")), None)
    return _parser(loaded=[] if wanted is None else [wanted])


def whole_parser() -> argparse.ArgumentParser:
    """The parser with the options of all commands, but for those whose extra is not installed."""
    return _parser(loaded=[name for name, _ in COMMANDS if _is_installed(name)])


def _is_installed(name: str) -> bool:
    try:
        load(name)
    except ModuleNotFoundError as error:
        if extra_of(_package(error)) is None:
            raise
        return False
    return True


def _package(error: ModuleNotFoundError) -> str:
    return (error.name or "").partition(".")[0]


def _parser(loaded: Sequence[str]) -> argparse.ArgumentParser:
    parser = Parser(
        prog="signout",
        description="Sign users out of Amazon Cognito everywhere; deploy, review and prove the permission to do so.",
        epilog="`signout COMMAND --help` shows a command's options, with examples.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, summary in COMMANDS:
        command = commands.add_parser(
            name, help=summary, description=summary, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name in loaded:
            load(name).add_arguments(command)
            for verb in verbs_of(command).values():
                # The examples and exit codes of a command are those of its verbs.
                verb.epilog, verb.formatter_class = command.epilog, command.formatter_class
    return parser


def verbs_of(command: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The parsers of `start` and `stop` for `signout sandbox`; empty for a command without such."""
    return {
        name: verb
        for action in command._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, verb in action.choices.items()
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code."""
    if sys.stdin is None:
        # Closed by whoever called: there is nothing to read, and nobody to ask.
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 # open as long as the process runs
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except Exception:
        import traceback  # only for a mistake of ours; Python's own exit code for it is one that means something here

        print(without_tokens(traceback.format_exc()), end="", file=sys.stderr)
        return FAILED


def _run(arguments: list[str]) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that the terminal's encoding does not have is no reason to stop halfway.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        refuse_tokens(arguments)
        parser = parser_for(arguments)
        parsed = parser.parse_args(arguments)
        if parsed.version:
            from importlib.metadata import version

            print(version("cognito-signout"))
            return 0
        if parsed.command is None:
            parser.print_help(sys.stderr)
            return 2
        code = load(parsed.command).run(parsed)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except CommandError as error:
        print(f"error: {without_tokens(str(error))}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        extra = extra_of(_package(error))
        if extra is None:
            raise
        print(f"error: {missing(_package(error), extra)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno not in NOT_WRITTEN or error.filename is not None:
            raise
        if not isinstance(error, BrokenPipeError):
            print(f"error: the output could not be written: {error.strerror}", file=sys.stderr)
        # Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_OFF


if __name__ == "__main__":
    sys.exit(main())
