"""`signout user --runbook`: through the deployed function, by someone who may call it and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from components.exposure import document
from components.runbook_zip import HANDLER, build
from signout.cognito.exposure import AppClient, Settings
from tests.cli.test_signing_out import SIGN_OUT, Pool, accepted, pool
from tests.support.sandbox import ACCOUNT, REGION, Sandbox, allow, trust

__all__ = ["pool"]  # the fixture

FUNCTION = "signout-by-command"
ORDER = ("--runbook", f"{FUNCTION}:live", "--incident", "INC-42", "--reason", "phone lost")


@pytest.fixture(scope="module")
def responder(pool: Pool, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """The pool, the runbook as it is deployed, with a role that may sign out, and an operator who may call it alone."""
    arn = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool.id}"
    role = sandbox.role(allow(SIGN_OUT, arn), allow("logs:*"), trust=trust({"Service": "lambda.amazonaws.com"}))
    functions = sandbox.client("lambda")
    exposure = Settings(clients=(AppClient(name="app", access_token=900, id_token=3600),))
    variables = {"USER_POOL_ID": pool.id, "CALLS_PER_SECOND": "10", "METRIC_NAMESPACE": "SignOut"}
    version = functions.create_function(
        FunctionName=FUNCTION,
        Runtime="python3.13",
        Handler=HANDLER,
        Role=role,
        Timeout=60,
        Code={"ZipFile": build(Path(tmp_path_factory.mktemp("runbook"))).read_bytes()},
        Environment={"Variables": {**variables, "EXPOSURE": document(exposure), "LOG_USERNAMES": "true"}},
        Publish=True,
    )["Version"]
    functions.create_alias(FunctionName=FUNCTION, Name="live", FunctionVersion=version)
    called = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION}:live"
    return replace(pool, operator=sandbox.user(allow("lambda:InvokeFunction", called)))


def test_signs_out(responder: Pool) -> None:
    """The users are signed out by the function, in the name of its role; the caller may not do it."""
    (alice, hers), (bob, _) = responder.user(), responder.user()
    ran = responder.signout("user", responder.id, alice, bob, "--yes", *ORDER)
    by = responder.sandbox.calls(action=SIGN_OUT)[-1]

    assert (ran.code, ran.err) == (0, "")
    assert [f"{alice}: signed-out (request", f"{bob}: signed-out (request"] == [
        line.rpartition(" ")[0] for line in ran.out.splitlines()
    ]
    assert ":assumed-role/" in by.who
    assert not accepted(responder, hers)
    assert responder.signout("user", responder.id, alice).code == 1


def test_same_answer(responder: Pool) -> None:
    """Through the function and through the API, an outcome reads the same and has the same fields in JSON."""
    command = ("user", responder.id, "nobody")
    administrator = responder.sandbox.administrator
    through = [responder.signout(*command, *ORDER), responder.signout(*command, keys=administrator)]
    parsed = [
        responder.signout(*command, *ORDER, "--output", "json"),
        responder.signout(*command, "--output", "json", keys=administrator),
    ]
    outcomes = [json.loads(ran.out)["users"][0] for ran in parsed]

    assert [1] * 4 == [ran.code for ran in (*through, *parsed)]
    for ran in through:
        assert ran.out.startswith("nobody: not-found: UserNotFoundException: User does not exist. (request ")
    for outcome in outcomes:
        assert outcome["username"] == "nobody"
        assert outcome["outcome"] == "not-found"
        assert outcome["error"] == {"code": "UserNotFoundException", "message": "User does not exist."}
        assert outcome["requestId"]


def test_dry_run(responder: Pool) -> None:
    """What would be done is said, and nobody is asked or signed out."""
    (alice, hers), (bob, _) = responder.user(), responder.user()
    ran = responder.signout("user", responder.id, alice, bob, "--dry-run", *ORDER)

    assert ran.code == 0
    assert f"{alice}: would-sign-out" in ran.out
    assert accepted(responder, hers)


REFUSED = [
    # pool, user, more options, on standard error
    ("us-east-1_another", "ann", ORDER, "refused the order, nothing was done: userPoolId: expected "),
    (None, "an n", ORDER, "refused the order, nothing was done: usernames"),
    (None, "ann", ("--runbook", "nothing:live", *ORDER[2:]), "nothing:live: AccessDeniedException: "),
    (None, "ann", ORDER[:4], "--runbook: expected --incident and --reason with it"),
    (None, "ann", ORDER[2:], "--incident, --reason and --dry-run go with --runbook"),
]


@pytest.mark.parametrize(("other", "user", "options", "said"), REFUSED)
def test_refused(other: str | None, user: str, options: tuple[str, ...], said: str, responder: Pool) -> None:
    """An order that is not taken is one line, and nothing was done."""
    ran = responder.signout("user", other or responder.id, user, *options)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


STRANGE = [
    # name               answer                                              on standard error
    ("nothing", "None", "gave no answer for each user; expected the runbook's alias"),
    ("a text", "'done'", "gave no answer for each user"),
    ("another function's", "{'statusCode': 200}", "gave no answer for each user"),
    ("of nobody", "{'status': 'complete', 'users': []}", "gave no answer for each user"),
    ("of somebody else", "{'status': 'complete', 'users': [{'username': 'bob', 'outcome': 'x'}]}", "gave no answer"),
    ("a failure", "1 / 0", "failed: ZeroDivisionError: division by zero; who was signed out is in its log"),
]


@pytest.fixture(scope="module")
def stranger(responder: Pool, sandbox: Sandbox) -> Pool:
    """A function that is not the runbook: it answers whatever Python makes of the reason."""
    role = sandbox.role(trust=trust({"Service": "lambda.amazonaws.com"}))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("answers.py", "def handler(event, context):\n    return eval(event['reason'])\n")
    made = sandbox.client("lambda").create_function(
        FunctionName="stranger",
        Runtime="python3.13",
        Handler="answers.handler",
        Role=role,
        Code={"ZipFile": packed.getvalue()},
    )
    return replace(responder, operator=sandbox.user(allow("lambda:InvokeFunction", made["FunctionArn"])))


@pytest.mark.parametrize(("name", "answer", "said"), STRANGE, ids=[row[0] for row in STRANGE])
def test_no_answer_of_the_runbook(name: str, answer: str, said: str, stranger: Pool) -> None:
    """What does not say of each user what became of them is an error, not a success and not a traceback."""
    order = ("--runbook", "stranger", "--incident", "INC-42", "--reason", answer)
    ran = stranger.signout("user", stranger.id, "ann", *order)

    assert (2, "") == (ran.code, ran.out)
    assert ran.err.startswith("error: stranger: ")
    assert said in ran.err
    assert 1 == len(ran.err.splitlines())
