"""To whom a Terraform plan gives what: names that are not known yet, modules, and what the provider shows by itself."""

import json

import pytest

from tests.review.reviewing import allow, policy, reported, written
from tests.review.test_terraform import POOL, SIGN_OUT, WORKS, change, inline, plan, role

NOT_KNOWN = {
    "arn": True,
    "id": True,
    "name": True,
    "inline_policy": True,
    "managed_policy_arns": True,
    "unique_id": True,
}
"""What a plan says of a new role that AWS is to name: the provider is going to show its policies, too."""


def new_role(address):
    """A role that has no name yet."""
    asked = {"assume_role_policy": WORKS, "path": "/", "name_prefix": "app-"}
    return change(address, ["create"], None, asked, after_unknown=NOT_KNOWN)


def new_policy(address, *statements):
    """An inline policy of a role whose name is not known yet."""
    text = json.dumps(policy(*(statements or (allow(SIGN_OUT, POOL),))))
    return change(address, ["create"], None, {"name": "p", "policy": text}, after_unknown={"role": True, "id": True})


def configured(resources, **calls):
    """The `configuration` of a module: the arguments of its resources with what they refer to, and its calls."""

    def expressions(arguments):
        return {name: {"references": named} for name, named in arguments.items()}

    def listed(of_module):
        return [
            {
                "address": address,
                "expressions": expressions({name: named for name, named in arguments.items() if name != "for_each"}),
                **({"for_each_expression": {"references": arguments["for_each"]}} if "for_each" in arguments else {}),
            }
            for address, arguments in of_module.items()
        ]

    modules = {
        name: {
            "expressions": expressions(inputs),
            "module": {
                "resources": listed(inside),
                "outputs": {each: {"expression": {"references": named}} for each, named in outputs.items()},
            },
        }
        for name, (inside, inputs, outputs) in calls.items()
    }
    return {"root_module": {"resources": listed(resources), "module_calls": modules}}


ROLE, ROLES = {"aws_iam_role.app": {}}, ["aws_iam_role.app.name", "aws_iam_role.app"]
GIVEN = {"aws_iam_role_policy.p": {"role": ROLES}}
FROM_A_MODULE = {"aws_iam_role_policy.p": {"role": ["module.m.role", "module.m"]}}
FROM_A_VARIABLE = {"aws_iam_role_policy.p": {"role": ["var.role"]}}
OF_THE_SAME_KEY = {"aws_iam_role_policy.p": {"role": ["aws_iam_role.app", "each.key"]}}
OF_THE_FIRST = {
    "aws_iam_role_policy.p": {"role": ["aws_iam_role.app[0].id", "aws_iam_role.app[0]", "aws_iam_role.app"]}
}
OVER_ROLES = {"aws_iam_role_policy.p": {"role": ["each.value"], "for_each": ROLES}}

REFERENCES = [
    # what it is              roles                                 the policy                  configuration
    (
        "count",
        ["aws_iam_role.app[0]", "aws_iam_role.app[1]"],
        "aws_iam_role_policy.p",
        configured({**ROLE, **OF_THE_FIRST}),
    ),
    (
        "for_each",
        ['aws_iam_role.app["a.b"]', 'aws_iam_role.app["c"]'],
        'aws_iam_role_policy.p["a.b"]',
        configured({**ROLE, **OF_THE_SAME_KEY}),
    ),
    (
        "a module's instance",
        ['module.m["a.b"].aws_iam_role.app', 'module.m["c"].aws_iam_role.app'],
        'module.m["a.b"].aws_iam_role_policy.p',
        configured({}, m=({**ROLE, **GIVEN}, {}, {})),
    ),
    (
        "an output",
        ["module.m.aws_iam_role.app"],
        "aws_iam_role_policy.p",
        configured(FROM_A_MODULE, m=(ROLE, {}, {"role": ROLES})),
    ),
    (
        "a variable",
        ["aws_iam_role.app"],
        "module.m[0].aws_iam_role_policy.p",
        configured(ROLE, m=(FROM_A_VARIABLE, {"role": ROLES}, {})),
    ),
    ("each.value", ["aws_iam_role.app"], 'aws_iam_role_policy.p["x"]', configured({**ROLE, **OVER_ROLES})),
]


@pytest.mark.parametrize(
    ("roles", "of_policy", "configuration"), [case[1:] for case in REFERENCES], ids=[case[0] for case in REFERENCES]
)
def test_references(tmp_path, roles, of_policy, configuration):
    """A policy belongs to the one role that its reference leads to, over modules, their instances and keys."""
    content = {**plan(*map(new_role, roles), new_policy(of_policy)), "configuration": configuration}
    _, report = reported(written(tmp_path, "plan.json", content))

    [able] = {row["label"] for row in report["sign_out"] if row["after"] == "yes" and not row["via"]}
    assert able.replace('"', "") == f"Role {roles[0].replace('aws_iam_role.', '')}".replace('"', "")
    assert not report["undetermined"]


def test_somebody_who_is_not_known(tmp_path):
    """What a policy allows is said also where nobody knows for whom it is going to be."""
    configuration = configured({**ROLE, "aws_iam_role_policy.p": {"role": ["local.role"]}})
    content = {
        **plan(new_role("aws_iam_role.app"), new_policy("aws_iam_role_policy.p")),
        "configuration": configuration,
    }
    _, report = reported(written(tmp_path, "plan.json", content))

    assert {row["label"] for row in report["sign_out"]} == {"whoever RolePolicy p is for"}
    assert {"sign-out-added", "undetermined"} <= {each["rule"] for each in report["findings"]}


def test_a_new_role_is_not_undetermined(tmp_path):
    """That the provider is going to show a new role's policies says nothing about it."""
    content = {**plan(new_role("aws_iam_role.app")), "configuration": configured(ROLE)}

    assert [each["rule"] for each in reported(written(tmp_path, "plan.json", content))[1]["findings"]] == [
        "trust-opened"
    ]


OPS = "arn:aws:iam::123456789012:policy/ops"
ATTACHES = {"role": "app", "policy_arn": OPS}


def shown(statements, arns=()):
    """A role's values as a refresh shows them, with the policies that other resources give it."""
    text = json.dumps(policy(*statements))
    return role("app", inline_policy=[{"name": "p", "policy": text}], managed_policy_arns=list(arns))


def test_what_other_resources_give(tmp_path):
    """What the provider shows of other resources' policies in a role does not outlast them."""
    text = {"name": "ops", "arn": OPS, "policy": json.dumps(policy(allow(SIGN_OUT, POOL)))}
    same = shown([allow("*")], [OPS])
    content = plan(
        change("aws_iam_role.app", ["no-op"], same, same),
        change("aws_iam_policy.ops", ["no-op"], text, text),
        change("aws_iam_role_policy_attachment.a", ["delete"], ATTACHES, None),
        change("aws_iam_role_policy.p", ["update"], inline("app", allow("*")), inline("app", allow("s3:*"))),
    )
    _, report = reported(written(tmp_path, "plan.json", content))

    assert {(row["before"], row["after"]) for row in report["sign_out"]} == {("yes", "no")}
    assert [each["relation"] for each in report["changes"]] == ["narrower"]


def test_what_nobody_in_the_plan_gives(tmp_path):
    """A policy that the provider shows in a role and that no resource gives is there, and stays."""
    same = shown([allow(SIGN_OUT, POOL)])
    content = {**plan(change("aws_iam_role.app", ["no-op"], same, same)), "configuration": configured(ROLE)}
    _, report = reported(written(tmp_path, "plan.json", content))

    assert {(row["before"], row["after"]) for row in report["sign_out"] if not row["via"]} == {("yes", "yes")}


def test_forgotten(tmp_path):
    """What Terraform is told to forget stays in AWS, and so does what it allows."""
    content = plan(
        change("aws_iam_role.ci", ["forget"], role("ci")),
        change("aws_iam_role_policy.p", ["forget"], inline("ci", allow(SIGN_OUT, POOL))),
    )
    _, report = reported(written(tmp_path, "plan.json", content))

    assert {(row["before"], row["after"]) for row in report["sign_out"] if not row["via"]} == {("yes", "yes")}


SAID = [
    # what the plan says                          what the report says is not given
    ({"errored": True, "complete": False}, "ended with an error"),
    ({"complete": False}, "not complete"),
    ({"complete": False, "deferred_changes": [{"reason": "instance_count_unknown"}]}, "defers to a later one: 1"),
]


@pytest.mark.parametrize(("head", "said"), SAID)
def test_plans_that_are_not_all(tmp_path, head, said):
    """What a plan says that it leaves out is part of what the report says is not given."""
    same = change("aws_iam_role.ci", ["no-op"], role("ci"), role("ci"))
    _, report = reported(written(tmp_path, "plan.json", {**plan(same), **head}))

    assert any(said in each for each in report["not_given"])


def test_a_policy_that_nobody_of_the_input_has(tmp_path):
    """A managed policy that is attached elsewhere is compared, too; one that did not change says nothing."""
    before, after = (
        {"name": "ops", "arn": OPS, "policy": json.dumps(policy(allow(each)))} for each in ("s3:*", SIGN_OUT)
    )
    same = change("aws_iam_role.ci", ["no-op"], role("ci"), role("ci"))
    _, widened = reported(
        written(tmp_path, "a.json", plan(same, change("aws_iam_policy.ops", ["update"], before, after)))
    )
    _, unchanged = reported(
        written(tmp_path, "b.json", plan(same, change("aws_iam_policy.ops", ["no-op"], after, after)))
    )

    assert [each["rule"] for each in widened["findings"]] == ["sign-out-added", "access-added"]
    assert {row["label"] for row in widened["sign_out"]} == {"whoever has Policy ops"}
    assert (unchanged["findings"], unchanged["sign_out"]) == ([], [])


def test_a_group_whose_users_are_elsewhere(tmp_path):
    """A group that gains the sign-out is in the table, also where the input does not say who is in it."""
    group = {"name": "ops", "arn": "arn:aws:iam::123456789012:group/ops", "path": "/"}
    text = {"name": "p", "group": "ops", "policy": json.dumps(policy(allow(SIGN_OUT, POOL)))}
    content = plan(
        change("aws_iam_group.ops", ["no-op"], group, group),
        change("aws_iam_group_policy.p", ["create"], None, text),
    )
    _, report = reported(written(tmp_path, "plan.json", content))

    assert [(row["label"], row["after"]) for row in report["sign_out"]] == [("Group ops", "yes")]
    assert "sign-out-added" in [each["rule"] for each in report["findings"]]


DOCUMENT = "data.aws_iam_policy_document.x"


def documented(*statements, references=(f"{DOCUMENT}.json", DOCUMENT), **more):
    """A plan with a policy that is made from a data source; its statements' resources are not known, and more is."""
    blocks = [{"effect": "Allow", "condition": [], **each} for each in statements]
    marks = [{"resources": [True], "condition": [{"values": [False]} for _ in each["condition"]]} for each in blocks]
    data = {
        "address": DOCUMENT,
        "mode": "data",
        "type": "aws_iam_policy_document",
        "name": "x",
        "change": {
            "actions": ["read"],
            "before": None,
            "after": {"statement": [{**each, "resources": [None]} for each in blocks], **more},
            "after_unknown": {"id": True, "json": True, "statement": marks},
        },
    }
    made = change(
        "aws_iam_role_policy.ci", ["create"], None, {"role": "ci", "name": "p"}, after_unknown={"policy": True}
    )
    same = change("aws_iam_role.ci", ["no-op"], role("ci"), role("ci"))
    return plan(same, data, made, references={"aws_iam_role_policy.ci": {"policy": list(references)}})


GETS = {"actions": ["s3:GetObject"]}
OWN = {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["123456789012"]}
OTHER = {**OWN, "values": ["999999999999"]}
KNOWN_PARTS = [
    # what                      plan                                                      at worst
    ("an action", documented(GETS), "adds s3:GetObject on *,"),
    ("a condition", documented({**GETS, "condition": [OWN]}), "aws:SourceAccount: 123456789012,"),
    ("one that is given twice", documented({**GETS, "condition": [OWN, OTHER]}), "adds s3:GetObject on *,"),
    ("a Deny", documented(GETS, {"effect": "Deny", "actions": ["s3:*"]}), "adds s3:GetObject on *,"),
    (
        "a Deny and its condition",
        documented(GETS, {**GETS, "effect": "Deny", "condition": [OWN, OTHER]}),
        "adds s3:Get",
    ),
    ("other documents", documented(GETS, source_policy_documents=["{}"]), None),
    ("something beside it", documented(GETS, references=[f"{DOCUMENT}.json", DOCUMENT, "local.more"]), None),
]


@pytest.mark.parametrize(("content", "at_worst"), [case[1:] for case in KNOWN_PARTS], ids=[c[0] for c in KNOWN_PARTS])
def test_data_sources(tmp_path, content, at_worst):
    """Of a policy that a data source makes later on, the parts that it has say what it can allow at most."""
    _, report = reported(written(tmp_path, "plan.json", content))
    [finding] = report["findings"]

    assert finding["rule"] == "undetermined"
    assert f"awaits {DOCUMENT}.json" in finding["fact"]
    assert at_worst in finding["fact"] if at_worst else "At worst" not in finding["fact"]
