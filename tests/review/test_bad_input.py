"""What cannot be reviewed: one line with the file, the place and what was expected; exit code 2; no traceback."""

import json
import subprocess
import sys

import pytest

from tests.review.reviewing import PLANS, allow, policy, review, written

PLAN = (PLANS / "unchanged.json").read_bytes()
DEEP = b'{"Version": "2012-10-17", "Statement": ' + b"[" * 50 + b"]" * 50 + b"}"
HUGE = json.dumps(policy(*(allow(f"s3:Get{'x' * 1000}{i}") for i in range(10_000)), {"Effect": "Maybe"})).encode()

BAD = [
    # what it is               content                                 said
    ("truncated", PLAN[: len(PLAN) // 2], "not JSON"),
    ("empty", b"", "is empty; expected JSON"),
    ("fifty levels", DEEP, "Statement[0]: is"),
    ("a thousand levels", b"[" * 100_000, "nested too deeply"),
    ("a policy of 10 MB", HUGE, "Statement[10000]"),
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
