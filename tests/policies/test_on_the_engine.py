"""The rules on Pulumi's own engine: what is wrong is rejected before anything is made, and what is right deploys."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from policies.pack import RULES
from signout.sandbox.engine import Target
from tests.cli.command import signout
from tests.policies.engine import PACK, PROGRAMS, Governed, mandatory
from tests.support.sandbox import REGION

# Each with a test of its own below.
REPORTED_OTHERWISE = {"undecided", "exceptions", "sign-out-permitted"}


@pytest.fixture
def deploy(tmp_path, sandbox):
    """Makes a deployment of a program; what it made is destroyed with the test."""
    made = []
    keys = sandbox.administrator
    target = Target(sandbox.endpoint, keys.access_key_id, keys.secret_access_key, REGION)

    def make(program, **options):
        made.append(Governed(tmp_path / str(len(made)), target, program, **options))
        return made[-1]

    yield make
    for each in made:
        if each.state():
            each.run("state", "unprotect", "--all", "--yes")
            each.destroy(TWIN="mistaken")


def test_every_rule(deploy, sandbox):
    """A stack that breaks every rule is rejected at preview, by every rule; its repaired twin is deployed."""
    every = deploy(PROGRAMS / "every_mistake")
    settings = {"refresh-token-rotation": "mandatory"}  # advisory unless a team asks for more

    run, found = every.governed("up", settings=settings, TWIN="mistaken")

    assert run.code != 0
    expected = {rule.name for rule in RULES} - REPORTED_OTHERWISE
    assert expected <= mandatory(found), run.output
    assert every.state() == {}

    run, found = every.governed("up", settings=settings, TWIN="repaired")

    assert run.code == 0, run.output
    assert mandatory(found) == set()
    assert "users" in every.state()


OTHERS = {
    "photo_app": {
        ("nobody-else", "photo-admin"),
        ("user-existence", "photo-web"),
        ("token-life", "photo-web"),
        ("password-flows", "photo-web"),
        ("deletion-protection", "photo-users"),
        ("server-side-token-check", "photo-identities"),
    },
    "platform_roles": {
        ("nobody-else", "developers"),
        ("nobody-else", "pipeline"),
        ("nobody-else", "deploy"),
        ("guarded-trust", "developers"),
        ("guarded-trust", "deploy"),
    },
    "mobile_backend": {
        ("grant-without-effect", "player"),
        ("nobody-else", "support"),
        ("token-revocation", "game"),
        ("refresh-token-life", "game"),
        ("https-callbacks", "game"),
    },
    "data_lake": set(),
}


@pytest.mark.parametrize(("program", "want"), OTHERS.items(), ids=OTHERS)
def test_programs_of_others(deploy, program, want):
    """In programs that were not written for it the pack finds the usual mistakes, all of them and no others."""
    run, found = deploy(PROGRAMS / program).governed("preview")

    assert {(each.rule, each.name) for each in found if each.level == "mandatory"} == want, run.output
    assert (run.code == 0) is (want == set())


HEAD = """
import json, os
import pulumi, pulumi_aws as aws

AWS = "arn:aws:iam::123456789012"

def document(effect, action, resource):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": effect, "Action": action, "Resource": resource}]})

def trust(**principal):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})

def role(name, trust, action=None, resource="*"):
    made = aws.iam.Role(name, name=name, assume_role_policy=trust)
    if action:
        aws.iam.RolePolicy(name, role=made.name, policy=document("Allow", action, resource))
    return made
"""

CHAIN = """
role("chain-glass", trust(AWS=f"{AWS}:role/chain-hop"), "cognito-idp:AdminUserGlobalSignOut")
role("chain-hop", trust(AWS=f"{AWS}:role/{os.environ['LINK']}"), "sts:AssumeRole", f"{AWS}:role/chain-glass")
role("chain-outer", trust(Service="ec2.amazonaws.com"), "sts:AssumeRole", f"{AWS}:role/chain-hop")
"""


def test_two_hops(deploy):
    """Two programs that differ only in one link of a chain of two roles differ in verdict."""
    program = deploy(HEAD + CHAIN)
    settings = {
        "nobody-else": {"principals": ["chain-hop", "chain-glass", "chain-nobody"]},
        "guarded-trust": "disabled",
    }

    run, found = program.governed("preview", settings=settings, LINK="chain-outer")
    assert [(each.rule, each.name) for each in found] == [("nobody-else", "chain-outer")]
    assert "becoming Role chain-hop, becoming Role chain-glass" in found[0].message
    assert run.code != 0

    run, found = program.governed("preview", settings=settings, LINK="chain-nobody")
    assert (run.code, found) == (0, [])


FIRST = """
pool = aws.cognito.UserPool("first")
app = role("first-app", trust(Service="ec2.amazonaws.com"))
aws.iam.RolePolicy("first-grant", role=app.name, policy=pool.arn.apply(
    lambda arn: document("Allow", "cognito-idp:AdminUserGlobalSignOut", arn)))
"""


def test_a_first_deployment(deploy):
    """What nobody can know at the first preview is said there, and stops the update where it comes to be known."""
    program = deploy(HEAD + FIRST)
    settings = {"deletion-protection": "disabled"}

    run, found = program.governed("preview", settings=settings)
    (said,) = found
    assert (said.rule, said.level, said.name) == ("undecided", "advisory", "first-grant")
    assert "RolePolicy first-grant: policy awaits a value of UserPool first, so not decided yet:" in said.message
    assert run.code == 0

    run, found = program.governed("up", "--skip-preview", settings=settings)
    assert mandatory(found) == {"nobody-else"}
    assert run.code != 0
    assert {"first", "first-app"} <= program.state().keys()
    assert "first-grant" not in program.state()

    listed = {**settings, "nobody-else": {"principals": ["first-app"]}}
    run, found = program.governed("up", "--skip-preview", settings=listed)
    assert (run.code, mandatory(found)) == (0, set()), run.output

    exported = program.exported()
    file = program.folder / "settings.json"
    assert signout("policies", "check", "--stack", "-", "--settings", str(file), stdin=exported).code == 0
    file.write_text(json.dumps(settings))
    ran = signout("policies", "check", "--stack", "-", "--settings", str(file), stdin=exported)
    assert ran.code == 1
    assert "mandatory nobody-else (critical): urn:pulumi:test::" in ran.out


RUNBOOK = """
repaired = os.environ.get("TWIN") == "repaired"
pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI"
action = "cognito-idp:AdminUserGlobalSignOut" if repaired else "cognito-idp:GlobalSignOut"
grants = [{"role": "runbook-role", "actions": [action], "resources": [pool]}] if repaired else []
component = pulumi.ComponentResource("signout:cognito:SignOutRunbook", "runbook", {"grants": grants})
mine = pulumi.ResourceOptions(parent=component)
made = aws.iam.Role(
    "runbook-role", name="runbook-role", assume_role_policy=trust(Service="lambda.amazonaws.com"), opts=mine
)
aws.iam.RolePolicy("runbook-role", role=made.name, policy=document("Allow", action, pool), opts=mine)
"""


def test_a_runbook_without_permission(deploy):
    """A runbook whose role was granted GlobalSignOut is told that this is no permission, and that it has none.

    With a grant of AdminUserGlobalSignOut in its place it is deployed.
    """
    program = deploy(HEAD + RUNBOOK)
    run, found = program.governed("preview")

    assert {(each.rule, each.name) for each in found} == {
        ("grant-without-effect", "runbook-role"),
        ("sign-out-permitted", "runbook"),
    }
    assert run.code != 0

    run, found = program.governed("up", TWIN="repaired")

    assert (run.code, mandatory(found)) == (0, set()), run.output
    assert "runbook-role" in program.state()


def test_an_unknown_rule(deploy):
    """Settings for a rule that does not exist stop the preview with a sentence; the engine alone would ignore them."""
    run, _ = deploy("").governed("preview", settings={"token-lief": "mandatory"})

    assert run.code != 0
    assert '"token-lief" is no rule of this pack; did you mean token-life?' in run.output


FAILING = """

def _fails(resource, stack, settings):
    raise LookupError("on purpose")

RULES = (
    Rule("failing", "It works.", "It matters.", "Mend it.", UNDECIDED.severity, UNDECIDED.settings, UNDECIDED.level,
         frozenset({"aws:cognito/userPool:UserPool"}), _fails),
    *RULES,
)
"""


def test_a_failing_rule(deploy, tmp_path):
    """A rule that fails is a mandatory violation under its name, in spite of its level; the others go on."""
    pack = tmp_path / "pack"
    shutil.copytree(PACK, pack, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    with (pack / "pack.py").open("a") as file:
        file.write(FAILING)

    run, found = deploy(HEAD + FIRST, pack=pack).governed("preview")

    assert {("failing", "first"), ("deletion-protection", "first")} <= {
        (each.rule, each.name) for each in found if each.level == "mandatory"
    }
    assert "This rule failed with LookupError and decided nothing." in run.output
    assert "LookupError: on purpose" in run.output
    assert run.code != 0


def test_exceptions(deploy):
    """An exception lets through what it names; one that has expired does not, and is a violation itself."""
    program = deploy(HEAD + RUNBOOK)
    urn = "urn:pulumi:test::every-type::signout:cognito:SignOutRunbook::runbook"
    entry = {"resource": urn, "rule": "sign-out-permitted", "reason": "next week", "owner": "Ann"}

    def stopped_by(expires):
        settings = {"exceptions": {"entries": [{**entry, "expires": expires}]}}
        return mandatory(program.governed("preview", settings=settings)[1])

    assert stopped_by("2999-12-31") == {"grant-without-effect"}
    assert stopped_by("2001-01-01") == {"grant-without-effect", "sign-out-permitted", "exceptions"}
