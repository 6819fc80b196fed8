"""The known ways from one permission to others: each is reported where it is open, and what is beside it is not."""

import json

import pytest

from tests.review.reviewing import allow, policy, reported, rules, written
from tests.review.test_rules import OTHERS, OWN, RUNBOOK, granted, of_runbook
from tests.review.test_terraform import POOL, SIGN_OUT, change, plan, role

PASS = "iam:PassRole"
FUNCTIONS = "arn:aws:lambda:eu-west-1:123456789012:function:*"
OPS = f"{OWN}:policy/ops"

ANY = [
    # actions, and on what
    (["iam:PutRolePolicy"], "*"),
    (["iam:PutRolePolicy"], f"{OWN}:role/ci"),
    (["iam:AttachRolePolicy"], f"{OWN}:role/ci"),
    (["iam:UpdateAssumeRolePolicy"], f"{OWN}:role/*"),
    (["iam:PutUserPolicy"], "*"),
    (["iam:AttachUserPolicy"], "*"),
    (["iam:PutGroupPolicy"], f"{OWN}:group/*"),
    (["iam:AttachGroupPolicy"], "*"),
    (["iam:AddUserToGroup"], f"{OWN}:group/*"),
    (["iam:CreatePolicyVersion"], "*"),
    (["iam:SetDefaultPolicyVersion"], "*"),
    (["iam:CreateAccessKey"], f"{OWN}:user/*"),
    (["iam:CreateLoginProfile"], "*"),
    (["iam:UpdateLoginProfile"], "*"),
    (["iam:PutRolePermissionsBoundary"], "*"),
    (["iam:DeleteRolePermissionsBoundary"], f"{OWN}:role/ci"),
    (["lambda:UpdateFunctionCode"], "*"),
    (["lambda:UpdateFunctionConfiguration", "lambda:PublishLayerVersion"], "*"),
    ([PASS, "lambda:CreateFunction", "lambda:CreateEventSourceMapping"], "*"),
    ([PASS, "lambda:CreateFunction", "lambda:AddPermission"], "*"),
    ([PASS, "glue:CreateDevEndpoint"], "*"),
    ([PASS, "scheduler:CreateSchedule"], "*"),
    ([PASS, "ssm:StartAutomationExecution"], "*"),
    ([PASS, "sagemaker:CreateTrainingJob"], "*"),
    ([PASS, "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"], "*"),
    (["ssm:SendCommand"], "*"),
    (["cloudformation:UpdateStack"], "*"),
    (["codebuild:UpdateProject", "codebuild:StartBuild"], "*"),
    (["glue:UpdateDevEndpoint"], "*"),
    (["sso:PutInlinePolicyToPermissionSet", "sso:ProvisionPermissionSet"], "*"),
    (["sts:AssumeRole"], "*"),
]


@pytest.mark.parametrize(("actions", "resource"), ANY, ids=["+".join(case[0]) + case[1][-8:] for case in ANY])
def test_open_ways(tmp_path, actions, resource):
    """Each way is reported for a role that gains all that it takes, also on itself or with the names limited."""
    assert "privilege-escalation" in rules(written(tmp_path, "plan.json", granted(allow(actions, resource))))


def test_a_function_of_any_name(tmp_path):
    """That a new function's name is limited keeps nobody from what it does."""
    gains = granted(allow(PASS), allow(["lambda:CreateFunction", "lambda:InvokeFunction"], FUNCTIONS))

    assert "privilege-escalation" in rules(written(tmp_path, "plan.json", gains))


WITHOUT_MFA = {
    "Effect": "Deny",
    "NotAction": "iam:EnableMFADevice",
    "Resource": "*",
    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
}
NOT_OPEN = [
    # statements
    [allow("iam:PutRolePolicy", f"{OWN}:role/app")],
    [allow("iam:CreatePolicyVersion", f"{OWN}:policy/app")],
    [allow("lambda:UpdateFunctionCode", OTHERS)],
    [allow(PASS), allow("lambda:UpdateFunctionConfiguration", OTHERS)],
    [allow("sso:PutInlinePolicyToPermissionSet")],
    [allow("iam:PutRolePolicy"), {"Effect": "Deny", "Action": "iam:Put*", "Resource": "*"}],
    [allow(PASS), WITHOUT_MFA],
]


@pytest.mark.parametrize("statements", NOT_OPEN)
def test_ways_that_are_not_open(tmp_path, statements):
    """A part of a way, or one on something else that somebody named, is none."""
    assert "privilege-escalation" not in rules(written(tmp_path, "plan.json", granted(*statements)))


def beside_an_operator(*after, condition=None):
    """The role's policy becomes this, beside a role that signs users out by a managed policy."""
    statement = allow(SIGN_OUT, POOL, **({"Condition": condition} if condition else {}))
    ops = {"name": "ops", "arn": OPS, "policy": json.dumps(policy(statement))}
    attached = {"role": "operator", "policy_arn": OPS}
    return plan(
        *granted(*after)["resource_changes"],
        change("aws_iam_role.operator", ["no-op"], role("operator"), role("operator")),
        change("aws_iam_policy.ops", ["no-op"], ops, ops),
        change("aws_iam_role_policy_attachment.ops", ["no-op"], attached, attached),
    )


FROM_HERE = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
TO_A_SIGN_OUT = [
    of_runbook(allow("lambda:AddPermission", RUNBOOK)),
    of_runbook(allow("lambda:UpdateFunctionConfiguration", RUNBOOK)),
    beside_an_operator(allow("iam:CreatePolicyVersion", OPS)),
    beside_an_operator(allow("iam:SetDefaultPolicyVersion", OPS)),
    beside_an_operator(allow("iam:UpdateAssumeRolePolicy", f"{OWN}:role/operator")),
    beside_an_operator(
        allow(PASS, f"{OWN}:role/operator"),
        allow(["lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode"], OTHERS),
    ),
    beside_an_operator(allow("iam:PutRolePolicy", f"{OWN}:role/operator"), condition=FROM_HERE),
]


@pytest.mark.parametrize("content", TO_A_SIGN_OUT)
def test_ways_to_a_sign_out(tmp_path, content):
    """Whoever can change what a role or function that signs users out is or does, can sign users out."""
    assert "sign-out-escalation" in rules(written(tmp_path, "plan.json", content))


@pytest.mark.parametrize("service", ["scheduler.amazonaws.com", "lambda.amazonaws.com"])
def test_services_that_a_role_trusts(tmp_path, service):
    """A role is passed to no service that its trust policy does not let in."""
    action = {"scheduler.amazonaws.com": ["scheduler:CreateSchedule"]}.get(
        service, ["lambda:CreateFunction", "lambda:InvokeFunction"]
    )
    content = beside_an_operator(allow(PASS, f"{OWN}:role/operator"), allow(action))

    trusts = service == "lambda.amazonaws.com"
    assert ("sign-out-escalation" in rules(written(tmp_path, "plan.json", content))) is trusts


def user_in_a_group(of_group, of_user):
    """A group's policy and a user's, the user being in the group."""
    group = {"name": "ops", "arn": f"{OWN}:group/ops", "path": "/"}
    user = {"name": "alice", "arn": f"{OWN}:user/alice", "path": "/"}
    joined = {"user": "alice", "groups": ["ops"]}
    own = {"name": "p", "user": "alice", "policy": json.dumps(policy(of_user))}
    return plan(
        change("aws_iam_group.ops", ["no-op"], group, group),
        change("aws_iam_user.alice", ["no-op"], user, user),
        change("aws_iam_user_group_membership.m", ["no-op"], joined, joined),
        change("aws_iam_user_policy.p", ["no-op"], own, own),
        change(
            "aws_iam_group_policy.p",
            ["create"],
            None,
            {"name": "p", "group": "ops", "policy": json.dumps(policy(of_group))},
        ),
    )


GROUPS = [
    # what the group gains                what the user has                       who is reported
    (allow("iam:CreatePolicyVersion"), allow("s3:*"), ["Group ops"]),
    (allow(PASS), allow("ec2:RunInstances"), ["User alice"]),
]


@pytest.mark.parametrize(("of_group", "of_user", "who"), GROUPS)
def test_groups(tmp_path, of_group, of_user, who):
    """What a group gains is a way for whoever is in it, alone or together with what somebody in it has."""
    _, report = reported(written(tmp_path, "plan.json", user_in_a_group(of_group, of_user)))

    found = [each["fact"] for each in report["findings"] if each["rule"] == "privilege-escalation"]
    assert [fact.partition(" can ")[0] for fact in found] == who


def test_itself_by_a_variable(tmp_path):
    """A user who may write the policies of "${aws:username}" may write their own."""
    user = {"name": "alice", "arn": f"{OWN}:user/alice", "path": "/"}
    text = json.dumps(policy(allow("iam:PutUserPolicy", f"{OWN}:user/${{aws:username}}")))
    content = plan(
        change("aws_iam_user.alice", ["no-op"], user, user),
        change("aws_iam_user_policy.p", ["create"], None, {"name": "p", "user": "alice", "policy": text}),
    )

    assert "privilege-escalation" in rules(written(tmp_path, "plan.json", content))


def test_a_policy_that_it_has(tmp_path):
    """Who may rewrite a policy that is attached to them has whatever they write."""
    ops = {"name": "ops", "arn": OPS, "policy": json.dumps(policy(allow("s3:*")))}
    attached = {"role": "ci", "policy_arn": OPS}
    content = plan(
        *granted(allow("iam:CreatePolicyVersion", OPS))["resource_changes"],
        change("aws_iam_policy.ops", ["no-op"], ops, ops),
        change("aws_iam_role_policy_attachment.ops", ["no-op"], attached, attached),
    )

    assert "privilege-escalation" in rules(written(tmp_path, "plan.json", content))


def test_said_once(tmp_path):
    """Who may rewrite every policy is not told in addition that these include their own."""
    _, report = reported(written(tmp_path, "plan.json", granted(allow("iam:PutRolePolicy"))))

    [fact] = [each["fact"] for each in report["findings"] if each["rule"] == "privilege-escalation"]
    assert "itself" not in fact
