"""The record of calls: complete, queryable, without secrets, and no burden on memory or disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from signout.sandbox.enforcement import calls
from signout.sandbox.enforcement.calls import CallLog, Query, Record, latest
from tests.sandbox.enforcement.conftest import World
from tests.support.raw_http import send, signed_headers
from tests.support.sandbox import REGION, Keys, Sandbox, allow, deny, error_of

CONTROL = "/_sandbox/calls"


def record(number: int = 0, **values: object) -> Record:
    """A record with these values."""
    given: dict[str, object] = {
        "time": f"2026-01-01T00:00:{number:02d}.000Z",
        "request_id": str(number),
        "who": "arn:aws:iam::123456789012:user/ann",
        "action": "cognito-idp:AdminUserGlobalSignOut",
        "resource": "*",
        "region": REGION,
        "verdict": "allowed",
        "because": "",
        "signed": True,
        "status": 200,
        **values,
    }
    return Record(**given)  # type: ignore[arg-type]


def test_what_a_record_says(sandbox: Sandbox, world: World) -> None:
    """Who, what, on what, the verdict and the statement that decided; with the request id that the caller got."""
    name = sandbox.name("seen")
    keys = sandbox.user({**allow("cognito-idp:AdminGetUser", world.pool), "Sid": "ReadUsers"}, name=name)
    cognito = sandbox.client("cognito-idp", keys)
    answer = cognito.admin_get_user(UserPoolId=world.pool_id, Username="ann")
    error = error_of(cognito, "AdminDeleteUser", {"UserPoolId": world.pool_id, "Username": "ann"})
    assert error is not None
    passed, refused = sandbox.calls(user=f"user/{name}")
    assert passed.who == refused.who == f"arn:aws:iam::123456789012:user/{name}"
    assert (passed.action, refused.action) == ("cognito-idp:AdminGetUser", "cognito-idp:AdminDeleteUser")
    assert passed.resource == refused.resource == world.pool
    assert (passed.verdict, passed.status, refused.verdict, refused.status) == ("allowed", 200, "denied", 400)
    assert passed.because.startswith(f"user/{name}/own ReadUsers: allows")
    assert refused.because == f"identity: no statement allows cognito-idp:AdminDeleteUser on {world.pool}"
    assert passed.request_id == answer["ResponseMetadata"]["RequestId"]
    assert refused.request_id == error.response["ResponseMetadata"]["RequestId"]
    assert (passed.region, passed.signed) == (REGION, True)


def test_the_statement_that_denies(sandbox: Sandbox, world: World) -> None:
    """An explicit Deny is named, though an Allow matches as well."""
    name = sandbox.name("seen")
    keys = sandbox.user(allow("*"), {**deny("cognito-idp:Admin*"), "Sid": "Never"}, name=name)
    error_of(sandbox.client("cognito-idp", keys), "AdminGetUser", {"UserPoolId": world.pool_id, "Username": "ann"})
    (refused,) = sandbox.calls(user=f"user/{name}")
    assert refused.because.startswith(f"user/{name}/own Never: denies")


def test_every_check_of_a_call(sandbox: Sandbox, world: World) -> None:
    """A call that asks for several permissions names all the resources it was checked on."""
    name = sandbox.name("seen")
    keys = sandbox.user(allow(["lambda:*", "iam:PassRole"]), name=name)
    sandbox.client("lambda", keys).update_function_configuration(FunctionName="world-one", Role=world.function_role)
    sandbox.client("lambda", keys).invoke(FunctionName="world-one", InvocationType="DryRun")
    seen, invoked = sandbox.calls(user=f"user/{name}")
    assert seen.resource == f"{world.function} {world.function_role}"
    assert invoked.action == "lambda:InvokeFunction"


def test_the_check_that_failed(sandbox: Sandbox, world: World) -> None:
    """Of several checks the one that failed is told, under the action of the call."""
    name = sandbox.name("seen")
    keys = sandbox.user(allow("lambda:*"), name=name)
    error_of(
        sandbox.client("lambda", keys),
        "UpdateFunctionConfiguration",
        {"FunctionName": "world-one", "Role": world.function_role},
    )
    (seen,) = sandbox.calls(user=f"user/{name}")
    assert seen.action == "lambda:UpdateFunctionConfiguration"
    assert seen.because == f"identity: no statement allows iam:PassRole on {world.function_role}"


def test_queries(sandbox: Sandbox, world: World) -> None:
    """By caller, by action in any case, only what did not pass, only the latest."""
    name = sandbox.name("asked")
    keys = sandbox.user(allow("cognito-idp:AdminGetUser", world.pool), name=name)
    cognito = sandbox.client("cognito-idp", keys)
    for pool in (world.pool_id, world.other_pool_id, world.pool_id):
        error_of(cognito, "AdminGetUser", {"UserPoolId": pool, "Username": "ann"})
        error_of(cognito, "AdminDeleteUser", {"UserPoolId": pool, "Username": "ann"})
    assert len(sandbox.calls(user=name)) == 6
    assert {seen.verdict for seen in sandbox.calls(user=name, denied=True)} == {"denied"}
    assert len(sandbox.calls(user=name, denied=True)) == 4
    assert [seen.verdict for seen in sandbox.calls(user=name, action="admingetuser")] == [
        "allowed",
        "denied",
        "allowed",
    ]
    assert [seen.action for seen in sandbox.calls(user=name, last=1)] == ["cognito-idp:AdminDeleteUser"]
    assert sandbox.calls(user="nobody-of-this-name") == []


def test_no_secret_is_kept(sandbox: Sandbox, world: World) -> None:
    """No password, token, secret or session token that went through is in the record or the server's log."""
    password, public = "Unheard-of-password-1", sandbox.anonymous()
    cognito = sandbox.client("cognito-idp")
    client = cognito.create_user_pool_client(
        UserPoolId=world.pool_id, ClientName="secrets", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    public.sign_up(ClientId=client, Username="secretive", Password=password)
    cognito.admin_confirm_sign_up(UserPoolId=world.pool_id, Username="secretive")
    parameters = {"USERNAME": "secretive", "PASSWORD": password}
    tokens = public.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    error_of(public, "GetUser", {"AccessToken": tokens["AuthenticationResult"]["AccessToken"] + "x"})
    error_of(public, "InitiateAuth", {"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {}})
    keys = sandbox.user(allow("sts:AssumeRole"))
    session = sandbox.assume(sandbox.role(), keys)
    error_of(
        sandbox.client("sts", Keys(session.access_key_id, "guessed", session.session_token)), "GetCallerIdentity", {}
    )
    secrets = [password, keys.secret_access_key, session.secret_access_key, session.session_token]
    secrets += [sandbox.administrator.secret_access_key, *tokens["AuthenticationResult"].values()]
    written = sandbox.folder.calls_file.read_text() + sandbox.folder.log_file.read_text()
    assert "secretive" not in written
    for secret in secrets:
        assert not isinstance(secret, str) or len(secret) < 10 or secret not in written


def test_only_for_the_administrator(sandbox: Sandbox) -> None:
    """The record is not for everybody: not unsigned, not for an ordinary user, however much that may do."""
    host = {"Host": sandbox.endpoint.removeprefix("http://")}
    assert send(sandbox.endpoint, "GET", CONTROL, host).code == "MissingAuthenticationTokenException"
    for keys, service, code in (
        (sandbox.user(allow("*")), "sandbox", "AccessDeniedException"),
        (sandbox.administrator, "s3", "AccessDeniedException"),
        (Keys(sandbox.administrator.access_key_id, "guessed"), "sandbox", "InvalidSignatureException"),
    ):
        headers = signed_headers(sandbox.endpoint, keys, service, {}, method="GET", target=CONTROL)
        assert send(sandbox.endpoint, "GET", CONTROL, headers).code == code
    headers = signed_headers(
        sandbox.endpoint, sandbox.administrator, "sandbox", {}, method="GET", target="/_sandbox/other"
    )
    assert send(sandbox.endpoint, "GET", "/_sandbox/other", headers).code == "ValidationException"


def test_the_file_and_what_is_kept_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file grows to its limit and is set aside once; what is asked for is found in both."""
    monkeypatch.setattr(calls, "LONGEST_FILE", 2000)
    path = tmp_path / "calls.jsonl"
    log = CallLog(path)
    for number in range(30):
        log.add(record(number))
    assert path.stat().st_size <= 2000
    assert path.with_suffix(".1.jsonl").stat().st_size <= 2400
    assert [found.request_id for found in latest(path, Query(last=10))] == [str(n) for n in range(20, 30)]
    assert path.stat().st_mode & 0o777 == 0o600


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the latest records are in memory."""
    log = CallLog(None)
    for number in range(calls.REMEMBERED + 10):
        log.add(record(number % 60))
    assert len(log.find(Query(last=10**6))) == calls.REMEMBERED


def test_lines_cut_short(tmp_path: Path) -> None:
    """A line that a full disk or a killed server cut short is passed over."""
    path = tmp_path / "calls.jsonl"
    good = json.dumps(record(1).to_json())
    path.write_text(f"{good}\n{good[:40]}\n[1]\n{{}}\n\n{good}\n")
    assert latest(path, Query()) == [record(1), record(1)]


def test_full_disk(capsys: pytest.CaptureFixture[str]) -> None:
    """A disk that is full costs the file: one line says so, and the record goes on in memory."""
    log = CallLog(Path("/dev/full"))
    for number in range(3):
        log.add(record(number))
    assert len(log.find(Query())) == 3
    said = capsys.readouterr().err
    assert said == "/dev/full: cannot write the record of calls: No space left on device; it goes on in memory\n"
