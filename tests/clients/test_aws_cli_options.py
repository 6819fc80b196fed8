"""Every option in the reference of `aws cognito-idp admin-user-global-sign-out`, in both versions of the CLI."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import pytest

from tests.clients.cases import ADMIN, OWN, Caller
from tests.clients.certificate import make_certificate
from tests.clients.directory import REVOKED
from tests.clients.doors.aws_cli import OPTIONS, V1, V2, AwsCli, Ran
from tests.clients.doors.door import Call, environment
from tests.clients.stage import Stage
from tests.clients.wire import Recorder, Reply, Sent

pytestmark = pytest.mark.programs

REFERENCE = {
    *("--user-pool-id", "--username", "--cli-input-json", "--cli-input-yaml", "--generate-cli-skeleton", "--debug"),
    *("--endpoint-url", "--no-verify-ssl", "--no-paginate", "--output", "--query", "--profile", "--region"),
    *("--version", "--color", "--no-sign-request", "--ca-bundle", "--cli-read-timeout", "--cli-connect-timeout"),
    *("--cli-binary-format", "--no-cli-pager", "--cli-auto-prompt", "--no-cli-auto-prompt"),
}


@dataclass(frozen=True)
class Outcome:
    """How a command ends."""

    code: int = 0
    sent: int = 1
    """How many requests went out."""
    signed: bool = True
    out: str = ""
    """What standard output begins with; where empty, all of it."""
    err: str = ""
    """A part of standard error."""


@dataclass(frozen=True)
class Row:
    """One use of an option. `{files}` and `{json}` stand for what the test has of it."""

    option: str
    arguments: tuple[str, ...]
    v1: Outcome
    v2: Outcome
    leave_out: frozenset[str] = frozenset()
    """Which of the usual options are not given."""
    env: Mapping[str, str | None] | None = None
    """What is otherwise in the environment; None takes a variable out."""


DONE = Outcome()
UNKNOWN = Outcome(255, sent=0, err="Unknown options")
"""What version 1 says of an option that it does not have."""
BOTH = frozenset({"--user-pool-id", "--username"})
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
SKELETON = Outcome(sent=0, out='{\n    "UserPoolId": "",\n    "Username": ""\n}')
UNSIGNED = "MissingAuthenticationTokenException"


def row(option: str, *arguments: str, v1: Outcome = DONE, v2: Outcome = DONE) -> Row:
    """A use of an option beside the usual ones."""
    return Row(option, (option, *arguments), v1, v2)


def required(option: str) -> Row:
    """The command without an option that it needs."""
    v1 = Outcome(2, sent=0, err=f"the following arguments are required: {option}")
    return Row(option, (), v1, replace(v1, code=252), leave_out=frozenset({option}))


def instead(option: str, *arguments: str, v1: Outcome = DONE, v2: Outcome = DONE) -> Row:
    """A use of an option in place of pool and user."""
    return Row(option, (option, *arguments), v1, v2, leave_out=BOTH)


ROWS = (
    required("--user-pool-id"),
    required("--username"),
    instead("--cli-input-json", "{json}"),
    instead("--cli-input-json", "file://{files}/input.json"),
    Row("--cli-input-json", ("--cli-input-json", "file://{files}/other.json"), DONE, DONE),
    instead("--cli-input-yaml", "file://{files}/input.yaml", v1=replace(UNKNOWN, code=2, err="required")),
    row("--cli-input-yaml", "file://{files}/input.yaml", v1=UNKNOWN),
    Row("--generate-cli-skeleton", ("--generate-cli-skeleton",), SKELETON, SKELETON, leave_out=BOTH, env=NO_KEYS),
    Row("--generate-cli-skeleton", ("--generate-cli-skeleton", "input"), SKELETON, SKELETON, leave_out=BOTH),
    instead(
        "--generate-cli-skeleton",
        "yaml-input",
        v1=Outcome(2, sent=0, err="Invalid choice"),
        v2=Outcome(sent=0, out="UserPoolId: ''  # [REQUIRED]"),
    ),
    row("--generate-cli-skeleton", "output", v1=Outcome(sent=0), v2=Outcome(sent=0)),
    row("--debug", v1=Outcome(err="MainThread"), v2=Outcome(err="MainThread")),
    row("--no-paginate"),
    row("--output", "json"),
    row("--output", "text"),
    row("--output", "table"),
    row("--output", "yaml", v1=Outcome(2, sent=0, err="Invalid choice")),
    row("--output", "yaml-stream", v1=Outcome(2, sent=0, err="Invalid choice")),
    row("--query", "Username", v1=Outcome(out="null\n"), v2=Outcome(out="null\n")),
    Row("--profile", ("--profile", "operator"), DONE, DONE, env={**NO_KEYS, "AWS_CONFIG_FILE": "{files}/config"}),
    Row("--region", ("--region", "us-east-1"), DONE, DONE, env={"AWS_REGION": None, "AWS_DEFAULT_REGION": None}),
    row("--version", v1=Outcome(sent=0, out="aws-cli/1."), v2=Outcome(sent=0, out="aws-cli/2.")),
    row("--color", "on"),
    row("--color", "off"),
    row("--color", "auto"),
    row(
        "--no-sign-request",
        v1=Outcome(255, signed=False, err=UNSIGNED),
        v2=Outcome(254, signed=False, err=UNSIGNED),
    ),
    row("--cli-read-timeout", "20"),
    row("--cli-connect-timeout", "20"),
    row("--cli-binary-format", "base64", v1=UNKNOWN),
    row("--cli-binary-format", "raw-in-base64-out", v1=UNKNOWN),
    row("--no-cli-pager", v1=UNKNOWN),
    row("--no-cli-auto-prompt", v1=UNKNOWN),
    row("--cli-auto-prompt", v1=UNKNOWN, v2=Outcome(255, sent=0, err="Input is not a terminal")),
)

ELSEWHERE = {"--endpoint-url", "--no-verify-ssl", "--ca-bundle"}
"""Given in every row; tried by test_tls."""


@pytest.fixture(scope="module", params=(V1, V2), ids=lambda version: version.name)
def cli(request: pytest.FixtureRequest) -> AwsCli:
    """A version of the CLI."""
    version: AwsCli = request.param
    if why := version.missing():
        pytest.skip(f"{version.name} was not tried: {why}")
    return version


def run(cli: AwsCli, row: Row, call: Call, files: Path) -> Ran:
    """Run the row's command."""
    pool, user = call.parameters["UserPoolId"], call.parameters["Username"]
    usual = {"--endpoint-url": call.endpoint, "--user-pool-id": pool, "--username": user}
    have = {"{files}": str(files), "{json}": json.dumps(dict(call.parameters))}
    arguments = [fill(argument, have) for argument in row.arguments]
    given = [f"{option}={value}" for option, value in usual.items() if value and option not in row.leave_out]
    env = {name: fill(value, have) for name, value in {**environment(call), **(row.env or {})}.items() if value}
    return cli.start(["cognito-idp", "admin-user-global-sign-out", *given, *arguments], env)


def fill(text: str, have: Mapping[str, str]) -> str:
    """Put what the test has in its place."""
    for name, value in have.items():
        text = text.replace(name, value)
    return text


@pytest.fixture(scope="module")
def call(stage: Stage) -> Call:
    """The admin sign-out of a user, which may be repeated."""
    directory = stage.directory()
    directory.add("ana")
    parameters = {"UserPoolId": directory.pool, "Username": "ana"}
    return Call(ADMIN, parameters, stage.wire.endpoint, stage.keys_of(Caller.OPERATOR))


@pytest.fixture(scope="module")
def files(call: Call, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What options name: the parameters as JSON and YAML, JSON with another user, a profile."""
    folder = tmp_path_factory.mktemp("files")
    pool = call.parameters["UserPoolId"]
    assert call.keys
    for name, text in {
        "input.json": json.dumps(dict(call.parameters)),
        "other.json": json.dumps({"UserPoolId": pool, "Username": "somebody else"}),
        "input.yaml": f"UserPoolId: {pool}\nUsername: ana\n",
        "config": f"[profile operator]\naws_access_key_id = {call.keys.access_key_id}\n"
        f"aws_secret_access_key = {call.keys.secret_access_key}\n",
    }.items():
        (folder / name).write_text(text)
    return folder


def test_every_option_is_tried() -> None:
    """No option of the reference is left out."""
    assert REFERENCE == {row.option for row in ROWS} | ELSEWHERE


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join((row.option, *row.arguments[1:])))
def test_option(row: Row, cli: AwsCli, call: Call, files: Path, stage: Stage) -> None:
    """It does what it is for, or is unknown to the version; the call goes out with the same parameters."""
    with stage.wire.recording() as sent:
        ran = run(cli, row, call, files)

    want = row.v1 if cli is V1 else row.v2
    assert want.code == ran.code, ran.err
    assert ran.out.startswith(want.out) if want.out else ran.out == ""
    assert want.err in ran.err
    if stage.wire.records:
        assert [(dict(call.parameters), want.signed)] * want.sent == [(each.parameters, each.signed) for each in sent]
    assert call.keys
    assert call.keys.secret_access_key not in ran.out + ran.err


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Recorder, Path]]:
    """A recorder behind TLS, which answers by itself, and its certificate."""
    context, certificate = make_certificate(tmp_path_factory.mktemp("tls"))
    with Recorder(context).running() as wire, wire.answering(Reply(200, b"{}")):
        yield wire, certificate


@pytest.mark.parametrize(
    ("arguments", "code", "requests"),
    [((), None, 0), (("--no-verify-ssl",), 0, 1), (("--ca-bundle", "{certificate}"), 0, 1)],
    ids=["no option", "--no-verify-ssl", "--ca-bundle"],
)
def test_tls(
    arguments: tuple[str, ...],
    code: int | None,
    requests: int,
    cli: AwsCli,
    call: Call,
    tls: tuple[Recorder, Path],
) -> None:
    """A certificate that nobody vouches for is refused, unless it is named, or none is looked at."""
    wire, certificate = tls
    arguments = tuple(fill(each, {"{certificate}": str(certificate)}) for each in arguments)
    given = [f"--user-pool-id={call.parameters['UserPoolId']}", "--username=ana", *arguments]
    with wire.recording() as sent:
        ran = cli.run(replace(call, endpoint=wire.endpoint), *given)

    assert requests == len(sent)
    if code is None:
        assert ran.code != 0
        assert "SSL validation failed" in ran.err
    else:
        assert code == ran.code, ran.err


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_name_like_an_address(scheme: str, cli: AwsCli, call: Call, stage: Stage) -> None:
    """As an argument, the CLI may read a name from where it points; in JSON it goes out as it is."""
    name = f"{scheme}://{str(stage.wire.endpoint).partition('//')[2]}/name"
    given = {"UserPoolId": call.parameters["UserPoolId"], "Username": name}
    with stage.wire.answering(Reply(200, b"ana")), stage.wire.recording() as as_argument:
        cli.run(call, *(f"{option}={given[key]}" for key, option in OPTIONS.items()))
    with stage.wire.recording() as as_json:
        ran = cli.run(call, "--cli-input-json", json.dumps(given))

    names = [each.parameters["Username"] if each.operation else "fetched" for each in as_argument]
    assert ([] if scheme == "file" else ["fetched", "ana"] if cli is V1 else [name]) == names
    assert [given] == [each.parameters for each in as_json]
    assert "UserNotFoundException" in ran.err


def test_read_timeout(cli: AwsCli, call: Call, stage: Stage) -> None:
    """An answer that does not come is not waited for any longer than --cli-read-timeout says."""
    given = [f"--user-pool-id={call.parameters['UserPoolId']}", "--username=ana", "--cli-read-timeout=1"]
    gone = Event()
    with stage.wire.after(lambda: gone.wait(60)):
        ran = cli.run(call, *given)
        gone.set()

    assert ran.code != 0
    assert "Read timeout on endpoint URL" in ran.err


def test_own_sign_out_without_signature(cli: AwsCli, stage: Stage) -> None:
    """With --no-sign-request, both versions make GlobalSignOut without credentials, and it works."""
    directory = stage.directory()
    device = directory.sign_in(directory.add("ana"))
    token = {"AccessToken": device.tokens["AccessToken"]}
    call = Call(OWN, token, stage.wire.endpoint, None)
    with stage.wire.recording() as sent:
        ran = cli.run(call, "--no-sign-request", "--cli-input-json", json.dumps(token))

    assert (0, "") == (ran.code, ran.out)
    if stage.wire.records:
        assert [(OWN, None, 200)] == [described(each) for each in sent]
    assert REVOKED == device.refusals()


def described(sent: Sent) -> tuple[str, tuple[str, str] | None, int]:
    """A request in short."""
    return sent.operation, sent.signed_for, sent.status
