"""`signout user`, `me`, `verify`, `exposure`: by a person, against a sandbox, with the tokens of real sign-ins."""

from __future__ import annotations

import base64
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Ran, signout
from tests.support.sandbox import Keys, Sandbox, statement

SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "signout.cli.main")


@dataclass(frozen=True)
class Pool:
    """A user pool with an app client, and an operator who may sign its users out."""

    sandbox: Sandbox
    id: str
    client: str
    operator: Keys

    def user(self) -> tuple[str, dict[str, str]]:
        """A new user who has signed in: name and tokens."""
        name = self.sandbox.name("user")
        cognito = self.sandbox.client("cognito-idp")
        cognito.admin_create_user(UserPoolId=self.id, Username=name, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=self.id, Username=name, Password="Passw0rd-1!", Permanent=True)
        parameters = {"USERNAME": name, "PASSWORD": "Passw0rd-1!"}
        answer = self.sandbox.anonymous().initiate_auth(
            ClientId=self.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
        )
        return name, answer["AuthenticationResult"]

    def signout(self, *arguments: str, stdin: str = "", keys: Keys | None = None) -> Ran:
        """Runs a command as the operator."""
        return signout(*arguments, "--endpoint-url", self.sandbox.endpoint, stdin=stdin, env=self.environment(keys))

    def environment(self, keys: Keys | None = None) -> dict[str, str]:
        """Where boto3 finds credentials and Region."""
        keys = keys or self.operator
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ACCESS_KEY_ID": keys.access_key_id,
            "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }


@pytest.fixture(scope="module")
def pool(sandbox: Sandbox) -> Pool:
    """A pool of this module's own."""
    cognito = sandbox.client("cognito-idp")
    created = cognito.create_user_pool(PoolName="commands")["UserPool"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    validity = {"AccessTokenValidity": 15, "TokenValidityUnits": {"AccessToken": "minutes"}}
    client = cognito.create_user_pool_client(
        UserPoolId=created["Id"], ClientName="app", ExplicitAuthFlows=flows, EnableTokenRevocation=True, **validity
    )
    operator = sandbox.user(
        statement("Allow", [SIGN_OUT, "cognito-idp:Describe*", "cognito-idp:List*"], created["Arn"]),
        statement("Allow", "cognito-identity:ListIdentityPools"),
    )
    return Pool(sandbox, created["Id"], client["UserPoolClient"]["ClientId"], operator)


def accepted(pool: Pool, tokens: Mapping[str, str]) -> bool:
    """Does Cognito still take the access token?"""
    ran = pool.signout("verify", "--output", "json", stdin=tokens["AccessToken"])
    answer: bool = json.loads(ran.out)["accepted"]
    assert ran.code == (1 if answer else 0)
    return answer


def test_signing_a_user_out(pool: Pool) -> None:
    """The user's tokens are refused afterwards, another user's are not."""
    (alice, hers), (_, his) = pool.user(), pool.user()
    assert accepted(pool, hers)

    ran = pool.signout("user", pool.id, alice)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{alice}: signed-out (request ")
    assert not accepted(pool, hers)
    assert accepted(pool, his)


def test_each_user_has_an_outcome(pool: Pool) -> None:
    """One who is not there fails alone; the exit code says that not all were signed out."""
    alice, hers = pool.user()
    ran = pool.signout("user", pool.id, "nobody", alice, "--yes", "--output", "json")

    outcomes = {user["username"]: user["outcome"] for user in json.loads(ran.out)["users"]}
    assert (ran.code, outcomes) == (1, {"nobody": "not-found", alice: "signed-out"})
    assert not accepted(pool, hers)


def test_several_users_are_confirmed(pool: Pool) -> None:
    """Without a terminal and without --yes nobody is signed out."""
    alice, hers = pool.user()
    ran = pool.signout("user", pool.id, alice, "bob")

    assert (ran.code, ran.out) == (2, "")
    assert "expected --yes" in ran.err
    assert accepted(pool, hers)


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 2), ("", 2)])
def test_asked_on_a_terminal(answer: str, code: int, pool: Pool) -> None:
    """On a terminal it asks once for all; whatever is not a yes signs nobody out."""
    (alice, hers), (bob, _) = pool.user(), pool.user()
    mine, its = os.openpty()
    os.write(mine, f"{answer}\n".encode())
    command = ["user", pool.id, alice, bob, "--endpoint-url", pool.sandbox.endpoint]
    ran = subprocess.run(
        [*COMMAND, *command],
        stdin=its,
        capture_output=True,
        text=True,
        check=False,
        env=pool.environment(),
    )
    os.close(mine)
    os.close(its)

    assert code == ran.returncode
    assert f"Sign 2 users of {pool.id} out everywhere? [y/N] " in ran.stderr
    assert accepted(pool, hers) is (code != 0)


def _asks(process: subprocess.Popen[bytes], question: bytes) -> bool:
    """Waits for the question on standard error; a command that does not ask it is ended."""
    assert process.stderr
    guard = threading.Timer(30, process.kill)
    guard.start()
    try:
        return question == process.stderr.read(len(question))
    finally:
        guard.cancel()


def test_interrupted_while_it_asks(pool: Pool) -> None:
    """Ctrl-C instead of an answer signs nobody out, and that is said."""
    mine, its = os.openpty()
    with subprocess.Popen(
        [*COMMAND, "user", pool.id, "alice", "bob"],
        stdin=its,
        stderr=subprocess.PIPE,
        env=pool.environment(),
    ) as process:
        assert _asks(process, f"Sign 2 users of {pool.id} out everywhere? [y/N] ".encode())
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    os.close(mine)
    os.close(its)

    assert (130, b"\nnobody was signed out\ninterrupted\n") == (process.returncode, err)


def test_nobody_reads_the_output(pool: Pool) -> None:
    """Where the output cannot be said, nobody further is signed out, and the exit code is not that of a success."""
    (alice, hers), (bob, his) = pool.user(), pool.user()
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [*COMMAND, "user", pool.id, alice, bob, "--yes", "--endpoint-url", pool.sandbox.endpoint],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env=pool.environment(),
    )
    os.close(writing)

    assert (141, f"nobody reads on: 1 users after '{alice}' were not tried\n") == (ran.returncode, ran.stderr)
    assert not accepted(pool, hers)
    assert accepted(pool, his)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is full")
def test_output_that_cannot_be_written(pool: Pool) -> None:
    """On a full disk too, which is said in a line."""
    (alice, hers), (bob, his) = pool.user(), pool.user()
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [*COMMAND, "user", pool.id, alice, bob, "--yes", "--endpoint-url", pool.sandbox.endpoint],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=pool.environment(),
        )

    said = "error: the output could not be written: No space left on device"
    assert (141, f"nobody reads on: 1 users after '{alice}' were not tried\n{said}\n") == (ran.returncode, ran.stderr)
    assert not accepted(pool, hers)
    assert accepted(pool, his)


def test_a_name_that_the_terminal_does_not_have(pool: Pool) -> None:
    """It is shown escaped, and the users after it are signed out."""
    alice, hers = pool.user()
    environment = {**pool.environment(), "PYTHONIOENCODING": "ascii"}
    ran = signout("user", pool.id, "юлия", alice, "--yes", "--endpoint-url", pool.sandbox.endpoint, env=environment)

    assert (1, "") == (ran.code, ran.err)
    assert ran.out.startswith("\\u044e\\u043b\\u0438\\u044f: not-found: ")
    assert not accepted(pool, hers)


@pytest.mark.parametrize("place", [1, 2, 3])
def test_an_empty_argument(place: int, pool: Pool) -> None:
    """As a variable leaves it that has no value: nobody is signed out."""
    alice, hers = pool.user()
    command = ["user", pool.id, alice, "bob", "--yes"]
    command[place] = ""
    ran = pool.signout(*command)

    assert (2, "") == (ran.code, ran.out)
    assert "POOL or USER is empty" in ran.err
    assert accepted(pool, hers)


def test_exposure_of_nothing() -> None:
    """A pool whose id is empty is said to be that, before anything is asked."""
    ran = signout("exposure", "")

    assert (2, "", "error: POOL is empty; expected the pool's id\n") == (ran.code, ran.out, ran.err)


def test_without_permission(pool: Pool) -> None:
    """A refusal is told with AWS's own words, and nobody is signed out."""
    alice, hers = pool.user()
    ran = pool.signout("user", pool.id, alice, keys=pool.sandbox.user(statement("Allow", "cognito-idp:GlobalSignOut")))

    assert ran.code == 1
    assert f"{alice}: refused: AccessDeniedException" in ran.out
    assert f"is not authorized to perform: {SIGN_OUT}" in ran.out
    assert accepted(pool, hers)


def test_a_name_cannot_move_the_cursor(pool: Pool) -> None:
    """Control characters in a user's name are shown escaped."""
    ran = pool.signout("user", pool.id, "\x1b[2Jeve")

    assert "\x1b" not in ran.out
    assert "\\x1b[2Jeve: failed: InvalidParameterException" in ran.out


def test_signing_oneself_out(pool: Pool) -> None:
    """With the access token alone, from standard input; the call carries no signature."""
    _, hers = pool.user()
    ran = pool.signout("me", stdin=hers["AccessToken"] + "\n")

    assert ran.code == 0
    assert "signed out everywhere" in ran.out
    assert not accepted(pool, hers)
    assert not pool.sandbox.calls(action="cognito-idp:GlobalSignOut")[-1].signed


@pytest.mark.parametrize("stdin", ["", "\r\n", "two tokens", '"in-quotes"', "mot-de-passé", "not-a-token"])
def test_no_token(pool: Pool, stdin: str) -> None:
    """What is no token is refused, and not repeated in the error; what cannot be one is not sent either."""
    ran = pool.signout("me", "--debug", stdin=stdin)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[-1].startswith("error: ")
    assert not stdin.strip() or stdin not in ran.err
    assert ("debug: POST" in ran.err) is (stdin == "not-a-token")


TOKEN = "eyJraWQiOiJrIiwiYWxnIjoiUlMyNTYifQ.eyJzdWIiOiJzIn0.c2lnbmF0dXJl"
ARGUMENTS = [
    ("me", TOKEN),
    ("verify", "--token", TOKEN),
    ("verify", "--token-file", TOKEN),
    ("me", f"--access-token={TOKEN}"),
    ("verify", "--refresh", "--client-id", "c", TOKEN),
    (TOKEN,),
    ("user", "eu-west-1_AbCdEfGhI", TOKEN),
    ("user", "eu-west-1_AbCdEfGhI", "diego", "--yes", "--output", "json", TOKEN),
    ("user", "eu-west-1_AbCdEfGhI", "diego", "--runbook", "r:live", "--incident", "i", "--reason", f"stolen: {TOKEN}"),
    ("exposure", TOKEN),
]


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda arguments: " ".join(arguments).replace(TOKEN, "TOKEN"))
def test_a_token_as_an_argument(arguments: tuple[str, ...]) -> None:
    """It is refused, not repeated, and the line says where it belongs."""
    ran = signout(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert "eyJ" not in ran.err
    assert "give a token on standard input or in --token-file" in ran.err


UNREADABLE = [
    # file          in it            said
    ("missing", None, "missing: No such file or directory; expected a file with a token"),
    (".", None, ".: Is a directory; expected a file with a token"),
    ("empty", b"\n", "empty: is empty; expected a token"),
    ("", None, "--token-file: is empty; expected the name of a file, or - for standard input"),
    ("accents", "mot-de-passé".encode(), "accents: is no ASCII text; expected a token"),
    ("json", b'{"AccessToken": "a.b.c"}', "json: expected one token, and nothing else"),
    ("utf-16", "a.b.c".encode("utf-16"), "utf-16: is no ASCII text; expected a token"),
]


@pytest.mark.parametrize(("file", "content", "said"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_unreadable_token_file(
    file: str, content: bytes | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line says which file it is, and what is wrong with it."""
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(file).write_bytes(content)
    ran = signout("me", "--token-file", file, env={**os.environ, "PYTHONPATH": str(ROOT)})

    assert (2, "", f"error: {said}\n") == (ran.code, ran.out, ran.err)


def test_token_file_from_elsewhere(pool: Pool, tmp_path: Path) -> None:
    """A file whose line ends as on Windows, or that begins as there, holds a token like any other."""
    _, tokens = pool.user()
    file = tmp_path / "token.txt"
    file.write_bytes(b"\xef\xbb\xbf" + tokens["AccessToken"].encode() + b"\r\n")

    assert pool.signout("verify", "--token-file", str(file)).code == 1


def test_token_on_a_terminal(pool: Pool) -> None:
    """On a terminal a token is asked for, and answered by one line that is not shown."""
    _, tokens = pool.user()
    mine, its = os.openpty()
    command = [*COMMAND, "verify", "--endpoint-url", pool.sandbox.endpoint]
    with subprocess.Popen(
        command,
        stdin=its,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=pool.environment(),
        start_new_session=True,
    ) as process:
        assert _asks(process, b"token (not shown): ")
        os.write(mine, tokens["AccessToken"].encode() + b"\n")
        out, _ = process.communicate(timeout=30)
    os.close(mine)
    os.close(its)

    assert (1, b"still accepted: GetUser answers\n") == (process.returncode, out)


def test_verifying_a_refresh_token(pool: Pool) -> None:
    """Only with --refresh; it is accepted before the sign-out and refused after it."""
    alice, hers = pool.user()
    command = ("verify", "--refresh", "--client-id", pool.client)
    before = pool.signout(*command, stdin=hers["RefreshToken"])
    pool.signout("user", pool.id, alice)
    after = pool.signout(*command, stdin=hers["RefreshToken"])

    assert (before.code, after.code) == (1, 0)
    assert "Refresh Token has been revoked" in after.out
    for ran in (before, after):
        assert hers["RefreshToken"] not in ran.out + ran.err


def test_verifying_what_is_no_access_token(pool: Pool) -> None:
    """A token that is damaged or of another kind tells nothing of a sign-out: it does not count as refused."""
    _, tokens = pool.user()
    access = tokens["AccessToken"]
    for token in (tokens["IdToken"], access[:-40], access[:200], "not-a-token", tokens["RefreshToken"]):
        ran = pool.signout("verify", stdin=token)

        assert (2, "") == (ran.code, ran.out)
        assert ran.err.startswith("error: ")
    assert "expected an access token" in pool.signout("me", stdin=tokens["IdToken"]).err
    assert accepted(pool, tokens)


def test_verifying_a_refresh_token_of_another_client(pool: Pool) -> None:
    """What Cognito says then is about the app client: the token may be good."""
    alice, _ = pool.user()
    cognito = pool.sandbox.client("cognito-idp")
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = cognito.create_user_pool_client(
        UserPoolId=pool.id, ClientName="confidential", ExplicitAuthFlows=flows, GenerateSecret=True
    )["UserPoolClient"]
    id, secret = made["ClientId"], made["ClientSecret"]
    proof = base64.b64encode(hmac.digest(secret.encode(), (alice + id).encode(), "sha256")).decode()
    parameters = {"USERNAME": alice, "PASSWORD": "Passw0rd-1!", "SECRET_HASH": proof}
    answer = pool.sandbox.anonymous().initiate_auth(
        ClientId=id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    token = answer["AuthenticationResult"]["RefreshToken"]

    tried = [pool.signout("verify", "--refresh", "--client-id", client, stdin=token) for client in (id, pool.client)]
    cognito.delete_user_pool_client(UserPoolId=pool.id, ClientId=id)  # other tests count the pool's clients

    for ran in tried:
        assert (2, "") == (ran.code, ran.out)
        assert "it could not be told: NotAuthorizedException: " in ran.err


def test_exposure(pool: Pool) -> None:
    """What survives follows from the pool as it is configured."""
    ran = pool.signout("exposure", pool.id, "--output", "json")

    found = {item["kind"]: item for item in json.loads(ran.out)["survivors"]}
    assert ran.code == 0
    assert found["access-token"]["seconds"] == 15 * 60
    assert found["id-token"]["seconds"] == 60 * 60
    assert "managed-login" not in found
    assert "authorizer" in pool.signout("exposure", pool.id).out


def test_exposure_of_no_pool(pool: Pool) -> None:
    """A pool that is not there is one line on standard error."""
    ran = pool.signout("exposure", "us-east-1_nothere")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: us-east-1_nothere: ")


def test_without_credentials(pool: Pool) -> None:
    """Without credentials nothing is sent, and the line says what is missing."""
    env = {name: value for name, value in pool.environment().items() if "KEY" not in name}
    env["AWS_EC2_METADATA_DISABLED"] = "true"
    ran = signout("user", pool.id, "ann", "--endpoint-url", pool.sandbox.endpoint, env=env)

    assert (ran.code, ran.out) == (2, "")
    assert "credentials" in ran.err


def test_without_a_region() -> None:
    """Without a Region the line says where one could come from."""
    env: dict[str, Any] = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ran = signout("user", "us-east-1_x", "ann", env=env | {"AWS_CONFIG_FILE": os.devnull})

    assert ran.code == 2
    assert "no Region; expected --region" in ran.err


def test_answers_as_json(pool: Pool) -> None:
    """`me` too answers in JSON, for scripts."""
    _, tokens = pool.user()

    ran = pool.signout("me", "--output", "json", stdin=tokens["AccessToken"])

    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["outcome"] == "signed-out"


def test_debug_shows_no_token(pool: Pool) -> None:
    """--debug says what is sent where and whether it is signed; no token, no key and no password is in it."""
    name, tokens = pool.user()
    runs = [
        pool.signout("verify", "--debug", stdin=tokens["AccessToken"]),
        pool.signout("verify", "--refresh", "--client-id", pool.client, "--debug", stdin=tokens["RefreshToken"]),
        pool.signout("user", pool.id, name, "--debug"),
        pool.signout("me", "--debug", stdin=tokens["AccessToken"]),
        pool.signout("exposure", pool.id, "--debug"),
    ]

    said = "".join(ran.out + ran.err for ran in runs)
    assert "debug: GetUser: HTTP 200, done, request" in runs[0].err
    assert "not signed" in runs[0].err
    assert "debug: AdminUserGlobalSignOut: HTTP 200" in runs[2].err
    assert "not signed" not in runs[2].err
    assert "debug: GlobalSignOut: HTTP 400, NotAuthorizedException" in runs[3].err
    secrets = [
        *(tokens[token] for token in ("AccessToken", "IdToken", "RefreshToken")),
        pool.operator.secret_access_key,
    ]
    assert not [secret for secret in secrets if secret in said or secret[:40] in said or secret[-40:] in said]
    assert pool.operator.access_key_id not in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:99999"}, "Port out of range 0-65535"),
        ({"AWS_ENDPOINT_URL": "nowhere"}, "Invalid endpoint: nowhere"),
        ({"AWS_MAX_ATTEMPTS": "many"}, "invalid literal for int() with base 10: 'many'"),
        ({"AWS_DEFAULT_REGION": "a b"}, "'a b' doesn't match a supported format"),
        ({"AWS_CONFIG_FILE": __file__}, "Unable to parse config file"),
    ],
    ids=["port", "endpoint", "attempts", "region", "file"],
)
def test_a_wrong_configuration(pool: Pool, given: dict[str, str], said: str) -> None:
    """What is wrong with the AWS configuration is one line, and nothing is sent."""
    ran = signout("me", stdin="not-a-token", env={**pool.environment(), **given})

    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("error: ")
    assert said in ran.err


def _answer_as_others_do(listener: socket.socket) -> None:
    """Answers a call as a proxy does that wants people to log in first."""
    connection, _ = listener.accept()
    with connection:
        _message(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n<p>Login</p>")


@pytest.mark.parametrize(
    "command",
    [
        ("me",),
        ("verify",),
        ("verify", "--refresh", "--client-id", "c"),
        ("user", "us-east-1_AbCdEfGhI", "alice"),
        ("exposure", "us-east-1_AbCdEfGhI"),
        ("user", "us-east-1_AbCdEfGhI", "alice", "--runbook", "r:live", "--incident", "i", "--reason", "r"),
    ],
    ids=" ".join,
)
def test_somebody_else_answers(pool: Pool, command: tuple[str, ...]) -> None:
    """That something answers is no sign-out, and says nothing of a token: it has to be AWS."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=_answer_as_others_do, args=(other,), daemon=True).start()
        endpoint = f"http://somebody:hush-hush@127.0.0.1:{other.getsockname()[1]}"
        ran = signout(*command, "--endpoint-url", endpoint, stdin="not-a-token", env=pool.environment())

    assert (ran.code, ran.out) == (2, "")
    assert "what answers has no request id, so is no AWS service; expected one at http://127.0.0.1:" in ran.err
    assert "hush" not in ran.err


@pytest.mark.parametrize("output", ["text", "json"])
def test_interrupted(pool: Pool, output: str) -> None:
    """Ctrl-C in the middle leaves a clear state: who is signed out, whose call was under way, who was not tried."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        forward = threading.Thread(target=_answer_first_only, args=(silent,), daemon=True)
        forward.start()
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [*COMMAND, "user", pool.id, "alice", "bob", "carol", "--yes"]
        with subprocess.Popen(
            [*command, "--output", output, "--endpoint-url", endpoint],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=pool.environment(),
            text=True,
        ) as process:
            forward.join(30)  # the second call has come in, and is not answered
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)

    found = (
        [(each["username"], each["outcome"]) for each in json.loads(out)["users"]]
        if output == "json"
        else [tuple(line.split(" (")[0].split(": ")) for line in out.splitlines()]
    )
    assert found == [("alice", "signed-out"), ("bob", "interrupted"), ("carol", "not-tried")]
    assert (process.returncode, err) == (130, "interrupted\n")


def _answer_first_only(listener: socket.socket) -> None:
    """Answers the first call as Cognito does when a user was signed out; ends when the second has come in."""
    first, _ = listener.accept()
    with first:
        _message(first)
        first.sendall(b"HTTP/1.1 200 OK\r\nx-amzn-RequestId: r\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    second, _ = listener.accept()
    _message(second)
    threading.Timer(60, second.close).start()


def _message(connection: socket.socket) -> bytes:
    """One request with its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        part = connection.recv(65536)
        body, data = body + part, data + part
    return data
