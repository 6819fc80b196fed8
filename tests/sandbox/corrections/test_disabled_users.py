"""Disabling a user ends the user's sessions, for good."""

import pytest


@pytest.mark.corrects
def test_tokens_die(pool, app, idp, refused):
    """Disabling a user revokes access and refresh tokens; enabling the user does not bring them back."""
    pool.add_user("ana")
    tokens = pool.sign_in(app, "ana")
    revoked = ("NotAuthorizedException", "Access Token has been revoked")

    idp.admin_disable_user(UserPoolId=pool.id, Username="ana")
    assert revoked == refused(idp.get_user, AccessToken=tokens["AccessToken"])

    idp.admin_enable_user(UserPoolId=pool.id, Username="ana")
    assert revoked == refused(idp.get_user, AccessToken=tokens["AccessToken"])
    assert refused(pool.refresh, client=app, tokens=tokens) == (
        "NotAuthorizedException",
        "Refresh Token has been revoked",
    )


def test_sign_in_again(pool, app, idp, refused):
    """A disabled user cannot sign in; an enabled one can."""
    pool.add_user("ana")
    idp.admin_disable_user(UserPoolId=pool.id, Username="ana")
    assert refused(pool.sign_in, client=app, name="ana") == ("NotAuthorizedException", "User is disabled.")

    idp.admin_enable_user(UserPoolId=pool.id, Username="ana")
    assert pool.sign_in(app, "ana")["AccessToken"]


def test_others(pool, app, idp):
    """Another user's tokens go on working."""
    pool.add_user("ana")
    pool.add_user("eva")
    tokens = pool.sign_in(app, "eva")

    idp.admin_disable_user(UserPoolId=pool.id, Username="ana")

    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "eva"
