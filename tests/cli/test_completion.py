"""`signout completion`: its scripts in real shells."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from signout.cli.completion import SHELLS
from tests.cli.command import signout

ASK = """
source "$1"
COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2)) COMP_LINE="${*:2}" COMP_POINT=${#COMP_LINE}
complete -p signout >&2
_shtab_signout signout "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        (("signout", "re"), {"review"}),
        (("signout", "st"), {"stack"}),
        (("signout", "user", "--run"), {"--runbook"}),
        (("signout", "policies", "ch"), {"check"}),
        (("signout", "completion", "f"), {"fish"}),
    ],
)
def test_bash(tmp_path: Path, typed: tuple[str, ...], completed: set[str]) -> None:
    """Bash completes commands, verbs, options and choices."""
    script = tmp_path / "signout.bash"
    script.write_text(signout("completion", "bash").out)

    ran = subprocess.run(["bash", "-c", ASK, "ask", script, *typed], capture_output=True, text=True, check=True)

    assert "_shtab_signout signout" in ran.stderr
    assert {word.strip() for word in ran.stdout.splitlines()} == completed


FILES = [
    # typed                                           completed
    (("signout", "verify", "--token-file", "to"), {"token.txt"}),
    (("signout", "review", "--limit", "to"), {"token.txt"}),
    (("signout", "review", "to"), {"token.txt"}),
    (("signout", "compare", "to"), {"token.txt"}),
    (("signout", "sandbox", "start", "--dir", "to"), {"tombs/", "tombs"}),
]


@pytest.mark.parametrize(("typed", "completed"), FILES, ids=[" ".join(row[0]) for row in FILES])
def test_files(tmp_path: Path, typed: tuple[str, ...], completed: set[str]) -> None:
    """Where a command takes a file, bash completes the names of files; where a folder, those of folders."""
    (tmp_path / "tombs").mkdir()
    (tmp_path / "token.txt").touch()
    script = tmp_path / "signout.bash"
    script.write_text(signout("completion", "bash").out)

    command = ["bash", "-c", ASK, "ask", script, *typed]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)

    found = {word.strip() for word in ran.stdout.splitlines()}
    assert completed & found
    assert found <= {*completed, "tombs", "tombs/"}


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.parametrize(("typed", "completed"), [("signout re", "review"), ("signout user --run", "--runbook")])
def test_fish(tmp_path: Path, typed: str, completed: str) -> None:
    """Fish completes commands and options, and says what they are for."""
    script = tmp_path / "signout.fish"
    script.write_text(signout("completion", "fish").out)

    command = ["fish", "--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', str(script), typed]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)

    assert [completed] == [line.partition("\t")[0] for line in ran.stdout.splitlines()]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command(tmp_path: Path, shell: str) -> None:
    """Each script names every command; a shell that is installed can read it."""
    ran = signout("completion", shell)
    script = tmp_path / "script"
    script.write_text(ran.out)

    assert (ran.code, ran.err) == (0, "")
    for name in ("decide", "review", "who-can", "user", "stack", "sandbox"):
        assert name in ran.out
    if found := shutil.which(shell):
        subprocess.run([found, "-n", script], check=True)
