"""Every AWS managed policy parses, prints, and decides."""

from __future__ import annotations

import json

import pytest

from signout.iam import Effect, Layers, Request, decide, parse
from signout.iam.document import document_of
from tests.iam.managed import documents

POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI"
REQUESTS = (
    Request("arn:aws:iam::123456789012:role/ops", "cognito-idp:AdminUserGlobalSignOut", POOL),
    Request("arn:aws:iam::123456789012:user/ann", "s3:GetObject", "arn:aws:s3:::bucket/key", assume_unknown="absent"),
    Request("arn:aws:sts::123456789012:assumed-role/ops/ann", "iam:PassRole", "arn:aws:iam::123456789012:role/x"),
)


def test_there_are_many() -> None:
    """The collection is the real one, not a sample."""
    assert len(documents()) > 1500


def test_each_prints_as_it_parsed() -> None:
    """Parsing what was printed gives the same policy."""
    for name, document in documents().items():
        policy = parse(json.dumps(document), name)

        assert policy == parse(document_of(policy), name), name


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request.action)
def test_each_decides_with_reasons(request_: Request) -> None:
    """A decision on every policy has an effect and says why."""
    effects = set()
    for name, document in documents().items():
        decision = decide(request_, Layers(identity=(parse(document, name),)))
        effects.add(decision.effect)

        assert decision.because, name
    assert {Effect.ALLOWED, Effect.IMPLICITLY_DENIED} <= effects
