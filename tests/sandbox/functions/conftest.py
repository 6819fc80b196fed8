"""Sandboxes in which functions run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from signout.sandbox import runtime_env
from tests.sandbox.functions.deployments import Deployments, start, stop


@pytest.fixture(scope="session")
def functions_python() -> Path:
    """The functions' interpreter, made on first use."""
    return runtime_env.prepare(print)


@pytest.fixture(scope="session")
def sandbox(functions_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployments]:
    """One for all tests; AWS's minute of asynchronous retries takes a tenth of a second."""
    made = start(tmp_path_factory.mktemp("sandbox"), HOST_SECRET="of-the-host-user")
    yield made
    stop(made)


@pytest.fixture
def own_sandbox(
    functions_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Deployments]]:
    """Starts servers of a test's own, with arguments."""
    made: list[Deployments] = []

    def make(*arguments: str) -> Deployments:
        made.append(start(tmp_path_factory.mktemp("sandbox"), *arguments))
        return made[-1]

    yield make
    for one in made:
        stop(one)
