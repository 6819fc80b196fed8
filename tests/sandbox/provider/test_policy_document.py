"""aws.iam.get_policy_document, which is carried out without AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signout.sandbox.provider.failure import Failure
from signout.sandbox.provider.policy_document import policy_document

ALLOW_A = '{"Statement": {"Sid": "a", "Effect": "Allow", "Action": "a:A", "Resource": "*"}}'
DENY_A = '{"Statement": [{"Sid": "a", "Effect": "Deny", "Action": "a:A", "Resource": "*"}]}'
NAMELESS = '{"Statement": [{"Effect": "Deny", "Action": "b:B", "Resource": "*"}]}'

STATEMENTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "allows unless told otherwise",
        {"actions": ["a:A"], "resources": ["*"]},
        {"Effect": "Allow", "Action": "a:A", "Resource": "*"},
    ),
    (
        "sorts and drops what is there twice",
        {"actions": ["b:B", "a:A", "b:B"]},
        {"Effect": "Allow", "Action": ["a:A", "b:B"]},
    ),
    (
        "negations",
        {"effect": "Deny", "notActions": ["a:A"], "notResources": ["r"]},
        {"Effect": "Deny", "NotAction": "a:A", "NotResource": "r"},
    ),
    ("a sid", {"sid": "One", "actions": ["a:A"]}, {"Sid": "One", "Effect": "Allow", "Action": "a:A"}),
    ("everybody", {"principals": [{"type": "*", "identifiers": ["*"]}]}, {"Effect": "Allow", "Principal": "*"}),
    (
        "principals of several kinds",
        {"principals": [{"type": "Service", "identifiers": ["s"]}, {"type": "AWS", "identifiers": ["b", "a"]}]},
        {"Effect": "Allow", "Principal": {"AWS": ["a", "b"], "Service": "s"}},
    ),
    (
        "not these principals",
        {"notPrincipals": [{"type": "AWS", "identifiers": ["a"]}]},
        {"Effect": "Allow", "NotPrincipal": {"AWS": "a"}},
    ),
    (
        "conditions with one operator",
        {
            "conditions": [
                {"test": "Bool", "variable": "k", "values": ["true"]},
                {"test": "Bool", "variable": "j", "values": ["true", "false"]},
            ]
        },
        {"Effect": "Allow", "Condition": {"Bool": {"j": ["true", "false"], "k": "true"}}},
    ),
    (
        "variables of IAM",
        {"resources": ["arn:aws:s3:::b/&{aws:username}"]},
        {"Effect": "Allow", "Resource": "arn:aws:s3:::b/${aws:username}"},
    ),
]


@pytest.mark.parametrize(("statement", "expected"), [row[1:] for row in STATEMENTS], ids=[row[0] for row in STATEMENTS])
def test_statement(statement: dict[str, Any], expected: dict[str, Any]) -> None:
    """Each argument becomes an element of the statement."""
    made = policy_document({"statements": [statement]})

    assert json.loads(made["json"]) == {"Version": "2012-10-17", "Statement": [expected]}
    assert json.loads(made["minifiedJson"]) == json.loads(made["json"])


def test_sources_and_overrides() -> None:
    """Other documents' statements come first; one that overrides takes the place of that with its sid, or is added."""
    made = policy_document(
        {
            "sourcePolicyDocuments": [ALLOW_A],
            "statements": [{"sid": "c", "actions": ["c:C"]}],
            "overridePolicyDocuments": [DENY_A, NAMELESS],
        }
    )

    effects = [(each.get("Sid"), each["Effect"]) for each in json.loads(made["json"])["Statement"]]
    assert effects == [("a", "Deny"), ("c", "Allow"), (None, "Deny")]


REFUSED = [
    (
        "effect",
        {"statements": [{"effect": "allow"}]},
        r'statements\[0\].effect is \'allow\'; expected "Allow" or "Deny"',
    ),
    ("sid twice", {"statements": [{"sid": "a"}, {"sid": "a"}]}, "two statements have the sid 'a'"),
    ("no policy", {"sourcePolicyDocuments": ["[]"]}, r"sourcePolicyDocuments\[0\] is no policy document"),
]


@pytest.mark.parametrize(("args", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(args: dict[str, Any], message: str) -> None:
    """What would be no policy is refused, naming the place."""
    with pytest.raises(Failure, match=message):
        policy_document(args)
