"""Derives what is stored about Cognito from the API model of the installed botocore; ``make model`` runs it.

    python -m signout.cognito.build_model          write the files that differ
    python -m signout.cognito.build_model --check  exit 1 and name them

The names of IAM's actions are derived by signout.iam.build_catalogue.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from signout.cognito.botocore_models import REFRESH, botocore_version, model
from signout.cognito.derive_limits import derive_limits
from signout.cognito.derive_operations import derive_operations
from signout.cognito.operations import PREFIXES, Guide, Operation
from signout.cognito.operations_page import render
from signout.cognito.stored import load

ROOT = Path(__file__).parents[2]

OPERATIONS = ROOT / "signout/cognito/operations.json"
LIMITS = ROOT / "signout/cognito/limits.json"
RUNBOOK_LIMITS = ROOT / "signout/runbook/limits.json"
PAGE = ROOT / "docs/operations.md"

RUNBOOK_OPERATION = "AdminUserGlobalSignOut"
"""The operation whose limits the runbook checks; it is zipped alone, so it carries them."""


def build() -> dict[Path, str]:
    """What each stored file has to contain for the installed botocore, by path.

    A file keeps the date it has as long as nothing else in it changes.
    """
    botocore = botocore_version()
    models = {service: model(service) for service in PREFIXES}
    guide = load("developer_guide.json")
    operations = [
        operation
        for service, description in models.items()
        for operation in derive_operations(service, description, _groups(guide) if service == "cognito-idp" else {})
    ]
    limits = {service: derive_limits(description) for service, description in models.items()}
    return {
        OPERATIONS: _dated(OPERATIONS, {"botocore": botocore, "operations": _rows(operations)}, lines=3),
        LIMITS: _dated(LIMITS, {"botocore": botocore, "services": limits}, lines=4),
        RUNBOOK_LIMITS: _dated(RUNBOOK_LIMITS, {"botocore": botocore, **_runbook(limits["cognito-idp"])}, lines=1),
        PAGE: render(operations, botocore=botocore, guide=guide),
    }


def stale() -> dict[Path, str]:
    """The stored files that differ from what the installed botocore gives, with what they have to contain."""
    return {path: text for path, text in build().items() if not path.exists() or path.read_text("utf-8") != text}


def main(arguments: list[str] | None = None) -> int:
    """Exit 0: all current, or written. 1: ``--check`` found a difference."""
    parser = argparse.ArgumentParser(prog="python -m signout.cognito.build_model")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a stored file is not current")
    check = parser.parse_args(arguments).check
    differing = stale()
    for path, text in differing.items():
        print(f"{'differs' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    if check and differing:
        print(f"not what botocore {botocore_version()} gives: {REFRESH}", file=sys.stderr)
        return 1
    return 0


def _groups(guide: Mapping[str, Any]) -> dict[str, Guide]:
    return {name: Guide(group) for group, names in guide["groups"].items() for name in names}


def _rows(operations: list[Operation]) -> dict[str, Any]:
    rows: dict[str, Any] = {service: {} for service in PREFIXES}
    for operation in operations:
        rows[operation.service][operation.name] = {
            "authorized_by": operation.authorized_by,
            "parameters": operation.parameters,
            "signing": operation.signing,
            "prose": operation.prose,
            "guide": operation.guide,
            "scope": operation.scope,
            "resource": operation.resource,
            "conflicts": operation.conflicts,
        }
    return rows


def _runbook(limits: Mapping[str, Any]) -> dict[str, Any]:
    """The limits of the runbook's operation, one object a parameter: min, max, pattern."""
    shapes = limits["shapes"]
    members = shapes[limits["operations"][RUNBOOK_OPERATION]]["members"]
    kept = ("min", "max", "pattern")
    parameters = {name: {key: shapes[shape][key] for key in kept} for name, shape in members.items()}
    return {"operation": RUNBOOK_OPERATION, **parameters}


def _dated(path: Path, content: Mapping[str, Any], *, lines: int) -> str:
    """The content as JSON with the date of its derivation: today, or the stored file's if nothing else differs."""
    derived = datetime.now(UTC).date().isoformat()
    if path.exists():
        stored = json.loads(path.read_text("utf-8"))
        if {**json.loads(json.dumps(content)), "derived": stored.get("derived")} == stored:
            derived = stored["derived"]
    return _json({"derived": derived, **content}, lines) + "\n"


def _json(value: Any, lines: int) -> str:
    """JSON with a line for each entry down to a depth, so that a change of the model reads as a short diff."""
    if lines == 0 or not isinstance(value, dict):
        return json.dumps(value)
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {_json(part, lines - 1)}" for key, part in value.items()) + "\n}"


if __name__ == "__main__":
    sys.exit(main())
