"""Property values, between the engine and Python."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from signout.sandbox.provider.wire import (
    ARCHIVE,
    SECRET,
    SIGNATURE,
    UNKNOWN,
    UNKNOWNS,
    Asset,
    Secret,
    conceal,
    read,
    redact,
    reveal,
    secret_texts,
    write,
)

scalars = st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)
marked = st.recursive(
    scalars | st.just(UNKNOWN),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | inner.map(Secret),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), marked))
def test_round_trip(props: dict[str, Any]) -> None:
    """What is written is read as it was; a number without a fraction as a whole one, and to Python these are equal."""
    assert props == read(write(props))


def test_null() -> None:
    """A property that is null is as good as absent."""
    assert {"a": {}} == read(json_format.ParseDict({"a": {"b": None}, "c": None}, Struct()))


@pytest.mark.parametrize("sentinel", UNKNOWNS)
def test_unknown(sentinel: str) -> None:
    """There is a sentinel for each type of value, and all mean the same."""
    assert {"a": [UNKNOWN]} == read(json_format.ParseDict({"a": [sentinel]}, Struct()))


def test_archive() -> None:
    """An archive is told from another by its content's hash, and goes back as it came."""
    one, other = ({SIGNATURE: ARCHIVE, "hash": "h", "path": path} for path in ("./a", "./b"))

    first, second = (read(json_format.ParseDict({"code": raw}, Struct()))["code"] for raw in (one, other))

    assert first == second == Asset("archive", "h", {})
    assert one == json_format.MessageToDict(write({"code": first}))["code"]


def test_unknown_signature() -> None:
    """A kind of value that we do not know is an error, not a map."""
    with pytest.raises(ValueError, match="signature other"):
        read(json_format.ParseDict({"a": {SIGNATURE: "other"}}, Struct()))


TEXTS = frozenset({"hidden", "ab"})
CONCEALED = [
    ("same place", {"a": "x", "b": "y"}, {"a": Secret("w")}, {"a": Secret("x"), "b": "y"}),
    ("deeper", {"a": {"b": 1, "c": 2}}, {"a": {"b": Secret(0)}}, {"a": {"b": Secret(1), "c": 2}}),
    ("whole", {"a": {"b": 1}}, {"a": Secret({})}, {"a": Secret({"b": 1})}),
    ("list", {"a": ["x", "y"]}, {"a": ["y", Secret("x")]}, {"a": Secret(["x", "y"])}),
    ("deep in a list", {"a": [{"b": 1}]}, {"a": [{"b": Secret(1)}]}, {"a": Secret([{"b": 1}])}),
    ("made of a secret", {"arn": "arn:hidden", "b": "y"}, {}, {"arn": Secret("arn:hidden"), "b": "y"}),
    ("short, as a whole", {"a": "ab", "b": "cab"}, {}, {"a": Secret("ab"), "b": "cab"}),
    ("already", {"a": Secret("x")}, {}, {"a": Secret("x")}),
]


@pytest.mark.parametrize(("value", "marks", "expected"), [row[1:] for row in CONCEALED], ids=[r[0] for r in CONCEALED])
def test_conceal(value: Any, marks: Any, expected: Any) -> None:
    """A secret stays one where it was, and where its text has gone."""
    assert expected == conceal(value, marks, TEXTS)


@given(st.dictionaries(st.text(), marked))
def test_conceal_everything(props: dict[str, Any]) -> None:
    """Whatever was secret in a value is secret in it afterwards."""
    secrets = secret_texts(props)

    concealed = conceal(reveal(props), props, secrets)

    assert not secrets & set(_open_texts(concealed))


def _open_texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _open_texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _open_texts(inner)]
    return [value] if isinstance(value, str) else []


def test_redact() -> None:
    """A message loses the whole of a secret, also where another is a part of it."""
    assert "no [secret], no [secret]" == redact("no hidden value, no hidden", frozenset({"hidden", "hidden value"}))


def test_secret_signature() -> None:
    """A secret goes out as the engine expects it."""
    assert {SIGNATURE: SECRET, "value": "x"} == json_format.MessageToDict(write({"a": Secret("x")}))["a"]
