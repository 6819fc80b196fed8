"""Roles of SignOutAccess and SignOutRunbook may do what is declared, and nothing else."""

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
    said,
    statement,
    trust,
)

RULE = "sign-out-grants"
SIGN_OUT = "cognito-idp:AdminUserGlobalSignOut"
INVOKE = "lambda:InvokeFunction"
ALIAS_ARN = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:runbook:live"
QUEUE_ARN = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:dead-letters"
LOG_ARN = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/runbook:*"


def grant(actions, *resources, role="op"):
    return {"role": role, "actions": [actions] if isinstance(actions, str) else actions, "resources": list(resources)}


def component(*grants, kind="Access", made_from=None):
    return resource(kind, "c", {"grants": list(grants)}, made_from=made_from)


def role_with(*statements, kind="Access"):
    """The component's role, with a policy of these statements."""
    inputs = {"name": "op-1", "assumeRolePolicy": trust(LAMBDA)}
    policy = {"role": "op-1", "policy": document(*statements)}
    return [
        resource("Role", "op", inputs, parent=(kind, "c")),
        resource("RolePolicy", "op", policy, parent=(kind, "c")),
    ]


DECLARED = [
    # name                      component   grants                                                      said of it
    ("operator",                "Access",   [grant(SIGN_OUT, POOL_ARN)],                                None),
    ("responder",               "Access",   [grant(INVOKE, ALIAS_ARN)],                                 None),
    ("not made yet",            "Access",   [grant(SIGN_OUT, UNKNOWN)],                                 None),
    ("runbook",                 "Runbook",  [grant(SIGN_OUT, POOL_ARN), grant("sqs:SendMessage", QUEUE_ARN),
                                             grant(["logs:CreateLogStream", "logs:PutLogEvents"], LOG_ARN)], None),
    ("another operation",       "Access",   [grant("cognito-idp:AdminGetUser", POOL_ARN)],
     f"grants[0] gives role op more than it is for: for example cognito-idp:AdminGetUser on {POOL_ARN}"),
    ("a wildcard",              "Access",   [grant("cognito-idp:Admin*", POOL_ARN)],
     "grants[0] gives role op more than it is for: for example cognito-idp:AdminAddUserToGroup on"),
    ("GlobalSignOut",           "Access",   [grant("cognito-idp:*", UNKNOWN)],
     "grants[0] gives role op more than it is for: for example cognito-idp:"),
    ("everything",              "Runbook",  [grant("*", "*")],
     "grants[0] gives role op more than it is for"),
    ("the function itself",     "Access",   [grant(INVOKE, ALIAS_ARN.removesuffix(":live"))],
     "grants[0] gives role op more than it is for: for example lambda:InvokeFunction on"),
    ("a queue, for access",     "Access",   [grant("sqs:SendMessage", QUEUE_ARN)],
     "grants[0] gives role op more than it is for: for example sqs:SendMessage on"),
    ("the second grant",        "Access",   [grant(SIGN_OUT, POOL_ARN), grant("s3:GetObject", "*")],
     "grants[1] gives role op more than it is for: for example s3:GetObject on"),
    ("many pools",              "Access",   [grant(SIGN_OUT, POOL_ARN[:-1] + "?")],
     f"declares a grant on every user pool like {POOL_ARN[:-1]}?."),
    ("two pools",               "Access",   [grant(SIGN_OUT, POOL_ARN), grant(SIGN_OUT, POOL_ARN + "2")],
     f"declares grants on several user pools: {POOL_ARN}, {POOL_ARN}2."),
    ("no action",               "Access",   [grant("everything", POOL_ARN)],
     'grants[0]: Statement[0].Action[0]: is "everything"; expected "*" or a service and an action'),
    ("no role",                 "Access",   [{"actions": [SIGN_OUT], "resources": [POOL_ARN]}],
     "grants[0].role: is NoneType; expected the name of a role's resource."),
    ("actions not known",       "Access",   [grant(UNKNOWN, POOL_ARN)],
     "grants[0].actions[0]: is Unknown; expected a text."),
    ("no resources",            "Access",   [grant(SIGN_OUT)],
     "grants[0].resources: is list; expected a list with at least one text."),
    ("no grant",                "Access",   ["x"],
     "grants[0]: is str; expected an object with role, actions, resources."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "grants", "fact"), [case[1:] for case in DECLARED], ids=[case[0] for case in DECLARED]
)
def test_declared(kind, grants, fact):
    """What a component declares is judged before anything is made: by action, by resource, and to be for one pool."""
    declaring = component(*grants, kind=kind)

    reports = inspection().resource(declaring, Stack(TODAY, [declaring]))

    found = [report.finding.fact for report in reports if report.finding.rule == RULE]
    assert len(found) == (fact is not None)
    for text in found:
        assert fact in text


def test_several_new_pools():
    """Two pools of the stack are several pools, also before they have ARNs."""
    made_from = {"grants": [("Pool", "one"), ("Pool", "two")]}
    stack = [
        component(grant(SIGN_OUT, UNKNOWN), made_from=made_from),
        resource("Pool", "one"),
        resource("Pool", "two"),
        *role_with(statement(SIGN_OUT, POOL_ARN)),
    ]

    assert ("c", "SignOutAccess c declares grants on several user pools: UserPool one, UserPool two.") in said(
        RULE, stack
    )


def test_further_actions():
    """A team can let such roles have more, on what is declared."""
    declaring = component(grant(SIGN_OUT, POOL_ARN), grant("kms:Decrypt", "arn:aws:kms:eu-west-1:1:key/k"))
    roles = role_with(statement(SIGN_OUT, POOL_ARN), statement("kms:Decrypt", "arn:aws:kms:eu-west-1:1:key/k"))

    assert len(said(RULE, [declaring, *roles])) == 1
    assert said(RULE, [declaring, *roles], {"actions": ["kms:Decrypt"]}) == []


ONE = grant(SIGN_OUT, POOL_ARN)
WRITTEN = [
    # name                          statements                                                  said of it
    ("as declared",                 [statement(SIGN_OUT, POOL_ARN)],                            None),
    ("in two statements",           [statement(SIGN_OUT, POOL_ARN), statement(SIGN_OUT, POOL_ARN)], None),
    ("in another case",             [statement(SIGN_OUT.lower(), POOL_ARN)],                    None),
    ("more actions",                [statement("cognito-idp:Admin*", POOL_ARN)],
     "may do more than SignOutAccess c declares: for example cognito-idp:AdminAddUserToGroup on"),
    ("more pools",                  [statement(SIGN_OUT, POOL_ARN + "*")],
     "may do more than SignOutAccess c declares: for example cognito-idp:AdminUserGlobalSignOut on"),
    ("NotAction",                   [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
     "may do more than SignOutAccess c declares: for example"),
    ("another pool",                [statement(SIGN_OUT, POOL_ARN + "2")],
     "may do more than SignOutAccess c declares: for example"),
    ("less",                        [statement(SIGN_OUT, POOL_ARN, Condition={"Null": {"aws:SourceIp": "false"}})],
     "may do less than SignOutAccess c declares: for example"),
    ("nothing",                     [statement(SIGN_OUT, POOL_ARN, effect="Deny")],
     "may do less than SignOutAccess c declares: for example"),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "fact"), [case[1:] for case in WRITTEN], ids=[case[0] for case in WRITTEN])
def test_written(statements, fact):
    """The documents that are deployed allow what is declared: no more, with a request that shows it, and no less."""
    facts = [text for _, text in said(RULE, [component(ONE), *role_with(*statements)])]

    assert bool(facts) == (fact is not None)
    if fact is not None:
        assert f"Role op {fact}" in facts[0]


def test_before_it_is_attached():
    """A document that allows more stops the deployment before it is put on the role."""
    declaring = component(ONE)
    role, policy = role_with(statement("cognito-idp:*", POOL_ARN))

    reports = inspection().resource(policy, Stack(TODAY, [declaring, role, policy]))

    assert [report.finding.resource for report in reports if report.finding.rule == RULE] == [policy.urn]


ATTACHED = {
    "by somebody else": resource("RolePolicy", "x", {"role": "op-1", "policy": document(statement("s3:GetObject"))}),
    "AWS's own": resource(
        "RolePolicyAttachment", "x", {"role": "op-1", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    ),
}


@pytest.mark.parametrize("more", ATTACHED.values(), ids=ATTACHED)
def test_attached_elsewhere(more):
    """What another part of the program attaches to the role counts as well."""
    found = said(RULE, [component(ONE), *role_with(statement(SIGN_OUT, POOL_ARN)), more])

    assert "Role op may do more than SignOutAccess c declares" in found[0][1]


def test_role_that_is_not_there():
    """Grants for a role that the component does not have are no grants."""
    assert said(RULE, [component(grant(SIGN_OUT, POOL_ARN, role="other"))]) == [
        ("c", "SignOutAccess c declares grants for other, a role it has not.")
    ]


def test_role_without_policies():
    """A role that has nothing of what is declared for it cannot do its work."""
    role, _ = role_with()

    assert said(RULE, [component(ONE), role]) == [
        ("op", "Role op may do nothing, though SignOutAccess c declares grants for it.")
    ]


def test_documents_that_are_not_known_yet():
    """At the first preview it is said that the documents are still to be held to what is declared."""
    role, _ = role_with()
    policy = resource(
        "RolePolicy",
        "op",
        {"role": "op-1", "policy": UNKNOWN},
        parent=("Access", "c"),
        made_from={"policy": [("Pool", "users")]},
    )
    stack = [resource("Pool", "users"), component(grant(SIGN_OUT, UNKNOWN), made_from={"grants": [("Pool", "users")]})]

    reports = inspect([*stack, role, policy])

    assert said(RULE, [*stack, role, policy]) == []
    (fact,) = [report.finding.fact for report in reports if report.finding.rule == "undecided"]
    assert fact.startswith(
        "RolePolicy op: policy awaits a value of UserPool users, so not decided yet: sign-out-grants"
    )
