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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from . import engine, interruptible
from .provider.install import install
from .state import Connection, Server, StateFolder, write

STACK: Final = "sandbox"
_ON_THE_STACK: Final = ("--stack", STACK)


class DeploymentError(Exception):
    """The deployment did not come off: one line with the reason and the next step. The engine has said the rest."""


def check_project(project: Path) -> None:
    """Raises DeploymentError unless the folder is a Pulumi project's."""
    if not (project / "Pulumi.yaml").is_file():
        raise DeploymentError(f"{project}: has no Pulumi.yaml; expected to be run in the project's folder")


@dataclass(frozen=True, slots=True)
class Deployment:
    """A Pulumi project on a sandbox. Its calls raise DeploymentError where the engine fails, and OSError."""

    project: Path
    """The folder with Pulumi.yaml."""
    home: Path
    """PULUMI_HOME, with the stand-in provider in its plugin cache."""
    folder: Path
    """What belongs to one server's life: the state, its passphrase, the stack's configuration."""
    connection: Connection
    handed_on: tuple[int, ...] = ()
    """File descriptors that the engine inherits, such as that of a lock that it has to hold as long as it runs."""

    @classmethod
    def on(cls, folder: StateFolder, server: Server, project: Path, handed_on: Sequence[int] = ()) -> Deployment:
        """The deployment of the project on a running server. Removes what earlier servers' deployments left."""
        deployments = folder.path / "deployments"
        mine = deployments / f"{server.started.replace(':', '-')}-{server.pid}"
        for other in deployments.iterdir() if deployments.is_dir() else ():
            if other != mine:
                shutil.rmtree(other, ignore_errors=True)
        return cls(project, folder.path / "pulumi-home", mine, folder.connection(), tuple(handed_on))

    def prepare(self) -> None:
        """Installs the provider, and begins a state where there is none."""
        install(self.home)
        if self._checkpoint() and self._settings_file.exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)  # of a beginning that was interrupted
        (self.folder / "state").mkdir(parents=True)
        write(self._passphrase_file, secrets.token_urlsafe(24))
        # The engine writes the stack's settings beside Pulumi.yaml: beside a copy, to keep them out of the project.
        shutil.copy(self.project / "Pulumi.yaml", self.folder)
        self.ask("stack", "init", STACK, "--secrets-provider", "passphrase", folder=self.folder)

    def up(self, settings: Mapping[str, str], *arguments: str) -> None:
        """`pulumi up` with the policy pack, as the user sees it. `settings` are values of the configuration by path,
        and are kept for later updates.
        """
        given = [argument for path, value in settings.items() for argument in ("--config", f"{path}={value}")]
        # The provider is there; looking which ones are needed would start a language host just for that.
        plain = ("--yes", "--suppress-progress", "--skip-plugin-pre-install")
        self.tell("up", *plain, *self.rules, "--config-path", *given, *arguments)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        found: dict[str, Any] = json.loads(self.ask("stack", "output", "--json", *_ON_THE_STACK))
        return found

    def interrupted(self) -> bool:
        """Did an update not come to its end? Its lock is still there, or the state has operations that are pending."""
        if any(path.is_file() for path in self._state.glob("locks/**/*.json")):
            return True
        checkpoint = self._checkpoint()
        content = json.loads(checkpoint.read_text()) if checkpoint else {}
        latest = (content.get("checkpoint") or {}).get("latest") or {}
        return bool(latest.get("pending_operations"))

    @property
    def chosen(self) -> tuple[str, ...]:
        """The arguments that choose the stack and its configuration."""
        return (*_ON_THE_STACK, "--config-file", str(self._settings_file))

    @property
    def rules(self) -> tuple[str, ...]:
        """The arguments that put the policy pack, with the settings for a sandbox, on a preview or an update."""
        pack = self.project / "policies"
        return ("--policy-pack", str(pack), "--policy-pack-config", str(pack / "environments" / "sandbox.json"))

    def tell(self, verb: str, *arguments: str) -> None:
        """Has the engine work on the stack, and show what it does as it does it."""
        self._run([verb, *self.chosen, *arguments])

    def ask(self, *arguments: str, folder: Path | None = None, given: str | None = None) -> str:
        """What the engine answers. `folder` is where it runs, by default the project's; `given` its standard input."""
        return self._run(arguments, folder=folder, given=given, quiet=True).output

    def _run(
        self, arguments: Sequence[str], *, folder: Path | None = None, given: str | None = None, quiet: bool = False
    ) -> interruptible.Done:
        done = interruptible.run(
            [str(engine.find().path), *arguments, "--non-interactive"],
            cwd=folder or self.project,
            env=self._environment(),
            handed_on=self.handed_on,
            given=given,
            quiet=quiet,
        )
        if done.code != 0:
            command = " ".join(argument for argument in arguments[:2] if not argument.startswith("-"))
            shown = [line.strip() for line in f"{done.errors}\n{done.output}".splitlines()]
            said = [line for line in shown if line.startswith("error:")]
            raise DeploymentError(": ".join([f"`pulumi {command}` failed", *said[:1]]))
        return done

    @property
    def _state(self) -> Path:
        return self.folder / "state" / ".pulumi"

    def _checkpoint(self) -> Path | None:
        """The stack's state as the engine keeps it, by project."""
        return next(self._state.glob(f"stacks/*/{STACK}.json"), None)

    @property
    def _passphrase_file(self) -> Path:
        return self.folder / "passphrase"

    @property
    def _settings_file(self) -> Path:
        return self.folder / f"Pulumi.{STACK}.yaml"

    def _environment(self) -> dict[str, str]:
        target = engine.Target(
            self.connection.endpoint,
            self.connection.access_key_id,
            self.connection.secret_access_key,
            self.connection.region,
        )
        return engine.environment(
            target, self.home, self.folder / "state", self._passphrase_file.read_text(), os.environ
        )
