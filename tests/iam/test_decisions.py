"""Decisions as tables: one folder a layer under `decisions/`, one file a subject, one row a promise.

A file is {"about", "policies": {name: document}, "defaults": {...}, "rows": [...]}. A row has a name, what differs from
the defaults (request, layers by policy name or document), and what is wanted: the decision, the reasons as
"layer policy statement: words of the why", and for "depends" the keys. Every statement that the decision gives as a
reason has to be wanted. `"turns": layer` promises that without this layer the decision is another.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from signout.iam import Decision, Effect, Kind, Layers, Policy, Request, decide, parse
from signout.iam.effects import is_trust
from signout.iam.fold import fold
from signout.iam.operators import ALL

FOLDER = Path(__file__).parent / "decisions"
LAYERS = ("identity", "boundary", "session", "scp", "rcp", "resource_policy", "endpoint")
REQUEST = ("principal", "action", "resource", "context", "assume_unknown")
WANTED = ("want", "because", "depends_on", "turns")
KINDS = {"identity": Kind.IDENTITY, "boundary": Kind.BOUNDARY, "session": Kind.SESSION, "scp": Kind.SCP}
KINDS |= {"rcp": Kind.RCP, "resource_policy": Kind.RESOURCE, "endpoint": Kind.ENDPOINT}
Row = dict[str, Any]


def tables() -> list[tuple[str, dict[str, Any]]]:
    """Every table with its name, `layer/subject`."""
    files = sorted(FOLDER.glob("*/*.json"))
    return [(f"{file.parent.name}/{file.stem}", json.loads(file.read_text())) for file in files]


def rows() -> list[Any]:
    """Every row, complete: the defaults filled in and the names of policies replaced by the policies."""
    found = []
    for name, table in tables():
        _only(table, {"about", "policies", "defaults", "rows"}, name)
        defaults, policies = table.get("defaults", {}), table.get("policies", {})
        _only(defaults, {*REQUEST, *LAYERS}, f"{name}: defaults")
        used: set[str] = set()
        for row in table["rows"]:
            _only(row, {"name", *REQUEST, *LAYERS, *WANTED}, f"{name}: {row['name']}")
            complete = {**defaults, **row}
            for layer in LAYERS:
                if layer in complete:
                    complete[layer] = _filled(complete[layer], policies, used)
            found.append(pytest.param(complete, id=f"{name}: {row['name']}"))
        assert not (unused := policies.keys() - used), f"{name}: no row has the policies {unused}"
    return found


def _only(given: dict[str, Any], known: set[str], place: str) -> None:
    assert not (unknown := given.keys() - known), f"{place}: {unknown}"


def _filled(value: Any, policies: dict[str, Any], used: set[str]) -> Any:
    if isinstance(value, list):
        return [_filled(item, policies, used) for item in value]
    if isinstance(value, str):
        used.add(value)
        return policies[value]
    return value


def request_of(row: Row) -> Request:
    """The request of a row."""
    return Request(
        row["principal"],
        row["action"],
        row.get("resource", "*"),
        row.get("context", {}),
        row.get("assume_unknown", "depends"),
    )


def layers_of(row: Row, request: Request, without: str | None = None) -> Layers:
    """The layers of a row, perhaps without one."""

    def policies(documents: list[Any], name: str) -> tuple[Policy, ...]:
        return tuple(parse(document, f"{name}{index}", KINDS[name]) for index, document in enumerate(documents))

    given: dict[str, Any] = {}
    for name in LAYERS:
        if name not in row or name == without:
            continue
        if name in ("scp", "rcp"):
            given[name] = tuple(policies(level, name) for level in row[name])
        elif name == "resource_policy":
            given[name] = parse(row[name], name, Kind.TRUST if is_trust(request) else Kind.RESOURCE)
        else:
            given[name] = policies(row[name], name)
    return Layers(**given)


def told(decision: Decision) -> list[str]:
    """The reasons of a decision in the form in which rows want them."""
    return [
        f"{reason.layer.value} {reason.policy or '-'} {reason.statement or '-'}: {reason.why}"
        for reason in decision.because
    ]


@pytest.mark.parametrize("row", rows())
def test_decision(row: Row) -> None:
    """The decision, its reasons, and what it depends on are those that the row wants."""
    request = request_of(row)
    decision = decide(request, layers_of(row, request))

    assert row["want"] == decision.effect.value, told(decision)
    assert sorted(row.get("depends_on", [])) == sorted(decision.depends_on)
    assert row["because"], "a row says why"
    reasons = told(decision)
    unsaid = [wanted for wanted in row["because"] if not any(is_told(wanted, reason) for reason in reasons)]
    assert [] == unsaid, reasons
    unwanted = [reason for reason in reasons if not any(is_told(wanted, reason) for wanted in row["because"])]
    assert [] == [reason for reason in unwanted if " -: " not in reason]


def is_told(wanted: str, reason: str) -> bool:
    """Is the reason the one that a row wants: same layer, policy and statement, and the words are in its why?"""
    start, colon, words = wanted.partition(": ")
    return reason.startswith(start + colon) and words in reason.removeprefix(start + colon)


@pytest.mark.parametrize("row", [row for row in rows() if row.values[0]["want"] == "depends"])
def test_the_examples_are_true(row: Row) -> None:
    """An answer that depends comes with two settings that lead to different answers, and hangs on no other key."""
    request = request_of(row)
    layers = layers_of(row, request)
    decision = decide(request, layers)

    if not decision.depends_on[0].startswith("who authorizes "):
        assert len({example.effect for example in decision.examples}) == 2
    for example in decision.examples:
        assert {fold(key) for key in example.context} <= {fold(key) for key in decision.depends_on}
        if not example.readings:  # which only AWS can settle
            context = row.get("context", {}) | {key: list(values) for key, values in example.context.items()}
            settled = decide(request_of({**row, "context": context}), layers)
            assert settled.effect in (example.effect, Effect.DEPENDS)


@pytest.mark.parametrize("row", [param for param in rows() if "turns" in param.values[0]])
def test_the_layer_turns_the_verdict(row: Row) -> None:
    """Without the layer that a row is about, the decision is another."""
    request = request_of(row)

    assert row["want"] != decide(request, layers_of(row, request, without=row["turns"])).effect.value


TURNS = {
    "identity": {"allowed", "explicitly-denied"},
    "resource_policy": {"allowed", "explicitly-denied"},
}
"""What layers can turn a decision into that grant; all others limit what is granted."""


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_turns_a_verdict_both_ways(layer: str) -> None:
    """For every layer there are rows in which it alone turns the verdict: by a Deny, and by what it allows or not."""
    turned = {row.values[0]["want"] for row in rows() if row.values[0].get("turns") == layer}

    assert TURNS.get(layer, {"implicitly-denied", "explicitly-denied"}) <= turned


@pytest.mark.parametrize("operator", [operator.name for operator in ALL])
def test_every_operator_decides_both_ways(operator: str) -> None:
    """For every operator of the IAM reference there is a row where it holds and is the reason, and one where not."""
    reasons = [reason for row in rows() for reason in row.values[0]["because"] if f" {operator} " in reason]

    for outcome in (" holds, ", " does not hold, "):
        assert any(outcome in reason for reason in reasons), outcome


def test_no_row_repeats_its_neighbour() -> None:
    """A row differs from the one before in verdict or reasons; else it shows nothing that the other does not."""
    for name, table in tables():
        for before, after in zip(table["rows"], table["rows"][1:], strict=False):
            same = all(before.get(key) == after.get(key) for key in ("want", "because", "depends_on"))
            assert not same, f"{name}: {before['name']!r} and {after['name']!r} want the same"


def test_there_are_enough_rows() -> None:
    """At least 400 rows, none named twice within its table."""
    counted = Counter(row.id for row in rows())

    assert sum(counted.values()) >= 400
    assert [name for name, times in counted.items() if times > 1] == []
