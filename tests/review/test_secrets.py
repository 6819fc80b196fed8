"""Names that only secrets say: they count, and no format shows them."""

import json

import pytest

from tests.review.reviewing import allow, policy, review, written
from tests.review.test_resources import signs_out
from tests.review.test_terraform import POOL, SAME, SIGN_OUT, change, inline, plan, role

NAME, ACCOUNT = "hush_Hush", "777777777777"
ARN = f"arn:aws:iam::{ACCOUNT}:role/{NAME}"
INVOKE = {"action": "lambda:InvokeFunction", "function_name": "runbook", "principal": "*"}
NEW_ROLE = {name: value for name, value in role(NAME).items() if name != "arn"}
GRANT = inline(NAME, allow(SIGN_OUT, POOL))


def made(address, values, *secrets):
    """A new resource some of whose arguments are secrets; its ARN is not known yet."""
    marks = dict.fromkeys(secrets, True)
    return change(address, ["create"], None, values, after_sensitive=marks, after_unknown={"arn": True})


def permission(**given):
    """A Lambda permission whose given arguments are secrets."""
    return signs_out(made("aws_lambda_permission.p", {**INVOKE, **given}, *given))


def about_ci(**given):
    """The role, with an argument that is a secret."""
    marks = dict.fromkeys(given, True)
    return plan(change("aws_iam_role.ci", ["update"], role("ci"), role("ci", **given), after_sensitive=marks))


PLANS = [
    # what                                plan
    ("a principal", permission(principal=ARN)),
    ("an account", permission(principal=ACCOUNT)),
    ("what is no principal", permission(principal=f" {NAME}")),
    ("a function", permission(function_name=NAME)),
    ("a function's ARN", permission(function_name=f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{NAME}:live")),
    ("a qualifier", permission(qualifier=NAME)),
    ("conditions", permission(source_arn=f"arn:aws:s3:::{NAME}", source_account=ACCOUNT)),
    ("an organization", permission(principal_org_id=f"o-{NAME}")),
    ("a URL", signs_out(made("aws_lambda_function_url.u", {**INVOKE, "authorization_type": "NONE"}, "function_name"))),
    (
        "a role",
        plan(made("aws_iam_role.x", NEW_ROLE, "name"), made("aws_iam_role_policy.x", GRANT, "role")),
    ),
    ("a role elsewhere", plan(made("aws_iam_role_policy.x", GRANT, "role"))),
    ("a path", plan(made("aws_iam_role.x", {**NEW_ROLE, "name": "x", "path": f"/{NAME}/"}, "path"))),
    (
        "a managed policy",
        plan(
            SAME,
            made(
                "aws_iam_role_policy_attachment.x",
                {"role": "ci", "policy_arn": f"arn:aws:iam::{ACCOUNT}:policy/{NAME}"},
                "policy_arn",
            ),
        ),
    ),
    ("a boundary", about_ci(permissions_boundary=f"arn:aws:iam::{ACCOUNT}:policy/{NAME}")),
    ("managed policies", about_ci(managed_policy_arns=[f"arn:aws:iam::{ACCOUNT}:policy/{NAME}"])),
    (
        "a bucket",
        plan(
            SAME,
            made(
                "aws_s3_bucket_policy.x",
                {"bucket": NAME, "policy": json.dumps(policy(allow("s3:*", Principal="*")))},
                "bucket",
            ),
        ),
    ),
    (
        "a member of a group",
        plan(
            made("aws_iam_user_group_membership.x", {"user": NAME, "groups": ["g"]}, "user"),
            made("aws_iam_group_policy.g", {"group": "g", "name": "p", "policy": GRANT["policy"]}),
        ),
    ),
]


@pytest.mark.parametrize("format_", ["text", "markdown", "json", "sarif"])
@pytest.mark.parametrize("content", [case[1] for case in PLANS], ids=[case[0] for case in PLANS])
def test_names(tmp_path, content, format_):
    """What it does is reported without the name, in every format."""
    code, out, err = review(written(tmp_path, "plan.json", content), "--format", format_)
    shown = (out + err).replace("&#95;", "_").replace("#95;", "_").replace("\\u005f", "_")

    assert code == 1
    assert not {each for each in (NAME, ACCOUNT) if each in shown}


def test_a_name_that_is_told_elsewhere(tmp_path):
    """A name that the input says openly, too, is no secret."""
    content = plan(made("aws_iam_role.x", NEW_ROLE, "name"), made("aws_iam_role_policy.x", GRANT))
    _, out, _ = review(written(tmp_path, "plan.json", content), "--format", "json")

    assert NAME in out
