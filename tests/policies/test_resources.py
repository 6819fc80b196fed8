"""What is known of a resource, and of a stack."""

import pytest

from policies.stack import NotKnown, Stack
from signout.values import UNKNOWN
from tests.policies.stacks import SECRET, TODAY, resource, urn
from tests.policies.stacks import UNKNOWN as MARK

CASES = [
    # name                          inputs              outputs                 made from       given
    ("asked for",                   {"p": "in"},        {},                     False,          "in"),
    ("said",                        {"p": "in"},        {"p": "out"},           False,          "out"),
    ("asked for, not known yet",    {"p": MARK},        {},                     True,           UNKNOWN),
    ("asked for, not said yet",     {"p": "in"},        {"p": MARK},            False,          "in"),
    ("neither known",               {"p": MARK},        {"p": MARK},            True,           UNKNOWN),
    ("said in part",                {"p": ["in"]},      {"p": ["out", MARK]},   False,          ["in"]),
    ("set by nobody",               {},                 {"p": MARK},            False,          "default"),
    ("set, in another run",         {},                 {"p": MARK},            True,           UNKNOWN),
    ("null",                        {"p": None},        {"p": None},            False,          "default"),
    ("secret",                      {"p": {**SECRET, "value": "in"}}, {},       False,          "in"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "outputs", "made_from", "want"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_given(inputs, outputs, made_from, want):
    """What the provider says comes first, then what was asked for; a property that nobody set has its default."""
    made = resource("Pool", "users", inputs, outputs, made_from={"p": [("Pool", "other")]} if made_from else None)

    assert made.given("p", "default") == want


def test_known():
    """Whoever needs a value that is not known is told which one, of which resource."""
    pool = resource("Pool", "users", {"a": {"b": MARK}})

    with pytest.raises(NotKnown) as missing:
        pool.known("a.b")

    assert (missing.value.awaited.resource, missing.value.awaited.path) == (pool, "a.b")
    assert pool.known("a.c", 1) == 1


def test_outputs():
    """An ARN is not known before the resource is made, and there are resources without one."""
    assert resource("Pool", "users", {}, {"arn": MARK}).output("arn") is UNKNOWN
    assert resource("Pool", "users", {"arn": "asked"}).output("arn") is None


def test_parts():
    """A component's parts are found at any depth, and the component from its parts."""
    access = resource("Access", "access")
    role = resource("Role", "op", parent=("Access", "access"))
    policy = resource("RolePolicy", "op", parent=("Role", "op"))
    stack = Stack(TODAY, [policy, role, resource("Role", "other"), access])

    assert list(stack.parts(access, "aws:iam/role:Role")) == [role]
    assert stack.ancestor(policy, "signout:cognito:SignOutAccess") is access
    assert stack.ancestor(stack.find(urn("Role", "other")), "signout:cognito:SignOutAccess") is None


def test_parents_in_a_circle():
    """A state that was edited by hand into a circle of parents is no reason to run forever."""
    one = resource("Role", "one", parent=("Role", "two"))
    two = resource("Role", "two", parent=("Role", "one"))

    assert Stack(TODAY, [one, two]).ancestor(one, "signout:cognito:SignOutAccess") is None


def test_registered_twice():
    """A resource that is handed over again replaces what was known of it."""
    stack = Stack(TODAY, [resource("Pool", "users", {"name": "old"})])
    stack.add(resource("Pool", "users", {"name": "new"}))

    assert [pool.given("name") for pool in stack.of_type("aws:cognito/userPool:UserPool")] == ["new"]
