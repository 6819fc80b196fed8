"""Cognito takes a refresh token only from the client it was given to, until it expires or is revoked."""

import pytest

INVALID = ("NotAuthorizedException", "Invalid Refresh Token.")
REVOKED = ("NotAuthorizedException", "Refresh Token has been revoked")


@pytest.fixture
def refresh(pool, idp):
    """Refresh by each operation that does."""

    def public(client, token, flow):
        return idp.initiate_auth(ClientId=client, AuthFlow=flow, AuthParameters={"REFRESH_TOKEN": token})

    def admin(client, token, flow):
        given = {"REFRESH_TOKEN": token}
        return idp.admin_initiate_auth(UserPoolId=pool.id, ClientId=client, AuthFlow=flow, AuthParameters=given)

    return {"InitiateAuth": public, "AdminInitiateAuth": admin}


OPERATIONS = pytest.mark.parametrize("operation", ["InitiateAuth", "AdminInitiateAuth"])
FLOWS = pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])


@OPERATIONS
@FLOWS
def test_works(operation, flow, pool, app, refresh):
    """A refresh token gives an access and an ID token, and no refresh token."""
    pool.add_user("ana")
    token = pool.sign_in(app, "ana")["RefreshToken"]

    result = refresh[operation](app, token, flow)["AuthenticationResult"]

    assert {"AccessToken", "IdToken", "ExpiresIn", "TokenType"} == result.keys()


@pytest.mark.corrects
@OPERATIONS
@FLOWS
def test_unknown(operation, flow, app, refresh, refused):
    """A token that Cognito did not give out is invalid."""
    assert refused(refresh[operation], client=app, token="nonsense", flow=flow) == INVALID


@pytest.mark.corrects
@OPERATIONS
def test_another_client(operation, pool, app, refresh, refused):
    """A token given to one app client is invalid from another."""
    pool.add_user("ana")
    token = pool.sign_in(app, "ana")["RefreshToken"]

    assert refused(refresh[operation], client=pool.add_client(), token=token, flow="REFRESH_TOKEN_AUTH") == INVALID


@pytest.mark.corrects
def test_signed_out(pool, app, idp, refresh, refused):
    """After a sign-out the refresh token is revoked, for administrators too, and the token is not quoted."""
    pool.add_user("ana")
    token = pool.sign_in(app, "ana")["RefreshToken"]
    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")

    for operation in ("InitiateAuth", "AdminInitiateAuth"):
        assert refused(refresh[operation], client=app, token=token, flow="REFRESH_TOKEN_AUTH") == REVOKED


@pytest.mark.corrects
@OPERATIONS
def test_disabled(operation, pool, app, idp, refresh, refused):
    """A disabled user's refresh is refused, saying so."""
    pool.add_user("ana")
    token = pool.sign_in(app, "ana")["RefreshToken"]
    idp.admin_disable_user(UserPoolId=pool.id, Username="ana")

    assert refused(refresh[operation], client=app, token=token, flow="REFRESH_TOKEN_AUTH") == (
        "NotAuthorizedException",
        "User is disabled.",
    )


@pytest.mark.corrects
def test_deleted(pool, app, idp, refresh, refused):
    """A deleted user's refresh token does not serve a new user of the same name."""
    pool.add_user("ana")
    token = pool.sign_in(app, "ana")["RefreshToken"]
    idp.admin_delete_user(UserPoolId=pool.id, Username="ana")
    pool.add_user("ana")

    assert refused(refresh["InitiateAuth"], client=app, token=token, flow="REFRESH_TOKEN_AUTH") == (
        "UserNotFoundException",
        "User does not exist.",
    )


@pytest.mark.corrects
@OPERATIONS
def test_missing(operation, pool, app, idp, refused):
    """A refresh without a token names what is missing."""
    admin = {"UserPoolId": pool.id} if operation == "AdminInitiateAuth" else {}
    call = idp.admin_initiate_auth if admin else idp.initiate_auth

    assert refused(call, **admin, ClientId=app, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={}) == (
        "InvalidParameterException",
        "Missing required parameter REFRESH_TOKEN",
    )


@pytest.mark.corrects
@OPERATIONS
def test_password_reset(operation, make_pool, idp, refused):
    """A user whose password was reset has to set a new one first."""
    pool = make_pool()
    pool.add_user("ana", email="ana@example.com", email_verified="true")
    client = pool.add_client()
    given = {"REFRESH_TOKEN": pool.sign_in(client, "ana")["RefreshToken"]}
    idp.admin_reset_user_password(UserPoolId=pool.id, Username="ana")
    admin = {"UserPoolId": pool.id} if operation == "AdminInitiateAuth" else {}
    call = idp.admin_initiate_auth if admin else idp.initiate_auth

    assert ("PasswordResetRequiredException", "Password reset required for the user") == refused(
        call, **admin, ClientId=client, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=given
    )
