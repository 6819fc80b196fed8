"""What the tests of the stack share: each engine run takes seconds, so that one deployment serves many tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from signout.sandbox import lifecycle
from signout.sandbox.deployment import Deployment
from signout.sandbox.state import StateFolder
from tests.stack.made import PROJECT, Run, Stack, make_up
from tests.support.sandbox import Sandbox


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StateFolder]:
    """The state folder of a running sandbox."""
    folder = StateFolder(tmp_path_factory.mktemp("stack") / "state")
    lifecycle.start(folder, 0)
    yield folder
    lifecycle.stop(folder)


@pytest.fixture(scope="session")
def first_run(folder: StateFolder) -> Run:
    """The first `make up` on it."""
    return make_up(folder)


@pytest.fixture(scope="session")
def stack(folder: StateFolder, first_run: Run) -> Stack:
    """What the first run made. Tests may change it, and leave it so that a further `make up` works."""
    assert first_run.code == 0, first_run.output + first_run.errors
    server = folder.running()
    assert server
    return Stack(Sandbox(folder), Deployment.on(folder, server, PROJECT))
