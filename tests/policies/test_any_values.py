"""Whatever a program puts into the properties: a finding with the place where it matters, and no rule that fails."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.documents import PLACES
from signout.resource_types import ATTACHMENTS
from tests.policies.stacks import SECRET, TYPES, UNKNOWN, document, inspect, resource, role, said, statement, trust

SIGN_OUT = statement("cognito-idp:AdminUserGlobalSignOut")
OTHERS = (
    "aws:iam/groupMembership:GroupMembership",
    "aws:iam/userGroupMembership:UserGroupMembership",
    "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment",
    "aws:ssoadmin/customerManagedPolicyAttachmentsExclusive:CustomerManagedPolicyAttachmentsExclusive",
    "aws:ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment",
)
KINDS = sorted({*TYPES.values(), *PLACES, *ATTACHMENTS, *OTHERS})
PROPERTIES = [
    "assumeRolePolicy",
    "policy",
    "inlinePolicy",
    "inlinePolicies",
    "content",
    "managedPolicyArns",
    "permissionsBoundary",
    "permissionSetArn",
    "customerManagedPolicyReference",
    "customerManagedPolicyReferences",
    "role",
    "roles",
    "user",
    "users",
    "group",
    "groups",
    "policyArn",
    "policyArns",
    "name",
    "path",
    "type",
    "grants",
    "explicitAuthFlows",
    "callbackUrls",
    "logoutUrls",
    "accessTokenValidity",
    "tokenValidityUnits",
    "refreshTokenValidity",
    "refreshTokenRotation",
    "enableTokenRevocation",
    "preventUserExistenceErrors",
    "deletionProtection",
    "cognitoIdentityProviders",
    "functionName",
    "function",
    "principal",
    "action",
    "authorizationType",
    "runtime",
    "deadLetterConfig",
    "reservedConcurrentExecutions",
    "retentionInDays",
    "metricName",
    "dimensions",
]
POLICIES = (
    document(SIGN_OUT),
    document({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}),
    trust({"AWS": "*"}),
    trust({"Federated": "nobody"}),
    '{"Statement": []}',
    '{"Statement": [{"Effect": "Allow", "Action": null, "Resource": [{}]}]}',
    "{",
    "null",
)
ODD = (
    *(None, True, 0, -1, 100, 1.5, float("nan"), float("inf"), "", "arn:", "a b", "/", UNKNOWN, *POLICIES),
    *([], [None], [0], [""], ["arn:"], [{}], [[]], [UNKNOWN], [{"policy": 3, "name": []}]),
    *({}, {"policy": None}, {"name": 0}, {"policy": [{}]}, {"Statement": []}, {"idToken": []}, {"idToken": "x"}),
    *({"name": UNKNOWN}, {**SECRET, "value": "null"}, {**SECRET, "value": "[]"}),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 100),
    st.floats(),
    st.sampled_from(("", "arn:", "arn:aws:iam::123456789012:role/r", "a b", "/", UNKNOWN, *POLICIES)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(("policy", "name", "Statement", "idToken")), inner, max_size=2),
        inner.map(lambda value: {**SECRET, "value": json.dumps(value)}),
    ),
    max_leaves=4,
)
PROPS = st.dictionaries(st.sampled_from(PROPERTIES), VALUES, max_size=8)
RESOURCES = st.lists(st.tuples(st.sampled_from(KINDS), PROPS, PROPS), min_size=1, max_size=6)


def _failed(stack):
    return [report.finding.fact for report in inspect(stack) if "failed with" in report.finding.fact]


@pytest.mark.parametrize("kind", KINDS)
def test_every_property(kind):
    """One property at a time, each with every odd value."""
    failed = {
        name: _failed([resource(kind, f"r{number}", {name: value}, {name: value}) for number, value in enumerate(ODD)])
        for name in PROPERTIES
    }

    assert not any(failed.values()), failed


@given(RESOURCES)
def test_no_rule_fails(given):
    """Nulls, secrets, unknown values, wrong types, documents that are none: every rule comes to an end."""
    stack = [resource(kind, f"r{number}", *props) for number, (kind, *props) in enumerate(given)]

    assert not _failed(stack)


GRANT = {"policy": document(SIGN_OUT)}


@pytest.mark.parametrize(
    ("resources", "name", "fact"),
    [
        ([resource("RolePolicy", "x", {"role": "", **GRANT})], "x", "RolePolicy x: role awaits a name"),
        ([role("x", SIGN_OUT, path="team")], "x", "Role x: name awaits a name and a path that AWS takes, not 'arn:"),
        ([role("x", SIGN_OUT, assumed_by={"Federated": "nobody"})], "x", "Role x: assumeRolePolicy awaits a"),
    ],
)
def test_place(resources, name, fact):
    """What AWS would not take is said with its place, and counts as not decided."""
    assert [found for found in said("undecided", resources) if found[0] == name and fact in found[1]]
