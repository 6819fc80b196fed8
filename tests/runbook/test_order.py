"""An order is taken whole or refused with everything that is wrong with it."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from signout.runbook import limits as runbook_limits
from signout.runbook import order
from signout.runbook.limits import Limits

POOL = "eu-central-1_AbCdEf123"
GOOD: dict[str, Any] = {"usernames": ["alice"], "incident": "INC-7", "reason": "a stolen laptop"}
SCHEMA = json.loads(Path(order.__file__).with_name("order.schema.json").read_text())
LIMITS = runbook_limits.load()

# A change to a good order, and the places of the faults that it makes.
FAULTS = [
    ({"usernames": []}, ["usernames"]),
    ({"usernames": "alice"}, ["usernames"]),
    ({"usernames": None}, ["usernames"]),
    ({"usernames": {"0": "alice"}}, ["usernames"]),
    ({"usernames": [f"user{n}" for n in range(101)]}, ["usernames"]),
    ({"usernames": ["alice", "", "a b", 7, None, "a" * 129]}, [f"usernames[{n}]" for n in range(1, 6)]),
    ({"incident": ""}, ["incident"]),
    ({"incident": "two\nlines"}, ["incident"]),
    ({"incident": "two\u2028lines"}, ["incident"]),
    ({"incident": "half \ud83d"}, ["incident"]),
    ({"reason": "half \ud83d", "requestedBy": "\udc00"}, ["reason", "requestedBy"]),
    ({"incident": "i" * 129}, ["incident"]),
    ({"incident": 7}, ["incident"]),
    ({"reason": ""}, ["reason"]),
    ({"reason": "r" * 501}, ["reason"]),
    ({"dryRun": "false"}, ["dryRun"]),
    ({"dryRun": 0}, ["dryRun"]),
    ({"dryRun": None}, ["dryRun"]),
    ({"dryrun": True}, ["order"]),
    ({"version": 2}, ["version"]),
    ({"version": "1"}, ["version"]),
    ({"version": True}, ["version"]),
    ({"userPoolId": "eu-central-1_Other0000"}, ["userPoolId"]),
    ({"userPoolId": None}, ["userPoolId"]),
    ({"requestedBy": ""}, ["requestedBy"]),
    ({"sourceIdentity": "x"}, ["sourceIdentity"]),
    ({"sourceIdentity": "diego garcia"}, ["sourceIdentity"]),
    (
        {"usernames": ["a b"], "incident": "", "dryRun": 1, "token": "eyJ", "userPoolId": "x"},
        ["order", "incident", "dryRun", "userPoolId", "usernames[0]"],
    ),
]

ACCEPTED = [
    {},
    {"version": 1},
    {"dryRun": True},
    {"userPoolId": POOL},
    {"usernames": [f"user{n}" for n in range(100)]},
    {"usernames": ["田中太郎", "e\u0301", "😀"]},
    {"requestedBy": "diego@example.com", "sourceIdentity": "diego@example.com"},
]


@pytest.mark.parametrize(("change", "places"), FAULTS)
def test_faults(api_limits: Limits, change: dict[str, Any], places: list[str]) -> None:
    """Every fault of an order is named, with its place, and none that it does not have."""
    with pytest.raises(order.BadOrder) as refused:
        order.parse({**GOOD, **change}, POOL, api_limits)

    assert [fault.at for fault in refused.value.faults] == places


@pytest.mark.parametrize("missing", ["usernames", "incident", "reason"])
def test_missing(api_limits: Limits, missing: str) -> None:
    """What has to be there and is not is a fault of its own."""
    with pytest.raises(order.BadOrder) as refused:
        order.parse({key: value for key, value in GOOD.items() if key != missing}, POOL, api_limits)

    assert [(fault.at, fault.value) for fault in refused.value.faults] == [(missing, "missing")]


@pytest.mark.parametrize("event", [None, [], "alice", 7])
def test_no_object(api_limits: Limits, event: object) -> None:
    """What is no object is one fault."""
    with pytest.raises(order.BadOrder, match="expected a JSON object"):
        order.parse(event, POOL, api_limits)


@pytest.mark.parametrize("change", ACCEPTED)
def test_accepted(api_limits: Limits, change: dict[str, Any]) -> None:
    """A good order is read as it stands."""
    asked = order.parse({**GOOD, **change}, POOL, api_limits)

    assert list(asked.usernames) == change.get("usernames", GOOD["usernames"])
    assert asked.dry_run is change.get("dryRun", False)


def test_a_user_named_twice(api_limits: Limits) -> None:
    """A name given twice is signed out once, where it was first; names are not made alike first."""
    asked = order.parse({**GOOD, "usernames": ["bob", "alice", "bob", "Bob"]}, POOL, api_limits)

    assert asked.usernames == ("bob", "alice", "Bob")


def test_long_values(api_limits: Limits) -> None:
    """A fault shows where it is, not a page of it, and never what stands under a key that is not known."""
    with pytest.raises(order.BadOrder) as refused:
        order.parse({**GOOD, "incident": "i" * 10_000, "password": "hunter2"}, POOL, api_limits)

    assert max(len(fault.value) for fault in refused.value.faults) <= 100
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [{"usernames": [""] * 5_000}, {f"key{number}": 1 for number in range(5_000)}],
    ids=["names", "keys"],
)
def test_more_faults_than_an_answer_holds(change: dict[str, Any], api_limits: Limits) -> None:
    """The first faults are named, and that there are more: an order can have more than Lambda takes as an answer."""
    with pytest.raises(order.BadOrder) as refused:
        order.parse({**GOOD, **change}, POOL, api_limits)

    *named, last = refused.value.faults
    assert len(named) == order.MOST_FAULTS
    assert (last.at, last.value) == ("order", "with more faults")


def _pattern(_: Any, pattern: str, instance: object, __: Any) -> Any:
    """Patterns of JSON Schema are those of ECMAScript in Unicode mode, which Python's own `re` does not know."""
    if isinstance(instance, str) and not regex.search(pattern.replace("$", r"\Z"), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern}")


_Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})

_text = st.text(max_size=4) | st.text(string.printable, min_size=1, max_size=130)
_json = st.none() | st.booleans() | st.integers(-1, 2) | _text | st.lists(_text, max_size=3)


@given(
    st.fixed_dictionaries(
        {
            "usernames": st.lists(st.text("aé😀 \n", max_size=3), max_size=3) | _json,
            "incident": st.just("INC-7") | _json,
            "reason": st.just("theft") | _json,
        },
        optional={
            "version": st.just(1) | _json,
            "dryRun": st.booleans() | _json,
            "userPoolId": st.just(POOL) | _json,
            "requestedBy": _json,
            "sourceIdentity": st.text("abc@-. ", max_size=66) | _json,
            "dryrun": _json,
        },
    )
)
def test_the_schema(event: dict[str, Any]) -> None:
    """The published schema takes exactly the orders that the runbook takes, but for the pool it was deployed for."""
    valid = _Validator(SCHEMA).is_valid(event)
    try:
        order.parse(event, POOL, LIMITS)
        taken = True
    except order.BadOrder as refused:
        taken = [fault.at for fault in refused.faults] == ["userPoolId"] and valid

    assert taken == valid


def test_the_limits_in_the_schema(api_limits: Limits) -> None:
    """The schema states the limits of the API model."""
    names, pool = SCHEMA["properties"]["usernames"]["items"], SCHEMA["properties"]["userPoolId"]

    for stated, limit in ((names, api_limits.username), (pool, api_limits.user_pool_id)):
        assert (stated["minLength"], stated["maxLength"]) == (limit.min, limit.max)
        assert stated["pattern"] == f"^{limit.pattern}$"
