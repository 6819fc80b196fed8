"""What every condition operator promises beside its decisions: its family, its errors, and how it takes variables."""

from __future__ import annotations

import pytest

from signout.iam.operators import ALL, OPERATORS, BadValue, Family

NUMBER = 'a number such as "10" or "0.5"'
DATE = 'a date such as "2026-01-31T12:00:00Z", or seconds since 1970 such as "1769860800"'
ADDRESS = 'an address or block such as "203.0.113.0/24" or "2001:db8::/32"'
BOOLEAN = '"true" or "false"'
BASE64 = 'base64 such as "QmluYXJ5"'

SURFACE = [
    # operator                    family          good          bad         expected instead of the bad one
    ("StringEquals", "string", "x", None, ""),
    ("StringNotEquals", "string", "x", None, ""),
    ("StringEqualsIgnoreCase", "string", "x", None, ""),
    ("StringNotEqualsIgnoreCase", "string", "x", None, ""),
    ("StringLike", "string", "x", None, ""),
    ("StringNotLike", "string", "x", None, ""),
    ("NumericEquals", "number", "1", "ten", NUMBER),
    ("NumericNotEquals", "number", "1", "1e1", NUMBER),
    ("NumericLessThan", "number", "1", "", NUMBER),
    ("NumericLessThanEquals", "number", "1", "1.", NUMBER),
    ("NumericGreaterThan", "number", "1", ".5", NUMBER),
    ("NumericGreaterThanEquals", "number", "1", "1" * 101, NUMBER),
    ("DateEquals", "date", "2026", "soon", DATE),
    ("DateNotEquals", "date", "2026", "2026-13", DATE),
    ("DateLessThan", "date", "2026", "", DATE),
    ("DateLessThanEquals", "date", "2026", "2026-02-30", DATE),
    ("DateGreaterThan", "date", "2026", "2026-01-01T25:00", DATE),
    ("DateGreaterThanEquals", "date", "2026", "2026-01-01é00:00", DATE),
    ("Bool", "boolean", "true", "yes", BOOLEAN),
    ("BinaryEquals", "binary", "AA==", "%", BASE64),
    ("IpAddress", "IP address", "10.0.0.0/8", "10.0.0.256", ADDRESS),
    ("NotIpAddress", "IP address", "::1", "fe80::1%eth0", ADDRESS),
    ("ArnEquals", "ARN", "arn:*", None, ""),
    ("ArnNotEquals", "ARN", "arn:*", None, ""),
    ("ArnLike", "ARN", "arn:*", None, ""),
    ("ArnNotLike", "ARN", "arn:*", None, ""),
    ("Null", "presence", "true", "", BOOLEAN),
]

TEXTS = ("string", "ARN")
"""Families whose values may hold variables."""


def test_the_table_is_whole() -> None:
    """Every operator stands in it once, and every family is some operator's."""
    assert sorted(OPERATORS) == sorted(row[0] for row in SURFACE) == sorted(operator.name for operator in ALL)
    assert {family.value for family in Family} == {row[1] for row in SURFACE}


@pytest.mark.parametrize(("name", "family", "good", "bad", "expected"), SURFACE, ids=[row[0] for row in SURFACE])
def test_surface(name: str, family: str, good: str, bad: str | None, expected: str) -> None:
    """An operator says what kind of value it compares, and names a value that is of another kind."""
    operator = OPERATORS[name]

    assert family == operator.family.value
    assert ("Not" in name) is operator.negated
    assert operator.read([good], True).variables == frozenset()
    if bad is not None:
        with pytest.raises(BadValue) as caught:
            operator.read([good, bad], True)
        assert (bad, expected) == (caught.value.value, caught.value.expected)
        assert f"{bad!r}: expected {expected}" == str(caught.value)


@pytest.mark.parametrize("name", [row[0] for row in SURFACE if row[1] not in TEXTS])
def test_without_variables(name: str) -> None:
    """An operator whose values cannot hold variables is bound to every request already."""
    test = OPERATORS[name].read([row[2] for row in SURFACE if row[0] == name], True)

    assert test is test.bind(lambda key: "x")


@pytest.mark.parametrize("name", [row[0] for row in SURFACE if row[1] in TEXTS])
def test_with_variables(name: str) -> None:
    """Texts and ARNs name the keys of their variables, in lower case, and have none left once they are bound."""
    values = ["arn:aws:sns:${aws:RequestedRegion}:*:${Tag/A}", "arn:aws:sns:${b, 'x'}:*:t"]
    test = OPERATORS[name].read(values, True)

    assert {"aws:requestedregion", "tag/a", "b"} == test.variables
    assert frozenset() == test.bind(lambda key: "x").variables
    assert frozenset() == OPERATORS[name].read(values, False).variables
