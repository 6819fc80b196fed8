"""GetId gives a user the same identity every time, and only to whom it should."""

import jwt
import pytest
from botocore import UNSIGNED

NOON = 1_900_000_000
CODE = "NotAuthorizedException"
INACTIVE = (CODE, "Token is inactive")


@pytest.fixture
def identity(server):
    """Identity pools for an app, which has no AWS credentials."""
    return server.client("cognito-identity", signature_version=UNSIGNED)


@pytest.fixture
def provider(pool):
    """The pool's name as a provider."""
    return pool.issuer.removeprefix("https://")


@pytest.fixture
def make_identities(pool, app, provider, server):
    """Make an identity pool for the user pool's users."""

    def make(check=True, guests=False, client=app):
        trusted = {"ProviderName": provider, "ClientId": client, "ServerSideTokenCheck": check}
        created = server.client("cognito-identity").create_identity_pool(
            IdentityPoolName="pool", AllowUnauthenticatedIdentities=guests, CognitoIdentityProviders=[trusted]
        )
        return created["IdentityPoolId"]

    return make


@pytest.fixture
def signed_in(pool, app):
    """The tokens of a user."""
    pool.add_user("ana")
    return pool.sign_in(app, "ana")


@pytest.mark.corrects
def test_same_identity(pool, app, provider, make_identities, signed_in, identity):
    """A user gets the same identity at each sign-in; another user gets another."""
    pool_id = make_identities()
    pool.add_user("eva")
    tokens = [signed_in, pool.sign_in(app, "ana"), pool.refresh(app, signed_in), pool.sign_in(app, "eva")]
    found = [
        identity.get_id(IdentityPoolId=pool_id, Logins={provider: each["IdToken"]})["IdentityId"] for each in tokens
    ]

    assert 1 == len(set(found[:3]))
    assert found[3] != found[0]


@pytest.mark.corrects
@pytest.mark.parametrize("how", ["admin", "own", "revoke", "disable", "enable again", "delete"])
def test_signed_out(how, pool, app, provider, make_identities, signed_in, idp, identity, refused):
    """With the server-side check, the ID token of a user who is signed out, disabled or deleted is refused."""
    pool_id = make_identities(check=True)
    ana = {"UserPoolId": pool.id, "Username": "ana"}
    match how:
        case "admin":
            idp.admin_user_global_sign_out(**ana)
        case "own":
            idp.global_sign_out(AccessToken=signed_in["AccessToken"])
        case "revoke":
            idp.revoke_token(ClientId=app, Token=signed_in["RefreshToken"])
        case "disable":
            idp.admin_disable_user(**ana)
        case "enable again":
            idp.admin_disable_user(**ana)
            idp.admin_enable_user(**ana)
        case "delete":
            idp.admin_delete_user(**ana)

    assert INACTIVE == refused(identity.get_id, IdentityPoolId=pool_id, Logins={provider: signed_in["IdToken"]})


def test_unchecked(pool, provider, make_identities, signed_in, idp, identity):
    """Without the server-side check a signed-out user's ID token is good until it expires."""
    pool_id = make_identities(check=False)
    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")

    assert identity.get_id(IdentityPoolId=pool_id, Logins={provider: signed_in["IdToken"]})["IdentityId"]


def test_others(pool, app, provider, make_identities, signed_in, idp, identity):
    """Another user's ID token goes on working."""
    pool_id = make_identities(check=True)
    pool.add_user("eva")
    tokens = pool.sign_in(app, "eva")
    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")

    assert identity.get_id(IdentityPoolId=pool_id, Logins={provider: tokens["IdToken"]})["IdentityId"]


@pytest.mark.corrects
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda tokens: "nonsense", "Invalid login token. Not a valid OpenId Connect identity token."),
        (lambda tokens: tokens["AccessToken"], "Invalid login token. Missing a required claim: aud"),
        (
            lambda tokens: tokens["IdToken"][:-40] + "A" * 40,
            "Invalid login token. Couldn't verify signed token.",
        ),
        (
            lambda tokens: jwt.encode({"iss": "https://example.com"}, "x" * 32),
            "Invalid login token. Not a valid OpenId Connect identity token.",
        ),
    ],
    ids=["no token", "access token", "wrong signature", "another issuer"],
)
def test_not_a_login(spoil, message, provider, make_identities, signed_in, identity, refused):
    """What is no ID token of the user pool is refused, and not quoted."""
    pool_id = make_identities()

    assert (CODE, message) == refused(identity.get_id, IdentityPoolId=pool_id, Logins={provider: spoil(signed_in)})


@pytest.mark.corrects
def test_expired(pool, app, provider, make_identities, server, identity, refused):
    """An ID token is good until its `exp`."""
    pool_id = make_identities(check=False)
    pool.add_user("ana")
    server.set_clock(at=NOON)
    login = {provider: pool.sign_in(app, "ana")["IdToken"]}
    server.set_clock(at=NOON + 3599)
    assert identity.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]

    server.set_clock(at=NOON + 3600)
    assert (CODE, f"Invalid login token. Token expired: {NOON + 3600} >= {NOON + 3600}") == refused(
        identity.get_id, IdentityPoolId=pool_id, Logins=login
    )


@pytest.mark.corrects
def test_another_provider(make_pool, pool, app, provider, make_identities, signed_in, identity, refused):
    """A token from an app client, or a user pool, that the identity pool does not name is refused."""
    there = make_pool()
    there.add_user("ana")
    foreign = there.sign_in(there.add_client(), "ana")["IdToken"]
    unsupported = "Token is not from a supported provider of this identity pool."

    for pool_id, login, message in (
        (make_identities(client=pool.add_client()), {provider: signed_in["IdToken"]}, unsupported),
        (make_identities(), {there.issuer.removeprefix("https://"): foreign}, unsupported),
        (make_identities(), {provider: foreign}, "Invalid login token. Issuer doesn't match providerName"),
    ):
        assert (CODE, message) == refused(identity.get_id, IdentityPoolId=pool_id, Logins=login)


@pytest.mark.corrects
def test_guests(make_identities, identity, refused):
    """Without a login there is an identity only where guests are allowed, a new one each time."""
    guests = make_identities(guests=True)
    assert identity.get_id(IdentityPoolId=guests) != identity.get_id(IdentityPoolId=guests)

    assert (CODE, "Unauthenticated access is not supported for this identity pool.") == refused(
        identity.get_id, IdentityPoolId=make_identities(guests=False)
    )


@pytest.mark.corrects
def test_other_logins(make_identities, identity, refused):
    """Logins of other providers are not simulated."""
    assert ("NotSimulated", "The sandbox does not simulate logins of graph.facebook.com.") == refused(
        identity.get_id, IdentityPoolId=make_identities(), Logins={"graph.facebook.com": "token"}
    )


@pytest.mark.corrects
def test_no_pool(identity, refused):
    """There is no such identity pool."""
    assert ("ResourceNotFoundException", "IdentityPool 'us-east-1:0' not found.") == refused(
        identity.get_id, IdentityPoolId="us-east-1:0"
    )


@pytest.mark.corrects
def test_listed(provider, make_identities, signed_in, server, identity):
    """An identity is listed once, with the provider of its login."""
    pool_id = make_identities()
    login = {provider: signed_in["IdToken"]}
    found = {identity.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"] for _ in range(2)}
    listed = server.client("cognito-identity").list_identities(IdentityPoolId=pool_id, MaxResults=10)["Identities"]

    assert [{"IdentityId": found.pop(), "Logins": [provider]}] == listed
