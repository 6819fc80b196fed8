"""What every command says of itself, and the README of all of them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from signout.cli.main import COMMANDS, parser_for
from tests.cli.command import signout

NAMES = [name for name, _ in COMMANDS]
ROOT = Path(__file__).resolve().parents[2]


def examples(name: str) -> list[list[str]]:
    """The command lines under `examples:` that call `signout`, without what a shell does for them."""
    text = signout(name, "--help").out.partition("examples:\n")[2].partition("\n\n")[0]
    lines = (line.strip() for line in text.replace("\\\n", " ").splitlines())
    called = (re.search(r"signout [^|>)]+", line) for line in lines if not line.startswith("export"))
    return [shlex.split(found[0], comments=True)[1:] for found in called if found]


@pytest.mark.parametrize("name", NAMES)
def test_help(name: str) -> None:
    """--help says what the command is for, shows examples, and names its exit codes."""
    ran = signout(name, "--help")

    assert (ran.code, ran.err) == (0, "")
    assert examples(name)
    assert "exit code" in ran.out


VERBS = [("sandbox", verb) for verb in ("start", "stop", "status", "logs")] + [
    *(("policies", verb) for verb in ("path", "check")),
    *(("stack", verb) for verb in ("check", "up")),
]


@pytest.mark.parametrize(("name", "verb"), VERBS)
def test_help_of_a_verb(name: str, verb: str) -> None:
    """What `sandbox start --help` shows has examples and exit codes too."""
    ran = signout(name, verb, "--help")

    assert (ran.code, ran.err) == (0, "")
    assert f"signout {name} " in ran.out.partition("examples:\n")[2]
    assert "exit code" in ran.out


@pytest.mark.parametrize("name", NAMES)
def test_examples(name: str) -> None:
    """Every example is one that the command takes."""
    for example in examples(name):
        assert parser_for(example).parse_args(example).command == example[0]


@pytest.mark.parametrize("name", NAMES)
def test_exit_codes(name: str) -> None:
    """The exit codes in the documentation are those of --help."""
    (row,) = re.findall(rf"^\| `{name}` \| (.*) \|$", (ROOT / "docs" / "commands.md").read_text(), re.MULTILINE)
    _, _, said = signout(name, "--help").out.partition("exit code: ")

    assert " ".join(said.split()).startswith(row)


def test_readme() -> None:
    """The README's table has every command, and no other."""
    table = (ROOT / "README.md").read_text().partition("## From the shell")[2].partition("\n## ")[0]
    named = re.findall(r"`signout ([a-z-]+)`", table)

    assert sorted(named) == sorted(NAMES)


def test_readme_examples(tmp_path: Path) -> None:
    """What the README shows of `signout` prints what it says that it prints."""
    section = (ROOT / "README.md").read_text().partition("## From the shell")[2].partition("\n## ")[0]
    block = section.partition("```\n")[2].partition("```")[0]
    shown = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    assert len(shown) >= 2
    for each in shown:
        command, _, printed = each.partition("\n")
        ran = signout(*shlex.split(command)[1:])

        start, cut, _ = printed.strip().partition("…")
        assert ran.out.strip().startswith(start.strip()) if cut else ran.out.strip() == start
