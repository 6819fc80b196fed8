"""`signout completion`: the script that lets a shell complete commands and options."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

SHELLS = ("bash", "zsh", "fish")

EXAMPLES = """
examples:
  eval "$(signout completion bash)"                                         # in ~/.bashrc
  signout completion zsh > "${fpath[1]}/_signout"
  signout completion fish > ~/.config/fish/completions/signout.fish

exit code: 0
"""

FILES = frozenset({"FILE", "BEFORE", "AFTER"})
FOLDERS = frozenset({"FOLDER"})
"""By their names in the help, what names files and what names folders."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    parser.add_argument("shell", choices=SHELLS, help="the shell")


def run(arguments: argparse.Namespace) -> int:
    """Prints the script, made from the parsers of all commands."""
    import shtab  # for this command only

    from signout.cli.main import whole_parser

    parser = whole_parser()
    for action in _options(parser):
        if action.metavar in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined] # how shtab is told
        elif action.metavar in FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    print(shtab.complete(parser, shell=arguments.shell))
    return 0


def _options(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The options and arguments of a parser and of those below it."""
    from signout.cli.main import verbs_of

    yield from parser._actions
    for below in verbs_of(parser).values():
        yield from _options(below)
