"""`signout policies`: the pack's folder, and its rules on a stack's state."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Ran, signout
from tests.policies.stacks import POOL_ARN, document, statement, trust

URN = "urn:pulumi:prod::shop::aws:iam/role:Role::app"
TRUST = trust({"Service": "ec2.amazonaws.com"})


def state(*actions, name="app"):
    """A state with one role, which may do the actions on a pool."""
    policies = [{"name": "p", "policy": document(*(statement(action, POOL_ARN) for action in actions))}]
    inputs = {"name": name, "assumeRolePolicy": TRUST, "inlinePolicies": policies}
    resource = {"urn": URN.replace("app", name), "type": "aws:iam/role:Role", "inputs": inputs, "outputs": inputs}
    return json.dumps({"version": 3, "deployment": {"resources": [resource]}})


def check(content, *options):
    return signout("policies", "check", "--stack", "-", *options, stdin=content)


def test_path():
    """The folder is one that `--policy-pack` takes."""
    ran = signout("policies", "path")

    assert ran.code == 0
    assert (Path(ran.out.strip()) / "PulumiPolicy.yaml").is_file()


def test_nothing_found():
    """Of a stack in order nothing is said, and the exit code says so too."""
    assert check(state("cognito-idp:AdminGetUser")) == Ran(0, "nothing found\n", "")


def test_found():
    """What is found is printed, with a non-zero exit code where it would have stopped the deployment."""
    ran = check(state("cognito-idp:AdminUserGlobalSignOut"))

    assert ran.code == 1
    assert ran.out.startswith(f"mandatory nobody-else (critical): {URN}\n  Role app can sign users of {POOL_ARN} out")


def test_from_a_file(tmp_path):
    """The state can be in a file, as can the settings."""
    (tmp_path / "state.json").write_text(state("cognito-idp:AdminUserGlobalSignOut"))
    (tmp_path / "settings.json").write_text('{"nobody-else": {"principals": ["app"]}}')
    command = ("policies", "check", "--stack", str(tmp_path / "state.json"))

    assert signout(*command).code == 1
    assert signout(*command, "--settings", str(tmp_path / "settings.json")).code == 0


def test_advisory_findings():
    """What only advises does not change the exit code."""
    ran = check(state("cognito-idp:GetClientToken"))

    assert ran.code == 0
    assert ran.out.startswith("advisory grant-without-effect (medium): ")


def test_json():
    """As JSON, a finding has its parts one by one."""
    (found,) = json.loads(check(state("cognito-idp:GlobalSignOut"), "--format", "json").out)

    assert found == {
        "rule": "grant-without-effect",
        "level": "mandatory",
        "severity": "medium",
        "resource": URN,
        "fact": found["fact"],
        "why": found["why"],
        "change": found["change"],
    }
    assert "cognito-idp:GlobalSignOut" in found["fact"]


def test_names_are_shown_harmlessly():
    """A name with terminal codes in it is shown as what it is."""
    ran = check(state("cognito-idp:GlobalSignOut", name="app\u001b[2J\u202e"))

    assert "\u001b" not in ran.out
    assert "\u202e" not in ran.out
    assert "app\\x1b[2J\\u202e" in ran.out


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("{", [], "error: -: is no JSON: "),
        ("[" * 100_000, [], "error: -: is no JSON: "),
        (b"\xff", [], "error: -: is no JSON: "),
        ("{}", [], "error: -: has nothing, but no list of resources; expected what `pulumi stack export` prints\n"),
        (
            '{"resources": []}',
            [],
            "error: -: has no resources, so there is nothing to check; expected a stack's state\n",
        ),
        (state("s3:*"), ["--settings", "/nowhere"], "error: /nowhere: No such file or directory; expected a file"),
        (state("s3:*"), ["--settings", "-"], "error: -: is no JSON: "),
    ],
    ids=["no JSON", "nested", "not UTF-8", "no state", "no resources", "no settings", "both from standard input"],
)
def test_bad_input(content, options, message):
    """Input that cannot be used is one line, and an exit code that no finding has."""
    ran = check(content, *options)

    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith(message)
    assert ran.err.count("\n") == 1


def test_unknown_rule(tmp_path):
    """Settings for a rule that does not exist are refused: they would seem to hold."""
    (tmp_path / "settings.json").write_text('{"token-lief": "disabled"}')

    ran = check(state("s3:*"), "--settings", str(tmp_path / "settings.json"))

    assert ran.code == 2
    assert ran.err.endswith('"token-lief" is no rule of this pack; did you mean token-life?\n')
