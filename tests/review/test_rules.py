"""Every rule: a change that it reports, and one beside it that it does not."""

import json

import pytest

from signout.review.findings import RULES
from tests.review.reviewing import allow, policy, rules, written
from tests.review.test_terraform import POOL, SAME, SIGN_OUT, change, inline, plan, role

OWN = "arn:aws:iam::123456789012"
ELSEWHERE = "arn:aws:iam::999999999999:root"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
RUNBOOK = "arn:aws:lambda:eu-west-1:123456789012:function:runbook"
OTHERS = "arn:aws:lambda:eu-west-1:123456789012:function:mailer"
REGION = {"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}
REGIONS = {"Condition": {"StringEquals": {"aws:RequestedRegion": ["eu-west-1"]}}}
BOUNDS = f"{OWN}:policy/bounds"
WITHIN = change(
    "aws_iam_policy.bounds",
    ["no-op"],
    *[{"name": "bounds", "arn": BOUNDS, "policy": json.dumps(policy(allow("s3:Get*")))}] * 2,
)


READS = (allow("s3:GetObject"),)


def granted(*after, before=READS):
    """The role's policy becomes this."""
    return plan(SAME, change("aws_iam_role_policy.ci", ["update"], inline("ci", *before), inline("ci", *after)))


def trusting(principal):
    """The role's trust policy becomes this."""
    trust = policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    return plan(change("aws_iam_role.ci", ["update"], role("ci"), role("ci", assume_role_policy=json.dumps(trust))))


def queue(principal, before=None):
    """A queue's policy becomes this."""

    def values(who):
        statement = {"Effect": "Allow", "Principal": who, "Action": "sqs:SendMessage", "Resource": QUEUE}
        text = json.dumps(policy(statement)) if who else None
        return {"name": "orders", "arn": QUEUE, "policy": text}

    return plan(SAME, change("aws_sqs_queue.orders", ["update"], values(before), values(principal)))


def bounded(before, after):
    """The role's permissions boundary changes."""
    grant = change("aws_iam_role_policy.ci", ["no-op"], *[inline("ci", allow("s3:*"))] * 2)
    sides = [role("ci", **({"permissions_boundary": each} if each else {})) for each in (before, after)]
    return plan(WITHIN, change("aws_iam_role.ci", ["update"], *sides), grant)


def of_runbook(*after):
    """The role's policy beside a function whose role signs users out."""
    runbook = {"function_name": "runbook", "arn": RUNBOOK, "role": role("runbook")["arn"]}
    signs_out = inline("runbook", allow(SIGN_OUT, POOL))
    return plan(
        *granted(*after)["resource_changes"],
        change("aws_iam_role.runbook", ["no-op"], role("runbook"), role("runbook")),
        change("aws_iam_role_policy.runbook", ["no-op"], signs_out, signs_out),
        change("aws_lambda_function.runbook", ["no-op"], runbook, runbook),
    )


def later(unknown):
    """A policy that is known after apply, or is not."""
    known = inline("ci", allow("s3:GetObject"))
    after = {name: value for name, value in known.items() if name != unknown}
    return plan(SAME, change("aws_iam_role_policy.ci", ["update"], known, after, after_unknown={unknown: True}))


def new(type_):
    """A new resource of this type."""
    return plan(SAME, change(f"{type_}.x", ["create"], None, {"policy": json.dumps(policy(allow("x:*")))}))


LAMBDA = ["lambda:CreateFunction", "lambda:InvokeFunction"]
CASES = {
    # rule: a change that it reports, and one that it does not
    "sign-out-added": (granted(allow(SIGN_OUT, POOL)), granted(allow("cognito-idp:AdminGetUser", POOL))),
    "session-end-added": (
        granted(allow("cognito-idp:AdminResetUserPassword", POOL)),
        granted(allow("cognito-idp:AdminListDevices", POOL)),
    ),
    "trust-opened": (trusting({"AWS": f"{OWN}:role/x"}), trusting({"Service": ["lambda.amazonaws.com"]})),
    "trust-opened-wide": (trusting({"AWS": ELSEWHERE}), trusting({"AWS": f"{OWN}:role/x"})),
    "resource-opened": (queue({"AWS": f"{OWN}:role/x"}), queue({"AWS": [ELSEWHERE]}, {"AWS": ELSEWHERE})),
    "resource-opened-wide": (queue({"AWS": ELSEWHERE}), queue({"AWS": f"{OWN}:role/x"})),
    "privilege-escalation": (granted(allow(["iam:PassRole", *LAMBDA])), granted(allow(LAMBDA))),
    "sign-out-escalation": (
        of_runbook(allow("lambda:UpdateFunctionCode", RUNBOOK)),
        of_runbook(allow("lambda:UpdateFunctionCode", OTHERS)),
    ),
    "condition-loosened": (
        granted(allow("s3:Get*"), before=[allow("s3:Get*", **REGION)]),
        granted(allow("s3:Get*", **REGIONS), before=[allow("s3:Get*", **REGION)]),
    ),
    "boundary-removed": (bounded(BOUNDS, None), bounded(None, BOUNDS)),
    "access-added": (granted(allow("s3:*")), granted(allow("s3:getobject"))),
    "grant-without-effect": (
        granted(allow("s3:GetObject"), allow("cognito-idp:GlobalSignOut")),
        granted(allow("s3:GetObject"), allow("cognito-idp:*SignOut")),
    ),
    "undetermined": (later("policy"), later("id")),
    "unreadable-policy": (
        granted(allow("s3:GetObject"), {"Effect": "Permit", "Action": "s3:*", "Resource": "*"}),
        granted(allow("s3:GetObject"), {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}),
    ),
    "not-reviewed": (new("aws_glue_resource_policy"), new("aws_ecr_lifecycle_policy")),
}


def test_every_rule_is_here():
    """No rule is without its change; tests/review/test_since.py has the one that needs a repository."""
    assert set(CASES) | {"policy-renamed"} == set(RULES)


@pytest.mark.parametrize("rule", CASES)
def test_reported(tmp_path, rule):
    """The rule reports the change that is its own."""
    assert rule in rules(written(tmp_path, "plan.json", CASES[rule][0]))


@pytest.mark.parametrize("rule", CASES)
def test_not_reported(tmp_path, rule):
    """It does not report the one beside it."""
    assert rule not in rules(written(tmp_path, "plan.json", CASES[rule][1]))
