"""The worst case of a policy that is not known yet: what bounds it, what does not, and that it is called a bound."""

import json

import pytest

from tests.review.reviewing import allow, policy, reported, review, written

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine writes a value that is not known yet."""
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI"
TRUST = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
STACK = "urn:pulumi:test::shop"
ACCESS = f"{STACK}::signout:cognito:SignOutAccess::access"
ROLE = f"{STACK}::signout:cognito:SignOutAccess$aws:iam/role:Role::access-operator"
DOCUMENT = ROLE.replace("role:Role", "rolePolicy:RolePolicy")
BOUNDS = "arn:aws:iam::123456789012:policy/bounds"


def step(op, urn, inputs, parent=ACCESS, awaits=(), old=None, **outputs):
    """One step of a preview; `awaits` are the resources that unknown inputs are made from."""
    state = {"urn": urn, "type": urn.split("::")[2].rpartition("$")[2], "inputs": inputs, "parent": parent}
    state["propertyDependencies"] = {name: list(awaits) for name in inputs}
    return {
        "op": op,
        "urn": urn,
        "newState": state,
        "oldState": None if old is None else {**state, "inputs": old, "outputs": outputs},
    }


def plan(
    document=UNKNOWN, grants=None, boundary=None, parent=ACCESS, component=ACCESS, before=None, role="access-operator"
):
    """A component with a role whose policy is about a pool that is yet to be made."""
    if grants is None:
        grants = [{"role": role, "actions": [SIGN_OUT], "resources": [UNKNOWN]}]
    pool = f"{STACK}::aws:cognito/userPool:UserPool::users"
    asked = {"name": "operator", "assumeRolePolicy": json.dumps(TRUST)}
    limit = {"name": "bounds", "policy": json.dumps(boundary or policy())}
    if boundary is not None:
        asked["permissionsBoundary"] = BOUNDS
    written_before = None if before is None else {"name": "p", "role": "operator", "policy": json.dumps(before)}
    return {
        "steps": [
            step("create", pool, {"name": "users"}, parent=STACK),
            step("create", component, {"grants": grants}, parent=STACK, awaits=[pool]),
            step("same", f"{STACK}::aws:iam/policy:Policy::bounds", limit, parent=STACK, old=limit, arn=BOUNDS),
            step("create" if before is None else "same", ROLE, asked, old=None if before is None else asked),
            step(
                "create" if before is None else "update",
                DOCUMENT,
                {"name": "p", "role": "operator", "policy": document},
                parent=parent,
                awaits=[pool],
                old=written_before,
            ),
        ]
    }


def worst(tmp_path, content):
    """What the change to the role's own policies comes to at most, and who signs out."""
    _, report = reported(written(tmp_path, "plan.json", content))
    [change] = [each for each in report["changes"] if each["layer"] == "identity policies"]
    rows = [row for row in report["sign_out"] if row["label"] == "Role access-operator"]
    if change["at_worst"] is None:
        return None, rows
    added = [(each["actions"], each["resources"]) for each in change["at_worst"]["added"]]
    return added, rows


DECLARED = [([SIGN_OUT], ["*"])]
BOUNDED = [
    # what bounds it, the plan, the worst case
    ("a component's grants", plan(), DECLARED),
    (
        "grants on a pool that is known",
        plan(grants=[{"role": "access-operator", "actions": [SIGN_OUT], "resources": [POOL]}]),
        [([SIGN_OUT], [POOL])],
    ),
    ("no more than it was", plan(before=policy(allow(SIGN_OUT))), []),
    ("its boundary", plan(grants=[], boundary=policy(allow("s3:Get*"))), [(["s3:Get*"], ["*"])]),
    ("the resource alone is unknown", plan(policy(allow(SIGN_OUT, UNKNOWN)), grants=[]), DECLARED),
    ("one of several resources is", plan(policy(allow(SIGN_OUT, [POOL, UNKNOWN])), grants=[]), DECLARED),
    ("the action alone is unknown", plan(policy(allow(UNKNOWN, POOL)), grants=[]), [(["*"], [POOL])]),
    (
        "a condition is unknown",
        plan(policy(allow(SIGN_OUT, POOL, Condition={"StringEquals": {"aws:PrincipalTag/team": UNKNOWN}})), grants=[]),
        [([SIGN_OUT], [POOL])],
    ),
    (
        "a Deny is unknown",
        plan(policy(allow(SIGN_OUT, POOL), {**allow(SIGN_OUT, UNKNOWN), "Effect": "Deny"}), grants=[]),
        [([SIGN_OUT], [POOL])],
    ),
    (
        "what is left out is unknown",
        plan(policy({"Effect": "Allow", "Action": SIGN_OUT, "NotResource": UNKNOWN}), grants=[]),
        DECLARED,
    ),
]


@pytest.mark.parametrize(("content", "added"), [case[1:] for case in BOUNDED], ids=[case[0] for case in BOUNDED])
def test_bounded(tmp_path, content, added):
    """The worst case takes every part that is not known for as wide as it can be, and nothing else."""
    found, rows = worst(tmp_path, content)

    assert found == added
    assert {row["after"] for row in rows} <= {"depends"}
    assert not [row for row in rows if row["means"] != "equivalent" and ["*"] not in [region[0] for region in added]]


OTHER = f"{STACK}::signout:cognito:SignOutAccess::other"
UNBOUNDED = [
    # what, and the plan
    ("no grants", plan(grants=[])),
    ("grants of another role", plan(role="access-responder")),
    ("a policy that is no part of the component", plan(parent=STACK)),
    ("a component of another type", plan(component=ACCESS.replace("SignOutAccess", "Elsewhere"))),
    ("another component", plan(component=OTHER)),
    ("grants that are no list", plan(grants=UNKNOWN)),
    ("actions that are no text", plan(grants=[{"role": "access-operator", "actions": [3], "resources": ["*"]}])),
    ("statements that are not known", plan({"Version": "2012-10-17", "Statement": [UNKNOWN]}, grants=[])),
]


@pytest.mark.parametrize("content", [case[1] for case in UNBOUNDED], ids=[case[0] for case in UNBOUNDED])
def test_without_a_bound(tmp_path, content):
    """Where nothing bounds a policy, no worst case is given: it may allow anything, deleting users too."""
    added, rows = worst(tmp_path, content)

    assert added is None
    assert {row["means"] for row in rows} == {"equivalent", "side-effect", "destructive"}


def test_actions_that_are_not_known(tmp_path):
    """Grants whose actions are not known bound nothing but the resource."""
    grants = [{"role": "access-operator", "actions": [UNKNOWN], "resources": [POOL]}]

    assert worst(tmp_path, plan(grants=grants))[0] == [(["*"], [POOL])]


@pytest.mark.parametrize("format_", ["text", "markdown", "json", "sarif"])
def test_a_bound_is_called_one(tmp_path, format_):
    """Every format says what is awaited, the worst case, what bounds it, and that it is no more than a bound."""
    code, out, _ = review(written(tmp_path, "plan.json", plan()), "--format", format_, "--fail-on-undetermined")
    said = " ".join(out.split()).replace("&#58;", ":").replace("&#42;", "*")

    assert code == 1
    assert "awaits arn or id of aws:cognito" in said
    assert "At worst it adds cognito-idp:AdminUserGlobalSignOut on *, bounded by the grants that SignOutAccess" in said
    assert "The worst case is a bound: what the policy is going to say may be less, and is not known." in said


def test_more_than_what_is_bounded(tmp_path):
    """A principal with one policy that is bounded and one that is not has no worst case."""
    content = plan()
    more = step("create", f"{DOCUMENT}-2", {"name": "q", "role": "operator", "policy": UNKNOWN}, parent=STACK)
    content["steps"].append(more)

    assert worst(tmp_path, content)[0] is None
