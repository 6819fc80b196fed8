"""A sign-out ends the sessions of a user, whatever the user is called."""

import pytest

REVOKED = ("NotAuthorizedException", "Access Token has been revoked")
EMAIL = "ana@example.com"
PHONE = "+351900000001"

BY_EMAIL = {"UsernameAttributes": ["email"]}
BY_EITHER = {"UsernameAttributes": ["email", "phone_number"]}
ALIASES = {"AliasAttributes": ["email", "phone_number"]}
PREFERRED = {"AliasAttributes": ["preferred_username"]}

NAMES = [
    # pool      signs in by  is signed out by
    (BY_EMAIL, EMAIL, "sub"),
    (BY_EMAIL, "sub", EMAIL),
    (BY_EITHER, EMAIL, "sub"),
    (BY_EITHER, EMAIL, PHONE),
    (ALIASES, "ana", EMAIL),
    (ALIASES, EMAIL, "ana"),
    (ALIASES, EMAIL, PHONE),
    (ALIASES, PHONE, "sub"),
    (PREFERRED, "annie", "ana"),
    ({}, "ana", "sub"),
]


@pytest.mark.corrects
@pytest.mark.parametrize(("settings", "by", "out"), NAMES)
def test_any_name(settings, by, out, make_pool, idp, refused):
    """Signed in by one name and signed out by another, a user is signed out."""
    pool = make_pool(**settings)
    given = {"email": EMAIL, "email_verified": "true", "phone_number": PHONE, "phone_number_verified": "true"}
    name = EMAIL if "UsernameAttributes" in settings else "ana"
    sub = pool.add_user(name, **given, preferred_username="annie")
    client = pool.add_client()
    tokens = pool.sign_in(client, sub if by == "sub" else by)

    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username=sub if out == "sub" else out)

    assert refused(idp.get_user, AccessToken=tokens["AccessToken"]) == REVOKED
    assert refused(pool.refresh, client=client, tokens=tokens) == (
        "NotAuthorizedException",
        "Refresh Token has been revoked",
    )


def test_same_name(make_pool, idp, refused):
    """Signed out by the name of the sign-in, a user is signed out."""
    pool = make_pool(UsernameAttributes=["email"])
    pool.add_user(EMAIL)
    tokens = pool.sign_in(pool.add_client(), EMAIL)

    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username=EMAIL)

    assert refused(idp.get_user, AccessToken=tokens["AccessToken"]) == REVOKED


@pytest.mark.corrects
def test_changed_address(make_pool, idp, refused):
    """A user whose e-mail address has changed since the sign-in is signed out by the new one."""
    pool = make_pool(UsernameAttributes=["email"])
    pool.add_user(EMAIL)
    tokens = pool.sign_in(pool.add_client(), EMAIL)
    changed = [{"Name": "email", "Value": "new@example.com"}]
    idp.admin_update_user_attributes(UserPoolId=pool.id, Username=EMAIL, UserAttributes=changed)

    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="new@example.com")

    assert refused(idp.get_user, AccessToken=tokens["AccessToken"]) == REVOKED


def test_every_device(pool, app, idp, refused):
    """A sign-out by an administrator ends the user's sessions on all devices and in all apps."""
    pool.add_user("ana")
    sessions = [pool.sign_in(client, "ana") for client in (app, app, pool.add_client())]

    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")

    for tokens in sessions:
        assert refused(idp.get_user, AccessToken=tokens["AccessToken"]) == REVOKED


def test_own_sign_out(pool, app, unsigned, refused):
    """A user who signs out on one device is signed out on the other."""
    pool.add_user("ana")
    phone, laptop = pool.sign_in(app, "ana"), pool.sign_in(app, "ana")

    unsigned.global_sign_out(AccessToken=phone["AccessToken"])

    assert refused(unsigned.get_user, AccessToken=phone["AccessToken"]) == REVOKED
    assert refused(unsigned.get_user, AccessToken=laptop["AccessToken"]) == REVOKED


def test_other_users(pool, app, idp):
    """Another user's tokens go on working, also one with a name that is alike."""
    for name in ("ana", "Ana", "ana2"):
        pool.add_user(name)
    others = [pool.sign_in(app, name) for name in ("Ana", "ana2")]

    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")

    for tokens, name in zip(others, ("Ana", "ana2"), strict=True):
        assert name == idp.get_user(AccessToken=tokens["AccessToken"])["Username"]
        assert pool.refresh(app, tokens)["AccessToken"]


def test_other_pools(make_pool, idp):
    """A user of the same name in another pool stays signed in."""
    here, there = make_pool(), make_pool()
    for pool in (here, there):
        pool.add_user("ana")
    tokens = there.sign_in(there.add_client(), "ana")

    idp.admin_user_global_sign_out(UserPoolId=here.id, Username="ana")

    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ana"


def test_signed_in_again(pool, app, idp, refused):
    """A sign-in after the sign-out works, and needs a sign-out of its own."""
    pool.add_user("ana")
    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")
    tokens = pool.sign_in(app, "ana")

    assert idp.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ana"
    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")
    assert refused(idp.get_user, AccessToken=tokens["AccessToken"]) == REVOKED


def test_repeat(pool, idp):
    """Signing out twice succeeds twice, and once for a user who never signed in."""
    pool.add_user("ana")

    for _ in range(2):
        idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")


def test_nobody(pool, idp, refused):
    """There is no such user, no such pool."""
    assert refused(idp.admin_user_global_sign_out, UserPoolId=pool.id, Username="nobody") == (
        "UserNotFoundException",
        "User does not exist.",
    )
    assert refused(idp.admin_user_global_sign_out, UserPoolId="us-east-1_none", Username="ana") == (
        "ResourceNotFoundException",
        "User pool us-east-1_none does not exist.",
    )
