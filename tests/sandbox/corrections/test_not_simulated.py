"""What moto would only pretend to do is refused, saying so."""

import pytest

CODE = "NotSimulated"


@pytest.fixture
def call(pool, app, idp, server):
    """Make a call by operation name, with the pool and the client put in."""
    pool.add_user("ana", email="ana@example.com", email_verified="true")

    def call(operation, **parameters):
        given = {"UserPoolId": pool.id, "ClientId": app}
        parameters = {name: given[name] if value is ... else value for name, value in parameters.items()}
        return getattr(idp, operation)(**parameters)

    return call


PRETENCES = [
    # operation, parameters, what is not simulated
    (
        "create_user_pool_domain",
        {
            "UserPoolId": ...,
            "Domain": "shop",
            "CustomDomainConfig": {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d"},
        },
        (
            "custom domains, which need a certificate and a name server. "
            "Give a prefix, and leave out CustomDomainConfig."
        ),
    ),
    (
        "initiate_auth",
        {"ClientId": ..., "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "ana", "SRP_A": "a"}},
        "SRP proofs of a password. Sign in with USER_PASSWORD_AUTH or ADMIN_USER_PASSWORD_AUTH.",
    ),
    (
        "admin_initiate_auth",
        {"UserPoolId": ..., "ClientId": ..., "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "ana"}},
        "SRP proofs of a password. Sign in with USER_PASSWORD_AUTH or ADMIN_USER_PASSWORD_AUTH.",
    ),
    (
        "initiate_auth",
        {"ClientId": ..., "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": "ana", "SRP_A": "a"}},
        (
            "custom authentication, which Lambda triggers decide. "
            "Sign in with USER_PASSWORD_AUTH or ADMIN_USER_PASSWORD_AUTH."
        ),
    ),
    (
        "initiate_auth",
        {"ClientId": ..., "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "ana"}},
        "a choice of sign-in methods. Sign in with USER_PASSWORD_AUTH or ADMIN_USER_PASSWORD_AUTH.",
    ),
    *(
        (
            "respond_to_auth_challenge",
            {"ClientId": ..., "ChallengeName": name, "Session": "x" * 36, "ChallengeResponses": {"USERNAME": "ana"}},
            "challenges other than NEW_PASSWORD_REQUIRED. Sign in with USER_PASSWORD_AUTH or ADMIN_USER_PASSWORD_AUTH.",
        )
        for name in ("PASSWORD_VERIFIER", "SMS_MFA", "SOFTWARE_TOKEN_MFA", "MFA_SETUP", "CUSTOM_CHALLENGE")
    ),
    (
        "admin_set_user_mfa_preference",
        {"UserPoolId": ..., "Username": "ana", "SMSMfaSettings": {"Enabled": True}},
        "multi-factor authentication.",
    ),
    ("associate_software_token", {"Session": "x" * 36}, "multi-factor authentication."),
    (
        "confirm_sign_up",
        {"ClientId": ..., "Username": "ana", "ConfirmationCode": "0"},
        "codes sent to users. Confirm with AdminConfirmSignUp.",
    ),
    (
        "forgot_password",
        {"ClientId": ..., "Username": "ana"},
        "codes sent to users. Set a password with AdminSetUserPassword.",
    ),
    (
        "confirm_forgot_password",
        {"ClientId": ..., "Username": "ana", "ConfirmationCode": "0", "Password": "Battery-staple-8"},
        "codes sent to users. Set a password with AdminSetUserPassword.",
    ),
    (
        "create_user_pool",
        {"PoolName": "pool", "LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:f"}},
        "Lambda triggers of user pools. Leave out LambdaConfig.",
    ),
    (
        "update_user_pool",
        {"UserPoolId": ..., "LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:f"}},
        "Lambda triggers of user pools. Leave out LambdaConfig.",
    ),
    ("admin_list_user_sessions", {"UserPoolId": ..., "Username": "ana"}, "cognito-idp:AdminListUserSessions."),
    (
        "admin_revoke_user_session",
        {"UserPoolId": ..., "Username": "ana", "SessionId": "tkn" + "a" * 25},
        "cognito-idp:AdminRevokeUserSession.",
    ),
    ("list_user_sessions", {"AccessToken": "nonsense"}, "cognito-idp:ListUserSessions."),
    ("delete_user", {"AccessToken": "nonsense"}, "cognito-idp:DeleteUser."),
]


@pytest.mark.corrects
@pytest.mark.parametrize(("operation", "parameters", "what"), PRETENCES)
def test_refused(operation, parameters, what, call, refused):
    """The refusal names what is not simulated, and what to do instead."""
    assert (CODE, f"The sandbox does not simulate {what}") == refused(call, operation=operation, **parameters)


@pytest.mark.corrects
def test_required_mfa(make_pool, idp, refused):
    """Where a second factor is required nobody signs in without one; where it is optional users do."""
    pool = make_pool()
    pool.add_user("ana")
    client = pool.add_client()
    factor = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OPTIONAL", **factor)
    assert pool.sign_in(client, "ana")["AccessToken"]

    idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="ON", **factor)
    assert CODE == refused(pool.sign_in, client=client, name="ana")[0]


@pytest.mark.corrects
def test_developer_identities(server, refused):
    """Developer authenticated identities are not simulated."""
    identity = server.client("cognito-identity")

    assert (CODE, "The sandbox does not simulate developer authenticated identities.") == refused(
        identity.get_open_id_token_for_developer_identity, IdentityPoolId="us-east-1:0", Logins={"me": "ana"}
    )


@pytest.mark.corrects
def test_not_retried(server, pool):
    """The status is one that AWS's SDKs do not retry."""
    idp = server.client("cognito-idp")
    with pytest.raises(idp.exceptions.ClientError) as refusal:
        idp.admin_list_user_sessions(UserPoolId=pool.id, Username="ana")

    assert 501 == refusal.value.response["ResponseMetadata"]["HTTPStatusCode"]
