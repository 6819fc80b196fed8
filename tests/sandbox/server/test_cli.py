"""`signout sandbox`: what a person sees and what a script gets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from signout.cli.main import main
from signout.sandbox import lifecycle
from signout.sandbox.state import StateFolder
from tests.sandbox.functions.deployments import package
from tests.support.sandbox import Sandbox, error_of, trust


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StateFolder]:
    """The current folder is an empty one; what was started in it is stopped."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIGNOUT_SANDBOX_DIR", raising=False)
    folder = StateFolder.of()
    yield folder
    lifecycle.stop(folder)


def test_a_session(here: StateFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """Start, status, logs and stop, in the words of the manual."""
    assert main(["sandbox", "status"]) == 1
    assert capsys.readouterr().out == "no sandbox runs on .sandbox\n"
    assert main(["sandbox", "start", "--port", "0"]) == 0
    out = capsys.readouterr().out
    assert re.fullmatch(
        r"started: http://127\.0\.0\.1:\d+ \(process \d+\)\nadministrator's key: \.sandbox/credentials\n", out
    )
    assert main(["sandbox", "start"]) == 0
    assert capsys.readouterr().out.startswith("already running: http://127.0.0.1:")
    assert main(["sandbox", "status"]) == 0
    assert "its state is in memory, and ends with it" in capsys.readouterr().out
    assert main(["sandbox", "status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert status["running"] is True
    assert status["endpoint"] == f"http://127.0.0.1:{status['port']}"
    assert main(["sandbox", "stop"]) == 0
    assert capsys.readouterr().out == "stopped; its state is gone\n"
    assert main(["sandbox", "stop"]) == 0
    assert capsys.readouterr().out == "no sandbox runs on .sandbox\n"
    assert main(["sandbox", "status", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"running": False}


def test_logs(here: StateFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """The calls, one a line, filtered, for people or as JSON; without the secret, running or not."""
    main(["sandbox", "start", "--port", "0"])
    sandbox = Sandbox(here)
    keys = sandbox.user(name="ann")
    error_of(sandbox.client("cognito-idp", keys), "ListUserPools", {"MaxResults": 1})
    capsys.readouterr()
    for _ in ("running", "stopped"):
        assert main(["sandbox", "logs", "--user", "user/ann", "--denied"]) == 0
        (line,) = capsys.readouterr().out.splitlines()
        assert "denied" in line
        assert "user/ann  cognito-idp:ListUserPools  *" in line
        assert main(["sandbox", "logs", "--action", "listuserpools", "--json"]) == 0
        (line,) = capsys.readouterr().out.splitlines()
        assert json.loads(line)["who"] == "arn:aws:iam::123456789012:user/ann"
        main(["sandbox", "stop"])
        capsys.readouterr()


def test_a_new_account(here: StateFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """With --account-concurrency 10 nothing can be reserved, Service Quotas says so, and another start has to agree."""
    assert main(["sandbox", "start", "--port", "0", "--account-concurrency", "10"]) == 0
    sandbox = Sandbox(here)
    quota = sandbox.client("service-quotas").get_service_quota(ServiceCode="lambda", QuotaCode="L-B99A9384")["Quota"]
    assert quota["Value"] == 10
    function = {"FunctionName": "f", "Runtime": "python3.11", "Handler": "a.b", "Code": {"ZipFile": package("")}}
    role = sandbox.role(trust=trust({"Service": "lambda.amazonaws.com"}))
    sandbox.client("lambda").create_function(**function, Role=role)
    reservation = {"FunctionName": "f", "ReservedConcurrentExecutions": 1}
    error = error_of(sandbox.client("lambda"), "PutFunctionConcurrency", reservation)
    assert "below its minimum value of [10]" in str(error)
    assert main(["sandbox", "start", "--account-concurrency", "10"]) == 0
    capsys.readouterr()
    assert main(["sandbox", "start"]) == 2
    assert "runs with an account concurrency of 10; stop it first" in capsys.readouterr().err


BAD = [
    (["start", "--port", "x"], "'x' is no port; expected 0 to 65535"),
    (["start", "--port", "65536"], "'65536' is no port; expected 0 to 65535"),
    (["start", "--account-concurrency", "0"], "'0'; expected a number from 1"),
    (["logs", "--last", "0"], "'0'; expected a number from 1"),
    ([], "required: start|stop|status|logs"),
]


@pytest.mark.parametrize(
    ("arguments", "words"), BAD, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_bad_usage(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A bad argument is named, with what was expected; exit code 2."""
    with pytest.raises(SystemExit) as raised:
        main(["sandbox", *arguments])
    assert raised.value.code == 2
    assert words in capsys.readouterr().err


def test_what_cannot_be_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure is one line on standard error, and exit code 2."""
    (tmp_path / "file").write_text("")
    assert main(["sandbox", "start", "--port", "0", "--dir", str(tmp_path / "file")]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {tmp_path}/file: ")
    assert len(error.splitlines()) == 1
