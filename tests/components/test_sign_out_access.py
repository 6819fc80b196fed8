"""The roles of SignOutAccess: what they may do, who may assume them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.sign_out_access import SignOutAccess, SignOutAccessArgs
from components.trust import ExternalId, NamedPrincipals, PermissionSet, Trust, trust_policy
from signout.iam import Effect, Kind, Layers, Request, decide, parse
from tests.components.recording import HERE, POOL_ARN, Recording, provider_faults, record

ALICE = "arn:aws:iam::123456789012:user/alice"
ALIAS = HERE.arn("lambda", "function:signout-test:live")
ARGS = SignOutAccessArgs(
    account=HERE,
    user_pool_arn=POOL_ARN,
    operator_trust=NamedPrincipals((ALICE,)),
    responder_trust=PermissionSet("IncidentResponse"),
    runbook_alias_arn=ALIAS,
)


def recorded(args: SignOutAccessArgs = ARGS, preview: bool = False) -> Recording:
    return record(lambda: SignOutAccess("access", args), preview)


def test_grants() -> None:
    """Each role may do one thing on one resource; the component declares the same to whoever reads its inputs."""
    recording = recorded()
    allowed = {
        one.name: [(s["Effect"], s["Action"], s["Resource"]) for s in one.document("policy")["Statement"]]
        for one in recording.of_type("RolePolicy")
    }

    assert allowed == {
        "access-operator": [("Allow", ["cognito-idp:AdminUserGlobalSignOut"], [POOL_ARN])],
        "access-responder": [("Allow", ["lambda:InvokeFunction"], [ALIAS])],
    }
    assert recording.one("SignOutAccess").plain["grants"] == [
        {"role": "access-operator", "actions": ["cognito-idp:AdminUserGlobalSignOut"], "resources": [POOL_ARN]},
        {"role": "access-responder", "actions": ["lambda:InvokeFunction"], "resources": [ALIAS]},
    ]


def test_each_policy_is_on_its_own_role() -> None:
    """A policy goes to the role of the same name: the operator's to the operator."""
    for policy in recorded().of_type("RolePolicy"):
        assert policy.from_["role"] == {policy.name}


def test_a_preview_shows_grants_on_a_new_pool() -> None:
    """While the pool is not there yet, the actions are known all the same, and that the resource is this pool."""

    def program() -> None:
        pool = aws.cognito.UserPool("users")
        SignOutAccess("access", replace(ARGS, user_pool_arn=pool.arn))

    declared = record(program, preview=True).one("SignOutAccess")

    assert [grant["actions"] for grant in declared.plain["grants"]] == [
        ["cognito-idp:AdminUserGlobalSignOut"],
        ["lambda:InvokeFunction"],
    ]
    assert declared.from_["grants"] == {"users"}


def test_parents_and_options() -> None:
    """Everything is the component's child; what a caller says of the component is not passed on to children."""

    def program() -> None:
        SignOutAccess("access", ARGS, pulumi.ResourceOptions(protect=True))

    recording = record(program)
    children = [one for one in recording.registrations if one.type.startswith("aws:")]

    assert {one.parent for one in children} == {"access"}
    assert len(children) == 4


def test_outputs() -> None:
    """The roles' ARNs are registered as outputs."""
    recording = recorded()

    assert recording.outputs[recording.one("SignOutAccess").urn] == {
        "operatorRoleArn": "arn:aws:iam::123456789012:role/access-operator-1a2b3c4",
        "responderRoleArn": "arn:aws:iam::123456789012:role/access-responder-1a2b3c4",
    }


@pytest.mark.parametrize(
    ("change", "roles"),
    [
        ({"operator_trust": None}, {"access-responder"}),
        ({"responder_trust": None}, {"access-operator"}),
        ({"responder_trust": None, "runbook_alias_arn": None}, {"access-operator"}),
        ({"operator_trust": None, "responder_trust": None}, set()),
    ],
)
def test_only_what_is_asked_for(change: dict[str, Any], roles: set[str]) -> None:
    """A role that nobody is trusted with is not made, and not declared."""
    recording = recorded(replace(ARGS, **change))

    assert {one.name for one in recording.of_type("Role")} == roles
    assert {grant["role"] for grant in recording.one("SignOutAccess").plain["grants"]} == roles


def test_a_responder_needs_something_to_invoke() -> None:
    """Responders without a runbook are a mistake of the program's, said at once."""
    with pytest.raises(ValueError, match="responder_trust is given without runbook_alias_arn"):
        replace(ARGS, runbook_alias_arn=None)


SSO = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com"
SUFFIX = "?" * 16
TRUSTS: list[tuple[Trust, list[str], dict[str, Any]]] = [
    (NamedPrincipals((ALICE,)), [ALICE], {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    (ExternalId((ALICE,), "agreed"), [ALICE], {"StringEquals": {"sts:ExternalId": "agreed"}}),
    (
        PermissionSet("Ops"),
        ["arn:aws:iam::123456789012:root"],
        {
            "ArnLike": {
                "aws:PrincipalArn": [f"{SSO}/AWSReservedSSO_Ops_{SUFFIX}", f"{SSO}/*/AWSReservedSSO_Ops_{SUFFIX}"]
            }
        },
    ),
]


@pytest.mark.parametrize(("trust", "principals", "conditions"), TRUSTS)
def test_trust(trust: Trust, principals: list[str], conditions: dict[str, Any]) -> None:
    """Each kind of trust names its principals and binds them by the key that fits it."""
    recording = recorded(replace(ARGS, operator_trust=trust))

    assert recording.one("Role", "access-operator").document("assumeRolePolicy")["Statement"] == [
        {"Effect": "Allow", "Principal": {"AWS": principals}, "Action": ["sts:AssumeRole"], "Condition": conditions}
    ]


@pytest.mark.parametrize(("trust", "principals", "conditions"), TRUSTS)
def test_source_identity(trust: Trust, principals: list[str], conditions: dict[str, Any]) -> None:
    """Where a source identity is required, it may be set and has to be, beside what the trust asks for anyway."""
    recording = recorded(replace(ARGS, operator_trust=trust, require_source_identity=True))
    [statement] = recording.one("Role", "access-operator").document("assumeRolePolicy")["Statement"]

    assert statement["Action"] == ["sts:AssumeRole", "sts:SetSourceIdentity"]
    assert statement["Condition"] == {**conditions, "StringLike": {"sts:SourceIdentity": "?*"}}


ROLE = "arn:aws:iam::123456789012:role/access-operator"
BOB = "arn:aws:iam::123456789012:user/bob"
MFA = {"aws:MultiFactorAuthPresent": "true"}
OPS = f"{SSO}/AWSReservedSSO_Ops_0123456789abcdef"
EVERYTHING = parse({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}})
USERS, TOOL, SET = NamedPrincipals((ALICE,)), ExternalId((ALICE,), "agreed"), PermissionSet("Ops")

ASSUMPTIONS: list[tuple[Trust, bool, str, dict[str, str], Effect]] = [
    (USERS, False, ALICE, MFA, Effect.ALLOWED),
    (USERS, False, ALICE, {}, Effect.IMPLICITLY_DENIED),
    (USERS, False, ALICE, {"aws:MultiFactorAuthPresent": "false"}, Effect.IMPLICITLY_DENIED),
    (USERS, False, BOB, MFA, Effect.IMPLICITLY_DENIED),
    (USERS, True, ALICE, MFA, Effect.IMPLICITLY_DENIED),
    (USERS, True, ALICE, {**MFA, "sts:SourceIdentity": "alice"}, Effect.ALLOWED),
    (TOOL, False, ALICE, {"sts:ExternalId": "agreed"}, Effect.ALLOWED),
    (TOOL, False, ALICE, {"sts:ExternalId": "guessed"}, Effect.IMPLICITLY_DENIED),
    (TOOL, False, ALICE, MFA, Effect.IMPLICITLY_DENIED),
    (SET, False, OPS, {}, Effect.ALLOWED),
    (SET, False, OPS.replace("/AWSR", "/eu-west-1/AWSR"), {}, Effect.ALLOWED),
    (SET, False, OPS.replace("Ops", "Ops_Interns"), {}, Effect.IMPLICITLY_DENIED),
    (SET, False, OPS.replace("Ops", "ops"), {}, Effect.IMPLICITLY_DENIED),
    (SET, False, OPS.replace("aws-reserved/sso.amazonaws.com/", ""), {}, Effect.IMPLICITLY_DENIED),
    (SET, False, OPS.replace("123456789012", "210987654321"), {}, Effect.IMPLICITLY_DENIED),
    (SET, False, ALICE, MFA, Effect.IMPLICITLY_DENIED),
]


@pytest.mark.parametrize(("trust", "source_identity", "principal", "context", "effect"), ASSUMPTIONS)
def test_who_may_assume_a_role(
    trust: Trust, source_identity: bool, principal: str, context: dict[str, str], effect: Effect
) -> None:
    """Somebody who may assume any role as far as their own policies go gets into this one only as its trust says."""
    policy = parse(trust_policy(trust, HERE, source_identity), origin="trust", kind=Kind.TRUST)
    request = Request(principal, "sts:AssumeRole", ROLE, context, assume_unknown="absent")

    assert decide(request, Layers(identity=(EVERYTHING,), resource_policy=policy)).effect is effect


OTHER_POOL = POOL_ARN.replace("AbCdEf123", "Other0000")
CALLS = [
    ("access-operator", "cognito-idp:AdminUserGlobalSignOut", POOL_ARN, Effect.ALLOWED),
    ("access-operator", "cognito-idp:AdminUserGlobalSignOut", OTHER_POOL, Effect.IMPLICITLY_DENIED),
    ("access-operator", "cognito-idp:AdminDisableUser", POOL_ARN, Effect.IMPLICITLY_DENIED),
    ("access-operator", "cognito-idp:AdminGetUser", POOL_ARN, Effect.IMPLICITLY_DENIED),
    ("access-operator", "lambda:InvokeFunction", ALIAS, Effect.IMPLICITLY_DENIED),
    ("access-responder", "lambda:InvokeFunction", ALIAS, Effect.ALLOWED),
    ("access-responder", "lambda:InvokeFunction", ALIAS.removesuffix(":live"), Effect.IMPLICITLY_DENIED),
    ("access-responder", "lambda:InvokeFunction", ALIAS.replace(":live", ":7"), Effect.IMPLICITLY_DENIED),
    ("access-responder", "lambda:GetFunctionConfiguration", ALIAS, Effect.IMPLICITLY_DENIED),
    ("access-responder", "cognito-idp:AdminUserGlobalSignOut", POOL_ARN, Effect.IMPLICITLY_DENIED),
]


@pytest.mark.parametrize(("role", "action", "resource", "effect"), CALLS)
def test_what_a_role_may_do(role: str, action: str, resource: str, effect: Effect) -> None:
    """One call succeeds, and each neighbour of it is refused."""
    policy = parse(recorded().one("RolePolicy", role).document("policy"), origin=role)
    decision = decide(Request(f"arn:aws:iam::123456789012:role/{role}", action, resource), Layers(identity=(policy,)))

    assert decision.effect is effect


def test_session_and_boundary() -> None:
    """Session length and boundary are those of both roles."""
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    for role in recorded(replace(ARGS, session_seconds=7200, permissions_boundary=boundary)).of_type("Role"):
        assert (role.plain["maxSessionDuration"], role.plain["permissionsBoundary"]) == (7200, boundary)


def test_the_provider_takes_it() -> None:
    """Names, types and values are right by the provider's own schema."""
    recording = recorded(replace(ARGS, permissions_boundary="arn:aws:iam::123456789012:policy/boundary"))

    assert provider_faults(recording) == []
