"""Thirty decisions of the engine's, put to IAM's own simulator. Collected by `make test-aws` alone."""

from __future__ import annotations

import pytest

from signout.iam import decide
from tests.clients.live.simulation import ROWS, Row, parameters, wanted
from tests.clients.stage import Stage
from tests.iam import test_decisions as tables


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_decision(row: Row, stage: Stage) -> None:
    """IAM's simulator decides as the engine does."""
    request = tables.request_of(row)
    answer = stage.aws.client("iam").simulate_custom_policy(**parameters(row))

    assert row["want"] == decide(request, tables.layers_of(row, request)).effect.value
    assert [wanted(row)] == [result["EvalDecision"] for result in answer["EvaluationResults"]]
