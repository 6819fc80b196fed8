"""What authorizes each operation."""

from __future__ import annotations

import subprocess
import sys

import pytest

from signout.cognito.operations import Credential, Governed, Guide, Prose, Signing, operation, operations

BY = [
    # action, what authorizes it, where the request has it, governed
    ("cognito-idp:AdminUserGlobalSignOut", [Credential.IAM], [], Governed.IAM),
    ("cognito-idp:AdminRevokeUserSession", [Credential.IAM], [], Governed.IAM),
    ("cognito-idp:AdminDisableUser", [Credential.IAM], [], Governed.IAM),
    ("cognito-idp:AdminInitiateAuth", [Credential.IAM], [], Governed.IAM),
    ("cognito-idp:GlobalSignOut", [Credential.ACCESS_TOKEN], ["AccessToken"], Governed.NOT_IAM),
    ("cognito-idp:GetUser", [Credential.ACCESS_TOKEN], ["AccessToken"], Governed.NOT_IAM),
    ("cognito-idp:ForgetDevice", [Credential.ACCESS_TOKEN], ["AccessToken"], Governed.NOT_IAM),
    ("cognito-idp:ListUserSessions", [Credential.ACCESS_TOKEN], ["AccessToken"], Governed.NOT_IAM),
    ("cognito-idp:RevokeUserSession", [Credential.ACCESS_TOKEN], ["AccessToken"], Governed.NOT_IAM),
    ("cognito-idp:RevokeToken", [Credential.REFRESH_TOKEN], ["Token"], Governed.NOT_IAM),
    ("cognito-idp:GetTokensFromRefreshToken", [Credential.REFRESH_TOKEN], ["RefreshToken"], Governed.NOT_IAM),
    ("cognito-idp:RespondToAuthChallenge", [Credential.SESSION], ["Session"], Governed.NOT_IAM),
    (
        "cognito-idp:VerifySoftwareToken",
        [Credential.ACCESS_TOKEN, Credential.SESSION],
        ["AccessToken", "Session"],
        Governed.NOT_IAM,
    ),
    ("cognito-idp:UpdateAuthEventFeedback", [Credential.FEEDBACK_TOKEN], ["FeedbackToken"], Governed.NOT_IAM),
    ("cognito-idp:SignUp", [Credential.NOTHING], [], Governed.NOT_IAM),
    ("cognito-idp:InitiateAuth", [Credential.NOTHING], [], Governed.NOT_IAM),
    ("cognito-idp:GetClientToken", [Credential.CLIENT], ["ClientId", "Secret"], Governed.DISPUTED),
    ("cognito-idp:GetDerivedToken", [Credential.IAM, Credential.CLIENT], ["ClientId", "ClientSecret"], Governed.EITHER),
    ("cognito-identity:GetId", [Credential.LOGINS, Credential.NOTHING], ["Logins"], Governed.NOT_IAM),
    ("cognito-identity:UnlinkIdentity", [Credential.LOGINS], ["Logins"], Governed.NOT_IAM),
    ("cognito-identity:GetOpenIdTokenForDeveloperIdentity", [Credential.IAM], [], Governed.IAM),
]


@pytest.mark.parametrize(("action", "by", "parameters", "governed"), BY, ids=[row[0] for row in BY])
def test_what_authorizes(action: str, by: list[Credential], parameters: list[str], governed: Governed) -> None:
    """Each operation says what authorizes it, in which parameter, and whether IAM decides."""
    found = operation(action)

    assert found is not None
    assert (list(found.authorized_by), list(found.parameters), found.governed) == (by, parameters, governed)


def test_unsigned_operations_are_as_many_as_measured() -> None:
    """34 operations of user pools and 4 of identity pools are not signed in botocore 1.44.5; none is left to IAM."""
    unsigned = [known for known in operations().values() if known.signing is Signing.UNSIGNED]

    assert sum(known.service == "cognito-idp" for known in unsigned) == 34
    assert sum(known.service == "cognito-identity" for known in unsigned) == 4
    assert {known.governed for known in unsigned} == {Governed.NOT_IAM}


def test_prose_agrees_as_measured() -> None:
    """29 of the 34 unsigned ones are documented as not evaluated by IAM, and 77 signed ones as evaluated."""
    own = [known for known in operations().values() if known.service == "cognito-idp"]

    assert sum(known.prose is Prose.NOT_IAM and known.signing is Signing.UNSIGNED for known in own) == 29
    assert sum(known.prose is Prose.IAM and known.signing is Signing.SIGNED for known in own) == 77


def test_unsigned_operations_that_the_guide_leaves_out() -> None:
    """The guide's 31 unsigned operations are all unsigned in the model, which has three more."""
    unsigned = {k.name for k in operations().values() if k.signing is Signing.UNSIGNED and k.service == "cognito-idp"}
    listed = {k.name for k in operations().values() if k.guide not in (Guide.IAM, Guide.ABSENT)}

    assert len(listed) == 31
    assert unsigned - listed == {"GetUserAuthFactors", "ListUserSessions", "RevokeUserSession"}
    assert listed <= unsigned


def test_conflicts_stay_visible() -> None:
    """Where model and documentation disagree the operation says so, in a sentence for each disagreement."""
    conflicts = {known.action: known.conflicts for known in operations().values() if known.conflicts}

    assert sorted(conflicts) == [
        "cognito-idp:GetClientToken",
        "cognito-idp:GetDerivedToken",
        "cognito-idp:UpdateAuthEventFeedback",
    ]
    assert "IAM does not decide" in conflicts["cognito-idp:GetClientToken"][0]
    assert "Session" in conflicts["cognito-idp:UpdateAuthEventFeedback"][0]


def test_sources_are_named() -> None:
    """The answer for GlobalSignOut rests on model, API reference and Developer Guide, and names the scope."""
    sign_out = operation("cognito-idp:GlobalSignOut")

    assert sign_out is not None
    assert [source.partition(":")[0] for source in sign_out.sources] == [
        "API model",
        "API reference",
        "Developer Guide",
    ]
    assert sign_out.scope == "aws.cognito.signin.user.admin"


def test_resource_names_what_a_grant_can_be_limited_to() -> None:
    """The member that names the pool is known; creating a pool names none."""
    found = [operation(f"cognito-idp:{name}") for name in ("AdminUserGlobalSignOut", "TagResource", "CreateUserPool")]

    assert [known and known.resource for known in found] == ["UserPoolId", "ResourceArn", None]


@pytest.mark.parametrize("action", ["cognito-idp:globalsignout", "COGNITO-IDP:GLOBALSIGNOUT"])
def test_lookup_ignores_case(action: str) -> None:
    """IAM ignores the case of actions, and so does the look-up."""
    found = operation(action)

    assert found is not None
    assert found.action == "cognito-idp:GlobalSignOut"


@pytest.mark.parametrize(
    "action",
    ["cognito-idp:GlobalSignOuts", "cognito-idp:*", "cognito-sync:GlobalSignOut", "s3:GetObject", "GlobalSignOut", ""],
)
def test_unknown_action_is_none(action: str) -> None:
    """Of an action that is not a known operation of Cognito nothing is claimed."""
    assert operation(action) is None


def test_asking_takes_no_sdk() -> None:
    """Neither the import nor an answer loads botocore, boto3 or policyuniverse."""
    program = """
import sys
from signout.cognito.operations import operation
from signout.cognito.limits import problems
assert operation("cognito-idp:GlobalSignOut")
assert problems("cognito-idp:GetUser", {})
print([name for name in ("botocore", "boto3", "policyuniverse") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert run.stdout == "[]\n"
