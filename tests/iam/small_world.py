"""A small world to try everything in: few actions, resources, principals and keys, and random policies about them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

VERSION = "2012-10-17"
ACCOUNT, OTHER = "111122223333", "444455556666"
PRINCIPALS = (
    f"arn:aws:iam::{ACCOUNT}:user/p",
    f"arn:aws:iam::{ACCOUNT}:user/team/ab",
    f"arn:aws:iam::{OTHER}:role/p",
    f"arn:aws:iam::{ACCOUNT}:role/ab",
)
ACTIONS = ("a:x", "A:Xy", "a:z", "b:x", "c:w")
RESOURCES = (
    "*",
    "arn:aws:s:::p",
    "arn:aws:s:::pab",
    "arn:aws:s:::p/ab",
    "arn:aws:s:::ab",
    "arn:aws:s:::q",
    f"arn:aws:s:r1:{ACCOUNT}:p",
    f"arn:aws:s:r2:{OTHER}:pab",
)

ACTION_PATTERNS = ("a:x", "a:X*", "a:?", "a:*", "b:x", "*", "*:x", "c:*")
RESOURCE_PATTERNS = (
    "*",
    "arn:aws:s:::p",
    "arn:aws:s:::p*",
    "arn:aws:s:::?",
    "arn:aws:s:*:*:p*",
    "arn:aws:s:r1:*",
    f"arn:*:s:*:{ACCOUNT}:*",
    "arn:aws:s:::*ab",
    "arn:aws:s:::${aws:PrincipalTag/t}",
    "arn:aws:s:::p${aws:PrincipalTag/t}",
    "arn:aws:s:::p${aws:PrincipalTag/t}*",
    "arn:aws:s:::p${aws:PrincipalTag/t, 'ab'}",
    "arn:aws:s:::${aws:username}",
    "arn:aws:s:::p/${aws:username}*",
    "arn:aws:s:${aws:RequestedRegion}:*:p*",
)

TEXTS = ("ab", "AB", "aB", "a", "abc", "p", "", "10", "10.0", "q")
TEXT_PATTERNS = ("ab", "AB", "a*", "?b", "*b*", "p", "10", "${aws:PrincipalTag/t}", "x${aws:PrincipalTag/t}")
NUMBERS = ("1", "1.0", "1.5", "2", "9.99", "10", "10.0", "-3", "ten")
NUMBER_BOUNDS = ("1", "1.5", "10", 2)
DATES = ("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z", "2026-06-01", "1767225600", "2026")
DATE_BOUNDS = ("2026-01-01T00:00:00Z", "2026-06-01", "1767225600.25")
ADDRESSES = ("10.0.0.0", "10.255.255.255", "11.0.0.0", "10.0.0.1", "2001:db8::", "2001:db8::1:0", "::1", "nowhere")
BLOCKS = ("10.0.0.0/8", "10.0.0.1", "10.0.0.0/31", "2001:db8::/112", "0.0.0.0/0")
TRUTHS = ("true", "True", "false", "maybe")

VALUES: dict[str, tuple[str, ...]] = {
    "k": TEXTS,
    "n": NUMBERS,
    "d": DATES,
    "ip": ADDRESSES,
    "yes": TRUTHS,
    "bytes": ("QQ==", "QR==", "Qg==", "Q"),
    "arn": ("arn:aws:s:::p", "arn:aws:s:r1::p", "arn:aws:s:::p:q", "ab"),
    "aws:principaltag/t": ("ab", "p", "q", "AB", "1"),
    "aws:requestedregion": ("r1", "r2"),
    "aws:resourceaccount": (ACCOUNT, OTHER),
}
"""Values to try by key, those of the policies and others; a key can be absent too."""


def _condition(
    operators: tuple[str, ...], keys: tuple[str, ...], values: tuple[Any, ...], *, negated: bool = True
) -> Any:
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    suffix = st.sampled_from(("", "", "", "IfExists"))
    return st.tuples(st.sampled_from(operators), suffix, st.sampled_from(keys), some).map(
        lambda found: (found[0] + found[1], found[2], found[3])
    )


STRING = ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike")
STRING += ("StringNotLike",)
NUMERIC = ("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan")
NUMERIC += ("NumericGreaterThanEquals",)
DATE = tuple(name.replace("Numeric", "Date") for name in NUMERIC)

PLAIN = st.one_of(
    _condition(STRING, ("k",), TEXT_PATTERNS),
    _condition(("StringEquals", "StringNotEquals"), ("n",), ("1", "10", "10.0")),
    _condition(NUMERIC, ("n",), NUMBER_BOUNDS),
    _condition(DATE, ("d",), DATE_BOUNDS),
    _condition(("IpAddress", "NotIpAddress"), ("ip",), BLOCKS),
    _condition(("Bool",), ("yes",), ("true", "false", True)),
    _condition(("BinaryEquals",), ("bytes",), ("QQ==", "Qg==")),
    _condition(("ArnLike", "ArnNotLike", "ArnEquals"), ("arn",), ("arn:aws:s:*:*:p", "arn:*", "arn:aws:s:::p*")),
    st.tuples(
        st.just("Null"), st.sampled_from(("k", "n", "aws:PrincipalTag/t")), st.sampled_from((["true"], ["false"]))
    ),
)
QUALIFIED = st.tuples(
    st.sampled_from(("ForAllValues:", "ForAnyValue:")),
    st.sampled_from(("StringEquals", "StringNotEquals", "StringLike", "StringEqualsIgnoreCase", "StringNotLike")),
    st.lists(st.sampled_from(TEXT_PATTERNS[:7]), min_size=1, max_size=2, unique=True),
).map(lambda found: (found[0] + found[1], "k", found[2]))
TIED = st.one_of(
    _condition(("StringEquals", "StringNotEquals", "StringLike"), ("aws:PrincipalTag/t",), ("ab", "p", "AB", "*b")),
    _condition(("StringEquals", "StringNotLike"), ("aws:RequestedRegion",), ("r1", "r*", "${aws:PrincipalTag/t}")),
    _condition(("StringEquals", "StringNotEquals"), ("aws:ResourceAccount",), (ACCOUNT, "${aws:PrincipalAccount}")),
    _condition(("StringEquals", "StringLike"), ("aws:username",), ("p", "a*", "${aws:PrincipalTag/t}")),
    _condition(("StringEquals", "StringNotEquals"), ("aws:PrincipalAccount",), (ACCOUNT, "${aws:ResourceAccount}")),
    _condition(
        ("ArnLike", "StringLike"), ("aws:PrincipalArn",), (f"arn:aws:iam::{ACCOUNT}:user/*", "arn:aws:iam::*:role/a*")
    ),
    _condition(("StringEquals",), ("aws:PrincipalType",), ("User", "AssumedRole")),
)


ANY_CONDITION = st.one_of(PLAIN, QUALIFIED, TIED)


@st.composite
def statements(draw: Any, conditions: Any = ANY_CONDITION) -> dict[str, Any]:
    """A statement of an identity policy."""
    few = {"min_size": 1, "max_size": 3, "unique": True}
    written: dict[str, Any] = {"Effect": draw(st.sampled_from(("Allow", "Allow", "Deny")))}
    name = draw(st.sampled_from(("Action", "Action", "Action", "NotAction")))
    written[name] = draw(st.lists(st.sampled_from(ACTION_PATTERNS), **few))
    name = draw(st.sampled_from(("Resource", "Resource", "Resource", "NotResource")))
    written[name] = draw(st.lists(st.sampled_from(RESOURCE_PATTERNS), **few))
    for operator, key, values in draw(st.lists(conditions, max_size=2)):
        written.setdefault("Condition", {}).setdefault(operator, {})[key] = values
    return written


def documents(conditions: Any = None) -> Any:
    """A policy document."""
    each = statements() if conditions is None else statements(conditions)
    return st.lists(each, min_size=1, max_size=3).map(lambda found: {"Version": VERSION, "Statement": found})


@st.composite
def changed(draw: Any, document: dict[str, Any]) -> dict[str, Any]:
    """The document with one change: most pairs at random have little to do with each other."""
    found = [dict(statement) for statement in document["Statement"]]
    place = draw(st.integers(0, len(found) - 1))
    match draw(st.sampled_from(("action", "resource", "condition", "drop", "add", "effect"))):
        case "action":
            name = "Action" if "Action" in found[place] else "NotAction"
            found[place][name] = draw(st.lists(st.sampled_from(ACTION_PATTERNS), min_size=1, max_size=3, unique=True))
        case "resource":
            name = "Resource" if "Resource" in found[place] else "NotResource"
            found[place][name] = draw(st.lists(st.sampled_from(RESOURCE_PATTERNS), min_size=1, max_size=3, unique=True))
        case "condition":
            operator, key, values = draw(st.one_of(PLAIN, QUALIFIED, TIED))
            found[place]["Condition"] = {**found[place].get("Condition", {}), operator: {key: values}}
        case "drop" if "Condition" in found[place]:
            del found[place]["Condition"]
        case "add":
            found.append(draw(statements()))
        case _:
            found[place]["Effect"] = draw(st.sampled_from(("Allow", "Deny")))
    return {"Version": document["Version"], "Statement": found}
