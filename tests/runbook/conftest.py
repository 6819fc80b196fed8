"""What the runbook's tests share: a clock that moves only when told to, and the limits of the API."""

from __future__ import annotations

import pytest

from signout.runbook import limits
from tests.runbook.fake_time import FakeTime


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime()


@pytest.fixture(scope="session")
def api_limits() -> limits.Limits:
    return limits.load()
