"""Where parts of a request are not independent, a quick method proves what is not so; each such proof by name."""

from __future__ import annotations

from typing import Any

import pytest

from signout.iam import parse
from signout.iam.compare import Relation, compare

POOLS = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_"
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"


def allow(resource: str = "*", *conditions: Any) -> dict[str, Any]:
    """A policy with a statement for each condition block, or one without."""
    base = {"Effect": "Allow", "Action": SIGN_OUT, "Resource": resource}
    statements = [{**base, "Condition": condition} for condition in conditions] or [base]
    return {"Version": "2012-10-17", "Statement": statements}


FALSE_PROOFS = [
    (
        "exact and folded texts belong in one automaton: Ab",
        allow("*", {"StringEquals": {"k": ["ab", "AB"]}}),
        allow("*", {"StringEqualsIgnoreCase": {"k": "ab"}}),
        Relation.WIDER,
    ),
    (
        "there are numbers between close bounds",
        allow("*", {"NumericLessThanEquals": {"n": "1"}}, {"NumericGreaterThanEquals": {"n": "1.0000000001"}}),
        allow("*", {"NumericLessThanEquals": {"n": "1"}}, {"NumericGreaterThan": {"n": "1"}}),
        Relation.WIDER,
    ),
    (
        "a variable ties a key to the resource: one pool with its tag adds nothing",
        allow(POOLS + "${aws:PrincipalTag/pool}"),
        allow(POOLS + "A", {"StringEquals": {"aws:PrincipalTag/pool": "A"}}),
        Relation.NARROWER,
    ),
    (
        "one key under operators of two types",
        allow("*", {"NumericEquals": {"k": "10"}}),
        allow("*", {"StringEquals": {"k": "10"}}),
        Relation.NARROWER,
    ),
    (
        "the two names of the clock name one instant",
        allow("*", {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}),
        allow("*", {"NumericLessThan": {"aws:EpochTime": "1767225600"}}),
        Relation.EQUAL,
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "relation"), [case[1:] for case in FALSE_PROOFS], ids=[case[0] for case in FALSE_PROOFS]
)
def test_no_false_proof(before: dict[str, Any], after: dict[str, Any], relation: Relation) -> None:
    """The relation is the true one, or said to be undetermined; never another that is claimed as proven."""
    found = compare(parse(before, "before"), parse(after, "after"))

    assert found.relation in (relation, Relation.UNDETERMINED), (found.added, found.removed)
