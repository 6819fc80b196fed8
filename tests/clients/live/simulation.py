"""Which decisions are put to IAM's simulator, and how one is put.

Left out is what SimulateCustomPolicy cannot be asked: SCPs, RCPs, session and endpoint policies, trust policies, and
operations that IAM does not decide.
"""

from __future__ import annotations

import json
from typing import Any

from tests.iam import test_decisions as tables

Row = dict[str, Any]

CHOSEN = (
    "identity/grants: granted on the pool",
    "identity/grants: on another pool",
    "identity/grants: the name of an action ignores case",
    "identity/grants: an ARN does not",
    "identity/grants: another action",
    "identity/grants: a wildcard in the action",
    "identity/grants: a question mark in the action",
    "identity/grants: a wildcard in the ARN runs over colons",
    "identity/grants: a wildcard in the Region",
    "identity/grants: NotAction leaves it in",
    "identity/grants: NotAction leaves it out",
    "identity/grants: NotResource leaves it in",
    "identity/grants: NotResource leaves it out",
    "identity/grants: the second policy grants",
    "identity/grants: the second statement grants",
    "identity/denies: the Deny first",
    "identity/denies: a Deny of another action",
    "identity/denies: a Deny whose condition is not met",
    "identity/denies: a Deny whose condition is met",
    "identity/denies: a Deny with NotResource, another pool",
    "identity/conditions: both keys hold",
    "identity/conditions: one key does not",
    "identity/conditions: negated, several values: one of them",
    "operators/string-like: case counts",
    "operators/string-not-equals: absent",
    "quantifiers/for-all-values-equals: no value at all",
    "quantifiers/ip-address-if-exists: there, and not as wanted",
    "boundary/limits: allowed by both",
    "boundary/limits: not in the boundary",
    "boundary/limits: a Deny in the boundary",
)
"""Rows of the engine's tables, by table and name."""

_BY_ID: dict[str, Row] = {row.id: {**row.values[0], "id": row.id} for row in tables.rows()}
ROWS: tuple[Row, ...] = tuple(_BY_ID[name] for name in CHOSEN)

EFFECTS = {"allowed": "allowed", "implicitly-denied": "implicitDeny", "explicitly-denied": "explicitDeny"}
"""The engine's word and the simulator's."""
TYPES = {"aws:SourceIp": "ip", "aws:SecureTransport": "boolean"}
"""Of condition keys; any other is text."""


def wanted(row: Row) -> str:
    """What the simulator has to answer."""
    return EFFECTS[row["want"]]


def parameters(row: Row) -> dict[str, Any]:
    """The parameters of SimulateCustomPolicy that put the row's request. A key without values is left out: absent."""
    given = {key: [values] if isinstance(values, str) else values for key, values in row.get("context", {}).items()}
    entries = [
        {
            "ContextKeyName": key,
            "ContextKeyValues": list(values),
            "ContextKeyType": TYPES.get(key, "string") + ("List" if len(values) > 1 else ""),
        }
        for key, values in given.items()
        if values
    ]
    asked: dict[str, Any] = {
        "PolicyInputList": [json.dumps(document) for document in row["identity"]],
        "ActionNames": [row["action"]],
        "ResourceArns": [row["resource"]],
        "ContextEntries": entries,
    }
    if "boundary" in row:
        asked["PermissionsBoundaryPolicyInputList"] = [json.dumps(document) for document in row["boundary"]]
    return asked
