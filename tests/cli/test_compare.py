"""`signout compare`: two policy files in, what was added and removed out, each with a request as evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.command import Ran, signout

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "compare.schema.json"
POOL = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbCdEfGhI"
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"


def allow(action: Any, resource: Any = POOL, **elements: Any) -> dict[str, Any]:
    """A policy with one statement."""
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **elements}],
    }


def trust(principal: Any) -> dict[str, Any]:
    """A trust policy."""
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return {"Version": "2012-10-17", "Statement": [statement]}


def compare(folder: Path, before: Any, after: Any, *options: str) -> tuple[Ran, dict[str, Any]]:
    """Runs the command on two files; checks the answer against the published schema."""
    for name, document in (("before", before), ("after", after)):
        (folder / name).write_text(json.dumps(document))
    ran = signout("compare", str(folder / "before"), str(folder / "after"), "--format", "json", *options)
    answer = json.loads(ran.out) if ran.out else {}
    if answer:
        jsonschema.validate(answer, json.loads(SCHEMA.read_text()))
    return ran, answer


CASES = [
    # name               before                        after                                     relation     code
    ("the same", allow(SIGN_OUT), allow(SIGN_OUT), "equal", 0),
    ("split in two", allow([SIGN_OUT, "s3:Get*"], "*"), {"Version": "2012-10-17", "Statement": [
        *allow(SIGN_OUT, "*")["Statement"], *allow("s3:Get*", "*")["Statement"]]}, "equal", 0),
    ("a wider action", allow(SIGN_OUT), allow("cognito-idp:Admin*"), "wider", 1),
    ("a wider resource", allow(SIGN_OUT), allow(SIGN_OUT, POOL + "*"), "wider", 1),
    ("a condition more", allow(SIGN_OUT), allow(SIGN_OUT, Condition={"Bool": {"a:b": "true"}}), "narrower", 0),
    ("another pool", allow(SIGN_OUT), allow(SIGN_OUT, POOL + "x"), "different", 1),
    ("a grant without effect", allow(SIGN_OUT), allow([SIGN_OUT, "cognito-idp:GlobalSignOut"]), "equal", 0),
    ("trust of another", trust({"AWS": "111122223333"}), trust({"AWS": ["111122223333", "999988887777"]}), "wider", 1),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "relation", "code"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_relation(tmp_path: Path, before: Any, after: Any, relation: str, code: int) -> None:
    """The relation is proven, and the exit code says whether anything was added."""
    ran, answer = compare(tmp_path, before, after)

    assert (answer["relation"], ran.code, ran.err) == (relation, code, "")


def test_evidence(tmp_path: Path) -> None:
    """An addition shows a real action on a real resource, which `signout decide` allows after and not before."""
    before, after = allow(SIGN_OUT), allow("cognito-idp:Admin*")
    _, answer = compare(tmp_path, before, after)
    [added] = answer["added"]
    witness = added["witness"]
    request = {name: witness[name] for name in ("principal", "action", "resource", "context")}
    lines = [{"request": request, "identity": [policy], "assume_unknown": "absent"} for policy in (before, after)]
    decided = signout("decide", stdin="\n".join(map(json.dumps, lines)))

    assert added["known_action"]
    assert [json.loads(line)["decision"] for line in decided.out.splitlines()] == [witness["before"], witness["after"]]


def test_a_grant_without_effect_is_named(tmp_path: Path) -> None:
    """What only one side names, and IAM does not decide, is told apart."""
    _, answer = compare(tmp_path, allow(SIGN_OUT), allow([SIGN_OUT, "cognito-idp:GlobalSignOut"]))

    assert answer["without_effect"] == ["cognito-idp:GlobalSignOut"]


def test_for_people(tmp_path: Path) -> None:
    """The text says what was added, by which statement, and gives the request."""
    (tmp_path / "before").write_text(json.dumps(allow(SIGN_OUT)))
    (tmp_path / "after").write_text(json.dumps(allow("cognito-idp:Admin*")))
    ran = signout("compare", str(tmp_path / "before"), str(tmp_path / "after"))

    assert ran.code == 1
    assert f"+ added: cognito-idp:Admin* on {POOL}" in ran.out
    assert "Statement[0]" in ran.out
    assert "before: implicitly-denied; after: allowed" in ran.out


@pytest.mark.parametrize("text", ["", "{", "[]", '{"Statement": []}', '{"Version": "2012-10-17"}'])
def test_bad_input(tmp_path: Path, text: str) -> None:
    """A file that is no policy is one line on standard error, naming the file."""
    (tmp_path / "before").write_text(text)
    (tmp_path / "after").write_text(json.dumps(allow("*")))
    ran = signout("compare", str(tmp_path / "before"), str(tmp_path / "after"))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {tmp_path / 'before'}: ")
    assert ran.err.count("\n") == 1


def test_standard_input_twice() -> None:
    """Standard input can be one side only."""
    ran = signout("compare", "-", "-", stdin=json.dumps(allow("*")))

    assert (ran.code, ran.out) == (2, "")
    assert "expected one of them to be a file" in ran.err


def test_evidence_on_a_resource_of_another_account(tmp_path: Path) -> None:
    """The witness says whose the resource is where its ARN does not, so that `signout decide` answers alike."""
    before = allow("s3:GetObject", "*", Condition={"StringEquals": {"aws:ResourceAccount": "111122223333"}})
    _, answer = compare(tmp_path, before, allow("s3:GetObject", "*"))
    contexts = [added["witness"]["context"] for added in answer["added"] if added["witness"]["resource"] == "*"]

    assert [context.keys() for context in contexts] == [{"aws:ResourceAccount"}]
