"""What is no policy is an error that says where, what and what was expected; nothing is skipped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signout.iam import Kind, PolicyError, parse
from signout.iam.document import document_of

GOOD: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def policy(*statements: Any, **elements: Any) -> dict[str, Any]:
    """A document of the newer version."""
    return {"Version": "2012-10-17", "Statement": list(statements), **elements}


def condition(block: Any) -> dict[str, Any]:
    """A document with one statement with this condition block."""
    return policy({**GOOD, "Condition": block})


FAULTS = [
    # name                     document                                                    place and problem
    ("not JSON", "{", "role/x: line 1 column 2: not JSON"),
    ("empty", "", "role/x: line 1 column 1: not JSON"),
    ("NaN", '{"Statement": NaN}', "role/x: not JSON: NaN"),
    ("trailing text", '{"Statement": []} x', "role/x: line 1 column 19: not JSON"),
    ("not UTF-8", b"\xff", "role/x: byte 0 is not UTF-8"),
    ("a list", "[]", "role/x: is a list"),
    ("null", "null", "role/x: is null"),
    ("duplicate key", '{"Version": "2012-10-17", "Version": "2012-10-17"}', 'role/x: key "Version" is there twice'),
    (
        "duplicate statement key",
        '{"Statement": {"Effect": "Deny", "Effect": "Allow"}}',
        'role/x: key "Effect" is there',
    ),
    ("unknown element", policy(GOOD, Statements=[]), "role/x.Statements: is no element of a policy"),
    ("wrong version", {**policy(GOOD), "Version": "2012-10-18"}, 'role/x: Version: is "2012-10-18"'),
    ("version as a number", '{"Version": 2012, "Statement": []}', 'role/x: Version: is "2012"'),
    ("id as a number", policy(GOOD, Id=1), "role/x: Id: is a number"),
    ("no Statement", {"Version": "2012-10-17"}, "role/x: has no Statement"),
    ("empty Statement", policy(), "role/x: Statement: is empty"),
    ("null Statement", {"Statement": None}, "role/x: Statement: is null"),
    ("text Statement", {"Statement": "Allow"}, "role/x: Statement: is a string"),
    ("text in Statement", policy(GOOD, "Allow"), "role/x: Statement[1]: is a string"),
    ("unknown statement element", policy({**GOOD, "Actions": "*"}), "role/x: Statement[0].Actions: is no element"),
    ("lower-case element", policy({**GOOD, "condition": {}}), "role/x: Statement[0].condition: is no element"),
    ("effect in lower case", policy({**GOOD, "Effect": "allow"}), 'role/x: Statement[0].Effect: is "allow"'),
    ("no effect", policy({"Action": "*", "Resource": "*"}), "role/x: Statement[0].Effect: is missing"),
    ("sid as a list", policy({**GOOD, "Sid": []}), "role/x: Statement[0].Sid: is a list"),
    (
        "no action",
        policy({"Effect": "Deny", "Resource": "*"}),
        "role/x: Statement[0]: has neither Action nor NotAction",
    ),
    ("both actions", policy({**GOOD, "NotAction": "*"}), "role/x: Statement[0]: has both Action and NotAction"),
    ("empty actions", policy({**GOOD, "Action": []}), "role/x: Statement[0].Action: is an empty list"),
    ("null action", policy({**GOOD, "Action": [None]}), "role/x: Statement[0].Action[0]: is null"),
    ("action without service", policy({**GOOD, "Action": "GetObject"}), 'Statement[0].Action: is "GetObject"'),
    ("action with a space", policy({**GOOD, "Action": "s3:Get Object"}), 'Statement[0].Action: is "s3:Get Object"'),
    ("action not in ASCII", policy({**GOOD, "Action": "s3:Gét"}), "Statement[0].Action: is"),
    ("no resource", policy({"Effect": "Deny", "Action": "*"}), "has neither Resource nor NotResource"),
    ("both resources", policy({**GOOD, "NotResource": "*"}), "has both Resource and NotResource"),
    ("empty resource", policy({**GOOD, "Resource": ""}), 'Statement[0].Resource: is ""'),
    ("no ARN", policy({**GOOD, "Resource": "bucket"}), 'Statement[0].Resource: is "bucket"'),
    ("open variable", policy({**GOOD, "Resource": "arn:aws:s3:::${aws:username"}), 'Resource: "${" without'),
    ("principal in an identity policy", policy({**GOOD, "Principal": "*"}), "Statement[0].Principal: is there"),
    ("condition as text", condition("x"), "Statement[0].Condition: is a string"),
    ("unknown operator", condition({"StringLikes": {"a": "b"}}), "Condition.StringLikes: is no condition operator"),
    (
        "lower-case operator",
        condition({"stringequals": {"a": "b"}}),
        "Condition.stringequals: is no condition operator",
    ),
    (
        "unknown qualifier",
        condition({"ForSome:StringLike": {"a": "b"}}),
        "ForSome:StringLike: is no condition operator",
    ),
    ("Null with IfExists", condition({"NullIfExists": {"a": "true"}}), "NullIfExists: is no condition operator"),
    (
        "Null with a qualifier",
        condition({"ForAnyValue:Null": {"a": "true"}}),
        "ForAnyValue:Null: is no condition operator",
    ),
    ("operator without keys", condition({"StringEquals": {}}), "Condition.StringEquals: is empty"),
    ("operator as a list", condition({"StringEquals": []}), "Condition.StringEquals: is a list"),
    ("key without values", condition({"StringEquals": {"a": []}}), "StringEquals.a: is an empty list"),
    (
        "key twice in other case",
        condition({"StringEquals": {"a:b": "x", "A:B": "y"}}),
        "StringEquals.A:B: is there twice",
    ),
    ("key without name", condition({"StringEquals": {"": "x"}}), 'StringEquals: has the key ""'),
    ("object as value", condition({"StringEquals": {"a": {}}}), "StringEquals.a: is an object"),
    ("no number", condition({"NumericEquals": {"a": "ten"}}), 'NumericEquals.a: is "ten"'),
    ("infinite number", condition({"NumericLessThan": {"a": "Infinity"}}), "NumericLessThan.a: is"),
    ("no date", condition({"DateLessThan": {"a": "soon"}}), 'DateLessThan.a: is "soon"'),
    ("impossible date", condition({"DateLessThan": {"a": "2026-02-30"}}), 'DateLessThan.a: is "2026-02-30"'),
    ("no boolean", condition({"Bool": {"a": "yes"}}), 'Bool.a: is "yes"'),
    ("no base64", condition({"BinaryEquals": {"a": "%"}}), 'BinaryEquals.a: is "%"'),
    ("no address", condition({"IpAddress": {"a": "10.0.0.256"}}), 'IpAddress.a: is "10.0.0.256"'),
    ("address with a zone", condition({"NotIpAddress": {"a": "fe80::1%eth0"}}), "NotIpAddress.a: is"),
    ("block too long", condition({"IpAddress": {"a": "10.0.0.0/33"}}), 'IpAddress.a: is "10.0.0.0/33"'),
    ("variable in a number", condition({"NumericEquals": {"a": "${aws:username}"}}), "NumericEquals.a: is"),
    ("bad variable", condition({"StringLike": {"a": "${}"}}), "StringLike.a: "),
]


@pytest.mark.parametrize(("document", "said"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_fault(document: Any, said: str) -> None:
    """The error names the place and the fault, in one line."""
    with pytest.raises(PolicyError) as caught:
        parse(document, "role/x")

    assert said in str(caught.value)
    assert "expected" in str(caught.value)
    assert "\n" not in str(caught.value)


USER, PROVIDER = "arn:aws:iam::123456789012:user/ann", "arn:aws:iam::123456789012:saml-provider/idp"


def with_principal(principal: Any, **elements: Any) -> dict[str, Any]:
    """A statement of a resource policy."""
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **elements}


PRINCIPALS = [
    ("no principal", Kind.TRUST, {"Effect": "Allow", "Action": "sts:AssumeRole"}, "has neither Principal"),
    ("resource in a trust policy", Kind.TRUST, with_principal("*", Resource="*"), "Statement[0].Resource: is there"),
    ("text", Kind.TRUST, with_principal("123456789012"), 'Principal: is "123456789012"'),
    ("unknown type", Kind.TRUST, with_principal({"Aws": "*"}), "Principal.Aws: is no type of principal"),
    ("no entries", Kind.TRUST, with_principal({"AWS": []}), "Principal.AWS: is an empty list"),
    ("part of a name", Kind.TRUST, with_principal({"AWS": "arn:aws:iam::123456789012:role/*"}), "Principal.AWS: is"),
    ("short account", Kind.TRUST, with_principal({"AWS": "12345"}), 'Principal.AWS: is "12345"'),
    ("no ARN of IAM", Kind.TRUST, with_principal({"AWS": "arn:aws:s3:::bucket"}), "Principal.AWS: is"),
    ("a group", Kind.TRUST, with_principal({"AWS": "arn:aws:iam::123456789012:group/ops"}), "Principal.AWS: is"),
    ("a provider as AWS", Kind.TRUST, with_principal({"AWS": PROVIDER}), "Principal.AWS: is"),
    ("a user as a service", Kind.TRUST, with_principal({"Service": USER}), "Principal.Service: is"),
    ("an account as a service", Kind.TRUST, with_principal({"Service": "123456789012"}), "Principal.Service: is"),
    ("every service", Kind.TRUST, with_principal({"Service": "*"}), 'Principal.Service: is "*"'),
    ("a user as a provider", Kind.TRUST, with_principal({"Federated": USER}), "Principal.Federated: is"),
    ("every provider", Kind.TRUST, with_principal({"Federated": "*"}), 'Principal.Federated: is "*"'),
    ("empty service", Kind.TRUST, with_principal({"Service": ""}), "Principal.Service: is empty"),
    ("not everyone", Kind.RCP, with_principal({"AWS": "123456789012"}, Resource="*"), "Principal: names principals"),
    ("endpoint without", Kind.ENDPOINT, GOOD, "has neither Principal nor NotPrincipal"),
]


@pytest.mark.parametrize(
    ("kind", "statement", "said"), [case[1:] for case in PRINCIPALS], ids=[case[0] for case in PRINCIPALS]
)
def test_principal_fault(kind: Kind, statement: Any, said: str) -> None:
    """Policies that say whom they are about say it in IAM's form."""
    with pytest.raises(PolicyError, match=r"expected") as caught:
        parse(policy(statement), "role/x", kind)

    assert said in str(caught.value)


ACCEPTED = [
    ("one statement, not a list", {"Statement": GOOD}),
    (
        "other partitions",
        policy({**GOOD, "Resource": ["arn:aws-iso-b:s3:::b", "arn:aws-us-gov:s3:::b", "arn:aws-cn:s3:::b"]}),
    ),
    ("a wildcard in the Region", policy({**GOOD, "Resource": "arn:aws:sqs:us-*:123456789012:q"})),
    ("a wildcard for the service", policy({**GOOD, "Action": ["*:*", "s3:?et*", "*"]})),
    ("NotAction as a string", policy({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"})),
    (
        "numbers and booleans",
        condition({"NumericLessThan": {"s3:max-keys": 10}, "Bool": {"aws:SecureTransport": False}}),
    ),
    ("a resource that begins in a variable", policy({**GOOD, "Resource": "${aws:PrincipalTag/arn}"})),
]


@pytest.mark.parametrize("document", [case[1] for case in ACCEPTED], ids=[case[0] for case in ACCEPTED])
def test_accepted(document: Any) -> None:
    """Valid policies parse without a warning, and print as they parsed, from text and from objects alike."""
    parsed = parse(document, "role/x")

    assert parsed == parse(json.dumps(document), "role/x") == parse(document_of(parsed), "role/x")
    assert parsed.warnings == ()


def test_an_omitted_version_is_the_old_one() -> None:
    """Without Version, `${...}` is text: there are no variables before 2012-10-17."""
    old = parse({"Statement": {**GOOD, "Resource": "arn:aws:s3:::${aws:username}"}})

    assert old.version == "2008-10-17"
    assert old.statements[0].resources is not None
    assert not old.statements[0].resources.unbound


WARNED = [
    ("sid with a space", policy({**GOOD, "Sid": "Allow me"}), "Statement[0].Sid", "letters and digits"),
    ("sid twice", policy({**GOOD, "Sid": "A"}, {**GOOD, "Sid": "A"}), "Statement[1].Sid", "a second time"),
    ("too long", policy({**GOOD, "Resource": ["arn:aws:s3:::" + "b" * 10_240]}), "role/x", "IAM stores at most 10240"),
]


@pytest.mark.parametrize(("document", "place", "said"), [case[1:] for case in WARNED], ids=[case[0] for case in WARNED])
def test_warned(document: Any, place: str, said: str) -> None:
    """What IAM would not store is a warning with its place; the policy can be reasoned about all the same."""
    warnings = parse(document, "role/x").warnings

    assert [place in warning.place and said in warning.message for warning in warnings] == [True]


def test_a_policy_cannot_be_changed() -> None:
    """Parsed policies are values: equal by content, hashable, and closed to assignment."""
    parsed = parse(policy(GOOD))

    assert hash(parsed) == hash(parse(policy(GOOD), origin="elsewhere"))
    with pytest.raises(AttributeError):
        parsed.version = "2008-10-17"  # type: ignore[misc]
