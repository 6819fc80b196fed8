"""Deployments to the shared sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from signout.sandbox.engine import Target
from signout.sandbox.provider.clients import Clients, settings
from tests.sandbox.provider.deployment import Deployment
from tests.support.sandbox import REGION, Sandbox

Deploys = Callable[[str | Path], Deployment]


@pytest.fixture(scope="session")
def target(sandbox: Sandbox) -> Target:
    keys = sandbox.administrator
    return Target(sandbox.endpoint, keys.access_key_id, keys.secret_access_key, REGION)


@pytest.fixture(scope="session")
def clients(target: Target) -> Clients:
    """The provider's own, to call a type's lifecycle without the engine."""
    environment = {
        "AWS_ENDPOINT_URL": target.endpoint,
        "AWS_ACCESS_KEY_ID": target.access_key,
        "AWS_SECRET_ACCESS_KEY": target.secret_key,
        "AWS_REGION": target.region,
    }
    return Clients(settings({}, environment))


@pytest.fixture
def deploy(tmp_path: Path, target: Target) -> Deploys:
    """Makes a deployment of a program, given as text or as a folder. What it makes goes with the sandbox."""
    return lambda program: Deployment(tmp_path, target, program)
