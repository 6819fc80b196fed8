"""Every AWS managed policy parses, prints, decides, and compares with itself and with its neighbour."""

from __future__ import annotations

import json
import os
from itertools import islice, pairwise

import pytest

from signout.iam import Effect, Kind, Layers, Request, decide, parse
from signout.iam.compare import Relation, compare
from signout.iam.compare.surroundings import around
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


CHUNKS = 16
STEP = 1 if os.environ.get("SIGNOUT_TESTS") == "long" else 4
"""Ordinarily every fourth pair of neighbours: all of them take most of a minute."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_each_compares_with_itself(chunk: int) -> None:
    """Written otherwise, with its statements turned round and unnamed, a policy is proven equal."""
    for name, document in islice(documents().items(), chunk, None, CHUNKS):
        statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
        unnamed = [{key: each[key] for key in each if key != "Sid"} for each in reversed(statements)]
        policy, turned = parse(document, name), parse({**document, "Statement": unnamed}, name)

        assert compare(policy, policy).relation is Relation.EQUAL, name
        assert compare(policy, turned).relation is Relation.EQUAL, name


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_each_compares_with_its_neighbour(chunk: int) -> None:
    """No exception, and an answer: what differs is shown by a witness that both decide so, or there is a reason."""
    pairs = islice(pairwise(documents().items()), 0, None, STEP)
    for (name, document), (other, otherwise) in islice(pairs, chunk, None, CHUNKS):
        before, after = parse(document, name), parse(otherwise, other)
        found = compare(before, after)

        assert found.undetermined or found.relation is not Relation.UNDETERMINED, name
        for each in (*found.added, *found.removed):
            layers = (around(policy, Kind.IDENTITY, each.witness.principal.account or "") for policy in (before, after))
            assert tuple(decide(each.witness, layer).effect for layer in layers) == (each.before, each.after), name
