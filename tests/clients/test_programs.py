"""Which clients were tried."""

from __future__ import annotations

import os

import pytest

from tests.clients.doors.door import Door
from tests.clients.doors.table import PROGRAMS


@pytest.mark.programs
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda door: door.name)
def test_program(program: Door) -> None:
    """A program that is missing is named; with REQUIRE=all it is a failure."""
    if why := program.missing():
        (pytest.fail if os.environ.get("REQUIRE") == "all" else pytest.skip)(f"{program.name} was not tried: {why}")
