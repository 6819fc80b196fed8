"""The rules on Pulumi's own engine: what is wrong is rejected before anything is made, and what is right deploys."""

import pytest

from policies.pack import RULES
from signout.sandbox.engine import Target
from tests.policies.engine import PROGRAMS, Governed, mandatory
from tests.support.sandbox import REGION

REPORTED_OTHERWISE = {"undecided", "exceptions"}


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

    run, found = every.governed("up", TWIN="mistaken")

    assert run.code != 0
    advisory = {"refresh-token-rotation"}
    expected = {rule.name for rule in RULES} - REPORTED_OTHERWISE - advisory - {"sign-out-permitted"}
    assert expected <= mandatory(found), run.output
    assert advisory <= {each.rule for each in found}
    assert every.state() == {}

    run, found = every.governed("up", TWIN="repaired")

    assert run.code == 0, run.output
    assert mandatory(found) == set()
    assert "users" in every.state()
