"""Decisions as tables: one folder a layer under `decisions/`, one file a subject, one row a promise.

A file is {"about", "policies": {name: document}, "defaults": {...}, "rows": [...]}. A row has a name, what differs from
the defaults (request, layers by policy name or document), and what is wanted: the decision, the reasons as
"layer policy statement: words of the why", and for "depends" the keys. `"turns": layer` promises that without this
layer the decision is another.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from signout.iam import Decision, Kind, Layers, Policy, Request, decide, parse
from signout.iam.decide import is_trust
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
        assert not (unknown := table.keys() - {"about", "policies", "defaults", "rows"}), f"{name}: {unknown}"
        for row in table["rows"]:
            assert not (unknown := row.keys() - {"name", *REQUEST, *LAYERS, *WANTED}), (
                f"{name}: {row['name']}: {unknown}"
            )
            complete = {**table.get("defaults", {}), **row}
            for layer in LAYERS:
                if layer in complete:
                    complete[layer] = _filled(complete[layer], table.get("policies", {}))
            found.append(pytest.param(complete, id=f"{name}: {row['name']}"))
    return found


def _filled(value: Any, policies: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_filled(item, policies) for item in value]
    return policies[value] if isinstance(value, str) else value


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
    reasons = told(decision)
    assert row["because"], "a row says why"
    for wanted in row["because"]:
        start, _, words = wanted.partition(": ")
        assert any(reason.startswith(f"{start}: ") and words in reason for reason in reasons), (
            f"{wanted} not in {reasons}"
        )


@pytest.mark.parametrize("row", [param for param in rows() if "turns" in param.values[0]])
def test_the_layer_turns_the_verdict(row: Row) -> None:
    """Without the layer that a row is about, the decision is another."""
    request = request_of(row)

    assert row["want"] != decide(request, layers_of(row, request, without=row["turns"])).effect.value


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_turns_a_verdict_both_ways(layer: str) -> None:
    """For every layer there is a row in which it alone turns the verdict."""
    assert layer in {param.values[0].get("turns") for param in rows()}


def test_every_operator_decides_a_row() -> None:
    """Every operator of the IAM reference stands in some policy of the tables, and in both possible outcomes."""
    text = "".join(json.dumps(table) for _, table in tables())

    assert [operator.name for operator in ALL if f'"{operator.name}"' not in text] == []


def test_no_row_repeats_its_neighbour() -> None:
    """A row differs from the one before in verdict or reasons; else it shows nothing that the other does not."""
    for name, table in tables():
        for before, after in zip(table["rows"], table["rows"][1:], strict=False):
            same = all(before.get(key) == after.get(key) for key in ("want", "because", "depends_on"))
            assert not same, f"{name}: {before['name']!r} and {after['name']!r} want the same"


def test_there_are_enough_rows() -> None:
    """At least 400 rows, none named twice within its table."""
    counted = Counter(param.id for param in rows())

    assert sum(counted.values()) >= 400
    assert [name for name, times in counted.items() if times > 1] == []
