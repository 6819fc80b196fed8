"""Pulumi at work: a program in a folder of its own, with a PULUMI_HOME, a state and a HOME of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from signout.sandbox.engine import Target, environment
from signout.sandbox.provider.install import install

STACK = "test"
PASSPHRASE = "for tests"
# Whoever reads one of these fails: they are no INI files.
DECOYS = {
    ".aws/config": "[broken",
    ".aws/credentials": "[broken",
    ".pulumi/credentials.json": "{}",
    ".pulumi/plugins/resource-aws-v1.0.0/pulumi-resource-aws": "",
}

PROJECT = "name: every-type\nruntime: {name: python, options: {toolchain: pip}}\n"


@dataclass(frozen=True)
class Step:
    """What the engine did with one resource."""

    op: str
    type: str
    name: str
    diff: Mapping[str, str] = field(default_factory=dict)
    """From a property's path to the kind of its change."""


@dataclass(frozen=True)
class Run:
    """One run of the command line."""

    code: int
    output: str
    steps: tuple[Step, ...]

    def of(self, name: str, *ops: str) -> list[Step]:
        """The steps of one resource, by default all."""
        return [step for step in self.steps if step.name == name and (not ops or step.op in ops)]


class Deployment:
    """A program and its stack."""

    def __init__(self, folder: Path, target: Target, program: str | Path) -> None:
        self.folder, self.project, self.home = folder, folder / "program", folder / "home"
        self._log = folder / "events"
        if isinstance(program, Path):
            shutil.copytree(program, self.project, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            self.project.mkdir(parents=True)
            (self.project / "Pulumi.yaml").write_text(PROJECT)
            self.write(program)
        for name, content in DECOYS.items():
            (folder / "user" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "user" / name).write_text(content)
        (folder / "state").mkdir()
        install(self.home)
        self.environment = environment(target, self.home, folder / "state", PASSPHRASE) | {
            "HOME": str(folder / "user"),
            "PULUMI_DEBUG_COMMANDS": "true",  # for --event-log
        }
        assert self.run("stack", "init", STACK, "--secrets-provider", "passphrase").code == 0

    def write(self, program: str) -> None:
        (self.project / "__main__.py").write_text(program)

    def preview(self, *options: str, **variables: str) -> Run:
        return self.run("preview", "--event-log", str(self._log), *options, **variables)

    def up(self, *options: str, **variables: str) -> Run:
        return self.run("up", "--yes", "--skip-preview", "--event-log", str(self._log), *options, **variables)

    def refresh(self, *options: str, **variables: str) -> Run:
        return self.run("refresh", "--yes", "--skip-preview", "--event-log", str(self._log), *options, **variables)

    def destroy(self, **variables: str) -> Run:
        return self.run("destroy", "--yes", "--skip-preview", "--event-log", str(self._log), **variables)

    def run(self, *arguments: str, **variables: str) -> Run:
        self._log.unlink(missing_ok=True)
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.project,
            env=self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Run(done.returncode, done.stdout, tuple(self._steps()))

    def state(self) -> dict[str, Any]:
        """The resources of the stack, by name."""
        (file,) = (self.folder / "state").glob(f".pulumi/stacks/*/{STACK}.json")
        resources = json.loads(file.read_text())["checkpoint"]["latest"].get("resources", [])
        return {each["urn"].rpartition("::")[2]: each for each in resources if each["custom"]}

    def state_text(self) -> str:
        """Everything that is on disk about the stack."""
        files = (path for path in (self.folder / "state").rglob("*") if path.is_file())
        return "\n".join(path.read_text() for path in files)

    def _steps(self) -> list[Step]:
        if not self._log.exists():
            return []
        events = [json.loads(line) for line in self._log.read_text().splitlines()]
        done = [
            event[kind]["metadata"]
            for event in events
            for kind in ("resourcePreEvent", "resOutputsEvent", "resOpFailedEvent")
            if kind in event
        ]
        found = [
            Step(
                step["op"],
                step["type"],
                step["urn"].rpartition("::")[2],
                {path: each["diffKind"] for path, each in (step.get("detailedDiff") or {}).items()},
            )
            for step in done
        ]
        return [step for place, step in enumerate(found) if step not in found[:place]]


def listing(folder: Path) -> dict[str, str]:
    """Every file below a folder, and what is in it."""
    files = (Path(where) / name for where, _, names in os.walk(folder) for name in names)
    return {str(file.relative_to(folder)): file.read_text(errors="replace") for file in files}
