"""What holds for all tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# A busy machine must not fail a test: how long an example takes is for `make bench` to say.
# The ordinary run tries the same examples every time, so that a change fails for what it did; the long one searches on.
settings.register_profile("ordinary", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("long", settings.get_profile("ordinary"), derandomize=False, max_examples=2_000)
settings.load_profile("long" if os.environ.get("SIGNOUT_TESTS") == "long" else "ordinary")

# Files that take long by themselves, those that deploy with the real engine before all. They go first, so that none is
# left for one worker at the end.
_LONG = (
    "tests/policies/test_on_the_engine.py",
    "tests/sandbox/provider/",
    "tests/stack/",
    "tests/clients/",
    "tests/review/test_on_the_engine.py",
    "tests/toolchain/",
    "tests/sandbox/",
    "tests/cli/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some of the time, tests wait for an engine or a server."""
    return (os.cpu_count() or 1) + 1
