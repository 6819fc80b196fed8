"""`signout decide`: JSON lines in, one decision a line out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.command import Ran, signout

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
POOL = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbCdEfGhI"
ROLE = "arn:aws:iam::111122223333:role/ops"


def request(action: str = "cognito-idp:AdminUserGlobalSignOut", **more: Any) -> dict[str, Any]:
    """A request by a role for something on a pool."""
    return {"principal": ROLE, "action": action, "resource": POOL, **more}


def allow(action: str, **elements: Any) -> dict[str, Any]:
    """A policy with one statement."""
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": "*", **elements}}


def ask(*lines: Any) -> tuple[Ran, list[dict[str, Any]]]:
    """Runs the command on these lines; checks every answer against the published schema."""
    ran = signout("decide", stdin="\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    answers = [json.loads(line) for line in ran.out.splitlines()]
    schema = json.loads((SCHEMAS / "decide-answer.schema.json").read_text())
    for answer in answers:
        jsonschema.validate(answer, schema)
    return ran, answers


ANSWERS = [
    ("granted", {"identity": [allow("cognito-idp:Admin*")]}, "allowed"),
    ("not granted", {"identity": [allow("s3:*")]}, "implicitly-denied"),
    ("no layer at all", {}, "implicitly-denied"),
    ("policy as text", {"identity": [json.dumps(allow("*"))]}, "allowed"),
    ("empty boundary", {"identity": [allow("*")], "boundary": []}, "implicitly-denied"),
    ("no levels", {"identity": [allow("*")], "scp": []}, "implicitly-denied"),
    ("a level that allows nothing", {"identity": [allow("*")], "scp": [[allow("*")], []]}, "implicitly-denied"),
    ("both levels allow", {"identity": [allow("*")], "scp": [[allow("*")], [allow("cognito-idp:*")]]}, "allowed"),
    (
        "denied",
        {"identity": [allow("*")], "session": [{"Statement": {**allow("*")["Statement"], "Effect": "Deny"}}]},
        "explicitly-denied",
    ),
]


@pytest.mark.parametrize(("layers", "want"), [case[1:] for case in ANSWERS], ids=[case[0] for case in ANSWERS])
def test_answer(layers: dict[str, Any], want: str) -> None:
    """Each line is decided by its layers, with reasons."""
    line = {"id": "x", "request": request(), **layers}
    jsonschema.validate(line, json.loads((SCHEMAS / "decide-request.schema.json").read_text()))
    ran, [answer] = ask(line)

    assert (ran.code, ran.err, answer["id"], answer["decision"]) == (0, "", "x", want)
    assert answer["because"]


def test_not_iams() -> None:
    """GlobalSignOut is neither allowed nor denied, whatever the policies say."""
    _, answers = ask(
        *({"request": request("cognito-idp:GlobalSignOut"), "identity": layer} for layer in ([], [allow("*")]))
    )

    assert [answer["decision"] for answer in answers] == ["not-iam", "not-iam"]
    assert "access-token" in answers[0]["because"][0]["why"]


def test_depends() -> None:
    """An answer that turns on something not given names it, with two settings that lead to different answers."""
    policy = allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    _, [depends, absent] = ask(
        {"request": request(), "identity": [policy]},
        {"request": request(), "identity": [policy], "assume_unknown": "absent"},
    )

    assert (depends["decision"], depends["depends_on"]) == ("depends", ["aws:MultiFactorAuthPresent"])
    assert {example["decision"] for example in depends["examples"]} == {"allowed", "implicitly-denied"}
    assert absent["decision"] == "implicitly-denied"


def test_an_unsigned_call() -> None:
    """A call without credentials is allowed by a resource policy for everyone only."""
    everyone = {"Statement": {**allow("s3:GetObject")["Statement"], "Principal": "*"}}
    call = {"principal": "anonymous", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
    _, answers = ask({"request": call, "resource_policy": everyone}, {"request": call, "identity": [allow("*")]})

    assert [answer["decision"] for answer in answers] == ["allowed", "implicitly-denied"]


BAD = [
    ("not JSON", "{", "line 2: line 1 column 2: not JSON"),
    ("no object", "[]", "line 2: is no JSON object"),
    ("unknown layer", {"request": request(), "permissions": []}, '"permissions" is not known'),
    ("no request", {"identity": []}, "line 2: has no request"),
    ("a request that is null", {"request": None}, "line 2: request is null"),
    ("a layer that is null", {"request": request(), "boundary": None}, "line 2: boundary: is null"),
    ("levels that are null", {"request": request(), "scp": None}, "line 2: scp: is null"),
    ("a level that is null", {"request": request(), "scp": [None]}, "expected a list of levels"),
    ("a policy that is null", {"request": request(), "resource_policy": None}, "line 2: resource_policy: is null"),
    ("a value that is null", {"request": request(context={"k": None})}, "line 2: request.context.k: is null"),
    ("unknown part", {"request": request(user="x")}, "request.user is not known"),
    ("no action", {"request": {"principal": ROLE}}, "line 2: request.action"),
    ("a wildcard", {"request": request("s3:*")}, "wildcards belong in policies"),
    ("no principal", {"request": request(principal="me")}, "request.principal"),
    ("wrong context", {"request": request(context=[])}, "request.context"),
    ("contradiction", {"request": request(context={"aws:PrincipalAccount": "999988887777"})}, "aws:principalaccount"),
    ("layer as an object", {"request": request(), "identity": {}}, "identity: is {}"),
    ("levels as a list", {"request": request(), "scp": [allow("*")]}, "scp: is"),
    (
        "bad policy",
        {"request": request(), "boundary": [allow("*"), {"Statement": []}]},
        "boundary[1]: Statement: is empty",
    ),
    ("duplicate key", '{"id": 1, "id": 2}', 'key "id" is there twice'),
]


@pytest.mark.parametrize(("line", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_line(line: Any, said: str) -> None:
    """A bad line has its error in its place; the lines around it are answered; the exit code is 2."""
    good = {"id": "good", "request": request(), "identity": [allow("*")]}
    ran, answers = ask(good, line, good)

    assert ran.code == 2
    assert [answer.get("decision") for answer in answers] == ["allowed", None, "allowed"]
    assert said in answers[1]["error"]


def test_ids_come_back_as_they_are() -> None:
    """Numbers stay numbers wherever they are in an id, and a line without an id has null."""
    ids = (7, 1.5, "7", None, True, [1, [2.5, "x"]], {"run": 3, "of": {"all": [4, None]}})
    _, answers = ask(*({"id": value, "request": request()} for value in ids), {"request": request()})

    assert [answer["id"] for answer in answers] == [*ids, None]


@pytest.mark.parametrize("written", ["1e400", "9" * 5000, "1.10", "[0.1000000000000000000001]", '"\\ud800"'])
def test_an_id_comes_back_in_its_own_digits(written: str) -> None:
    """An id that no float and no int of this language holds is given back all the same."""
    ran = signout("decide", stdin=f'{{"id": {written}, "request": {json.dumps(request())}}}')

    assert ran.code == 0
    assert ran.out.startswith(f'{{"id": {written}, "decision": ')


def test_an_id_without_bottom() -> None:
    """An id that is nested too deeply is an error of its line."""
    ran, answers = ask(f'{{"id": {"[" * 900}{"]" * 900}, "request": {json.dumps(request())}}}')

    assert (ran.code, answers[0]["id"]) == (2, None)
    assert "line 1: id is nested too deeply" in answers[0]["error"]


def test_a_file(tmp_path: Path) -> None:
    """Lines can come from a file; one that is not there is one line on standard error."""
    (tmp_path / "lines").write_text(json.dumps({"request": request()}) + "\n\n")

    assert signout("decide", str(tmp_path / "lines")).code == 0
    missing = signout("decide", str(tmp_path / "none"))
    assert (missing.code, missing.out) == (2, "")
    assert missing.err == f"error: {tmp_path / 'none'}: No such file or directory; expected a file that can be read\n"
