"""Requests over the quota of their category are turned away, where that is asked for."""

import pytest

from signout.sandbox.corrections import quotas

NOON = 1_900_000_000
THROTTLED = ("TooManyRequestsException", "Rate exceeded")


@pytest.fixture
def throttled(servers):
    """A server that keeps to the quotas, its clock standing still and its quotas whole."""
    server = servers("throttled")
    server.post("/moto-api/reset")
    server.set_clock(at=NOON)
    return server


@pytest.fixture
def full(throttled):
    """A pool with a user who is signed in, its user's updates not yet counted."""
    idp = throttled.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    given = {"UserPoolId": pool, "ClientName": "app", "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]}
    client = idp.create_user_pool_client(**given)["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ana", Password="Correct-horse-7", Permanent=True)
    return idp, pool, client


def test_shared(full, throttled, refused):
    """25 sign-outs a second, and then no other update of users either; reads have a quota of their own."""
    idp, pool, _ = full
    ana = {"UserPoolId": pool, "Username": "ana"}
    for _ in range(25):
        idp.admin_user_global_sign_out(**ana)

    assert THROTTLED == refused(idp.admin_user_global_sign_out, **ana)
    assert THROTTLED == refused(idp.admin_disable_user, **ana)
    assert "ana" == idp.admin_get_user(**ana)["Username"]

    throttled.set_clock(at=NOON + 0.2)
    for _ in range(5):
        idp.admin_user_global_sign_out(**ana)
    assert THROTTLED == refused(idp.admin_user_global_sign_out, **ana)


def test_users_too(full, throttled, refused):
    """A sweep of sign-outs by administrators leaves users none of their own."""
    idp, pool, client = full
    given = {"USERNAME": "ana", "PASSWORD": "Correct-horse-7"}
    flow = {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": given}
    token = idp.admin_initiate_auth(UserPoolId=pool, ClientId=client, **flow)["AuthenticationResult"]["AccessToken"]
    for _ in range(25):
        idp.admin_enable_user(UserPoolId=pool, Username="ana")

    assert THROTTLED == refused(idp.global_sign_out, AccessToken=token)


def test_per_region(full, throttled):
    """Each Region has its quotas."""
    idp, pool, _ = full
    for _ in range(25):
        idp.admin_enable_user(UserPoolId=pool, Username="ana")
    elsewhere = throttled.client("cognito-idp", "eu-west-1")
    pool = elsewhere.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    elsewhere.admin_create_user(UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")

    elsewhere.admin_user_global_sign_out(UserPoolId=pool, Username="ana")


def test_reset(full, throttled, refused):
    """A reset of moto makes the quotas whole."""
    idp, _, _ = full
    while True:
        try:
            idp.list_user_pools(MaxResults=1)
        except idp.exceptions.TooManyRequestsException:
            break
    throttled.post("/moto-api/reset")

    assert [] == idp.list_user_pools(MaxResults=1)["UserPools"]


def test_turned_away_unseen(full, refused):
    """A call over the quota is turned away before its parameters are looked at, and changes nothing."""
    idp, pool, _ = full
    for _ in range(25):
        idp.admin_enable_user(UserPoolId=pool, Username="ana")

    assert THROTTLED == refused(idp.admin_disable_user, UserPoolId=pool, Username="a" * 129)
    assert THROTTLED == refused(idp.admin_disable_user, UserPoolId=pool, Username="ana")
    assert idp.admin_get_user(UserPoolId=pool, Username="ana")["Enabled"]


def test_off(pool, idp):
    """Unless asked for, any number of calls passes."""
    pool.add_user("ana")
    for _ in range(60):
        idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")


@pytest.mark.parametrize(
    ("operation", "category"),
    [
        ("AdminUserGlobalSignOut", "UserUpdate"),
        ("GlobalSignOut", "UserUpdate"),
        ("AdminDisableUser", "UserUpdate"),
        ("AdminUpdateUserAttributes", "UserUpdate"),
        ("ListUsers", "UserList"),
        ("InitiateAuth", "UserAuthentication"),
        ("RevokeToken", "UserToken"),
    ],
)
def test_category(operation, category):
    """Operations count in the category that the documentation puts them in, and in one only."""
    found = [name for name, each in quotas.CATEGORIES.items() if operation in each.operations]

    assert [category] == found


def test_rates():
    """User updates have 25 requests a second, lists of users 30."""
    assert (25, 30) == (quotas.CATEGORIES["UserUpdate"].per_second, quotas.CATEGORIES["UserList"].per_second)
