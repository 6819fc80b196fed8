"""States as the pack reads them offline."""

import pytest

from policies.state import StateError, read_state
from signout.values import UNKNOWN
from tests.policies.stacks import SECRET

ROLE = {
    "urn": "urn:pulumi:prod::shop::aws:iam/role:Role::app",
    "type": "aws:iam/role:Role",
    "custom": True,
    "inputs": {"name": "app", "key": {**SECRET, "ciphertext": "v1:..."}},
    "outputs": {"arn": "arn:aws:iam::123456789012:role/app"},
    "parent": "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod",
    "protect": True,
    "propertyDependencies": {"assumeRolePolicy": ["urn"], "path": None},
}
ENVELOPES = {
    "export": {"version": 3, "deployment": {"resources": [ROLE]}},
    "checkpoint": {"version": 3, "checkpoint": {"stack": "prod", "latest": {"resources": [ROLE]}}},
    "deployment": {"resources": [ROLE]},
}


@pytest.mark.parametrize("state", ENVELOPES.values(), ids=ENVELOPES)
def test_reading(state):
    """A state is read in each of the envelopes in which it comes."""
    (role,) = read_state(state)

    assert (role.type, role.name, role.protect) == ("aws:iam/role:Role", "app", True)
    assert role.given("name") == "app"
    assert role.given("key") is UNKNOWN
    assert role.output("arn") == "arn:aws:iam::123456789012:role/app"
    assert role.parent == ROLE["parent"]
    assert role.property_dependencies == {"assumeRolePolicy": ("urn",), "path": ()}


def test_about_to_be_deleted():
    """What an earlier replacement left behind is not judged: the new one is."""
    assert list(read_state({"resources": [{**ROLE, "delete": True}]})) == []


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (None, "is no object"),
        ([], "is no object"),
        ({}, "has nothing, but no list of resources"),
        ({"version": 3, "deployment": {}}, "has deployment, version, but no list of resources"),
        ({"checkpoint": {"latest": None}}, "has checkpoint, but no list of resources"),
        ({"resources": [1]}, "resources[0]: is no object"),
        ({"resources": [ROLE, {**ROLE, "urn": None}]}, "resources[1].urn: is NoneType; expected a text"),
        ({"resources": [{**ROLE, "type": ""}]}, "resources[0].type: is str; expected a text"),
        ({"resources": [{**ROLE, "inputs": []}]}, None),
        ({"resources": [{**ROLE, "inputs": "x"}]}, "resources[0].inputs: is str; expected an object"),
        ({"resources": [{**ROLE, "propertyDependencies": "x"}]}, "resources[0].propertyDependencies: is str"),
    ],
)
def test_unreadable(state, message):
    """What is no state is refused with the place, and nothing is judged on a part of it."""
    if message is None:
        assert len(list(read_state(state))) == 1
        return
    with pytest.raises(StateError) as refused:
        list(read_state(state))

    assert str(refused.value).startswith(message)
