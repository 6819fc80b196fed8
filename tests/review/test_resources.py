"""What lets somebody in beside identity and trust policies: Lambda permissions and URLs, types that are not read."""

import json

import pytest

from tests.review.reviewing import allow, policy, reported, rules, written
from tests.review.test_rules import RUNBOOK, new
from tests.review.test_terraform import POOL, SAME, SIGN_OUT, change, inline, plan, role

MAILER = RUNBOOK.replace("runbook", "mailer")


def function(name, role_name, arn=True):
    """A function that is there, or one that is new and has no ARN yet."""
    values = {"function_name": name, "role": role(role_name)["arn"]}
    if arn:
        values["arn"] = RUNBOOK.replace("runbook", name)
    return change(f"aws_lambda_function.{name}", ["no-op"], values, values)


def permission(principal, name="mailer", **more):
    """A Lambda permission that is new."""
    values = {"action": "lambda:InvokeFunction", "function_name": name, "principal": principal, **more}
    return change("aws_lambda_permission.p", ["create"], None, values)


PERMISSIONS = [
    # who, and under which conditions                         rule
    (permission("*"), "resource-opened-wide"),
    (permission("999999999999"), "resource-opened-wide"),
    (permission("arn:aws:iam::999999999999:root", MAILER), "resource-opened-wide"),
    (permission("arn:aws:iam::123456789012:role/x"), "resource-opened"),
    (permission("s3.amazonaws.com", source_arn="arn:aws:s3:::b", source_account="123456789012"), "resource-opened"),
]


@pytest.mark.parametrize(("content", "rule"), PERMISSIONS)
def test_permissions(tmp_path, content, rule):
    """A Lambda permission is a statement of the function's own policy, whatever the function does."""
    _, report = reported(written(tmp_path, "plan.json", plan(SAME, function("mailer", "ci"), content)))

    assert [each["rule"] for each in report["findings"]] == [rule]
    assert report["findings"][0]["witness"]["resource"] == MAILER


def test_a_permission_that_goes(tmp_path):
    """A permission that is taken away is a change, and no finding."""
    values = {"action": "lambda:InvokeFunction", "function_name": "mailer", "principal": "*"}
    gone = change("aws_lambda_permission.p", ["delete"], values, None)
    _, report = reported(written(tmp_path, "plan.json", plan(SAME, function("mailer", "ci"), gone)))

    assert report["findings"] == []
    assert [each["relation"] for each in report["changes"]] == ["narrower"]


def signs_out(*more):
    """A function by the name of runbook, whose role signs users out, with what else there is."""
    text = inline("ci", allow(SIGN_OUT, POOL))
    return plan(SAME, change("aws_iam_role_policy.ci", ["no-op"], text, text), function("runbook", "ci"), *more)


def url(authorization):
    """A function's URL that is new."""
    values = {"function_name": "runbook", "authorization_type": authorization}
    return change("aws_lambda_function_url.u", ["create"], None, values)


OPENED = [
    # what                                       does it let everyone sign users out?
    (permission("*", "runbook"), True),
    (permission("*", "runbook", action="lambda:GetFunction"), False),
    (permission("*", "mailer"), False),
    (url("NONE"), True),
    (url("AWS_IAM"), False),
]


@pytest.mark.parametrize(("content", "opens"), OPENED)
def test_functions_that_sign_out(tmp_path, content, opens):
    """Who may invoke a function whose role signs users out can do so; a URL without authorization asks nobody."""
    _, report = reported(written(tmp_path, "plan.json", signs_out(content)))

    assert (("everyone", "yes") in {(row["label"], row["after"]) for row in report["sign_out"]}) is opens
    assert ("sign-out-added" in [each["rule"] for each in report["findings"]]) is opens


NAMED = [
    change("aws_ssoadmin_account_assignment.x", ["create"], None, {"target_id": "123456789012"}),
    {**new("aws_x")["resource_changes"][1], "type": "awscc_iam_role", "address": "awscc_iam_role.x"},
    change("aws_cloudformation_stack.x", ["create"], None, {"name": "x"}),
    change("aws_organizations_policy_attachment.x", ["delete"], {"policy_id": "p-1", "target_id": "r-1"}, None),
]


@pytest.mark.parametrize("content", NAMED)
def test_types_that_are_not_read(tmp_path, content):
    """What may grant or limit and is not read is named, also where it goes: it may have been a limit."""
    assert rules(written(tmp_path, "plan.json", plan(SAME, content))) == ["not-reviewed"]


def hidden(*, trust=None, statements=()):
    """A role whose policies are secrets."""
    secret = change(
        "aws_iam_role.ci",
        ["update"],
        role("ci"),
        role("ci", **({"assume_role_policy": trust} if trust else {})),
        after_sensitive={"assume_role_policy": True},
    )
    text = inline("ci", *statements)
    return plan(secret, change("aws_iam_role_policy.ci", ["create"], None, text, after_sensitive={"policy": True}))


def test_what_secrets_name(tmp_path):
    """User pools, conditions and principals that only a secret names are judged and not shown."""
    trust = (
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",'
        ' "Principal": {"AWS": ["arn:aws:iam::777777777777:role/hidden", "777777777777"]}}}'
    )
    pool = POOL.replace("AbCdEfGhI", "Hidden123")
    tagged = allow(SIGN_OUT, pool, Condition={"StringEquals": {"aws:PrincipalTag/hidden": "x"}})
    _, report = reported(written(tmp_path, "plan.json", hidden(trust=trust, statements=[tagged])))

    assert {"sign-out-added", "trust-opened-wide"} <= {each["rule"] for each in report["findings"]}
    assert not {word for word in ("hidden", "Hidden", "777777777777") if word in str(report)}


def test_what_is_told_elsewhere(tmp_path):
    """A user pool that a policy names which is no secret keeps its name."""
    told = hidden(statements=[allow(SIGN_OUT, POOL)])
    other = inline("ci", allow("cognito-idp:AdminGetUser", POOL))
    told["resource_changes"].append(change("aws_iam_role_policy.other", ["no-op"], other, other))
    _, report = reported(written(tmp_path, "plan.json", told))

    assert "eu-west-1_AbCdEfGhI" in report["sign_out"][0]["pools"]


FORMS = [
    # how a permission names the function        and in the finding
    ({"function_name": "runbook"}, ""),
    ({"function_name": "runbook:live"}, ":live"),
    ({"function_name": "runbook", "qualifier": "live"}, ":live"),
    ({"function_name": "123456789012:function:runbook"}, ""),
    ({"function_name": "123456789012:function:runbook:live"}, ":live"),
    ({"function_name": RUNBOOK}, ""),
    ({"function_name": f"{RUNBOOK}:live"}, ":live"),
]


@pytest.mark.parametrize(("named", "qualifier"), FORMS)
def test_names_of_a_function(tmp_path, named, qualifier):
    """A function is told in every form in which Lambda takes its name."""
    values = {"action": "lambda:InvokeFunction", "principal": "*", **named}
    content = signs_out(change("aws_lambda_permission.p", ["create"], None, values))
    _, report = reported(written(tmp_path, "plan.json", content))

    assert [each["rule"] for each in report["findings"]] == ["sign-out-added", "resource-opened-wide"]
    assert report["findings"][1]["witness"]["resource"] == f"{RUNBOOK}{qualifier}"


OTHERS = [
    # whom a permission names that is not for the runbook
    {"function_name": "runbook2"},
    {"function_name": "999999999999:function:runbook"},
    {"function_name": RUNBOOK.replace("eu-west-1", "us-east-1")},
]


@pytest.mark.parametrize("named", OTHERS)
def test_names_of_other_functions(tmp_path, named):
    """A function of another name, account or Region is another one."""
    values = {"action": "lambda:InvokeFunction", "principal": "*", **named}
    content = signs_out(change("aws_lambda_permission.p", ["create"], None, values))

    assert rules(written(tmp_path, "plan.json", content)) == ["resource-opened-wide"]


HANGS_ON = [
    # a permission, or a URL                                        what the table says that it hangs on
    (permission("*", "runbook", principal_org_id="o-1"), ["aws:PrincipalOrgID"]),
    (permission("s3.amazonaws.com", "runbook", source_arn="arn:aws:s3:::b"), ["aws:SourceArn"]),
    (permission("123456789012", "runbook"), ["the policies of account 123456789012"]),
    (permission("arn:aws:iam::999999999999:role/x", "runbook"), ["the policies of account 999999999999"]),
    (permission("arn:aws:iam::123456789012:role/x", "runbook"), []),
]


@pytest.mark.parametrize(("content", "hangs_on"), HANGS_ON)
def test_what_an_invocation_hangs_on(tmp_path, content, hangs_on):
    """Conditions of a permission, and policies that another account has to give, are part of the table."""
    _, report = reported(written(tmp_path, "plan.json", signs_out(content)))
    [row] = [each for each in report["sign_out"] if each["function"]]

    assert (row["after"], row["depends_on"]) == ("depends" if hangs_on else "yes", hangs_on)
    assert "sign-out-added" in [each["rule"] for each in report["findings"]]


def later(type_, unknown, **known):
    """A permission or a URL of which something is not known yet."""
    return change(f"{type_}.p", ["create"], None, known, after_unknown={unknown: True})


INVOKE = {"action": "lambda:InvokeFunction", "function_name": "runbook", "principal": "*"}
AWAITED = [
    later("aws_lambda_permission", "principal", action="lambda:InvokeFunction", function_name="runbook"),
    later("aws_lambda_permission", "action", principal="*", function_name="runbook"),
    later("aws_lambda_permission", "function_name", principal="*", action="lambda:InvokeFunction"),
    later("aws_lambda_function_url", "authorization_type", function_name="runbook"),
    later("aws_lambda_function_url", "function_name", authorization_type="NONE"),
]


@pytest.mark.parametrize("content", AWAITED)
def test_invocations_that_are_not_known(tmp_path, content):
    """Who may run which function is undetermined as long as that is not known."""
    _, report = reported(written(tmp_path, "plan.json", signs_out(content)))
    rows = [each for each in report["sign_out"] if each["function"]]

    assert "undetermined" in [each["rule"] for each in report["findings"]]
    assert [each["after"] for each in rows] in ([], ["depends"])
    assert "sign-out-added" not in [each["rule"] for each in report["findings"]]


def test_two_ways_to_invoke(tmp_path):
    """What one permission asks for does not matter where another one does not."""
    first, second = permission("*", "runbook", principal_org_id="o-1"), permission("*", "runbook")
    second["address"] = "aws_lambda_permission.q"
    for order in ([first, second], [second, first]):
        _, report = reported(written(tmp_path, "plan.json", signs_out(*order)))

        assert [(each["after"], each["depends_on"]) for each in report["sign_out"] if each["function"]] == [("yes", [])]


def test_a_function_of_the_same_name_in_another_region(tmp_path):
    """Of two functions of one name it is the one that the configuration says."""
    values = {"function_name": "runbook", "role": role("other")["arn"]}
    other = change("aws_lambda_function.other", ["no-op"], values, values)
    other["change"]["after"] = other["change"]["before"] = {
        **values,
        "arn": RUNBOOK.replace("eu-west-1", "us-east-1"),
    }
    for named, opens in (("other", False), ("runbook", True)):
        content = signs_out(other, permission("*", "runbook"))
        content["configuration"] = plan(
            references={"aws_lambda_permission.p": {"function_name": [f"aws_lambda_function.{named}.function_name"]}}
        )["configuration"]

        assert ("sign-out-added" in rules(written(tmp_path, "plan.json", content))) is opens


def organization(kind, *statements):
    """A policy of the organization that has these statements, and one that has none but Allow for everything."""
    texts = [policy(*statements), policy(statements[0] | {"Effect": "Allow", "Action": "*"})]
    before, after = ({"name": "o", "type": kind, "content": json.dumps(text)} for text in texts)
    return plan(SAME, change("aws_organizations_policy.o", ["update"], before, after))


DENY = {"Effect": "Deny", "Action": SIGN_OUT, "Resource": "*"}
LIMITS = [
    # kind                                what
    (organization("SERVICE_CONTROL_POLICY", DENY), "The service control policy of Policy o now lets through"),
    (
        organization("RESOURCE_CONTROL_POLICY", DENY | {"Principal": "*"}),
        "The resource control policy of Policy o now lets through",
    ),
]


@pytest.mark.parametrize(("content", "said"), LIMITS)
def test_policies_that_only_limit(tmp_path, content, said):
    """What an SCP or an RCP lets through is not called granted, and the table says that it does not apply them."""
    _, report = reported(written(tmp_path, "plan.json", content))

    assert all(each["fact"].startswith(said) for each in report["findings"])
    assert {each["why"] for each in report["findings"]} == {"It grants nothing, but limits what other policies grant."}
    assert any("compared, not applied to the table" in each for each in report["not_given"])
