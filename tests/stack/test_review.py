"""From a change of the stack to the finding: previewed by the engine with the stack's own program, and reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from signout.sandbox.demonstration.people import OPERATOR
from tests.review.reviewing import reported, review
from tests.stack.made import Stack

STRANGER = "arn:aws:iam::999999999999:user/mallory"
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"


def reviewed(stack: Stack, folder: Path, settings: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """The exit code and the report on what these settings would change."""
    code, report = reported(previewed(stack, folder, settings))
    assert report["reviewed"] == "a Pulumi preview"
    return code, report


def previewed(stack: Stack, folder: Path, settings: Mapping[str, str]) -> Path:
    """The file with the preview."""
    with stack.other_settings(settings) as given:
        options = [part for path, value in given.items() for part in ("--config", f"{path}={value}")]
        deployment = stack.deployment
        arguments = ("--json", "--show-sames", "--config-path", *deployment.chosen, *options)
        plan = folder / "plan.json"
        plan.write_text(deployment.ask("preview", *arguments))
    return plan


NEAR_MISSES = [
    # what                      settings
    ("nothing", {}),
    ("something without access", {"logRetentionDays": "30", "accessTokenValidity": "30 minutes"}),
    ("the same operator", {"operatorTrust.principals[0]": OPERATOR}),
]


@pytest.mark.parametrize("settings", [case[1] for case in NEAR_MISSES], ids=[case[0] for case in NEAR_MISSES])
def test_no_access_added(stack: Stack, tmp_path: Path, settings: dict[str, str]) -> None:
    """A change that gives nobody anything is no finding, and the table still has who could before."""
    code, report = reviewed(stack, tmp_path, settings)

    assert (code, report["findings"]) == (0, [])
    assert report["changes"] == []
    operators = [row for row in report["sign_out"] if row["principal"] == stack.outputs["operatorRoleArn"]]
    assert [(row["before"], row["after"], row["actions"]) for row in operators] == [("yes", "yes", [SIGN_OUT])]
    assert any(row["function"] and row["before"] == row["after"] for row in report["sign_out"])


def test_trust_widened(stack: Stack, tmp_path: Path) -> None:
    """Somebody of another account among the operators: found, with who it is, a request, and the line that says it."""
    trusted = {"operatorTrust.principals[0]": OPERATOR, "operatorTrust.principals[1]": STRANGER}
    code, report = reviewed(stack, tmp_path, trusted)

    assert code == 1
    assert [each["rule"] for each in report["findings"]] == ["sign-out-added", "trust-opened-wide"]
    added, opened = report["findings"]
    assert STRANGER in added["fact"]
    witness = opened["witness"]
    assert (witness["principal"], witness["action"]) == (STRANGER, "sts:AssumeRole")
    assert witness["resource"] == stack.outputs["operatorRoleArn"]
    assert (witness["before"], witness["after"]) == ("implicitly-denied", "allowed")
    assert witness["context"]["aws:MultiFactorAuthPresent"] == ["true"]
    assert opened["location"]["file"] == "components/sign_out_access.py"
    rows = {row["principal"]: (row["before"], row["after"]) for row in report["sign_out"]}
    assert rows[STRANGER] == ("no", "depends")


def test_not_known_yet(stack: Stack, tmp_path: Path) -> None:
    """A pool that is replaced leaves the roles' policies open: undetermined, bounded by what the components declare."""
    plan = previewed(stack, tmp_path, {"aliases[0]": "preferred_username"})
    code, report = reported(plan, "--fail-on", "high", "--fail-on-undetermined")

    assert code == 3
    assert {each["rule"] for each in report["findings"]} == {"undetermined"}
    assert all(
        "awaits arn or id of aws:cognito/userPool:UserPool users-pool" in each["fact"] for each in report["findings"]
    )
    worst = {each["label"]: each["at_worst"] for each in report["changes"] if each["undetermined"]}
    assert [region["actions"] for region in worst["Role access-operator"]["added"]] == [[SIGN_OUT]]
    assert all("if it keeps to them" in bound for each in worst.values() for bound in each["bounded_by"])
    # Nobody is listed for what no component declares, such as deleting users.
    assert {row["means"] for row in report["sign_out"]} == {"equivalent"}
    assert review(plan, "--fail-on", "never")[0] == 0
