"""The table of who can sign users out: ways through functions, conditions that come and go, what is not given."""

from tests.review.reviewing import allow, reported, written
from tests.review.test_terraform import POOL, SIGN_OUT, change, inline, plan, role

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
