"""What cannot be reviewed: one line with the file, the place and what was expected; exit code 2; no traceback."""

import json
import subprocess
import sys

import pytest

from tests.review.reviewing import PLANS, allow, policy, reported, review, rules, written
from tests.review.test_terraform import GRANT, POOL, SAME, SIGN_OUT, change, inline, plan

PLAN = (PLANS / "unchanged.json").read_bytes()
DEEP = b'{"Version": "2012-10-17", "Statement": ' + b"[" * 50 + b"]" * 50 + b"}"
LONG = json.dumps(policy(*(allow("s3:GetObject", f"arn:aws:s3:::b{i}/*") for i in range(100_000)))).encode()
HUGE = json.dumps(policy(*(allow(f"s3:Get{'x' * 1000}{i}") for i in range(10_000)), {"Effect": "Maybe"})).encode()


def of_role(**given):
    """The authorization details of an account with one role."""
    return json.dumps({"RoleDetailList": [{"Arn": "arn:aws:iam::123456789012:role/x", **given}]}).encode()


BAD = [
    # what it is               content                                 said
    ("truncated", PLAN[: len(PLAN) // 2], "not JSON"),
    ("empty", b"", "is empty; expected JSON"),
    ("fifty levels", DEEP, "Statement[0]: is"),
    ("a thousand levels", b"[" * 100_000, "nested too deeply"),
    ("a policy of 10 MB", HUGE, "expected a policy document of at most 262,144"),
    ("a policy of 10 MB that is right", LONG, "expected a policy document of at most 262,144"),
    ("a key that is there twice", b'{"Statement": [], "Statement": []}', 'key "Statement" is there twice'),
    ("a number of 5,000 digits", b'{"steps": ' + b"9" * 5000 + b"}", "not JSON that can be read"),
    ("truncated JSON lines", b'{"preludeEvent": {}}\n{"resourcePreEvent": {"meta', "line 2: not JSON"),
    ("an event without a step", b'{"preludeEvent": {}}\n{"resourcePreEvent": {"metadata": 5}}', "event 2: resourcePre"),
    ("Latin-1", '{"Statement": "é"}'.encode("latin-1"), "is not UTF-8"),
    ("another JSON", b'{"a": 1}', "expected a plan"),
    ("a list", b"[1, 2]", "expected a plan"),
    ("a number", b"3", "expected a plan"),
    ("a later Terraform", b'{"format_version": "2.0", "resource_changes": []}', "format_version"),
    ("a Terraform state", b'{"format_version": "1.0", "terraform_version": "1.9", "values": {}}', "expected a plan"),
    ("nothing in it", b'{"steps": []}', "nothing in it to review"),
    ("steps that are none", b'{"steps": [1]}', "steps[0]"),
    ("a resource without URN", b'{"steps": [{"op": "create", "newState": {}}]}', "steps[0].newState"),
    ("resources that are none", b'{"deployment": {"resources": 1}}', "resources: is int"),
    ("an account that is none", b'{"RoleDetailList": [3]}', "RoleDetailList[0]"),
    ("a page of an account", b'{"RoleDetailList": [], "NextToken": "x"}', "is one page of several"),
    ("an ARN that is none", b'{"RoleDetailList": [{"Arn": "arn:x"}]}', "RoleDetailList[0].Arn"),
    ("policies that are none", of_role(RolePolicyList=[5]), "RolePolicyList[0]: is int"),
    ("attached policies that are none", of_role(AttachedManagedPolicies=5), "AttachedManagedPolicies: is int"),
    ("a boundary that is none", of_role(PermissionsBoundary="x"), "PermissionsBoundary: is str"),
]


@pytest.mark.parametrize(("content", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_bad_input(tmp_path, content, said):
    """One line says which file, where in it, and what was expected."""
    path = written(tmp_path, "input.json", content)
    code, out, err = review(path)

    assert (code, out) == (2, "")
    assert err.startswith(f"error: {path}")
    assert said in err
    assert err.count("\n") == 1
    assert len(err) < 1000


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_no_file(tmp_path, name):
    """A file that is not there, or a folder, is said to be that."""
    code, _, err = review(tmp_path / name)

    assert code == 2
    assert "expected a file" in err


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_redirects_of_other_shells(tmp_path, encoding):
    """UTF-16, with a byte order mark or without, is read as UTF-8 is."""
    plan = (PLANS / "new-role.json").read_text().encode(encoding)

    assert review(written(tmp_path, "plan.json", plan))[0] == 1


def test_empty_is_accepted_when_told(tmp_path):
    """An input with nothing to review passes only on request."""
    assert review(written(tmp_path, "plan.json", b'{"steps": []}'), "--allow-empty")[0] == 0


def test_broken_pipe():
    """Whoever stops reading the report gets no traceback."""
    command = [sys.executable, "-m", "signout.cli.main", "review", str(PLANS / "admin-attached.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        said = process.stderr.read()
        process.wait(60)

    assert said == b""


USAGE = [
    ("no input", (), "expected one FILE"),
    ("two ways to say it", ("a", "--after", "b"), "expected one FILE"),
    ("limit and before", ("a", "--limit", "b", "--before", "c"), "expected one of them"),
    ("an unknown format", (PLANS / "unchanged.json", "--output", "pdf=x"), "expected FORMAT=FILE"),
    ("a plan with another side", (PLANS / "unchanged.json", "--before", PLANS / "new-role.json"), "both sides"),
]


@pytest.mark.parametrize(("arguments", "said"), [case[1:] for case in USAGE], ids=[case[0] for case in USAGE])
def test_usage(arguments, said):
    """Arguments that do not go together are said to be that."""
    code, _, err = review(*arguments)

    assert code == 2
    assert said in err


ODD = [
    # parts of a plan that only help to read it, and are not as documented
    {"configuration": {"root_module": {"resources": 5}}},
    {"configuration": {"root_module": {"resources": [{"address": "a", "expressions": {"x": {"references": 5}}}]}}},
    {"format_version": None},
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_plans(tmp_path, odd):
    """What a plan says beside its changes does no harm where it is not as documented."""
    assert rules(written(tmp_path, "plan.json", {**plan(SAME, GRANT), **odd})) == ["sign-out-added", "access-added"]


def test_a_target_that_is_no_name(tmp_path):
    """A policy is compared whatever is said of whom it is for."""
    strange = {**inline("ci", allow(SIGN_OUT, POOL)), "role": {"name": "ci"}}
    found = rules(
        written(tmp_path, "plan.json", plan(SAME, change("aws_iam_role_policy.p", ["create"], None, strange)))
    )

    assert {"sign-out-added", "undetermined"} <= set(found)


def test_a_document_that_is_too_long(tmp_path):
    """A document of a plan that is longer than any that AWS takes is said to be unreadable."""
    long = inline("ci", allow("s3:GetObject", "arn:aws:s3:::" + "a" * 300_000))
    content = plan(SAME, change("aws_iam_role_policy.p", ["create"], None, long))

    assert "unreadable-policy" in rules(written(tmp_path, "plan.json", content))


CUT = [
    # how a preview ends that did not come to its end, and what is said of it
    (b'{"preludeEvent": {}}\n{"resourcePreEvent": {"metadata": {}}}\n', "its last event"),
    (b'{"preludeEvent": {}}\n{"diagnosticEvent": {"severity": "error"}}\n{"summaryEvent": {}}\n', "with an error"),
    (b'{"steps": [], "diagnostics": [{"severity": "error"}]}', "with an error"),
]


@pytest.mark.parametrize(("content", "said"), CUT)
def test_previews_that_failed(tmp_path, content, said):
    """What a preview did not come to is part of what is not given."""
    _, report = reported(written(tmp_path, "plan.json", content), "--allow-empty")

    assert said in " ".join(report["not_given"])
