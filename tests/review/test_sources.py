"""The formats that are read: states, accounts, policy files. Plans have tests of their own."""

import json

import pytest

from tests.review.reviewing import FOLDER, PLANS, allow, policy, reported, review, rules, written

STATE = json.loads((FOLDER / "state.json").read_text())
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
ACCOUNT = "arn:aws:iam::123456789012"


def widened(state):
    """The state after somebody let the role `support` sign users out."""
    text = json.dumps(state)
    return json.loads(text.replace("cognito-idp:ListUsers", SIGN_OUT))


ENVELOPES = [
    ("export", lambda state: state),
    ("checkpoint", lambda state: {"version": 3, "checkpoint": {"latest": state["deployment"]}}),
    ("bare", lambda state: state["deployment"]),
]


@pytest.mark.parametrize("envelope", [case[1] for case in ENVELOPES], ids=[case[0] for case in ENVELOPES])
def test_states(tmp_path, envelope):
    """A pair of states in any envelope says what was added in between."""
    before, after = written(tmp_path, "old", envelope(STATE)), written(tmp_path, "new", envelope(widened(STATE)))
    _, report = reported("--before", before, "--after", after)

    added = {each["label"] for each in report["changes"] if each["added"]}
    assert report["reviewed"] == "the state of a Pulumi stack"
    assert added == {"Role support"}
    assert not rules("--before", before, "--after", before)


def test_without_show_sames(tmp_path):
    """A plan without its unchanged resources says that they are missing, with the way to get them."""
    plan = json.loads((PLANS / "widened-resource.json").read_text())
    plan["steps"] = [step for step in plan["steps"] if step["op"] != "same"]
    _, report = reported(written(tmp_path, "plan.json", plan))

    assert "--show-sames" in " ".join(report["not_given"])
    assert "access-added" in [each["rule"] for each in report["findings"]]


POLICIES = [
    # what                  before                         after                                rules
    ("the same", policy(allow("s3:*")), policy(allow(["s3:*"])), []),
    ("more", policy(allow("s3:Get*")), policy(allow("s3:*")), ["access-added"]),
    ("less", policy(allow("s3:*")), policy(allow("s3:Get*")), []),
    ("a sign-out", policy(allow("s3:*")), policy(allow(["s3:*", SIGN_OUT])), ["sign-out-added", "access-added"]),
]


@pytest.mark.parametrize(("before", "after", "found"), [case[1:] for case in POLICIES], ids=[c[0] for c in POLICIES])
def test_policies(tmp_path, before, after, found):
    """A pair of policy files says what the new one allows beyond the old one; so does a limit."""
    old, new = written(tmp_path, "old.json", before), written(tmp_path, "new.json", after)

    assert rules("--before", old, new) == found
    assert rules(new, "--limit", old) == found


def test_trust_policies(tmp_path):
    """A trust policy is told by its elements, and compared for each principal that it names."""

    def trust(*accounts):
        return policy({"Effect": "Allow", "Principal": {"AWS": list(accounts)}, "Action": "sts:AssumeRole"})

    old = written(tmp_path, "old.json", trust("111122223333"))
    new = written(tmp_path, "new.json", trust("111122223333", "999988887777"))
    _, report = reported("--before", old, new)

    assert [(each["whom"], each["relation"]) for each in report["changes"]] == [("999988887777", "wider")]


def account(groups=(), statements=(), **role):
    """The authorization details of an account: a user in these groups, a group that has the statements, a role."""
    return {
        "UserDetailList": [{"Arn": f"{ACCOUNT}:user/eve", "UserName": "eve", "GroupList": list(groups)}],
        "GroupDetailList": [
            {
                "Arn": f"{ACCOUNT}:group/support",
                "GroupName": "support",
                "GroupPolicyList": [{"PolicyName": "p", "PolicyDocument": policy(*statements)}] if statements else [],
            }
        ],
        "RoleDetailList": [
            {
                "Arn": f"{ACCOUNT}:role/ci",
                "RoleName": "ci",
                "AssumeRolePolicyDocument": policy(
                    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
                ),
                **role,
            }
        ],
        "Policies": [],
    }


ADMINISTRATOR = [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess", "PolicyName": "AdministratorAccess"}]
ELSEWHERE = [{"PolicyArn": f"{ACCOUNT}:policy/elsewhere", "PolicyName": "elsewhere"}]
ACCOUNTS = [
    # what                          before        after                                             who gained
    ("joins a group", account([], [allow(SIGN_OUT)]), account(["support"], [allow(SIGN_OUT)]), {"User eve"}),
    ("a group gains", account(["support"]), account(["support"], [allow(SIGN_OUT)]), {"Group support"}),
    ("AWS's own policy", account(), account(AttachedManagedPolicies=ADMINISTRATOR), {"Role ci"}),
    ("nothing", account(), account(), set()),
]


@pytest.mark.parametrize(("before", "after", "gained"), [case[1:] for case in ACCOUNTS], ids=[c[0] for c in ACCOUNTS])
def test_accounts(tmp_path, before, after, gained):
    """A pair of an account's details says whose permissions grew, once for a group and not for each member."""
    _, report = reported("--before", written(tmp_path, "old", before), "--after", written(tmp_path, "new", after))

    assert {each["label"] for each in report["changes"] if each["added"]} == gained
    assert any(row["label"] == "User eve" for row in report["sign_out"]) is bool(gained - {"Role ci"})


def test_policies_without_text(tmp_path):
    """An attached policy whose text is nowhere leaves open what its role can do."""
    old, new = written(tmp_path, "old", account()), written(tmp_path, "new", account(AttachedManagedPolicies=ELSEWHERE))
    _, report = reported("--before", old, "--after", new)

    assert [each["rule"] for each in report["findings"]] == ["undetermined"]
    assert {row["after"] for row in report["sign_out"]} == {"depends"}


def test_several_policies(tmp_path):
    """Several files are each held against the limit, as a hook before a commit gives them."""
    limit = written(tmp_path, "limit.json", policy(allow("s3:Get*")))
    good = written(tmp_path, "good.json", policy(allow("s3:GetObject")))
    bad = written(tmp_path, "bad.json", policy(allow("s3:PutObject")))

    assert review(good, good, "--limit", limit)[0] == 0
    code, out, _ = review(good, bad, "--limit", limit)
    assert code == 1
    assert out.index("good.json:") < out.index("bad.json:") < out.index("s3:PutObject")


QUEUE = "urn:pulumi:prod::shop::aws:sqs/queuePolicy:QueuePolicy::q"


def queue_policy(principal, **more):
    """The state of a queue's policy that lets somebody in."""
    inputs = {"queueUrl": "https://sqs/q", "policy": json.dumps(policy(allow("sqs:*", Principal=principal)))}
    return {"urn": QUEUE, "type": "aws:sqs/queuePolicy:QueuePolicy", "inputs": inputs, "outputs": {}, **more}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("left", "gone"),
    [
        (queue_policy("*", id="old", delete=True), ["different", "narrower"]),
        (queue_policy({"AWS": f"{ACCOUNT}:role/x"}, id="now", delete=True), ["different"]),
    ],
)
def test_what_is_yet_to_be_deleted(tmp_path, order, left, gone):
    """What an earlier update left to be deleted is not what a resource was; what is replaced now is."""
    old = queue_policy({"AWS": f"{ACCOUNT}:role/x"}, id="now")
    update = {"op": "update", "oldState": old, "newState": queue_policy("*", id="now")}
    steps = [update, {"op": "delete", "oldState": left}][::order]
    _, report = reported(written(tmp_path, "plan.json", {"steps": steps}))

    assert [each["rule"] for each in report["findings"]] == ["resource-opened-wide"]
    assert len(report["changes"]) == len(gone)
