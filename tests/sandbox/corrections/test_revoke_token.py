"""RevokeToken ends one session, and only where the app client allows it."""

import pytest


@pytest.mark.corrects
def test_one_session(pool, app, unsigned, refused):
    """The refresh token and all access tokens from it die; the user's other session lives."""
    pool.add_user("ana")
    lost, kept = pool.sign_in(app, "ana"), pool.sign_in(app, "ana")
    refreshed = pool.refresh(app, lost)

    assert {
        name: value
        for name, value in unsigned.revoke_token(ClientId=app, Token=lost["RefreshToken"]).items()
        if name != "ResponseMetadata"
    } == {}

    for token in (lost["AccessToken"], refreshed["AccessToken"]):
        assert refused(unsigned.get_user, AccessToken=token) == (
            "NotAuthorizedException",
            "Access Token has been revoked",
        )
    assert refused(pool.refresh, client=app, tokens=lost) == (
        "NotAuthorizedException",
        "Refresh Token has been revoked",
    )
    assert unsigned.get_user(AccessToken=kept["AccessToken"])["Username"] == "ana"
    assert pool.refresh(app, kept)["AccessToken"]


@pytest.mark.corrects
def test_no_error(pool, app, unsigned):
    """To revoke a token twice, or one that never was, is no error."""
    pool.add_user("ana")
    token = pool.sign_in(app, "ana")["RefreshToken"]

    for each in (token, token, "nonsense"):
        unsigned.revoke_token(ClientId=app, Token=each)


@pytest.mark.corrects
def test_another_client(pool, app, unsigned):
    """Another client's call revokes nothing."""
    pool.add_user("ana")
    tokens = pool.sign_in(app, "ana")

    unsigned.revoke_token(ClientId=pool.add_client(), Token=tokens["RefreshToken"])

    assert unsigned.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ana"


@pytest.mark.corrects
@pytest.mark.parametrize("kind", ["AccessToken", "IdToken"])
def test_not_a_refresh_token(kind, pool, app, unsigned, refused):
    """Access and ID tokens are revoked by their refresh token, not by themselves."""
    pool.add_user("ana")
    token = pool.sign_in(app, "ana")[kind]

    assert refused(unsigned.revoke_token, ClientId=app, Token=token) == (
        "UnsupportedTokenTypeException",
        "Only a refresh token can be revoked",
    )


@pytest.mark.corrects
def test_not_enabled(pool, unsigned, refused):
    """A client without token revocation is refused, and its tokens live."""
    pool.add_user("ana")
    client = pool.add_client(EnableTokenRevocation=False)
    tokens = pool.sign_in(client, "ana")

    assert ("UnsupportedOperationException", f"Token revocation is not enabled for client {client}") == refused(
        unsigned.revoke_token, ClientId=client, Token=tokens["RefreshToken"]
    )
    assert unsigned.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ana"


def test_signed_out_without_revocation(pool, idp, refused):
    """A sign-out ends sessions of a client without token revocation too."""
    pool.add_user("ana")
    tokens = pool.sign_in(pool.add_client(EnableTokenRevocation=False), "ana")

    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")

    assert refused(idp.get_user, AccessToken=tokens["AccessToken"]) == (
        "NotAuthorizedException",
        "Access Token has been revoked",
    )


@pytest.mark.corrects
def test_unauthorized(pool, idp, unsigned, refused):
    """A client that does not exist, or does not prove its secret, is unauthorized."""
    client = pool.add_client(GenerateSecret=True)
    described = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=client)["UserPoolClient"]
    wrong = ("UnauthorizedException", f"Unable to verify the secret of client {client}")

    assert refused(unsigned.revoke_token, ClientId="nobody", Token="nonsense") == (
        "UnauthorizedException",
        "User pool client nobody does not exist.",
    )
    assert wrong == refused(unsigned.revoke_token, ClientId=client, Token="nonsense")
    assert wrong == refused(unsigned.revoke_token, ClientId=client, Token="nonsense", ClientSecret="x" * 36)
    assert described["ClientSecret"]


@pytest.mark.corrects
def test_with_secret(pool, app, idp, unsigned, unchecked):
    """A client that proves its secret revokes."""
    client = pool.add_client(GenerateSecret=True)
    described = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=client)["UserPoolClient"]

    unsigned.revoke_token(ClientId=client, Token="nonsense", ClientSecret=described["ClientSecret"])
