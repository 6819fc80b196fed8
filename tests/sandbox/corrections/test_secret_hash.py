"""An app client with a secret has to prove that it knows it."""

import base64
import hashlib
import hmac

import pytest

PASSWORD = "Correct-horse-7"
FLOWS = pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"])


@pytest.fixture
def confidential(pool, idp):
    """An app client with a secret: its id, and how it hashes a user name."""
    client = pool.add_client(GenerateSecret=True)
    described = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=client)["UserPoolClient"]
    secret = described["ClientSecret"].encode()
    pool.add_user("ana")
    return client, lambda name: base64.b64encode(
        hmac.digest(secret, f"{name}{client}".encode(), hashlib.sha256)
    ).decode()


@pytest.fixture
def start(pool, idp):
    def start(client, flow, given):
        admin = flow.startswith("ADMIN")
        call, more = (idp.admin_initiate_auth, {"UserPoolId": pool.id}) if admin else (idp.initiate_auth, {})
        return call(ClientId=client, AuthFlow=flow, AuthParameters=given, **more)["AuthenticationResult"]

    return start


@pytest.mark.corrects
@FLOWS
def test_missing(flow, confidential, start, refused):
    """A sign-in without the hash is refused."""
    client, _ = confidential

    assert (
        "NotAuthorizedException",
        f"Client {client} is configured with secret but SECRET_HASH was not received",
    ) == refused(start, client=client, flow=flow, given={"USERNAME": "ana", "PASSWORD": PASSWORD})


@pytest.mark.corrects
@FLOWS
def test_wrong(flow, confidential, start, refused):
    """A wrong hash is refused, and not quoted."""
    client, hashed = confidential
    given = {"USERNAME": "ana", "PASSWORD": PASSWORD, "SECRET_HASH": hashed("eva")}

    assert ("NotAuthorizedException", f"Unable to verify secret hash for client {client}") == refused(
        start, client=client, flow=flow, given=given
    )


@FLOWS
def test_right(flow, pool, confidential, start, idp):
    """With the right hash a user signs in, and refreshes."""
    client, hashed = confidential
    signed_in = start(client, flow, {"USERNAME": "ana", "PASSWORD": PASSWORD, "SECRET_HASH": hashed("ana")})
    given = {"REFRESH_TOKEN": signed_in["RefreshToken"], "SECRET_HASH": hashed("ana")}

    assert start(client, "REFRESH_TOKEN_AUTH", given)["AccessToken"]


@pytest.mark.corrects
def test_sub(pool, confidential, start, idp):
    """A refresh works with the hash of the sub too."""
    client, hashed = confidential
    attributes = idp.admin_get_user(UserPoolId=pool.id, Username="ana")["UserAttributes"]
    sub = next(each["Value"] for each in attributes if each["Name"] == "sub")
    given = {"USERNAME": "ana", "PASSWORD": PASSWORD, "SECRET_HASH": hashed("ana")}
    token = start(client, "USER_PASSWORD_AUTH", given)["RefreshToken"]

    assert start(client, "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": token, "SECRET_HASH": hashed(sub)})["AccessToken"]


@pytest.mark.corrects
def test_refresh(pool, confidential, start, refused):
    """A refresh needs the hash as well."""
    client, hashed = confidential
    tokens = start(
        client, "USER_PASSWORD_AUTH", {"USERNAME": "ana", "PASSWORD": PASSWORD, "SECRET_HASH": hashed("ana")}
    )

    for given, message in (
        ({}, f"Client {client} is configured with secret but SECRET_HASH was not received"),
        ({"SECRET_HASH": hashed("eva")}, f"Unable to verify secret hash for client {client}"),
    ):
        given = {"REFRESH_TOKEN": tokens["RefreshToken"], **given}
        assert ("NotAuthorizedException", message) == refused(
            start, client=client, flow="REFRESH_TOKEN_AUTH", given=given
        )
