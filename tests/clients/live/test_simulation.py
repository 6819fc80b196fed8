"""The questions for IAM's simulator, without asking them: the sandbox has no simulator."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.validate import ParamValidator

from signout.iam import decide
from tests.clients.live.simulation import ROWS, Row, parameters, wanted
from tests.iam import test_decisions as tables

SIMULATE = botocore.session.get_session().get_service_model("iam").operation_model("SimulateCustomPolicy").input_shape


def test_how_many() -> None:
    """Thirty questions, no two the same, with each of the three answers among them."""
    assert 30 == len({row["id"] for row in ROWS})
    assert {"allowed", "implicitDeny", "explicitDeny"} == {wanted(row) for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_question(row: Row) -> None:
    """The simulator's model takes the question, nothing of the row is left out, and the engine has the answer."""
    request = tables.request_of(row)

    assert "" == ParamValidator().validate(parameters(row), SIMULATE).generate_report()
    assert {"identity", "boundary"} >= {layer for layer in tables.LAYERS if layer in row}
    assert row["want"] == decide(request, tables.layers_of(row, request)).effect.value
