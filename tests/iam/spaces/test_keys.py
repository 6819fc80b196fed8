"""Whatever a request has for a key, the conditions on it come out as they do for one of the settings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signout.iam import Request, parse
from signout.iam.automaton import TooComplex
from signout.iam.evaluate import Unknown, holds
from signout.iam.policy import Condition
from signout.iam.spaces.clock import times
from signout.iam.spaces.keys import has_several, settings

ANYONE = Request("anonymous", "any:Action", assume_unknown="absent")


def conditions(*blocks: dict[str, Any]) -> list[Condition]:
    """The conditions of statements with these Condition blocks."""
    statements = [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": block} for block in blocks]
    policy = parse({"Version": "2012-10-17", "Statement": statements})
    return [condition for statement in policy.statements for condition in statement.conditions]


def outcome(read: list[Condition], values: tuple[str, ...], key: str = "k") -> tuple[bool | None, ...]:
    """By condition: does it hold? None where AWS leaves it open."""
    held = (holds(condition, ANYONE.with_context({key: values})) for condition in read)
    return tuple(None if isinstance(one, Unknown) else one for one in held)


def outcomes(read: list[Condition], **options: Any) -> set[tuple[bool | None, ...]]:
    """The ways in which the conditions come out for the settings."""
    return {outcome(read, setting.values) for setting in settings(read, **options)}


NUMBERS = ("1", "1.5", "2", "10")
DATES = ("2026-01-01T00:00:00Z", "2026-01-02", "1767225601.5", "2026")
BLOCKS = ("10.0.0.0/8", "10.0.0.0/31", "10.0.0.1", "0.0.0.0/0", "2001:db8::/64", "2001:db8::1")
TEXTS = ("ab", "AB", "10", "10.0", "true", "QQ==", "10.0.0.1", "2026-01-01T00:00:00Z", "a", "")
NUMERIC = ("NumericEquals", "NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals")
DATE = ("DateEquals", "DateLessThanEquals", "DateGreaterThan")
STRING = ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase")
LIKE = ("ab*", "*B", "?b", "arn:aws:*", "*")


def blocks(operators: tuple[str, ...], values: tuple[str, ...]) -> Any:
    """Condition blocks on the key `k`."""
    some = st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
    return st.builds(lambda operator, found: {operator: {"k": found}}, st.sampled_from(operators), some)


READ = {
    "numbers": blocks(NUMERIC, NUMBERS),
    "dates": blocks(DATE, DATES),
    "addresses": blocks(("IpAddress", "NotIpAddress"), BLOCKS),
    "octets": blocks(("BinaryEquals",), ("QQ==", "QUI=", "QUJD")),
    "truths": blocks(("Bool",), ("true", "false")),
    "texts": blocks((*STRING, "StringLike"), (*TEXTS, *LIKE)),
    "ARNs": blocks(("ArnLike", "ArnNotLike"), ("arn:aws:s3:*:b", "arn:*", "*", "arn:aws:s3:::b*", "arn:aws:s3")),
}
NAMED = blocks(STRING, TEXTS)
VALUES = st.one_of(
    st.sampled_from(
        (*TEXTS, *NUMBERS, *DATES, *BLOCKS, "aB", "1.25", "0", "11", "010", "10.00", "2025", "1999", "TRUE")
    ),
    st.sampled_from(("10.0.0.2", "11.0.0.0", "2001:db8::2", "::", "2001:DB8::1", "QR==", "b3RoZXI=", "arn:aws:s3:x:b")),
    st.decimals(-5, 20, places=3).map(str),
    st.decimals(1767225590, 1767398410, places=2).map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.ip_addresses().map(str),
    st.text("abAB:10.", max_size=5),
)


@pytest.mark.parametrize("kind", READ)
@given(data=st.data())
def test_any_value_comes_out_like_a_setting(kind: str, data: st.DataObject) -> None:
    """For each kind of value, alone and together with texts that are named: the settings leave nothing out."""
    read = conditions(*data.draw(st.lists(READ[kind], min_size=1, max_size=3)), *data.draw(st.lists(NAMED, max_size=1)))
    try:
        found = outcomes(read)
    except TooComplex:
        assert kind == "octets"
        return

    for value in data.draw(st.lists(VALUES, min_size=1, max_size=10)):
        assert outcome(read, (value,)) in found, value
    assert outcome(read, ()) in found


@given(st.data())
def test_one_key_under_operators_of_two_types(data: st.DataObject) -> None:
    """A key that is read as two types has settings for both at once, or is refused; nothing is left out."""
    kinds = data.draw(st.lists(st.sampled_from(list(READ)), min_size=2, max_size=2, unique=True))
    read = conditions(*(data.draw(READ[kind]) for kind in kinds))
    try:
        found = outcomes(read)
    except TooComplex as error:
        if "k is read" not in str(error):
            raise
        return

    for value in data.draw(st.lists(VALUES, min_size=1, max_size=20)):
        assert outcome(read, (value,)) in found, value


@given(st.data())
def test_any_set_of_values_comes_out_like_a_setting(data: st.DataObject) -> None:
    """With set qualifiers: whatever several values a request has, and in whatever number."""
    qualified = st.builds(
        lambda prefix, block: {prefix + operator: keys for operator, keys in block.items()},
        st.sampled_from(("ForAllValues:", "ForAnyValue:", "")),
        st.one_of(READ["texts"], READ["numbers"]),
    )
    read = conditions(*data.draw(st.lists(qualified, min_size=1, max_size=3)))
    try:
        found = outcomes(read, several=True)
    except TooComplex:
        return
    values = tuple(data.draw(st.lists(st.sampled_from((*TEXTS, *NUMBERS, "abc", "xB")), max_size=5)))

    assert outcome(read, values) in found, values


def test_gaps_between_bounds_are_met() -> None:
    """`n <= 1 or n >= 1.0000000001` is not everything: a point lies between."""
    read = conditions({"NumericLessThanEquals": {"k": "1"}}, {"NumericGreaterThanEquals": {"k": "1.0000000001"}})

    assert (False, False) in {
        outcome(read, setting.values) for setting in settings(read) if setting.values == ("1.00000000001",)
    }


def test_a_number_that_is_named_has_other_texts() -> None:
    """`10` and `10.0` are one number and two texts: each is a setting, and so is a third text of the number."""
    read = conditions({"StringEquals": {"k": "10"}}, {"StringEquals": {"k": "10.0"}}, {"NumericEquals": {"k": "10"}})

    assert {(True, False, True), (False, True, True), (False, False, True)} <= outcomes(read)


def test_numbers_and_texts_with_wildcards_are_refused() -> None:
    """Whether some number between two bounds begins with a 1 is not worked out: it is said, and nothing is guessed."""
    read = conditions({"StringLike": {"k": "1*"}}, {"NumericLessThan": {"k": "5"}})

    with pytest.raises(TooComplex, match="k is read both as number and as text with wildcards"):
        settings(read)


def test_a_key_has_several_values_only_with_a_qualifier() -> None:
    """A set qualifier anywhere says that the key may have several values; without one it has at most one."""
    assert not has_several(conditions({"StringEquals": {"k": "a"}}))
    assert has_several(conditions({"StringEquals": {"k": "a"}}, {"ForAnyValue:StringEquals": {"k": "a"}}))


def test_the_clock_is_one() -> None:
    """aws:CurrentTime and aws:EpochTime always name the same instant, and neither is ever absent or malformed."""
    read = conditions(
        {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"NumericGreaterThan": {"aws:EpochTime": 1767225600}},
    )
    found = list(times(read))

    assert all(values for moment in found for values in moment.values())
    assert {tuple(holds(one, ANYONE.with_context(moment)) for one in read) for moment in found} == {
        (True, False),
        (False, False),
        (False, True),
    }
