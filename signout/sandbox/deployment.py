"""The stack on the sandbox: the real `pulumi up`, with a state, plugins and configuration of the sandbox's own.

What the sandbox holds goes with its server, so a deployment's state is kept by server: a new one begins with none, and
nothing has to be repaired after the old one was killed. State that an interrupted `pulumi up` left behind is as
disposable here; on AWS it is not, see docs/stack.md.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from . import engine
from .provider.install import install
from .state import Connection, Server, StateFolder, write

STACK: Final = "sandbox"


class DeploymentError(Exception):
    """The deployment did not come off: one line with the reason and the next step. The engine has said the rest."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A Pulumi project on a sandbox."""

    project: Path
    """The folder with Pulumi.yaml."""
    home: Path
    """PULUMI_HOME, with the stand-in provider in its plugin cache."""
    folder: Path
    """What belongs to one server's life: the state, its passphrase, the stack's configuration."""
    connection: Connection

    @classmethod
    def on(cls, folder: StateFolder, server: Server, project: Path) -> Deployment:
        """The deployment of the project on a running server. Removes what earlier servers' deployments left."""
        deployments = folder.path / "deployments"
        mine = deployments / server.started.replace(":", "-")
        for other in deployments.iterdir() if deployments.is_dir() else ():
            if other != mine:
                shutil.rmtree(other, ignore_errors=True)
        if not (project / "Pulumi.yaml").is_file():
            raise DeploymentError(f"{project}: has no Pulumi.yaml; expected to be run in the project's folder")
        return cls(project, folder.path / "pulumi-home", mine, folder.connection())

    def prepare(self, settings: Mapping[str, str]) -> None:
        """Installs the provider and begins a state, with these values of the stack's configuration by path."""
        install(self.home)
        (self.folder / "state").mkdir(parents=True, exist_ok=True)
        passphrase = self.folder / "passphrase"
        if not passphrase.exists():
            write(passphrase, secrets.token_urlsafe(24))
        if not self._stack_exists():
            self._begin_stack()
        pairs = [argument for path, value in settings.items() for argument in ("--plaintext", f"{path}={value}")]
        self.pulumi("config", "set-all", "--path", *pairs, quiet=True)

    @property
    def _settings_file(self) -> Path:
        return self.folder / f"Pulumi.{STACK}.yaml"

    def _begin_stack(self) -> None:
        """`stack init` writes the settings beside Pulumi.yaml: beside a copy, to keep them out of the project."""
        shutil.copy(self.project / "Pulumi.yaml", self.folder)
        self.pulumi("stack", "init", STACK, "--secrets-provider", "passphrase", quiet=True, folder=self.folder)

    def up(self, *arguments: str) -> None:
        """`pulumi up` with the policy pack. An update that was interrupted before is begun again from nothing."""
        pack = self.project / "policies"
        settings = pack / "environments" / "sandbox.json"
        self.pulumi("up", "--yes", "--policy-pack", str(pack), "--policy-pack-config", str(settings), *arguments)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        found: dict[str, Any] = json.loads(self.pulumi("stack", "output", "--json", quiet=True))
        return found

    def interrupted(self) -> bool:
        """Did an update not come to its end? Its lock is still there, or the state has operations that are pending."""
        state = self.folder / "state" / ".pulumi"
        if any(path.is_file() for path in state.glob("locks/**/*.json")):
            return True
        checkpoints = list(state.glob(f"stacks/**/{STACK}.json"))
        content = json.loads(checkpoints[0].read_text()) if checkpoints else {}
        latest = (content.get("checkpoint") or {}).get("latest") or {}
        return bool(latest.get("pending_operations"))

    def pulumi(self, *arguments: str, quiet: bool = False, folder: Path | None = None) -> str:
        """Runs the engine; what it says is shown as it comes, or returned where `quiet`. Raises DeploymentError."""
        command = ["pulumi", *arguments, "--non-interactive"]
        if arguments[0] in ("up", "config", "preview", "destroy", "refresh"):
            command += ["--stack", STACK, "--config-file", str(self._settings_file)]
        elif arguments[:2] == ("stack", "output"):
            command += ["--stack", STACK]
        out = subprocess.PIPE if quiet else None
        env = self._environment()
        command[0] = str(engine.find().path)
        done = subprocess.run(
            command, cwd=folder or self.project, env=env, stdout=out, stderr=out, text=True, check=False
        )
        if done.returncode != 0:
            said = (
                f": {(done.stderr or done.stdout).strip().splitlines()[-1]}"
                if quiet and (done.stderr or done.stdout)
                else ""
            )
            raise DeploymentError(f"`pulumi {' '.join(arguments[:2])}` failed{said}")
        return done.stdout or ""

    def _stack_exists(self) -> bool:
        return any((self.folder / "state" / ".pulumi").glob(f"stacks/**/{STACK}.json"))

    def _environment(self) -> dict[str, str]:
        target = engine.Target(
            self.connection.endpoint,
            self.connection.access_key_id,
            self.connection.secret_access_key,
            self.connection.region,
        )
        passphrase = (self.folder / "passphrase").read_text()
        return engine.environment(target, self.home, self.folder / "state", passphrase, os.environ)
