"""Terraform plans in the documented JSON format, versions 0.1 to 1.2."""

import json

import pytest

from tests.review.reviewing import allow, policy, reported, rules, written

SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI"
WORKS = json.dumps(
    policy({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
)


def change(address, actions, before=None, after=None, **detail):
    """One resource change; the type and the name are in the address."""
    module, _, rest = address.rpartition("aws_")
    type_, _, name = f"aws_{rest}".partition(".")
    bare, _, index = name.partition("[")
    said = {"address": address, "mode": "managed", "type": type_, "name": bare}
    if module:
        said["module_address"] = module.rstrip(".")
    if index:
        said["index"] = json.loads(index.rstrip("]"))
    return {**said, "change": {"actions": actions, "before": before, "after": after, **detail}}


def role(name, **more):
    """A role's values."""
    arn = f"arn:aws:iam::123456789012:role/{name}"
    return {"name": name, "arn": arn, "path": "/", "assume_role_policy": WORKS, **more}


def inline(name, *statements):
    """An inline policy's values."""
    return {"name": "p", "role": name, "policy": json.dumps(policy(*statements))}


def plan(*changes, version="1.2", references=None):
    """A plan; `references` are those of each resource's arguments in the configuration of the root module."""
    resources = [
        {
            "address": address,
            "type": address.partition(".")[0],
            "expressions": {argument: {"references": named} for argument, named in arguments.items()},
        }
        for address, arguments in (references or {}).items()
    ]
    head = {"format_version": version} if version else {}
    configuration = {"root_module": {"resources": resources}}
    return {**head, "terraform_version": "1.9.0", "resource_changes": list(changes), "configuration": configuration}


SAME = change("aws_iam_role.ci", ["no-op"], role("ci"), role("ci"))
GRANT = change(
    "aws_iam_role_policy.ci", ["update"], inline("ci", allow("s3:*")), inline("ci", allow(["s3:*", SIGN_OUT], POOL))
)
NEW = {"policy": json.dumps(policy(allow(SIGN_OUT, POOL))), "name": "p"}
ATTACHED = change("aws_iam_policy.p", ["create"], None, NEW, after_unknown={"arn": True})

PLANS = [
    # what                 plan
    ("an inline policy", plan(SAME, GRANT)),
    ("version 0.1", plan(SAME, GRANT, version="0.1")),
    ("no version", plan(SAME, GRANT, version="")),
    ("OpenTofu", {**plan(SAME, GRANT), "terraform_version": "1.8.0"}),
    (
        "for_each in a module",
        plan(
            change('module.m["a.b"].aws_iam_role.ci["x"]', ["no-op"], role("ci"), role("ci")),
            change(
                'module.m["a.b"].aws_iam_role_policy.ci["x"]', ["create"], None, inline("ci", allow(SIGN_OUT, POOL))
            ),
        ),
    ),
    (
        "replaced",
        plan(
            change("aws_iam_role.ci[0]", ["delete", "create"], role("ci"), role("ci"), after_unknown={"arn": True}),
            change("aws_iam_role_policy.ci", ["create"], None, inline("ci", allow(SIGN_OUT, POOL))),
        ),
    ),
    (
        "moved",
        plan(
            {**SAME, "previous_address": "aws_iam_role.old"},
            change("aws_iam_role_policy.ci", ["create"], None, inline("ci", allow(SIGN_OUT, POOL))),
        ),
    ),
    (
        "attached by a reference only",
        plan(
            SAME,
            ATTACHED,
            change(
                "aws_iam_role_policy_attachment.a", ["create"], None, {"role": "ci"}, after_unknown={"policy_arn": True}
            ),
            references={
                "aws_iam_role_policy_attachment.a": {"policy_arn": ["aws_iam_policy.p.arn", "aws_iam_policy.p"]}
            },
        ),
    ),
    (
        "an inline_policy block",
        plan(
            change(
                "aws_iam_role.ci",
                ["update"],
                role("ci"),
                role("ci", inline_policy=[{"name": "p", "policy": json.dumps(policy(allow(SIGN_OUT, POOL)))}]),
            )
        ),
    ),
]


@pytest.mark.parametrize("content", [case[1] for case in PLANS], ids=[case[0] for case in PLANS])
def test_added_sign_out(tmp_path, content):
    """However a plan says it, a role that gains the permission to sign users out is found."""
    _, report = reported(written(tmp_path, "plan.json", content))

    assert report["reviewed"] == "a Terraform plan"
    assert "sign-out-added" in [each["rule"] for each in report["findings"]]
    now = {row["principal"] for row in report["sign_out"] if row["after"] == "yes" and not row["via"]}
    assert now == {"arn:aws:iam::123456789012:role/ci"}


def test_no_change(tmp_path):
    """A plan that changes nothing has no finding."""
    assert rules(written(tmp_path, "plan.json", plan(SAME))) == []


def test_destroyed(tmp_path):
    """A role that is destroyed loses what it had, and that is no finding."""
    had = inline("ci", allow(SIGN_OUT, POOL))
    gone = plan(change("aws_iam_role.ci", ["delete"], role("ci")), change("aws_iam_role_policy.ci", ["delete"], had))
    _, report = reported(written(tmp_path, "plan.json", gone))

    assert report["findings"] == []
    assert [(row["before"], row["after"]) for row in report["sign_out"] if not row["via"]] == [("yes", "no")]


def test_unknown(tmp_path):
    """A policy that is known after apply only says which reference it awaits."""
    later = change(
        "aws_iam_role_policy.ci", ["create"], None, {"role": "ci", "name": "p"}, after_unknown={"policy": True}
    )
    references = {
        "aws_iam_role_policy.ci": {"policy": ["aws_cognito_user_pool.users.arn", "aws_cognito_user_pool.users"]}
    }
    _, report = reported(written(tmp_path, "plan.json", plan(SAME, later, references=references)))

    assert [each["rule"] for each in report["findings"]] == ["undetermined"]
    assert "awaits aws_cognito_user_pool.users.arn" in report["findings"][0]["fact"]


def test_sensitive(tmp_path):
    """A policy that is marked sensitive is judged and not shown."""
    grown = inline("ci", allow("s3:GetObject", "arn:aws:s3:::the-hidden-bucket/*"))
    secret = change("aws_iam_role_policy.ci", ["create"], None, grown, after_sensitive={"policy": True})
    path = written(tmp_path, "plan.json", plan(SAME, secret))
    _, report = reported(path)

    assert [each["rule"] for each in report["findings"]] == ["access-added"]
    assert "the-hidden-bucket" not in json.dumps(report)


def test_types_that_look_like_policies(tmp_path):
    """A type that nobody put into the table and that looks like a policy is named, not passed over."""
    bus = change("aws_glue_resource_policy.p", ["create"], None, {"policy": json.dumps(policy(allow("glue:*")))})

    assert rules(written(tmp_path, "plan.json", plan(SAME, bus))) == ["not-reviewed"]


SECRET = [
    # how a plan marks a block of a role as a secret
    {"inline_policy": True},
    {"inline_policy": [{"policy": True}]},
    True,
]


@pytest.mark.parametrize("marks", SECRET)
def test_sensitive_blocks(tmp_path, marks):
    """A policy in a block that is sensitive as a whole is judged and not shown, as one by itself is."""
    text = json.dumps(policy(allow(SIGN_OUT, POOL.replace("AbCdEfGhI", "Hidden123"))))
    block = role("ci", inline_policy=[{"name": "p", "policy": text}])
    content = plan(change("aws_iam_role.ci", ["update"], role("ci"), block, after_sensitive=marks))
    _, report = reported(written(tmp_path, "plan.json", content))

    assert "sign-out-added" in [each["rule"] for each in report["findings"]]
    assert "Hidden123" not in str(report)


NOT_KNOWN = [
    # what                                    the change
    (
        "a block that is sensitive, too",
        change(
            "aws_iam_role.ci",
            ["update"],
            role("ci"),
            role("ci", inline_policy=[{"name": "p"}]),
            after_sensitive={"inline_policy": True},
            after_unknown={"inline_policy": [{"policy": True}]},
        ),
    ),
    ("all of a resource", change("aws_iam_role_policy.ci", ["create"], None, {}, after_unknown=True)),
    (
        "a list that is not there",
        change(
            "aws_iam_role.ci",
            ["update"],
            role("ci"),
            role("ci", inline_policy=None),
            after_unknown={"inline_policy": [{"policy": True}]},
        ),
    ),
]


@pytest.mark.parametrize("content", [case[1] for case in NOT_KNOWN], ids=[case[0] for case in NOT_KNOWN])
def test_nothing_unknown_is_passed_over(tmp_path, content):
    """However a plan says that a policy is not known, it is undetermined."""
    assert "undetermined" in rules(written(tmp_path, "plan.json", plan(SAME, content)))


@pytest.mark.parametrize("order", [1, -1])
def test_deposed(tmp_path, order):
    """What an earlier replacement left over is compared with nothing else."""

    def queue(principal):
        text = json.dumps(policy(allow("sqs:*", Principal=principal)))
        return {"queue_url": "https://sqs.eu-west-1.amazonaws.com/123456789012/q", "policy": text}

    left = {**change("aws_sqs_queue_policy.q", ["delete"], queue("*"), None), "deposed": "abcd1234"}
    opened = change("aws_sqs_queue_policy.q", ["update"], queue({"AWS": role("x")["arn"]}), queue("*"))
    content = plan(SAME, *[left, opened][::order])

    assert rules(written(tmp_path, "plan.json", content)) == ["resource-opened-wide"]
