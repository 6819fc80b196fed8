"""The sandbox that the tests of this folder share: started when the first of them needs it."""

import pytest

from tests.support.sandbox import running_sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    """A running sandbox. Tests share it, so they make what they need under names of their own."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox") / "state") as running:
        yield running
