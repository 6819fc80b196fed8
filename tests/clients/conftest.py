"""The stages, and the clients to try them with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clients.doors.door import Door
from tests.clients.doors.table import AT_HAND, PROGRAMS
from tests.clients.stage import LIVE, Stage, running_stage


@pytest.fixture(scope="session")
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A sandbox that takes any number of requests; for `make test-aws`, the account."""
    if LIVE in request.config.stash:
        yield request.config.stash[LIVE]
        return
    with running_stage(tmp_path_factory.mktemp("clients") / "state") as running:
        yield running


@pytest.fixture(scope="session")
def counting_stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A sandbox that keeps to Cognito's request quotas."""
    if LIVE in request.config.stash:
        pytest.skip("would use up the account's quota, which others share")
    with running_stage(tmp_path_factory.mktemp("clients") / "counting", "--throttle") as running:
        yield running


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with a `door` runs through each; through a program that has to be installed, only if asked to."""
    if "door" in metafunc.fixturenames:
        marked = [pytest.param(door, marks=pytest.mark.programs) for door in PROGRAMS]
        metafunc.parametrize("door", [*AT_HAND, *marked], ids=lambda door: door.name, indirect=True, scope="session")


@pytest.fixture(scope="session")
def door(request: pytest.FixtureRequest) -> Door:
    """A client. Where its program is missing, the test says so."""
    chosen: Door = request.param
    if why := chosen.missing():
        pytest.skip(f"{chosen.name} was not tried: {why}")
    return chosen
