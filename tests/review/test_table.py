"""The table of who can sign users out: ways through functions, conditions that come and go, what is not given."""

import json

import pytest

from tests.review.reviewing import allow, policy, reported, written
from tests.review.test_terraform import POOL, SAME, SIGN_OUT, change, inline, plan, role

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:runbook"
INVOKES = inline("caller", allow("lambda:InvokeFunction", FUNCTION))


def through_the_function(tmp_path, before, after):
    """Before and after of the role that may invoke a function, whose own role's policy changes between these."""
    runbook = {"function_name": "runbook", "arn": FUNCTION, "role": role("runbook")["arn"]}
    content = plan(
        change("aws_iam_role.runbook", ["no-op"], role("runbook"), role("runbook")),
        change("aws_iam_role.caller", ["no-op"], role("caller"), role("caller")),
        change("aws_iam_role_policy.caller", ["no-op"], INVOKES, INVOKES),
        change("aws_lambda_function.runbook", ["no-op"], runbook, runbook),
        change("aws_iam_role_policy.runbook", ["update"], inline("runbook", before), inline("runbook", after)),
    )
    _, report = reported(written(tmp_path, "plan.json", content))
    [row] = [each for each in report["sign_out"] if each["principal"].endswith("/caller")] or [None]
    found = [each["fact"] for each in report["findings"] if each["rule"] == "sign-out-added"]
    return row and (row["before"], row["after"]), any("role caller can" in each.lower() for each in found)


MFA = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}


def test_a_function_that_learns_to_sign_out(tmp_path):
    """Whoever could invoke a function before gains what its role gains."""
    row = through_the_function(tmp_path, allow("s3:*"), allow(SIGN_OUT, POOL))

    assert row == (("no", "yes"), True)


def test_a_function_that_signed_out_before(tmp_path):
    """Whoever could sign users out through it before gains nothing by its being written differently."""
    row = through_the_function(tmp_path, allow(SIGN_OUT, POOL), allow([SIGN_OUT], [POOL]))

    assert row == (("yes", "yes"), False)


def test_a_function_that_depends(tmp_path):
    """A condition on the function's role is one on whoever invokes it; that it goes is a way that leads farther."""
    conditioned = allow(SIGN_OUT, POOL, **MFA)

    assert through_the_function(tmp_path, conditioned, allow(SIGN_OUT, POOL)) == (("depends", "yes"), True)
    assert through_the_function(tmp_path, allow("s3:*"), conditioned)[0] == ("no", "depends")


def test_a_function_that_forgets_it(tmp_path):
    """A way that is gone is in the table, and is no finding."""
    assert through_the_function(tmp_path, allow(SIGN_OUT, POOL), allow("s3:*")) == (("yes", "no"), False)


def scp(*statements):
    """An organization's policy in a plan."""
    values = {"name": "limits", "type": "SERVICE_CONTROL_POLICY", "content": json.dumps(policy(*statements))}
    return change("aws_organizations_policy.limits", ["create"], None, values)


def test_layers_that_are_not_applied(tmp_path):
    """SCPs in the input are compared; that the table does not apply them is said, and only where there are any."""
    signs_out = inline("ci", allow(SIGN_OUT, POOL))
    roles = (
        change("aws_iam_role.ci", ["no-op"], role("ci"), role("ci")),
        change("aws_iam_role_policy.ci", ["no-op"], signs_out, signs_out),
    )
    _, without = reported(written(tmp_path, "without.json", plan(*roles)))
    _, report = reported(written(tmp_path, "with.json", plan(*roles, scp(allow("s3:*")))))

    assert [each["layer"] for each in report["changes"]] == ["service control policy"]
    assert any("not applied to the table" in each for each in report["not_given"])
    assert not any("not applied to the table" in each for each in without["not_given"])
    assert [(row["before"], row["after"]) for row in report["sign_out"] if not row["via"]] == [("yes", "yes")]


def test_a_boundary_is_applied(tmp_path):
    """A role whose boundary leaves the sign-out out cannot sign anybody out, whatever its policies say."""
    bounds = {"name": "bounds", "arn": "arn:aws:iam::123456789012:policy/bounds"}

    def able(*allowed):
        limit = {**bounds, "policy": json.dumps(policy(*allowed))}
        bound = role("ci", permissions_boundary=bounds["arn"])
        content = plan(
            change("aws_iam_policy.bounds", ["no-op"], limit, limit),
            change("aws_iam_role.ci", ["create"], None, bound),
            change("aws_iam_role_policy.ci", ["create"], None, inline("ci", allow("cognito-idp:*", POOL))),
        )
        _, report = reported(written(tmp_path, "plan.json", content))
        return {row["after"] for row in report["sign_out"] if row["principal"].endswith("/ci")}

    assert able(allow("s3:*")) == set()
    assert able(allow(["s3:*", SIGN_OUT])) == {"yes"}


ELSEWHERE = change(
    "aws_iam_role_policy_attachment.a",
    ["no-op"],
    {"role": "ci", "policy_arn": "arn:aws:iam::123456789012:policy/elsewhere"},
    {"role": "ci", "policy_arn": "arn:aws:iam::123456789012:policy/elsewhere"},
)
GRANTED = change("aws_iam_role_policy.ci", ["create"], None, inline("ci", allow(SIGN_OUT, POOL)))
WITH_MFA = inline("ci", allow(SIGN_OUT, POOL, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
OTHERWISE = inline("ci", allow("cognito-idp:AdminGetUser", POOL))
BESIDE = [
    # what                                                   plan                           is it a way that is new?
    ("a grant beside a policy whose text is elsewhere", plan(SAME, ELSEWHERE, GRANTED), True),
    ("to a role that is elsewhere", plan(GRANTED), True),
    (
        "under a condition, to a role that is elsewhere",
        plan(change("aws_iam_role_policy.ci", ["create"], None, WITH_MFA)),
        True,
    ),
    (
        "a condition that goes",
        plan(change("aws_iam_role_policy.ci", ["update"], WITH_MFA, inline("ci", allow(SIGN_OUT, POOL)))),
        True,
    ),
    ("another permission", plan(change("aws_iam_role_policy.ci", ["create"], None, OTHERWISE)), False),
    (
        "the same permission as before",
        plan(change("aws_iam_role_policy.ci", ["no-op"], inline("ci", allow(SIGN_OUT, POOL)), WITH_MFA)),
        False,
    ),
]


@pytest.mark.parametrize(("content", "is_new"), [case[1:] for case in BESIDE], ids=[case[0] for case in BESIDE])
def test_what_is_granted_beside_what_is_not_known(tmp_path, content, is_new):
    """What a known policy grants is new though other policies of the same role are not in the input."""
    _, report = reported(written(tmp_path, "plan.json", content))
    rules = [each["rule"] for each in report["findings"]]
    facts = [each["fact"] for each in report["findings"] if each["rule"] == "sign-out-added"]

    assert ("sign-out-added" in rules) is is_new
    assert all("can sign users out of eu-west-1_AbCdEfGhI (cognito" in fact for fact in facts)
    assert not {"session-end-added", "unreadable-policy"} & set(rules)
