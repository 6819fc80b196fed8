"""`signout completion`: the script that lets a shell complete commands and options."""

from __future__ import annotations

import argparse

SHELLS = ("bash", "zsh", "fish")

EXAMPLES = """
examples:
  eval "$(signout completion bash)"                                         # in ~/.bashrc
  signout completion zsh > "${fpath[1]}/_signout"
  signout completion fish > ~/.config/fish/completions/signout.fish

exit code: 0
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    parser.add_argument("shell", choices=SHELLS, help="the shell")


def run(arguments: argparse.Namespace) -> int:
    """Prints the script, made from the parsers of all commands."""
    import shtab  # for this command only

    from signout.cli.main import whole_parser

    print(shtab.complete(whole_parser(), shell=arguments.shell))
    return 0
