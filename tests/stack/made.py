"""`make up` as a person runs it, and what it made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signout.sandbox.deployment import STACK, Deployment
from signout.sandbox.state import DIRECTORY_VARIABLE, StateFolder
from tests.support.sandbox import Sandbox

PROJECT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "signout.sandbox.up")
ON_THE_STACK = ("--stack", STACK)
SECONDS = 300
"""After which a run hangs."""


@dataclass(frozen=True)
class Run:
    """A `make up` that has ended."""

    code: int
    output: str
    errors: str

    @property
    def demonstrated(self) -> str:
        """What the demonstration said."""
        return self.output.partition("Two users sign up and sign in:")[2]


def make_up(folder: StateFolder, **variables: str) -> Run:
    """Runs it to its end."""
    done = subprocess.run(
        COMMAND, cwd=PROJECT, env=environment(folder, **variables), capture_output=True, text=True, timeout=SECONDS
    )
    return Run(done.returncode, done.stdout, done.stderr)


@contextmanager
def making_up(folder: StateFolder) -> Iterator[subprocess.Popen[str]]:
    """Begins a run; it is killed if it has not ended with the block."""
    with subprocess.Popen(
        COMMAND, cwd=PROJECT, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def environment(folder: StateFolder, **variables: str) -> dict[str, str]:
    """As `make` gives it, with the folder's path."""
    return {**os.environ, DIRECTORY_VARIABLE: str(folder.path), **variables}


def said(process: subprocess.Popen[str], text: str) -> str:
    """The first line with the text in it. Raises AssertionError if the process ends without."""
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return line
    raise AssertionError(f"{text!r} is not in:\n{''.join(lines)}")


@dataclass(frozen=True)
class Stack:
    """A stack that was deployed on a sandbox."""

    sandbox: Sandbox
    deployment: Deployment

    @property
    def outputs(self) -> dict[str, Any]:
        """As they are now."""
        return self.deployment.outputs()

    def resources(self) -> list[dict[str, Any]]:
        """The resources in the state, as the engine exports it."""
        state = json.loads(self.deployment.ask("stack", "export", *ON_THE_STACK))
        found: list[dict[str, Any]] = state["deployment"].get("resources", [])
        return found

    def of_type(self, type: str) -> dict[str, dict[str, Any]]:
        """The resources of a type such as Role, by name."""
        return {
            one["urn"].rpartition("::")[2]: one for one in self.resources() if one["type"].rpartition(":")[2] == type
        }

    @contextmanager
    def other_settings(self, settings: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
        """The settings, to be taken back with the end of the block."""
        file = self.deployment.folder / f"Pulumi.{STACK}.yaml"
        before = file.read_text()
        try:
            yield {f"cognito-signout:{key}": value for key, value in settings.items()}
        finally:
            file.write_text(before)
