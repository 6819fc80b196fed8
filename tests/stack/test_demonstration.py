"""The demonstration tells the truth: it fails as soon as something does not do what a sign-out promises."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from signout.sandbox import lifecycle
from signout.sandbox.demonstration import Demonstration, DemonstrationFailed, steps
from signout.sandbox.deployment import Deployment
from signout.sandbox.state import StateFolder
from tests.stack.made import PROJECT, Run, make_up
from tests.stack.sabotaged_server import SABOTAGES

REFUSED = "had to be refused, and was carried out"
FAILURES = {
    # what is broken                      what comes of it
    "an admin's sign-out does nothing": f"alice-[0-9a-f]+'s access token {REFUSED}",
    "a user's sign-out does nothing": f"alice-[0-9a-f]+'s access token {REFUSED}",
    "access tokens survive": f"alice-[0-9a-f]+'s access token {REFUSED}",
    "refresh tokens survive": f"alice-[0-9a-f]+'s refresh token {REFUSED}",
    "everybody is signed out": "bob-[0-9a-f]+'s access token had to work, and was refused: .* has been revoked",
    "every role can be assumed": f"a session of .*/access-responder-[0-9a-f]+ without a second factor {REFUSED}",
    "every call on user pools is allowed": "AdminUserGlobalSignOut on another pool: UserNotFoundException",
    "the log is lost": "request .* is not in /aws/lambda/signout-runbook-sandbox",
}


@pytest.fixture(scope="module")
def sabotaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StateFolder]:
    """The folder of a sandbox that breaks what its file says."""
    folder = StateFolder(tmp_path_factory.mktemp("sabotaged") / "state")
    folder.prepare()
    command = [sys.executable, "-m", "tests.stack.sabotaged_server", "--dir", str(folder.path), "--port", "0"]
    with subprocess.Popen(command, cwd=PROJECT) as server:
        until = time.monotonic() + 60
        while folder.running() is None:
            assert server.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield folder
        lifecycle.stop(folder)


@pytest.fixture(scope="module")
def failed_run(sabotaged: StateFolder) -> Run:
    """A `make up` where an admin's sign-out does nothing; what it deployed is there."""
    (sabotaged.path / "sabotage").write_text("an admin's sign-out does nothing")
    return make_up(sabotaged)


@pytest.fixture
def demonstration(sabotaged: StateFolder, failed_run: Run) -> Demonstration:
    """One on what the run deployed."""
    server = sabotaged.running()
    assert server
    deployment = Deployment.on(sabotaged, server, PROJECT)
    return Demonstration(deployment.connection, deployment.outputs(), partial(lifecycle.calls, sabotaged), print)


def test_broken_revocation(failed_run: Run) -> None:
    """With revocation broken, `make up` deploys, begins the demonstration, says what did not hold, and exits with 1."""
    assert failed_run.code == 1
    assert "role access-responder" in failed_run.demonstrated
    assert "All of it held" not in failed_run.output
    [line] = failed_run.errors.splitlines()
    assert line.startswith("error: alice-")
    assert line.endswith(f"'s access token {REFUSED}")


@pytest.mark.parametrize("broken", SABOTAGES)
def test_anything_broken(
    broken: str, demonstration: Demonstration, sabotaged: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is broken of what the demonstration shows, it ends there."""
    monkeypatch.setattr(steps, "_LOG_SECONDS", 1)
    (sabotaged.path / "sabotage").write_text(broken)

    with pytest.raises(DemonstrationFailed, match=FAILURES[broken]):
        demonstration.run()


def test_nothing_broken(demonstration: Demonstration, sabotaged: StateFolder) -> None:
    """The same demonstration on the same sandbox goes through where nothing is broken."""
    (sabotaged.path / "sabotage").write_text("nothing")

    demonstration.run()


def test_no_line_from_a_constant() -> None:
    """Whatever is shown has a value from a call in it, but for the headings."""
    shown = [
        node.args[0]
        for node in ast.walk(ast.parse(Path(steps.__file__).read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "self._show"
    ]

    constant = [
        ast.literal_eval(line) for line in shown if not any(isinstance(v, ast.FormattedValue) for v in ast.walk(line))
    ]
    assert len(shown) > 15
    assert [line for line in constant if not line.endswith(":")] == []
