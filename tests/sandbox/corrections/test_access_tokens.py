"""Cognito takes an access token only while it is genuine, current, not revoked, and of the right scope."""

import jwt
import pytest

HOUR = 3600
NOON = 1_900_000_000

BY_TOKEN = {
    "get_user": {},
    "global_sign_out": {},
    "change_password": {"PreviousPassword": "Correct-horse-7", "ProposedPassword": "Battery-staple-8"},
    "update_user_attributes": {"UserAttributes": [{"Name": "given_name", "Value": "Ana"}]},
}
"""The operations of moto that an access token authorizes, with their other parameters."""


@pytest.fixture
def token(pool, app):
    pool.add_user("ana")
    return pool.sign_in(app, "ana")["AccessToken"]


@pytest.fixture
def reissue(token, private_key):
    """The token with other claims, signed by the pool's key."""

    def sign(**changes):
        header, claims = jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})
        return jwt.encode({**claims, **changes}, jwt.PyJWK(private_key).key, "RS256", {"kid": header["kid"]})

    return sign


@pytest.mark.corrects
@pytest.mark.parametrize("operation", BY_TOKEN)
def test_revoked(operation, pool, token, idp, unsigned, refused):
    """After a sign-out every operation answers that the token has been revoked."""
    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")

    assert refused(getattr(unsigned, operation), AccessToken=token, **BY_TOKEN[operation]) == (
        "NotAuthorizedException",
        "Access Token has been revoked",
    )


@pytest.mark.corrects
@pytest.mark.parametrize("operation", BY_TOKEN)
def test_expired(operation, pool, app, server, unsigned, refused):
    """An access token works until its `exp`, and not from then on."""
    pool.add_user("ana")
    server.set_clock(at=NOON)
    token = pool.sign_in(app, "ana")["AccessToken"]

    server.set_clock(at=NOON + HOUR - 1)
    assert unsigned.get_user(AccessToken=token)["Username"] == "ana"
    server.set_clock(at=NOON + HOUR)
    assert refused(getattr(unsigned, operation), AccessToken=token, **BY_TOKEN[operation]) == (
        "NotAuthorizedException",
        "Access Token has expired",
    )


@pytest.mark.corrects
@pytest.mark.parametrize("operation", BY_TOKEN)
def test_scope(operation, reissue, unsigned, refused):
    """An access token without the scope of Cognito's own operations is refused, for GlobalSignOut too."""
    token = reissue(scope="openid profile")

    assert refused(getattr(unsigned, operation), AccessToken=token, **BY_TOKEN[operation]) == (
        "NotAuthorizedException",
        "Access Token does not have required scopes",
    )


@pytest.mark.corrects
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda token: "nonsense", "Invalid Access Token"),
        (lambda token: token[:-40] + "A" * 40, "Could not verify signature for Access Token"),
        (lambda token: token.rpartition(".")[0] + ".", "Could not verify signature for Access Token"),
        (lambda token: jwt.encode({"iss": "https://example.com"}, "x" * 32), "Invalid Access Token"),
    ],
    ids=["no token", "wrong signature", "no signature", "another issuer"],
)
def test_not_genuine(spoil, message, token, unsigned, refused):
    """What is no token of the pool is refused, and not quoted."""
    assert ("NotAuthorizedException", message) == refused(unsigned.get_user, AccessToken=spoil(token))


@pytest.mark.corrects
def test_unsigned_algorithm(token, unsigned, refused):
    """A token that says it needs no signature is refused."""
    claims = jwt.decode(token, options={"verify_signature": False})

    assert refused(unsigned.get_user, AccessToken=jwt.encode(claims, None, "none")) == (
        "NotAuthorizedException",
        "Could not verify signature for Access Token",
    )


@pytest.mark.corrects
@pytest.mark.parametrize("operation", BY_TOKEN)
def test_id_token(operation, pool, app, unsigned, refused):
    """An ID token authorizes nothing, and is not quoted."""
    pool.add_user("ana")
    token = pool.sign_in(app, "ana")["IdToken"]

    assert refused(getattr(unsigned, operation), AccessToken=token, **BY_TOKEN[operation]) == (
        "NotAuthorizedException",
        "Invalid Access Token",
    )


@pytest.mark.corrects
def test_never_quoted(pool, token, idp, unsigned, refused):
    """No refusal quotes the token, whatever is wrong with it."""
    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")
    for operation, parameters in BY_TOKEN.items():
        for wrong in (token, token[:-40] + "A" * 40, "nonsense"):
            _, message = refused(getattr(unsigned, operation), AccessToken=wrong, **parameters)
            assert message
            assert wrong not in message


@pytest.mark.corrects
def test_deleted_user(pool, token, idp, unsigned, refused):
    """The token of a deleted user is worth nothing to a new user of the same name."""
    idp.admin_delete_user(UserPoolId=pool.id, Username="ana")
    pool.add_user("ana")

    assert refused(unsigned.get_user, AccessToken=token) == ("UserNotFoundException", "User does not exist.")
    assert refused(unsigned.global_sign_out, AccessToken=token) == (
        "NotAuthorizedException",
        "Access Token has been revoked",
    )


@pytest.mark.corrects
def test_password_reset(make_pool, idp, unsigned, refused):
    """A user whose password was reset has to set a new one first."""
    pool = make_pool()
    pool.add_user("ana", email="ana@example.com", email_verified="true")
    token = pool.sign_in(pool.add_client(), "ana")["AccessToken"]
    idp.admin_reset_user_password(UserPoolId=pool.id, Username="ana")

    assert refused(unsigned.get_user, AccessToken=token) == (
        "PasswordResetRequiredException",
        "Password reset required for the user",
    )


def test_another_region(server, pool, token, refused):
    """A token of a pool in another Region is taken as what it is."""
    elsewhere = server.client("cognito-idp", "eu-west-1")

    assert elsewhere.get_user(AccessToken=token)["Username"] == "ana"
