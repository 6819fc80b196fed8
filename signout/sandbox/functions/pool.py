"""Warm environments: kept for a while after an event, and used for the next one of the same version."""

from __future__ import annotations

import asyncio
import time

from signout.sandbox.functions.definition import Definition
from signout.sandbox.functions.environment import Environment

_IDLE_SECONDS = 300
# The credentials in an environment's variables are good for an hour.
_LIFE_SECONDS = 3000
# Each holds 30 MB and more of this machine's memory.
_MAXIMUM_IDLE = 16


class Pool:
    """Idle environments, the one used last first. Used on the host's event loop only."""

    def __init__(self) -> None:
        self._idle: list[tuple[Environment, asyncio.TimerHandle]] = []

    def take(self, definition: Definition) -> Environment | None:
        """An environment that has run this very definition, or None; those of older ones are stopped."""
        self._retire_older(definition)
        for environment, _ in reversed(self._idle.copy()):
            if environment.definition != definition:
                continue
            if environment.is_alive and time.monotonic() - environment.born < _LIFE_SECONDS:
                self._forget(environment)
                return environment
            self.discard(environment)
        return None

    def give_back(self, environment: Environment) -> None:
        """Keep an environment after an event."""
        expiry = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self.discard, environment)
        environment.on_exit = lambda: self.discard(environment)
        self._idle.append((environment, expiry))
        if not environment.is_alive:
            self.discard(environment)
        if len(self._idle) > _MAXIMUM_IDLE:
            self.discard(self._idle[0][0])

    def discard(self, environment: Environment) -> None:
        self._forget(environment)
        environment.stop()

    def retire(self, arn: str, version: str | None = None) -> None:
        """Stop what is idle of a function, or of one version: it was changed or deleted."""
        for environment, _ in list(self._idle):
            definition = environment.definition
            if definition.arn == arn and version in (None, definition.version):
                self.discard(environment)

    def environments(self) -> list[Environment]:
        """All that are idle."""
        return [environment for environment, _ in self._idle]

    def _retire_older(self, definition: Definition) -> None:
        for environment, _ in list(self._idle):
            other = environment.definition
            if other.versioned_arn == definition.versioned_arn and other != definition:
                self.discard(environment)

    def _forget(self, environment: Environment) -> None:
        for entry in list(self._idle):
            if entry[0] is environment:
                entry[1].cancel()
                self._idle.remove(entry)
