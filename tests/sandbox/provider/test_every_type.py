"""A resource of each type goes through its life on the real engine: made, left alone, changed, replaced, and so on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from signout.sandbox.engine import Target
from signout.sandbox.provider.types import TYPES
from tests.sandbox.provider.deployment import Deployment, Run, listing
from tests.sandbox.provider.every_type import ROWS, Row
from tests.support.sandbox import Sandbox

PROGRAM = Path(__file__).with_name("program")
EACH_TYPE = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.token.rpartition(":")[2] + "-" + row.name)


@dataclass(frozen=True)
class History:
    """What happened in each part of the lives; one engine run is for all types, as each takes seconds."""

    preview: Run
    created: Run
    there: frozenset[str]
    """Resources that AWS had after the creation."""
    unchanged: Run
    updated: Run
    drifted: Run
    repaired: Run
    repaired_all: Run
    replaced: Run
    last: dict[str, Any]
    """The state in the end, by name."""
    imported: Run
    imported_state: dict[str, Any]
    destroyed: Run
    left: frozenset[str]
    """Resources that AWS still had after all were destroyed."""
    gone: Run
    """A refresh of those that were imported, after that."""
    users_files: tuple[dict[str, str], dict[str, str]]
    """Before and after."""


def _present(sandbox: Sandbox, state: dict[str, Any]) -> frozenset[str]:
    return frozenset(row.name for row in ROWS if row.name in state and _is_there(sandbox, row, state[row.name]))


def _is_there(sandbox: Sandbox, row: Row, resource: Any) -> bool:
    try:
        return bool(row.exists(sandbox.client, resource["id"], resource["outputs"]))
    except ClientError:
        return False


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, target: Target, sandbox: Sandbox) -> History:
    folder = tmp_path_factory.mktemp("every-type")
    one = Deployment(folder / "one", target, PROGRAM)
    before = listing(folder / "one" / "user")
    preview = one.preview(VARIANT="first")
    created = one.up(VARIANT="first")
    assert created.code == 0, created.output  # nothing that follows would say more
    there = _present(sandbox, one.state())
    unchanged = one.up("--refresh", "--expect-no-changes", VARIANT="first")
    updated = one.up(VARIANT="updated")
    assert updated.code == 0, updated.output
    state = one.state()
    for row in ROWS:
        if row.drift:
            row.drift(sandbox.client, state[row.name]["id"], state[row.name]["outputs"])
    drifted = one.refresh(VARIANT="updated")
    repaired = one.up(VARIANT="updated")
    repaired_all = one.up("--refresh", "--expect-no-changes", VARIANT="updated")
    replaced = one.up(VARIANT="replaced")
    assert replaced.code == 0, replaced.output
    last = one.state()

    other = Deployment(folder / "other", target, PROGRAM)
    wanted = [
        {"type": row.token, "name": row.name, "id": row.import_id(last[row.name]["id"], last[row.name]["outputs"])}
        for row in ROWS
    ]
    (other.folder / "import.json").write_text(json.dumps({"resources": wanted}))
    options = ("--yes", "--skip-preview", "--generate-code=false", "--protect=false")
    imported = other.run("import", "--file", str(other.folder / "import.json"), *options, VARIANT="replaced")
    imported_state = other.state()
    destroyed = one.destroy(VARIANT="replaced")
    return History(
        preview=preview,
        created=created,
        there=there,
        unchanged=unchanged,
        updated=updated,
        drifted=drifted,
        repaired=repaired,
        repaired_all=repaired_all,
        replaced=replaced,
        last=last,
        imported=imported,
        imported_state=imported_state,
        destroyed=destroyed,
        left=_present(sandbox, last),
        gone=other.refresh(),
        users_files=(before, listing(folder / "one" / "user")),
    )


def test_rows_are_complete() -> None:
    """Every type that the provider has goes through these tests."""
    assert {type.token for type in TYPES} == {row.token for row in ROWS}


@EACH_TYPE
def test_create(history: History, row: Row) -> None:
    """A preview announces the resource and makes nothing; the deployment makes it."""
    assert history.preview.code == 0, history.preview.output
    assert history.created.code == 0, history.created.output
    assert [step.op for step in history.preview.of(row.name)] == ["create"]
    assert [step.op for step in history.created.of(row.name)] == ["create"]
    assert row.name in history.there


@EACH_TYPE
def test_no_change(history: History, row: Row) -> None:
    """The same program again, against the live state, changes nothing."""
    assert history.unchanged.code == 0, history.unchanged.output
    assert {step.op for step in history.unchanged.of(row.name)} == {"refresh", "same"}


@EACH_TYPE
def test_update(history: History, row: Row) -> None:
    """What can be changed in place is, and then is as the program says."""
    assert history.updated.code == 0, history.updated.output
    assert {step.op for step in history.updated.of(row.name)} == {"update" if row.updates else "same"}


@EACH_TYPE
def test_drift(history: History, row: Row) -> None:
    """A refresh sees what was changed by hand, and the next deployment puts it right."""
    assert history.drifted.code == 0, history.drifted.output
    assert history.repaired.code == 0, history.repaired.output
    seen = {step.op for step in history.drifted.of(row.name, "update", "delete")}
    put_right = {step.op for step in history.repaired.of(row.name)}
    if row.drift is None:
        assert (seen, put_right) == (set(), {"same"})
    else:
        assert (seen, put_right) in (({"update"}, {"update"}), ({"delete"}, {"create"}))
    assert history.repaired_all.code == 0, history.repaired_all.output


@EACH_TYPE
def test_replace(history: History, row: Row) -> None:
    """A change that cannot be made in place makes a new resource and deletes the old."""
    assert history.replaced.code == 0, history.replaced.output
    ops = {step.op for step in history.replaced.of(row.name)}
    assert {"create-replacement", "replace", "delete-replaced"} <= ops


@EACH_TYPE
def test_import(history: History, row: Row) -> None:
    """A resource that is there comes under Pulumi's care by its id alone, with the inputs that made it."""
    assert history.imported.code == 0, history.imported.output
    found, made = history.imported_state[row.name], history.last[row.name]
    assert found["id"] == made["id"]
    given = {name for name in made["inputs"] if name not in {*row.lost, *made["inputs"]["__defaults"], "__defaults"}}
    lost = [name for name in sorted(given) if not _within(made["inputs"][name], found["outputs"].get(name))]
    assert not lost, {name: (made["inputs"][name], found["outputs"].get(name)) for name in lost}


def _within(given: Any, live: Any) -> bool:
    """Whether AWS has what was given; it may have chosen more."""
    if isinstance(given, dict) and isinstance(live, dict):
        return all(_within(value, live.get(name)) for name, value in given.items())
    if isinstance(given, list) and isinstance(live, list):
        return len(given) == len(live) and all(any(_within(each, other) for other in live) for each in given)
    if isinstance(given, str) and given.startswith("{"):
        return bool(json.loads(given) == json.loads(live))
    return bool(given == live)


@EACH_TYPE
def test_destroy(history: History, row: Row) -> None:
    """Afterwards AWS has it no more."""
    assert history.destroyed.code == 0, history.destroyed.output
    assert row.name not in history.left


@EACH_TYPE
def test_gone(history: History, row: Row) -> None:
    """A refresh finds that it is gone, as everything is when the sandbox was started anew."""
    assert history.gone.code == 0, history.gone.output
    assert history.gone.of(row.name, "delete")


def test_users_own_files(history: History) -> None:
    """Nothing of it reads or writes the user's Pulumi folder or AWS files."""
    before, after = history.users_files
    assert before == after


def test_autonaming(history: History) -> None:
    """A resource without a name of its own is called after itself, with seven digits, as the real provider does."""
    assert re.fullmatch(r"clerk-[0-9a-f]{7}", history.last["clerk"]["outputs"]["name"])
    assert history.last["clerk"]["inputs"]["__defaults"] == ["forceDestroy", "name", "path"]
