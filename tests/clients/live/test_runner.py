"""`make test-aws`: refused without consent or credentials, and what it makes is removed however it ends.

The account is a sandbox: what is tried here is all but the live service itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.live.account import PREFIX
from tests.support.sandbox import Sandbox, running_sandbox

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "tests.clients.live"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The account."""
    with running_sandbox(tmp_path_factory.mktemp("live") / "state") as running:
        yield running


def environment(sandbox: Sandbox | None, **more: str) -> dict[str, str]:
    """Where boto3 finds the account; None: it finds none."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_", "CONFIRM"))}
    kept |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    kept |= {"AWS_EC2_METADATA_DISABLED": "true"}
    if sandbox:
        keys = sandbox.administrator
        kept |= {"AWS_ENDPOINT_URL": sandbox.endpoint, "AWS_ACCESS_KEY_ID": keys.access_key_id}
        kept |= {"AWS_SECRET_ACCESS_KEY": keys.secret_access_key}
    return kept | more


def run(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command to its end, without a terminal."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def left(sandbox: Sandbox) -> list[str]:
    """The names of everything in the account that a run has made."""
    pools = sandbox.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
    identities = sandbox.client("cognito-identity").list_identity_pools(MaxResults=60)["IdentityPools"]
    users = sandbox.client("iam").list_users()["Users"]
    names = [each["Name"] for each in pools] + [each["IdentityPoolName"] for each in identities]
    return [name for name in names + [each["UserName"] for each in users] if name.startswith(PREFIX)]


def test_nobody_agreed(sandbox: Sandbox) -> None:
    """Without CONFIRM=yes and without a terminal nothing is called; the cost is said all the same."""
    ran = run(environment(sandbox))

    assert (2, "") == (ran.returncode, ran.stdout)
    assert "USD at list price" in ran.stderr
    assert "error: nobody agreed to that; expected CONFIRM=yes" in ran.stderr
    assert [] == [call.action for call in sandbox.calls() if call.verdict != "control"]


def test_no_account() -> None:
    """Without credentials the line says so, and nothing is made."""
    ran = run(environment(None, CONFIRM="yes"))

    assert (2, "") == (ran.returncode, ran.stdout)
    assert "error: no AWS account to test in: Unable to locate credentials" in ran.stderr
    assert ran.stderr.endswith("nothing was made\n")


def test_make_leads_here(tmp_path: Path) -> None:
    """`make test-aws` is this command, with ARGS for pytest, and never says yes by itself."""
    told = subprocess.run(
        ["make", "-n", "test-aws", "ARGS=-x"],
        cwd=ROOT,
        env=environment(None),
        capture_output=True,
        text=True,
        check=True,
    )

    assert "-m tests.clients.live -x" in told.stdout
    assert "CONFIRM" not in told.stdout


def test_a_run(sandbox: Sandbox) -> None:
    """The suite runs in the account, through pools and users that were made for it and are gone afterwards."""
    ran = run(environment(sandbox, CONFIRM="yes"), "-k", "(test_case or test_effect or sign_in) and not programs", "-v")

    assert 0 == ran.returncode, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert "test_case[raw API-signed out] PASSED" in ran.stdout
    assert "test_case[boto3-own, not a token] PASSED" in ran.stdout
    assert "facts.py::test_a_refresh_keeps_the_sign_in PASSED" in ran.stdout
    assert [] == left(sandbox)


FAILS_TO_TELL = """
def pytest_keyboard_interrupt():
    raise TypeError("as CPython 3.11 makes pytest do, where the interruption fell between two lines")
"""


@pytest.mark.parametrize(
    ("sent", "plugin"), [(signal.SIGINT, ""), (signal.SIGTERM, FAILS_TO_TELL)], ids=["SIGINT", "SIGTERM"]
)
def test_interrupted(sent: signal.Signals, plugin: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """Ended in the middle of the suite, it removes what it made."""
    (tmp_path / "odd.py").write_text(plugin, "utf-8")
    command = [*COMMAND, "-p", "odd", "-k", "test_case and raw", "-v"]
    env = environment(sandbox, CONFIRM="yes", PYTHONPATH=str(tmp_path))
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        while b"PASSED" not in process.stdout.readline():
            assert process.poll() is None
        assert left(sandbox)
        process.send_signal(sent)
        rest = process.stdout.read()

    assert 130 == process.returncode, rest.decode()[-4000:]
    assert [] == left(sandbox)


def test_a_failure_on_the_way(sandbox: Sandbox) -> None:
    """Where something cannot be made, what was made before it is removed; what could not be is told after the cause."""
    keys = sandbox.user({"Effect": "Allow", "Action": ["cognito-idp:*", "cognito-identity:List*"], "Resource": "*"})
    env = environment(sandbox, CONFIRM="yes")
    env |= {"AWS_ACCESS_KEY_ID": keys.access_key_id, "AWS_SECRET_ACCESS_KEY": keys.secret_access_key}
    ran = run(env)

    assert 3 == ran.returncode
    assert "calling the CreateIdentityPool operation: " in ran.stderr
    assert "calling the ListAccessKeys operation: " in ran.stderr
    assert "--remove signout-test-" in ran.stderr
    assert [] == left(sandbox)


def test_removing_by_name(sandbox: Sandbox) -> None:
    """What a killed run has left is removed by its name, and only what has such a name."""
    name = f"{PREFIX}00000000"
    sandbox.client("cognito-idp").create_user_pool(PoolName=name)
    sandbox.user(name=f"{name}-operator")
    other = run(environment(sandbox), "--remove", "production")
    ran = run(environment(sandbox), "--remove", name)

    assert (2, 0) == (other.returncode, ran.returncode)
    assert "expected one name that begins with" in other.stderr
    assert [] == left(sandbox)
