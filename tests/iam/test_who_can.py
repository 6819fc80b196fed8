"""Who can sign users out of a pool: by their own policies, or through roles, however many."""

from __future__ import annotations

from typing import Any

import pytest

from signout.iam import Effect, PolicyError, RequestError
from signout.iam.account import AccountError, holders
from signout.iam.who_can import Answer, who_can

ACCOUNT = "111122223333"
POOL = f"arn:aws:cognito-idp:eu-west-1:{ACCOUNT}:userpool/eu-west-1_AbCdEfGhI"
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"


def allow(action: Any, resource: Any = "*", **elements: Any) -> dict[str, Any]:
    """A policy with one statement."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **elements}
    return {"Version": "2012-10-17", "Statement": [statement]}


def trust(principal: Any, action: str = "sts:AssumeRole", **elements: Any) -> dict[str, Any]:
    """A trust policy with one statement."""
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Principal": principal, **elements}],
    }


NOBODY = trust({"Service": "ec2.amazonaws.com"})


def role(name: str, policy: Any = None, trusted: Any = NOBODY, **more: Any) -> dict[str, Any]:
    """A role as get-account-authorization-details prints it."""
    inline = [{"PolicyName": "inline", "PolicyDocument": policy}] if policy else []
    return {"Arn": arn(name), "RolePolicyList": inline, "AssumeRolePolicyDocument": trusted, **more}


def user(name: str, policy: Any = None, **more: Any) -> dict[str, Any]:
    """A user, likewise."""
    inline = [{"PolicyName": "inline", "PolicyDocument": policy}] if policy else []
    return {"Arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "UserPolicyList": inline, **more}


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def ask(*, users: Any = (), roles: Any = (), action: str = SIGN_OUT, **more: Any) -> Answer:
    """Who can, in an account of these."""
    return who_can(action, POOL, holders({"UserDetailList": list(users), "RoleDetailList": list(roles), **more}))


def told(answer: Answer) -> list[tuple[str, str, list[str]]]:
    """Principal, effect and chain, with names for ARNs."""
    return [
        (a.principal.rpartition("/")[2], a.effect.value, [step.rpartition("/")[2] for step in a.via])
        for a in answer.accesses
    ]


def test_by_its_own_policy() -> None:
    """Whoever is granted the action on the pool is listed, nobody else."""
    answer = ask(
        users=[user("ann", allow(SIGN_OUT, POOL)), user("bob", allow(SIGN_OUT, POOL + "x")), user("eve")],
        roles=[role("ops", allow("cognito-idp:*")), role("reader", allow("cognito-idp:Describe*"))],
    )

    assert [found for found in sorted(told(answer)) if not found[2]] == [("ann", "allowed", []), ("ops", "allowed", [])]


def test_the_layers_that_were_not_given_are_named() -> None:
    """The answer says what it could not see."""
    assert any("SCP" in layer for layer in ask().not_given)


CHAIN = [
    role("able", allow(SIGN_OUT, POOL), trust({"AWS": arn("middle")})),
    role("middle", allow("sts:AssumeRole", arn("able")), trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})),
]


def test_through_two_roles() -> None:
    """A chain of roles counts, and is shown in the order in which it is walked."""
    answer = ask(users=[user("ann", allow("sts:AssumeRole", arn("middle")))], roles=CHAIN)

    assert ("ann", "allowed", ["middle", "able"]) in told(answer)


def test_one_link_less() -> None:
    """The same account, but for one hop: the user who may not assume the first role is not listed."""
    answer = ask(users=[user("ann", allow("sts:AssumeRole", arn("other")))], roles=CHAIN)

    assert "ann" not in [name for name, _, _ in told(answer)]


def test_roles_that_trust_each_other_end() -> None:
    """A circle of trust is walked once."""
    roles = [
        role("a", allow(["sts:AssumeRole", SIGN_OUT]), trust({"AWS": arn("b")})),
        role("b", allow("sts:AssumeRole"), trust({"AWS": arn("a")})),
    ]

    assert told(ask(roles=roles)) == [("a", "allowed", []), ("b", "allowed", ["a"])]


OUTSIDE = [
    ({"AWS": "999988887777"}, "999988887777", "depends", "the policies of account 999988887777"),
    ({"AWS": "arn:aws:iam::999988887777:root"}, "arn:aws:iam::999988887777:root", "depends", "the policies of account"),
    ({"AWS": "arn:aws:iam::999988887777:role/x"}, "x", "depends", "the policies of account 999988887777"),
    ({"Service": "lambda.amazonaws.com"}, "lambda.amazonaws.com", "allowed", ""),
    ({"AWS": "arn:aws:sts::999988887777:assumed-role/x/ann"}, "ann", "depends", "the policies of account 999988887777"),
    ({"Service": "states.eu-west-1.amazonaws.com"}, "states.eu-west-1.amazonaws.com", "allowed", ""),
    ({"Service": "ec2.c2s.ic.gov"}, "ec2.c2s.ic.gov", "allowed", ""),
    ({"Service": "service.example.com"}, "service.example.com", "allowed", ""),
    ({"Federated": "cognito-identity.amazonaws.com"}, "cognito-identity.amazonaws.com", "allowed", ""),
    ({"Federated": "token.actions.githubusercontent.com"}, "token.actions.githubusercontent.com", "allowed", ""),
    ({"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corp.amazon.com"}, "corp.amazon.com", "allowed", ""),
    ("*", "everyone", "depends", "their own account, but for account 111122223333"),
    ({"AWS": "*"}, "everyone", "depends", "their own account, but for account 111122223333"),
]


@pytest.mark.parametrize(("principal", "name", "effect", "hangs_on"), OUTSIDE)
def test_from_outside(principal: Any, name: str, effect: str, hangs_on: str) -> None:
    """Whom a role lets in from outside the account is listed with it."""
    answer = ask(roles=[role("able", allow(SIGN_OUT, POOL), trust(principal))])

    assert (name, effect, ["able"]) in told(answer)
    assert any(hangs_on in " ".join(a.depends_on) for a in answer.accesses if a.via)


NOBODY_OUTSIDE = [
    {"AWS": "AROAEXAMPLEEXAMPLE12"},
    {"Service": "cognito-identity.amazonaws.com"},
    {"Federated": "lambda.amazonaws.com"},
    {"AWS": ACCOUNT},
    {"AWS": f"arn:aws:sts::{ACCOUNT}:federated-user/bob"},
]


@pytest.mark.parametrize("principal", NOBODY_OUTSIDE, ids=str)
def test_nobody_from_outside(principal: Any) -> None:
    """Ids of deleted principals, names under the type of another, and the own account let in nobody from outside."""
    assert told(ask(roles=[role("able", allow(SIGN_OUT, POOL), trust(principal))])) == [("able", "allowed", [])]


WHO_OF_THEM = [
    # name, principal, condition
    (
        "an account's role",
        {"AWS": "999988887777"},
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::999988887777:role/o*"),
    ),
    ("an account's users", {"AWS": "999988887777"}, ("StringEquals", "aws:PrincipalType", "User")),
    ("an account's user", {"AWS": "999988887777"}, ("StringEquals", "aws:username", "ann")),
    ("a role of everyone's", "*", ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::999988887777:role/o*")),
    ("everyone of an account", "*", ("StringEquals", "aws:PrincipalAccount", "999988887777")),
    ("every service", "*", ("Bool", "aws:PrincipalIsAWSService", "true")),
]


@pytest.mark.parametrize(
    ("principal", "condition"), [row[1:] for row in WHO_OF_THEM], ids=[row[0] for row in WHO_OF_THEM]
)
def test_from_outside_by_a_condition(principal: Any, condition: tuple[str, str, str]) -> None:
    """An account stands for everyone in it, so a condition on who of them leaves it open, and is named."""
    operator, key, value = condition
    opened = trust(principal, Condition={operator: {key: value}})
    (outside,) = (a for a in ask(roles=[role("able", allow(SIGN_OUT, POOL), opened)]).accesses if a.via)

    assert (outside.effect, outside.depends_on[0]) == (Effect.DEPENDS, key)


def test_everyone_but_some() -> None:
    """Whom an Allow does not except is let in, and whom a Deny excepts is not refused by it."""
    one = "arn:aws:iam::999988887777:user/ann"
    but_one = {"Effect": "Allow", "NotPrincipal": {"AWS": one}, "Action": "sts:AssumeRole"}
    only_one = {"Effect": "Deny", "NotPrincipal": {"AWS": [one, "999988887777"]}, "Action": "sts:AssumeRole"}
    opened = trust("*")["Statement"][0]
    excepting = role("able", allow(SIGN_OUT, POOL), {"Version": "2012-10-17", "Statement": [but_one]})
    refusing = role("able", allow(SIGN_OUT, POOL), {"Version": "2012-10-17", "Statement": [opened, only_one]})

    assert told(ask(roles=[excepting])) == [("able", "allowed", []), ("everyone", "depends", ["able"])]
    assert told(ask(roles=[refusing])) == [("able", "allowed", []), ("ann", "depends", ["able"])]


def test_a_named_session_of_a_role() -> None:
    """A trust policy that names one session of a role lets that role on, if the session has the name."""
    opened = trust({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/ann"})
    answer = ask(roles=[role("able", allow(SIGN_OUT, POOL), opened), role("team/ops"), role("other")])

    assert [(a.principal, a.effect.value, a.depends_on) for a in answer.accesses if len(a.via) == 1] == [
        (arn("team/ops"), "depends", ("session name",))
    ]


def test_a_named_user_who_is_not_given() -> None:
    """Whom a trust policy names, of the account itself, is listed though the input is of roles alone."""
    opened = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"})
    (access,) = (a for a in ask(roles=[role("able", allow(SIGN_OUT, POOL), opened)]).accesses if a.via)

    assert access.depends_on == (f"the policies of arn:aws:iam::{ACCOUNT}:user/ann",)


def test_who_can_assume_a_role() -> None:
    """Asked who can assume a role of the account, the role's trust policy is what tells."""
    roles = [role("able", None, trust({"AWS": [f"arn:aws:iam::{ACCOUNT}:root", "999988887777"]}))]
    users = [user("ann", allow("sts:AssumeRole", arn("able"))), user("bob", allow("s3:*"))]
    details = {"UserDetailList": users, "RoleDetailList": roles}

    assert told(who_can("sts:AssumeRole", arn("able"), holders(details))) == [
        ("ann", "allowed", []),
        ("999988887777", "depends", []),
    ]


WITHOUT_POLICY = [
    ("a key", "kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"),
    ("a role that is not given", "sts:AssumeRole", arn("gone")),
    ("a queue of another account", "sqs:SendMessage", "arn:aws:sqs:eu-west-1:999988887777:q"),
]


@pytest.mark.parametrize(
    ("action", "resource"), [row[1:] for row in WITHOUT_POLICY], ids=[row[0] for row in WITHOUT_POLICY]
)
def test_a_policy_of_the_resource_that_is_not_given(action: str, resource: str) -> None:
    """Where a policy of the resource has to agree and is not in the input, the answer hangs on it; it is not no."""
    details = {"UserDetailList": [user("ann", allow("*")), user("bob", allow("s3:*"))]}
    (access,) = who_can(action, resource, holders(details)).accesses

    assert (access.principal.rpartition("/")[2], access.depends_on) == ("ann", (f"the policy of {resource}",))


def test_a_pool_of_another_account_has_no_policy() -> None:
    """User pools have no policies of their own: nobody of another account gets at one."""
    pool = POOL.replace(ACCOUNT, "999988887777")

    assert who_can(SIGN_OUT, pool, holders({"UserDetailList": [user("ann", allow("*"))]})).accesses == ()


def test_a_policy_without_its_text_may_let_assume_a_role() -> None:
    """Who is refused the action itself may still become a role that can, by a policy that is not in the input."""
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": SIGN_OUT, "Resource": "*"}]}
    unknown = [{"PolicyArn": "arn:aws:iam::aws:policy/Unknown"}]
    opened = role("able", allow(SIGN_OUT, POOL), trust({"AWS": ACCOUNT}))
    answer = ask(users=[user("ann", deny, AttachedManagedPolicies=unknown)], roles=[opened])

    assert told(answer) == [("able", "allowed", []), ("ann", "depends", ["able"])]


def test_who_is_denied_either_way_is_not_listed() -> None:
    """A Deny under a condition opens nothing to whom no policy allows it: a no that may be explicit is still a no."""
    with_mfa = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    deny = {**allow("*", Condition=with_mfa)["Statement"][0], "Effect": "Deny"}
    only_denied = {"Version": "2012-10-17", "Statement": [deny, *allow("s3:*")["Statement"]]}
    both = {"Version": "2012-10-17", "Statement": [deny, *allow(SIGN_OUT)["Statement"]]}
    unknown = [{"PolicyArn": "arn:aws:iam::aws:policy/Unknown"}]
    opened = role("closed", allow(SIGN_OUT), {"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Condition": {"StringEquals": {"sts:ExternalId": "x"}}},
        {"Effect": "Allow", "Principal": {"AWS": "999988887777"}, "Action": "sts:TagSession"},
    ]})  # fmt: skip
    users = [user("ann", both), user("bob", only_denied), user("eve", only_denied, AttachedManagedPolicies=unknown)]

    assert told(ask(users=users, roles=[opened])) == [
        ("closed", "allowed", []),
        ("ann", "depends", []),
        ("eve", "depends", []),
    ]


def test_a_web_identity() -> None:
    """A role for an OIDC provider lists the provider, with what the token has to say."""
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    condition = {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}
    trusted = trust({"Federated": provider}, "sts:AssumeRoleWithWebIdentity", Condition=condition)
    answer = ask(roles=[role("able", allow(SIGN_OUT, POOL), trusted)])

    assert [("able", "allowed"), (provider, "depends")] == [
        (a.principal.replace(arn(""), ""), a.effect.value) for a in answer.accesses
    ]
    assert answer.accesses[1].depends_on == ("token.actions.githubusercontent.com:aud",)


def test_a_condition_makes_it_depend() -> None:
    """What hangs on a condition key is listed with the key, neither as yes nor as no."""
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    answer = ask(users=[user("ann", allow(SIGN_OUT, POOL, Condition=condition))])

    assert [(a.principal.rpartition("/")[2], a.effect, a.depends_on) for a in answer.accesses] == [
        ("ann", Effect.DEPENDS, ("aws:MultiFactorAuthPresent",))
    ]


def test_a_boundary_limits() -> None:
    """A permissions boundary that leaves the action out takes the principal off the list."""
    boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    managed = {"Arn": boundary, "PolicyVersionList": [{"Document": allow("*"), "IsDefaultVersion": False}]}
    managed["PolicyVersionList"].append({"Document": allow("cognito-idp:Get*"), "IsDefaultVersion": True})
    bounded = user("ann", allow("*"), PermissionsBoundary={"PermissionsBoundaryArn": boundary})

    assert told(ask(users=[bounded], Policies=[managed])) == []


def test_groups_and_managed_policies_count() -> None:
    """A grant of a group, or of a managed policy, is its members' grant."""
    managed = {
        "Arn": "arn:aws:iam::1:policy/p",
        "PolicyVersionList": [{"Document": allow(SIGN_OUT), "IsDefaultVersion": True}],
    }
    group = {"GroupName": "admins", "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::1:policy/p"}]}
    answer = ask(users=[user("ann", GroupList=["admins"])], GroupDetailList=[group], Policies=[managed])

    assert told(answer) == [("ann", "allowed", [])]


def test_a_policy_without_its_text_is_no_no() -> None:
    """An attached policy that is not in the input leaves a yes open, and says which text is missing."""
    attached = [{"PolicyArn": "arn:aws:iam::aws:policy/Unknown"}]
    answer = ask(
        users=[
            user("ann", allow(SIGN_OUT), AttachedManagedPolicies=attached),
            user("bob", AttachedManagedPolicies=attached),
        ]
    )

    assert told(answer) == [("ann", "depends", []), ("bob", "depends", [])]
    assert {a.depends_on for a in answer.accesses} == {("the text of arn:aws:iam::aws:policy/Unknown",)}


def test_what_the_role_hangs_on_opens_no_way_to_it() -> None:
    """Who may not assume a role is not listed because the role's own access is not certain."""
    attached = [{"PolicyArn": "arn:aws:iam::aws:policy/Unknown"}]
    opened = role("maybe", None, trust({"AWS": ACCOUNT}), AttachedManagedPolicies=attached)
    stranger = user("ann", allow("sts:AssumeRole", arn("other")))

    assert told(ask(users=[stranger], roles=[opened])) == [("maybe", "depends", [])]


def test_a_deny_is_certain_whatever_is_missing() -> None:
    """An explicit Deny in what is known is a no, whatever the missing policy says."""
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    answer = ask(users=[user("ann", deny, AttachedManagedPolicies=[{"PolicyArn": "arn:aws:iam::aws:policy/Unknown"}])])

    assert told(answer) == []


def test_what_is_not_iams() -> None:
    """For GlobalSignOut there is no list: the access token authorizes it."""
    answer = ask(users=[user("ann", allow("*"))], action="cognito-idp:GlobalSignOut")

    assert answer.accesses == ()
    assert answer.not_governed is not None
    assert answer.not_governed.effect is Effect.NOT_IAM


@pytest.mark.parametrize(
    ("details", "error"),
    [
        ({}, AccountError),
        ({"Users": []}, AccountError),
        ({"RoleDetailList": {}}, AccountError),
        ({"RoleDetailList": [{"Arn": 1}]}, AccountError),
        ({"RoleDetailList": [role("a", {"Statement": []})]}, PolicyError),
        ({"RoleDetailList": [{"Arn": arn("a")}]}, AccountError),
        ({"RoleDetailList": [role("a")], "IsTruncated": True}, AccountError),
        ({"RoleDetailList": [role("a")], "NextToken": "x"}, AccountError),
        ({"UserDetailList": [role("a")]}, AccountError),
        ({"UserDetailList": [{"Arn": "arn:aws:iam::111122223333:group/a"}]}, AccountError),
        ({"UserDetailList": [user("a", UserPolicyList="p")]}, AccountError),
        ({"UserDetailList": [user("a", UserPolicyList=["p"])]}, AccountError),
        ({"UserDetailList": [user("a", GroupList={"a": 1})]}, AccountError),
        ({"UserDetailList": [user("a", AttachedManagedPolicies=[{}])]}, AccountError),
        ({"UserDetailList": [user("a", AttachedManagedPolicies=[{"PolicyArn": ["p"]}])]}, AccountError),
        ({"UserDetailList": [user("a", PermissionsBoundary="p")]}, AccountError),
        ({"UserDetailList": [user("a", PermissionsBoundary={})]}, AccountError),
        ({"UserDetailList": [user("a", PermissionsBoundary={"PermissionsBoundaryArn": 1})]}, AccountError),
        (
            {
                "UserDetailList": [user("a", AttachedManagedPolicies=[{"PolicyArn": "p"}])],
                "Policies": [{"Arn": "p", "PolicyVersionList": ["v1"]}],
            },
            AccountError,
        ),
    ],
)
def test_bad_input(details: Any, error: type[Exception]) -> None:
    """Input that was not understood is an error, never an empty account."""
    with pytest.raises(error, match="expected"):
        holders(details)


def test_a_wildcard_is_no_action() -> None:
    """A question about several actions at once is refused, also of an account without anybody."""
    with pytest.raises(RequestError, match="a request names one action"):
        ask(action="cognito-idp:*")


def test_url_encoded_documents() -> None:
    """The API sends documents URL-encoded; they are read like the command line's objects."""
    from json import dumps
    from urllib.parse import quote

    encoded = user("ann", quote(dumps(allow(SIGN_OUT))))

    assert told(ask(users=[encoded])) == [("ann", "allowed", [])]


def test_documents_as_plain_text() -> None:
    """JSON that is not encoded is read as it is: a % in it stands for itself."""
    from json import dumps

    details = {"UserDetailList": [user("ann", dumps(allow("s3:GetObject", "arn:aws:s3:::bucket/a%2Fb")))]}

    assert told(who_can("s3:GetObject", "arn:aws:s3:::bucket/a%2Fb", holders(details))) == [("ann", "allowed", [])]
