"""How property values of the engine and of states are read."""

import pytest

from signout.values import (
    UNKNOWN,
    Secret,
    is_secret,
    is_unknown,
    open_texts,
    read_value,
    revealed,
    secret_texts,
    without,
)
from tests.policies.stacks import SECRET
from tests.policies.stacks import UNKNOWN as MARK

SIGNATURE = "4dabf18193072939515e22adb298388d"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"

CASES = [
    # name                          as Pulumi has it                                        as rules see it
    ("text",                        "a",                                                    "a"),
    ("whole number",                60.0,                                                   60),
    ("number",                      0.5,                                                    0.5),
    ("null",                        None,                                                   None),
    ("unknown",                     MARK,                                                   UNKNOWN),
    ("unknown in a list",           ["a", MARK],                                            ["a", UNKNOWN]),
    ("unknown in an object",        {"a": {"b": MARK}},                                     {"a": {"b": UNKNOWN}}),
    ("secret",                      {**SECRET, "value": "x"},                               Secret("x")),
    ("secret object",               {**SECRET, "value": {"a": [MARK]}},                     Secret({"a": [UNKNOWN]})),
    ("encrypted secret",            {**SECRET, "ciphertext": "v1:..."},                     Secret(UNKNOWN)),
    ("shown secret",                {**SECRET, "plaintext": '"x"'},                         Secret("x")),
    ("redacted secret",             "[secret]",                                             Secret(UNKNOWN)),
    ("output",                      {SIGNATURE: OUTPUT, "value": "x"},                      "x"),
    ("unknown output",              {SIGNATURE: OUTPUT, "dependencies": ["urn"]},           UNKNOWN),
    ("secret output",               {SIGNATURE: OUTPUT, "value": "x", "secret": True},      Secret("x")),
    ("archive",                     {SIGNATURE: ARCHIVE, "path": "x.zip"},                  {"path": "x.zip"}),
]  # fmt: skip


@pytest.mark.parametrize(("given", "want"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_reading(given, want):
    """Every special form of Pulumi's becomes plain data or a mark."""
    assert read_value(given) == want


def test_marks_are_found_inside():
    """A value is unknown, or secret, as soon as a part of it is."""
    value = read_value({"a": [{**SECRET, "value": {"b": MARK}}]})

    assert is_unknown(value)
    assert is_secret(value)
    assert revealed(value) == {"a": [{"b": UNKNOWN}]}


def test_secrets_do_not_show():
    """What a secret is, is not in its representation, which may end up in a log."""
    assert "x1" not in repr(read_value({"a": {**SECRET, "value": "x1"}}))


def test_texts_of_secrets():
    """Every text inside a secret is found, and none outside."""
    assert set(secret_texts(read_value({"a": {**SECRET, "value": ["x", {"b": "y"}]}, "c": "z"}))) == {"x", "y"}


def test_texts_in_the_open():
    """Every text outside secrets is found, and none inside."""
    assert set(open_texts(read_value({"a": {**SECRET, "value": ["x", {"b": "y"}]}, "c": ["z"]}))) == {"z"}


def test_texts_are_taken_out():
    """The longest first, so that nothing is left of one that has another in it; also as it is written elsewhere."""
    assert without(["pool", "pool-a"], "pool-a, POOL and pool", str.upper) == "[secret], [secret] and [secret]"
