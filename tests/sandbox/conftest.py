"""The sandbox that the tests of this folder share: started once, ended with the last of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.sandbox import Sandbox, running_sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A running sandbox. Tests share it, so they make what they need under names of their own."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox") / "state") as running:
        yield running
