"""`signout stack`: on the real engine, with a state that a run left behind in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from signout.sandbox.engine import Target
from tests.cli.command import Ran, signout
from tests.sandbox.provider.deployment import STACK, Deployment
from tests.support.sandbox import REGION, Sandbox

PROGRAM = """
import pulumi
import pulumi_aws as aws

pulumi.export("name", aws.sqs.Queue("orders", name="orders-of-signout-stack", sqs_managed_sse_enabled=True).name)
"""
OPEN = """
import json
import pulumi_aws as aws

policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "cognito-idp:*", "Resource": "*"}]}
user = aws.iam.User("helpdesk", name="helpdesk-of-signout-stack")
aws.iam.UserPolicy("helpdesk", user=user.name, policy=json.dumps(policy))
"""

URN = f"urn:pulumi:{STACK}::every-type::aws:sqs/queue:Queue::orders"
CREATING = {
    "resource": {"urn": URN, "custom": True, "type": "aws:sqs/queue:Queue", "inputs": {}},
    "type": "creating",
}


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Deployment:
    """A small project with a stack that nothing is deployed to yet."""
    keys = sandbox.administrator
    target = Target(sandbox.endpoint, keys.access_key_id, keys.secret_access_key, REGION)
    return Deployment(tmp_path_factory.mktemp("stack"), target, PROGRAM)


def stack(deployment: Deployment, *arguments: str, stdin: str = "") -> Ran:
    """`signout stack` in the project's folder."""
    options = ("--", "--stack", STACK, "--cwd", str(deployment.project), "--non-interactive")
    given = (*arguments, *options, "--yes", "--skip-preview") if arguments == ("up",) else arguments
    return signout("stack", *given, stdin=stdin, env=deployment.environment)


def exported(deployment: Deployment) -> dict[str, Any]:
    """The state, as Pulumi exports it."""
    path = deployment.folder / "exported.json"
    assert deployment.run("stack", "export", "--file", str(path)).code == 0
    state: dict[str, Any] = json.loads(path.read_text())
    return state


def cut_off(deployment: Deployment, operation: str) -> str:
    """The state as it is exported when a run ended in the middle of an operation on the queue."""
    state = exported(deployment)
    state["deployment"]["pending_operations"] = [{**CREATING, "type": operation}]
    return json.dumps(state)


def test_goes_on(deployment: Deployment) -> None:
    """With nothing pending, `up` is Pulumi's, under the pack."""
    deployment.write(PROGRAM)

    ran = stack(deployment, "up")

    assert ran.code == 0
    assert "orders-of-signout-stack" in ran.out
    assert "signout" in ran.out.partition("Policies:")[2]


def test_the_pack_is_not_forgotten(deployment: Deployment) -> None:
    """What the pack forbids is refused, with no option needed."""
    deployment.write(OPEN)

    ran = stack(deployment, "up")

    assert ran.code not in (0, 2)
    assert "nobody-else" in ran.out


def test_pending_operations(deployment: Deployment) -> None:
    """With an operation pending, `up` is not run; the line names the resource, and what to do first."""
    deployment.write(PROGRAM)
    (file,) = (deployment.folder / "state").glob(f".pulumi/stacks/*/{STACK}.json")
    before = file.read_text()
    state = json.loads(before)
    state["checkpoint"]["latest"]["pending_operations"] = [CREATING]  # an import would leave it out
    file.write_text(json.dumps(state))

    ran = stack(deployment, "up")
    file.write_text(before)

    assert (ran.code, ran.out) == (2, "")
    assert "`pulumi up` was not run" in ran.err
    assert f"creating {URN}" in ran.err
    assert "`pulumi refresh` asks" in ran.err


@pytest.mark.parametrize(("operation", "advice"), [("creating", "import"), ("deleting", "gone"), ("reading", "reads")])
def test_check(deployment: Deployment, operation: str, advice: str) -> None:
    """A state from standard input; each kind of operation has its own advice."""
    text = cut_off(deployment, operation)
    people = stack(deployment, "check", "-", stdin=text)
    script = stack(deployment, "check", "-", "--output", "json", stdin=text)

    assert (people.code, script.code) == (1, 1)
    assert advice in people.out
    (found,) = json.loads(script.out)["pending"]
    assert found["operation"] == operation
    assert found["urn"] == URN


def test_nothing_pending(deployment: Deployment) -> None:
    """A state that a run came to an end with."""
    ran = stack(deployment, "check", "-", stdin=json.dumps(exported(deployment)))

    assert (ran.code, ran.err) == (0, "")
    assert "can go on" in ran.out


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        ("", "is no JSON"),
        ("[]", "has no deployment"),
        ('{"deployment": {"pending_operations": [1]}}', "expected a list of operations"),
    ],
)
def test_no_state(deployment: Deployment, stdin: str, said: str) -> None:
    """What is no state is one line, and never nothing pending."""
    ran = stack(deployment, "check", "-", stdin=stdin)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


SLOW = """
import signal
import sys
import time

def stop(*_):
    time.sleep(1)
    print("nothing is left pending", flush=True)
    sys.exit(7)

if "export" in sys.argv:
    print('{"deployment": {}}')
else:
    signal.signal(signal.SIGINT, stop)
    print("under way", flush=True)
    signal.pause()
"""


def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C is Pulumi's: it comes to an end by itself, and is not cut off where it would leave operations pending."""
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(f"#!{sys.executable}\n{SLOW}")
    pulumi.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-m", "signout.cli.main", "stack", "up"],
        env={**os.environ, "PATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "under way\n"
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does
        assert (running.communicate(timeout=30)[0], running.returncode) == ("nothing is left pending\n", 7)


def test_what_a_terminal_would_take_for_a_command(deployment: Deployment) -> None:
    """A name in a state may hold anything; it is shown escaped."""
    text = json.dumps({"deployment": {"pending_operations": [{"type": "creating", "resource": {"urn": "\x1b[2J"}}]}})

    assert "creating \\x1b[2J\n" in stack(deployment, "check", "-", stdin=text).out


def test_no_pulumi(deployment: Deployment, tmp_path: Path) -> None:
    """Without Pulumi's command line the line says what to install."""
    ran = signout("stack", "check", env=deployment.environment | {"PATH": str(tmp_path)})

    assert (ran.code, ran.out) == (2, "")
    assert "no pulumi on PATH" in ran.err


def test_no_stack(deployment: Deployment, tmp_path: Path) -> None:
    """Where Pulumi finds no stack it says so itself, and nothing is done."""
    ran = signout("stack", "up", "--", "--cwd", str(tmp_path), env=deployment.environment)

    assert ran.code == 2
    assert "`pulumi stack export` ended with" in ran.err
