"""What every command says of itself, and the README of all of them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from signout.cli.main import COMMANDS, main, parser_for
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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify",), "error: standard input: is empty; expected a token\n"),
        (("user", "us-east-1_AbCdEfGhI", "ana", "diego"), "expected --yes, since there is no terminal to ask on\n"),
        (("policies", "check", "--stack", "-"), "error: -: is no JSON: "),
        (("stack", "check", "-"), "error: -: is no JSON: "),
    ],
    ids=["verify", "user", "policies", "stack"],
)
def test_closed_input(arguments: tuple[str, ...], said: str) -> None:
    """Where standard input is closed there is nothing to read and nobody to ask: a line, and never a finding."""
    command = [sys.executable, "-m", "signout.cli.main", *arguments]
    ran = subprocess.run(["sh", "-c", '"$@" <&-', "sh", *command], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert said in ran.stderr


def test_a_mistake_of_ours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It has an exit code that means nothing else, and the traceback shows no token."""

    def fails(arguments: object) -> int:
        raise LookupError("eyJraWQiOiJrIiwiYWxnIjoiUlMyNTYifQ.eyJzdWIiOiJzIn0.c2lnbmF0dXJl")

    monkeypatch.setattr("signout.cli.explain.run", fails)

    assert main(["explain", "GlobalSignOut"]) == 70
    err = capsys.readouterr().err
    assert "LookupError: (a token, not shown)" in err
    assert "eyJ" not in err


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
