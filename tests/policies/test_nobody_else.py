"""Nobody but those on the list can sign users out: directly, by any number of roles, or through the runbook."""

import pytest

from policies.stack import Stack
from tests.policies.stacks import (
    ACCOUNT,
    LAMBDA,
    POOL_ARN,
    TODAY,
    UNKNOWN,
    document,
    inspect,
    inspection,
    resource,
    role,
    said,
    statement,
    trust,
)

RULE = "nobody-else"
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
AWS = f"arn:aws:iam::{ACCOUNT}"
POOL = resource("Pool", "users", {"name": "users"}, {"arn": POOL_ARN})
ON = POOL_ARN
OTHER = ON.replace("AbCdEfGhI", "Another00")


def who(*resources, **settings):
    """Who is reported, by name."""
    return [name for name, _ in said(RULE, [POOL, *resources], settings)]


def becomes(*names):
    return {"AWS": [f"{AWS}:role/{name}" for name in names]}


CASES = [
    # name                          statement                                                           can it?
    ("the operation",               statement(SIGN_OUT, ON),                                            True),
    ("on another pool",             statement(SIGN_OUT, OTHER),                                         True),
    ("on every pool",               statement(SIGN_OUT),                                                True),
    ("by a wildcard",               statement("cognito-idp:Admin*", ON),                                True),
    ("in another case",             statement("Cognito-IDP:adminuserGLOBALsignout", ON),                True),
    ("ends one session",            statement("cognito-idp:AdminRevokeUserSession", ON),                True),
    ("blocks the user",             statement("cognito-idp:AdminDisableUser", ON),                      True),
    ("everything",                  statement("*"),                                                     True),
    ("NotAction",                   {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},         True),
    ("NotAction without it",        {"Effect": "Allow", "NotAction": "cognito-idp:*", "Resource": "*"}, False),
    ("NotResource",                 {"Effect": "Allow", "Action": SIGN_OUT, "NotResource": "arn:aws:s3:::b"}, True),
    ("under a condition",           statement(SIGN_OUT, Condition={"Null": {"aws:SourceIp": "false"}}), True),
    ("of another Region",           statement(SIGN_OUT, "arn:aws:cognito-idp:us-east-1:*:userpool/*"),  True),
    ("a pool by pattern",           statement(SIGN_OUT, "arn:aws:cognito-idp:*:*:userpool/us-*"),       True),
    ("the user's own sign-out",     statement("cognito-idp:GlobalSignOut"),                             False),
    ("reads only",                  statement("cognito-idp:AdminGetUser", ON),                          False),
    ("on something else",           statement("*", "arn:aws:s3:::bucket/*"),                            False),
    ("a side effect",               statement("cognito-idp:AdminSetUserPassword", ON),                  False),
    ("another service",             statement("s3:*"),                                                  False),
]  # fmt: skip


@pytest.mark.parametrize(("given", "can"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_directly(given, can):
    """Whatever lets a role end sessions of some pool is found, however it is written."""
    assert who(role("app", given)) == (["app"] if can else [])


@pytest.mark.parametrize(("given", "can"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_before_it_is_attached(given, can):
    """The same is found before the policy is put on the role, so that it never is."""
    app = resource("Role", "app", {"name": "app", "assumeRolePolicy": trust(LAMBDA)})
    policy = resource("RolePolicy", "app", {"role": "app", "policy": document(given)})

    reports = inspection().resource(policy, Stack(TODAY, [app, policy]))

    found = [report.finding.resource for report in reports if report.finding.rule == RULE]
    assert found == ([app.urn] if can else [])


GRANT = document(statement(SIGN_OUT, ON))
BY_ARN = {"policyArn": f"{AWS}:policy/p"}
PLAIN = {"name": "app", "assumeRolePolicy": trust(LAMBDA)}
P = resource("Policy", "p", {"name": "p", "policy": GRANT}, {"arn": f"{AWS}:policy/p"})
APP = resource("Role", "app", PLAIN)
ANN = resource("User", "ann", {"name": "ann"})
TEAM = resource("Group", "team", {"name": "team"})
IN_TEAM = resource("UserGroupMembership", "m", {"user": "ann", "groups": ["team"]})
SET = "aws:ssoadmin/permissionSet:PermissionSet"
SET_ARN = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
OPS = resource(SET, "app", {"name": "Ops"}, {"arn": SET_ARN})


def of_set(kind, **inputs):
    """A resource of IAM Identity Center that gives the permission set something."""
    return resource(f"aws:ssoadmin/{kind[0].lower()}{kind[1:]}:{kind}", "x", {"permissionSetArn": SET_ARN, **inputs})


INLINE = of_set("PermissionSetInlinePolicy", inlinePolicy=GRANT)
BY_NAME = {"customerManagedPolicyReference": {"name": "p", "path": "/"}}

PLACES = {
    "inline policy of a role": [APP, resource("RolePolicy", "x", {"role": "app", "policy": GRANT})],
    "role's own inline policy": [resource("Role", "app", {**PLAIN, "inlinePolicies": [{"policy": GRANT}]})],
    "managed policy on a role": [APP, P, resource("RolePolicyAttachment", "x", {"role": "app", **BY_ARN})],
    "attached in the role": [P, resource("Role", "app", {**PLAIN, "managedPolicyArns": [f"{AWS}:policy/p"]})],
    "attached to several": [APP, P, resource("PolicyAttachment", "x", {"roles": ["app"], **BY_ARN})],
    "attached exclusively": [
        APP, P,
        resource("RolePolicyAttachmentsExclusive", "x", {"roleName": "app", "policyArns": [f"{AWS}:policy/p"]}),
    ],
    "AWS's own policy": [
        APP,
        resource("RolePolicyAttachment", "x", {"role": "app", "policyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}),
    ],
    "inline policy of a user": [ANN, resource("UserPolicy", "x", {"user": "ann", "policy": GRANT})],
    "managed policy on a user": [ANN, P, resource("UserPolicyAttachment", "x", {"user": "ann", **BY_ARN})],
    "inline policy of a group": [ANN, TEAM, IN_TEAM, resource("GroupPolicy", "x", {"group": "team", "policy": GRANT})],
    "managed policy on a group": [
        ANN, TEAM, P,
        resource("GroupMembership", "m", {"group": "team", "users": ["ann"]}),
        resource("GroupPolicyAttachment", "x", {"group": "team", **BY_ARN}),
    ],
    "permission set": [OPS, INLINE],
    "AWS's own policy in a permission set": [
        OPS, of_set("ManagedPolicyAttachment", managedPolicyArn="arn:aws:iam::aws:policy/PowerUserAccess"),
    ],
    "AWS's own policies exclusively": [
        OPS,
        of_set("ManagedPolicyAttachmentsExclusive", managedPolicyArns=["arn:aws:iam::aws:policy/PowerUserAccess"]),
    ],
    "managed policy in a permission set": [OPS, P, of_set("CustomerManagedPolicyAttachment", **BY_NAME)],
    "managed policies in a permission set": [
        OPS, P, of_set("CustomerManagedPolicyAttachmentsExclusive", customerManagedPolicyReferences=[{"name": "p"}]),
    ],
    "managed policy whose name is not known yet": [
        OPS,
        resource("Policy", "p", {"policy": GRANT}, {"name": UNKNOWN}),
        resource(
            "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment", "x",
            {"permissionSetArn": SET_ARN, "customerManagedPolicyReference": {"name": UNKNOWN}},
            made_from={"customerManagedPolicyReference": [("Policy", "p")]},
        ),
    ],
    "role that is not in the stack": [resource("RolePolicy", "app", {"role": "elsewhere", "policy": GRANT})],
}  # fmt: skip


@pytest.mark.parametrize("resources", PLACES.values(), ids=PLACES)
def test_wherever_it_is(resources):
    """It is found in every kind of resource that gives somebody a policy."""
    assert who(*resources) in (["app"], ["ann"])


def test_group_without_members():
    """A group is nobody: its policy lets in who is in it."""
    assert who(TEAM, resource("GroupPolicy", "x", {"group": "team", "policy": GRANT})) == []


def bounded(*statements):
    """A role that may sign users out, within a boundary of these statements."""
    boundary = resource("Policy", "limit", {"name": "limit", "policy": document(*statements)})
    inputs = {"permissionsBoundary": f"{AWS}:policy/limit"}
    return boundary, role("app", statement(SIGN_OUT, ON), **inputs)


@pytest.mark.parametrize(
    ("limit", "can"),
    [(statement("s3:*"), []), (statement("*"), ["app"]), (statement("cognito-idp:*", OTHER), [])],
    ids=["it is not in it", "it is in it", "only on another pool"],
)
def test_boundaries(limit, can):
    """A permissions boundary counts."""
    assert who(*bounded(limit)) == can


LIMIT = resource("Policy", "p", {"name": "p", "policy": document(statement("s3:*"))}, {"arn": f"{AWS}:policy/p"})
EVERYTHING = "arn:aws:iam::aws:policy/AdministratorAccess"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


@pytest.mark.parametrize(
    ("boundary", "can"),
    [(BY_NAME, []), ({"managedPolicyArn": READ_ONLY}, []), ({"managedPolicyArn": EVERYTHING}, ["app"])],
    ids=["of its own", "AWS's own", "that allows it"],
)
def test_boundary_of_a_permission_set(boundary, can):
    """That of a permission set does too, whether it is named by ARN or by name."""
    assert who(OPS, INLINE, LIMIT, of_set("PermissionsBoundaryAttachment", permissionsBoundary=boundary)) == can


def test_names_in_other_accounts():
    """A name means whoever has it in the stack's own account: in another one, anybody can take it."""
    theirs = "arn:aws:iam::999999999999:role/ops"
    glass = role("glass", statement(SIGN_OUT, ON), assumed_by={"AWS": theirs})

    assert who(glass, principals=["glass", "ops"]) == ["glass"]
    assert who(glass, principals=["glass", theirs]) == []
    assert who(glass, principals=["glass", "arn:aws:iam::*:role/ops"]) == []


SAME = resource("Role", "harmless", PLAIN)
GRANTED = resource("Role", "app", {**PLAIN, "inlinePolicies": [{"policy": GRANT}]})


@pytest.mark.parametrize("order", [1, -1], ids=["first", "last"])
def test_one_name_in_two_accounts(order):
    """A role that has its name from another one, in another account, hides neither what it nor what that one may do."""
    attached = resource("RolePolicy", "x", {"role": "app", "policy": GRANT}, made_from={"role": [("Role", "app")]})
    theirs = resource("Role", "harmless", PLAIN, {"arn": "arn:aws:iam::999999999999:role/app"})
    ours = resource("Role", "app", PLAIN, {"arn": f"{AWS}:role/app"})

    assert who(*[SAME, GRANTED][::order]) == ["app"]
    assert who(*[SAME, APP][::order], attached) == ["app"]
    assert who(*[theirs, ours][::order], attached) == ["app"]
    assert who(*[SAME, APP][::order]) == []


def test_one_name_and_one_component():
    """That a component declares one of the two, says nothing of the other."""
    declared = resource("Role", "op", {**PLAIN, "inlinePolicies": [{"policy": GRANT}]}, parent=("Access", "access"))
    access = resource("Access", "access", {"grants": [{"role": "op", "actions": [SIGN_OUT], "resources": [POOL_ARN]}]})

    assert who(access, declared, GRANTED) == who(access, GRANTED, declared) == ["app"]
    assert who(access, declared, SAME) == []


@pytest.mark.parametrize("region", ["*", "eu-*", "eu-west-?", "eu-west-1"])
def test_pools_by_a_pattern_where_no_arn_is_known(region):
    """Before anything is made, the account is the one that the grant itself names, whatever its Regions are."""
    pool = resource("Pool", "users", {"name": "users"}, {"arn": UNKNOWN})
    app = role("app", statement(SIGN_OUT, f"arn:aws:cognito-idp:{region}:{ACCOUNT}:userpool/*"))

    assert [name for name, _ in said(RULE, [pool, app])] == ["app"]


@pytest.mark.parametrize(
    "attached",
    [{"managedPolicyArns": [EVERYTHING]}, {"inlinePolicies": [{"name": "p", "policy": GRANT}]}],
    ids=["managed", "inline"],
)
def test_no_longer_attached(attached):
    """What the provider saw on a role that the program no longer attaches, does not stop the update that detaches it.

    Of a role that the program does not say anything about, it counts.
    """
    assert who(resource("Role", "app", PLAIN, {**PLAIN, **attached})) == []
    assert who(resource("Role", "app", {}, {**PLAIN, **attached})) == ["app"]
    assert who(resource("Role", "app", {**PLAIN, **attached}, PLAIN)) == ["app"]


def test_denied():
    """An explicit Deny counts, wherever it stands."""
    deny = resource(
        "RolePolicy", "deny", {"role": "app", "policy": document(statement("cognito-idp:*", effect="Deny"))}
    )

    assert who(role("app", statement("*")), deny) == []


GLASS = role("glass", statement(SIGN_OUT, ON), assumed_by=becomes("hop"))
OUTER = role("outer", statement("sts:AssumeRole", f"{AWS}:role/hop"))


def chain(hop_lets_in):
    """A program with a role that may sign users out, and two that lead there, or do not."""
    hop = role("hop", statement("sts:AssumeRole", f"{AWS}:role/glass"), assumed_by=becomes(hop_lets_in))
    return [POOL, GLASS, OUTER, hop]


def test_two_hops():
    """Two programs that differ in one link of a chain of roles differ in who can sign users out."""
    listed = {"principals": ["hop", "glass", "nobody"]}

    assert said(RULE, chain("outer"), listed) == [
        (
            "outer",
            f"Role outer can sign users of UserPool users out, becoming Role hop, becoming Role glass ({SIGN_OUT}).",
        )
    ]
    assert said(RULE, chain("nobody"), listed) == []


def test_many_hops():
    """Chains have no length at which they are no longer found."""
    names = [f"hop{number}" for number in range(8)]
    hops = [
        role(name, statement("sts:AssumeRole", f"{AWS}:role/{after}"), assumed_by=becomes(before))
        for before, name, after in zip(["outer", *names], names, [*names[1:], "glass"], strict=False)
    ]
    outer = role("outer", statement("sts:AssumeRole", f"{AWS}:role/hop0"))
    glass = role("glass", statement(SIGN_OUT, ON), assumed_by=becomes("hop7"))

    assert "outer" in who(outer, *hops, glass, principals=["glass", "hop*"])


def test_from_outside():
    """Whom a trust policy lets in from another account can sign users out as well."""
    eve, hangs_on = "arn:aws:iam::999999999999:user/eve", "if the policies of account 999999999999 allow it"
    glass = role("glass", statement(SIGN_OUT, ON), assumed_by={"AWS": eve})

    assert said(RULE, [POOL, glass], {"principals": ["glass"]}) == [
        ("glass", f"{eve} can sign users of UserPool users out, becoming Role glass ({SIGN_OUT}, {hangs_on}).")
    ]


def test_from_elsewhere_in_the_account():
    """Within an account to be named in a trust policy is enough, by whomever of another stack; a list can have them."""
    glass = role("glass", statement(SIGN_OUT, ON), assumed_by={"AWS": [f"{AWS}:user/bob", f"{AWS}:root"]})

    assert said(RULE, [POOL, glass], {"principals": ["glass"]}) == [
        ("glass", f"{AWS}:user/bob can sign users of UserPool users out, becoming Role glass ({SIGN_OUT}).")
    ]
    assert who(glass, principals=["glass", "bob"]) == []


LISTS = [
    # name              principals
    ("ARN",             [f"{AWS}:role/app"]),
    ("pattern",         ["arn:aws:iam::*:role/a??"]),
    ("name",            ["app"]),
    ("among others",    ["x", "app"]),
]  # fmt: skip


@pytest.mark.parametrize("principals", [case[1] for case in LISTS], ids=[case[0] for case in LISTS])
def test_listed(principals):
    """Who is on the list may, by ARN, by name or by a pattern; and nobody else by that."""
    assert who(role("app", statement(SIGN_OUT)), role("other", statement(SIGN_OUT)), principals=principals) == ["other"]


def test_means():
    """Which operations count is set: side effects and destruction do not by default."""
    app = role("app", statement(["cognito-idp:AdminSetUserPassword", "cognito-idp:DeleteUserPool"]))

    assert who(app) == []
    assert who(app, means=["side-effect"]) == ["app"]
    assert who(app, means=["destructive"]) == ["app"]


GRANTS = {"grants": [{"role": "op", "actions": [SIGN_OUT], "resources": [ON]}]}
ACCESS = resource("Access", "access", GRANTS)
ALICE = f"{AWS}:user/alice"
OPERATOR = resource(
    "Role", "op", {"name": "op-1", "assumeRolePolicy": trust({"AWS": ALICE})}, parent=("Access", "access")
)
OPERATES = resource("RolePolicy", "op", {"role": "op-1", "policy": GRANT}, parent=("Access", "access"))


def test_declared():
    """Roles of the components are listed by what they declare, and whom such a role's trust names, too."""
    assert who(ACCESS, OPERATOR, OPERATES) == []
    assert who(ACCESS, OPERATOR, OPERATES, declared=False, principals=["alice"]) == ["op"]
    assert who(ACCESS, OPERATOR, OPERATES, declared=False, principals=["op-1"]) == ["op"]


def test_behind_the_declared():
    """Who becomes one whom a declared role lets in, is not listed by that."""
    access = resource(
        "Role", "op", {"name": "op-1", "assumeRolePolicy": trust(becomes("hop"))}, parent=("Access", "access")
    )
    hop = role("hop", statement("sts:AssumeRole", f"{AWS}:role/op-1"), assumed_by=becomes("outer"))
    outer = role("outer", statement("sts:AssumeRole", f"{AWS}:role/hop"))

    assert who(ACCESS, access, OPERATES, hop, outer) == ["hop", "outer"]


def test_not_made_yet():
    """At the first preview, what a component declares stands in for a document that nobody can know yet."""
    pool = resource("Pool", "users", {"name": "users"}, {"arn": UNKNOWN})
    access = resource(
        "Access",
        "access",
        {"grants": [{"role": "op", "actions": [SIGN_OUT], "resources": [UNKNOWN]}]},
        made_from={"grants": [("Pool", "users")]},
    )
    operates = resource(
        "RolePolicy",
        "op",
        {"role": "op-1", "policy": UNKNOWN},
        parent=("Access", "access"),
        made_from={"policy": [("Pool", "users")]},
    )
    outer = role("outer", statement("sts:AssumeRole", f"{AWS}:role/op-1"))
    lets_in = {"name": "op-1", "assumeRolePolicy": trust(becomes("outer"))}
    operator = resource("Role", "op", lets_in, parent=("Access", "access"))

    assert said(RULE, [pool, access, operator, operates]) == []
    assert [name for name, _ in said(RULE, [pool, access, operator, operates, outer])] == ["outer"]


NEWER = "arn:aws:iam::aws:policy/MadeLater"

AWAITED = {
    "a policy": (
        [
            APP,
            resource("RolePolicy", "x", {"role": "app", "policy": UNKNOWN}, made_from={"policy": [("Pool", "users")]}),
        ],
        "RolePolicy x: policy awaits a value of UserPool users",
    ),
    "whose policy": (
        [resource("RolePolicy", "x", {"role": UNKNOWN, "policy": GRANT})],
        "RolePolicy x: role awaits a value not known yet",
    ),
    "which managed policy": (
        [APP, resource("RolePolicyAttachment", "x", {"role": "app", "policyArn": UNKNOWN})],
        "RolePolicyAttachment x: policyArn awaits a value not known yet",
    ),
    "a policy from elsewhere": (
        [APP, resource("RolePolicyAttachment", "x", {"role": "app", "policyArn": f"{AWS}:policy/elsewhere"})],
        f"RolePolicyAttachment x: policyArn awaits the text of {AWS}:policy/elsewhere, which is not in this stack",
    ),
    "a newer policy of AWS's": (
        [APP, resource("RolePolicyAttachment", "x", {"role": "app", "policyArn": NEWER})],
        "RolePolicyAttachment x: policyArn awaits the text of arn:aws:iam::aws:policy/MadeLater, which is",
    ),
    "a policy from elsewhere, by name": (
        [OPS, of_set("CustomerManagedPolicyAttachment", **BY_NAME)],
        "CustomerManagedPolicyAttachment x: customerManagedPolicyReference awaits the text of the policy p, which is",
    ),
    "a boundary from elsewhere, by name": (
        [OPS, INLINE, of_set("PermissionsBoundaryAttachment", permissionsBoundary=BY_NAME)],
        "PermissionsBoundaryAttachment x: permissionsBoundary.customerManagedPolicyReference awaits the text of",
    ),
    "a boundary": (
        [role("app", statement(SIGN_OUT, ON), permissionsBoundary=f"{AWS}:policy/elsewhere")],
        f"Role app: permissionsBoundary awaits the text of {AWS}:policy/elsewhere, which is not in this stack",
    ),
    "a policy that is no policy": (
        [resource("Role", "app", {**PLAIN, "inlinePolicies": [{"policy": "{"}]})],
        "Role app: inlinePolicies[0].policy awaits a policy document that can be read",
    ),
}


NOT_READ = [
    ("aws-native:iam:Role", {}),
    ("aws-native:iam:ManagedPolicy", {}),
    ("aws-native:sso:PermissionSet", {}),
    ("aws:cloudformation/stack:Stack", {"templateBody": "{}"}),
    ("aws:cloudcontrol/resource:Resource", {"typeName": "AWS::IAM::Role"}),
]


@pytest.mark.parametrize(("kind", "inputs"), NOT_READ, ids=[kind for kind, _ in NOT_READ])
def test_in_a_form_that_no_rule_reads(kind, inputs):
    """What other packages have for the same resources is not passed over: somebody has to look."""
    (report,) = inspect([resource(kind, "x", inputs)])

    assert report.finding.fact.endswith(
        f" x: what it grants awaits somebody who reads it, since no rule knows {kind}, so not decided yet: {RULE}."
    )
    assert report.finding.change.startswith("No later run knows more: somebody has to look")


def test_other_packages_that_grant_nothing():
    """Of what gives nobody anything, nothing is said."""
    others = [("aws-native:s3:Bucket", {}), ("aws:cloudcontrol/resource:Resource", {"typeName": "AWS::S3::Bucket"})]

    assert inspect([resource(kind, "x", inputs) for kind, inputs in others]) == []


@pytest.mark.parametrize(("resources", "fact"), AWAITED.values(), ids=AWAITED)
def test_awaited(resources, fact):
    """What is not known is neither a pass nor a violation: it is said what is awaited, and where from."""
    reports = inspect([POOL, *resources])

    assert [name for name, _ in said(RULE, [POOL, *resources])] == []
    assert any(
        report.finding.fact.startswith(fact) and RULE in report.finding.fact
        for report in reports
        if report.finding.rule == "undecided"
    )


def test_trust_that_cannot_be_read():
    """Of a role that can sign users out and whose trust policy nobody can read, it is said that this is awaited."""
    glass = resource("Role", "glass", {"name": "glass", "assumeRolePolicy": "{", "inlinePolicies": [{"policy": GRANT}]})

    fact = f"Role glass: assumeRolePolicy awaits a policy document that can be read, so not decided yet: {RULE}."
    assert said("undecided", [POOL, glass]) == [("glass", fact)]


def test_who_may_become_somebody_who_can():
    """Of a role that can sign users out, it is awaited whom it lets in."""
    glass = resource(
        "Role", "glass", {"name": "glass", "assumeRolePolicy": UNKNOWN, "inlinePolicies": [{"policy": GRANT}]}
    )

    facts = [report.finding.fact for report in inspect([POOL, glass]) if report.finding.rule == "undecided"]

    assert any(fact.startswith("Role glass: assumeRolePolicy awaits") and RULE in fact for fact in facts)


def test_linked_by_what_it_is_made_from():
    """A policy finds its role by the property dependency where the role's name is not known yet."""
    app = resource("Role", "app", {"assumeRolePolicy": trust(LAMBDA)}, {"name": UNKNOWN})
    policy = resource("RolePolicy", "x", {"role": UNKNOWN, "policy": GRANT}, made_from={"role": [("Role", "app")]})
    attached = resource(
        "RolePolicyAttachment",
        "x",
        {"role": UNKNOWN, "policyArn": UNKNOWN},
        made_from={"role": [("Role", "app")], "policyArn": [("Policy", "p")]},
    )
    p = resource("Policy", "p", {"policy": GRANT}, {"arn": UNKNOWN})

    assert who(app, policy) == ["app"]
    assert who(app, p, attached) == ["app"]


def not_made_yet(hop_lets_in):
    """The chain as it is at a first preview: every document hangs on the ARN of a resource that is not made yet."""

    def made(name, trust_from, policy_from, on):
        trusts = {"assumeRolePolicy": UNKNOWN} if trust_from else {"assumeRolePolicy": trust(LAMBDA)}
        sources = {"assumeRolePolicy": [("Role", trust_from)]} if trust_from else {}
        return [
            resource("Role", name, {"name": name, **trusts}, {"arn": UNKNOWN}, made_from=sources),
            resource("RolePolicy", name, {"role": name, "policy": UNKNOWN}, made_from={"policy": [(policy_from, on)]}),
        ]

    return [
        resource("Pool", "users", {"name": "users"}, {"arn": UNKNOWN}),
        resource("Role", "nobody", {"name": "nobody", "assumeRolePolicy": trust(LAMBDA)}, {"arn": UNKNOWN}),
        *made("glass", "hop", "Pool", "users"),
        *made("hop", hop_lets_in, "Role", "glass"),
        *made("outer", None, "Role", "hop"),
    ]


def test_two_hops_that_are_not_made_yet():
    """Where a chain can only be supposed, it is said who could come to sign users out, and on what that hangs."""
    settings = {RULE: {"principals": ["hop", "glass"]}, "deletion-protection": "disabled"}
    way = "Role outer could come to sign users of UserPool users out, becoming Role hop, becoming Role glass."

    def suppositions(lets_in):
        facts = [(report.finding.rule, report.finding.fact) for report in inspect(not_made_yet(lets_in), settings)]
        assert {rule for rule, _ in facts} == {"undecided"}
        return [fact for _, fact in facts if way in fact]

    assert [fact.partition(" awaits ")[0] for fact in suppositions("outer")] == ["RolePolicy outer: policy"]
    assert suppositions("nobody") == []
