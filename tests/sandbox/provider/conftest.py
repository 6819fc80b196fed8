"""Deployments to the shared sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from signout.sandbox.engine import Target
from tests.sandbox.provider.deployment import Deployment
from tests.support.sandbox import REGION, Sandbox

Deploys = Callable[[str | Path], Deployment]


@pytest.fixture(scope="session")
def target(sandbox: Sandbox) -> Target:
    keys = sandbox.administrator
    return Target(sandbox.endpoint, keys.access_key_id, keys.secret_access_key, REGION)


@pytest.fixture
def deploy(tmp_path: Path, target: Target) -> Iterator[Deploys]:
    """Makes a deployment of a program, given as text or as a folder; what it made is destroyed with the test."""
    made: list[Deployment] = []

    def make(program: str | Path) -> Deployment:
        made.append(Deployment(tmp_path / str(len(made)), target, program))
        return made[-1]

    yield make
    for each in made:
        if each.state():
            each.run("state", "unprotect", "--all", "--yes")
            each.destroy()
