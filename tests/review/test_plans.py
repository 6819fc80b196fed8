"""What a review finds in previews of the real engine, each with one change. `program` makes them."""

import json

import pytest

from tests.review.reviewing import PLANS, allow, policy, reported, written

ADMIN = ["sign-out-added"] * 2 + ["sign-out-escalation"] + ["session-end-added"] * 2 + ["privilege-escalation"]
FOUND = {
    "admin-attached": [*ADMIN, "access-added"],
    "boundary-removed": [*ADMIN, "boundary-removed"],
    "boundary-widened": ["sign-out-added", "session-end-added", "session-end-added", "access-added"],
    "bounded": [],
    "case-of-actions": [],
    "chain": ["privilege-escalation", "access-added"],
    "condition-on-region-dropped": ["condition-loosened"],
    "condition-or": ["condition-loosened"],
    "deny-added": [],
    "detached": [],
    "dropped-condition": ["sign-out-added", "session-end-added", "session-end-added", "condition-loosened"],
    "dropped-deny": ["session-end-added", "access-added"],
    "edit-operator": ["sign-out-escalation", "access-added"],
    "function-to-anyone": ["sign-out-added", "resource-opened-wide"],
    "hostile-name": ["sign-out-added"] * 3 + ["trust-opened-wide", "access-added"],
    "invoke-runbook": ["sign-out-added", "access-added"],
    "managed-policy-widened": ["sign-out-added", "sign-out-added", "access-added"],
    "narrowed-action": [],
    "new-pool": ["undetermined"],
    "new-role": ["sign-out-added", "trust-opened", "access-added"],
    "new-role-unknown": ["sign-out-added", "trust-opened", "access-added"],
    "not-action": ["sign-out-added"] * 2 + ["session-end-added"] * 4 + ["privilege-escalation", "access-added"],
    "not-resource": ["condition-loosened"],
    "pass-role": ["sign-out-added", "sign-out-escalation", "privilege-escalation", "access-added"],
    "pass-role-alone": ["access-added"],
    "policy-versions": ["privilege-escalation", "access-added"],
    "question-mark": ["condition-loosened", "access-added"],
    "queue-policy": ["resource-opened-wide"],
    "role-replaced": ["trust-opened", "access-added"],
    "secret-policy": ["undetermined"],
    "side-effect": ["session-end-added", "session-end-added", "access-added"],
    "split-in-two": [],
    "token-operation": ["grant-without-effect"],
    "trust-to-account": ["trust-opened"],
    "trust-to-anyone": ["sign-out-added", "sign-out-added", "trust-opened-wide", "condition-loosened"],
    "trust-to-github": ["sign-out-added", "trust-opened"],
    "trust-to-other-account": ["sign-out-added", "trust-opened-wide"],
    "trust-without-mfa": ["sign-out-added", "condition-loosened"],
    "trust-written-differently": [],
    "unchanged": [],
    "update-code": ["sign-out-escalation", "access-added"],
    "user-policy": ["sign-out-added", "access-added"],
    "widened-action": ["sign-out-added"] * 2 + ["session-end-added"] * 4 + ["access-added"],
    "widened-resource": ["sign-out-added", "sign-out-added", "access-added"],
}
"""The rules that report something about each change, the most severe first."""


@pytest.mark.parametrize("name", FOUND)
def test_findings_of_a_change(name):
    """Each change is reported for what it is, and one that adds nothing is not."""
    code, report = reported(PLANS / f"{name}.json")

    assert [each["rule"] for each in report["findings"]] == FOUND[name]
    assert code == (1 if any(each["severity"] != "low" for each in report["findings"]) else 0)


def test_every_plan_is_reported():
    """No recorded plan is left out of the table."""
    assert {path.stem for path in PLANS.glob("*.json")} == set(FOUND)


def test_witness():
    """An addition has a request by the principal itself, refused before and allowed now, and its place."""
    _, report = reported(PLANS / "managed-policy-widened.json")

    added = next(each for each in report["findings"] if each["rule"] == "access-added")
    assert added["witness"]["principal"] == "arn:aws:iam::123456789012:role/support"
    assert added["witness"]["action"] == "cognito-idp:AdminUserGlobalSignOut"
    assert (added["witness"]["before"], added["witness"]["after"]) == ("implicitly-denied", "allowed")
    assert added["location"]["file"] == "__main__.py"


def test_same_access_written_differently():
    """A statement that was split in two is proven to be the same."""
    _, report = reported(PLANS / "split-in-two.json")

    assert [(each["label"], each["relation"]) for each in report["changes"]] == [("Role operator", "equal")]


def test_unknown_values_are_undetermined():
    """A policy with the ARN of a pool that is not made yet says what it awaits, and is neither yes nor no."""
    code, report = reported(PLANS / "new-pool.json", "--fail-on", "high", "--fail-on-undetermined")

    assert code == 3
    assert "awaits arn or id of aws:cognito/userPool:UserPool others" in report["findings"][0]["fact"]
    operator = [row for row in report["sign_out"] if row["label"] == "Role operator" and not row["function"]]
    assert {row["after"] for row in operator} == {"depends"}


def test_ways_to_sign_out():
    """The table tells who could before and can now: alice loses her way, the other account gets one."""
    _, report = reported(PLANS / "trust-to-other-account.json")

    rows = {(row["label"], row["before"], row["after"]) for row in report["sign_out"]}
    assert ("arn:aws:iam::999999999999:root", "no", "depends") in rows
    assert ("User alice", "depends", "no") in rows
    assert ("Role operator", "yes", "yes") in rows


def test_other_ways_do_not_vanish():
    """A way that is still open stays in the table when a better one opens beside it."""
    _, report = reported(PLANS / "admin-attached.json")

    assert not [row for row in report["sign_out"] if row["after"] == "no"]


def test_an_incomplete_table_says_so():
    """Layers that are not in a plan are named, so that the table never claims to be all."""
    _, report = reported(PLANS / "unchanged.json")

    assert not report["complete"]
    assert any("SCP" in each for each in report["not_given"])


def test_streaming_form():
    """The streaming form says the same as the other."""
    streamed = reported(PLANS.parent / "streaming.jsonl")[1]["findings"]
    plain = reported(PLANS / "widened-action.json")[1]["findings"]

    assert [(each["rule"], each["resource"]) for each in streamed] == [(e["rule"], e["resource"]) for e in plain]


TOPIC = "urn:pulumi:test::review::aws:sns/topic:Topic::alarms"
PUBLISH = json.dumps(policy({**allow("sns:Publish"), "Principal": {"AWS": "111122223333"}}))
BY_THE_PROVIDER = [
    # what                                 inputs before         outputs before        changed
    ("not asked for, and so as it was", {"name": "alarms"}, {"policy": PUBLISH}, False),
    ("asked for before, and no more", {"name": "alarms", "policy": PUBLISH}, {"policy": PUBLISH}, True),
]


@pytest.mark.parametrize(
    ("inputs", "outputs", "changed"), [case[1:] for case in BY_THE_PROVIDER], ids=[case[0] for case in BY_THE_PROVIDER]
)
def test_what_the_provider_made(tmp_path, inputs, outputs, changed):
    """A policy that AWS gave a resource by itself does not go because a preview shows it on the old side only."""
    state = {"urn": TOPIC, "type": "aws:sns/topic:Topic"}
    old = {**state, "inputs": inputs, "outputs": outputs}
    steps = [{"op": "update", "urn": TOPIC, "oldState": old, "newState": {**state, "inputs": {"name": "alarms"}}}]
    _, report = reported(written(tmp_path, "plan.json", {"steps": steps}))

    assert bool(report["changes"]) is changed
