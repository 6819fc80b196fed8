"""An app client signs users in by the flows that it allows, and by no other."""

import pytest

ADMIN = "Auth flow not enabled for this client"
PASSWORD = "USER_PASSWORD_AUTH flow not enabled for this client"
REFRESH = "REFRESH_TOKEN_AUTH flow not enabled for this client"

REFUSED = [
    # what the client allows                 flow                         message
    (None, "USER_PASSWORD_AUTH", PASSWORD),
    (None, "ADMIN_USER_PASSWORD_AUTH", ADMIN),
    ([], "USER_PASSWORD_AUTH", PASSWORD),
    (["ALLOW_USER_SRP_AUTH"], "USER_PASSWORD_AUTH", PASSWORD),
    (["ALLOW_USER_PASSWORD_AUTH"], "ADMIN_USER_PASSWORD_AUTH", ADMIN),
    (["ALLOW_USER_PASSWORD_AUTH"], "ADMIN_NO_SRP_AUTH", ADMIN),
    (["ALLOW_ADMIN_USER_PASSWORD_AUTH"], "USER_PASSWORD_AUTH", PASSWORD),
    (["ALLOW_USER_PASSWORD_AUTH"], "REFRESH_TOKEN_AUTH", REFRESH),
    (["ALLOW_USER_PASSWORD_AUTH"], "REFRESH_TOKEN", "REFRESH_TOKEN flow not enabled for this client"),
    (["ADMIN_NO_SRP_AUTH"], "USER_PASSWORD_AUTH", PASSWORD),
]
ALLOWED = [
    (["ALLOW_USER_PASSWORD_AUTH"], "USER_PASSWORD_AUTH"),
    (["ALLOW_ADMIN_USER_PASSWORD_AUTH"], "ADMIN_USER_PASSWORD_AUTH"),
    (["ALLOW_ADMIN_USER_PASSWORD_AUTH"], "ADMIN_NO_SRP_AUTH"),
    (["USER_PASSWORD_AUTH"], "USER_PASSWORD_AUTH"),
    (["ADMIN_NO_SRP_AUTH"], "ADMIN_USER_PASSWORD_AUTH"),
]


@pytest.fixture
def start(pool, idp):
    """Sign "ana" in by a flow, or try to refresh."""

    def sign_in(client, flow):
        given = {"USERNAME": "ana", "PASSWORD": "Correct-horse-7", "REFRESH_TOKEN": "nonsense"}
        if flow.startswith("ADMIN"):
            return idp.admin_initiate_auth(UserPoolId=pool.id, ClientId=client, AuthFlow=flow, AuthParameters=given)
        return idp.initiate_auth(ClientId=client, AuthFlow=flow, AuthParameters=given)

    pool.add_user("ana")
    return sign_in


def client_allowing(pool, flows):
    settings = {} if flows is None else {"ExplicitAuthFlows": flows}
    created = pool.idp.create_user_pool_client(UserPoolId=pool.id, ClientName="app", **settings)
    return created["UserPoolClient"]["ClientId"]


@pytest.mark.corrects
@pytest.mark.parametrize(("flows", "flow", "message"), REFUSED)
def test_refused(flows, flow, message, pool, start, refused):
    """A flow that the client does not allow is refused, whatever the credentials."""
    client = client_allowing(pool, flows)

    assert ("InvalidParameterException", message) == refused(start, client=client, flow=flow)


@pytest.mark.parametrize(("flows", "flow"), ALLOWED)
def test_allowed(flows, flow, pool, start):
    """A flow that the client allows signs in, by its old name too."""
    assert start(client_allowing(pool, flows), flow)["AuthenticationResult"]["AccessToken"]


@pytest.mark.corrects
@pytest.mark.parametrize("flow", ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"])
def test_rotation(flow, pool, start, refused):
    """A client with refresh token rotation does not refresh by a sign-in flow."""
    client = pool.add_client(RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0})

    assert ("InvalidParameterException", f"{flow} flow not enabled for this client") == refused(
        start, client=client, flow=flow
    )


@pytest.mark.corrects
def test_unknown_client(start, refused):
    """A client that does not exist is named."""
    for flow in ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"):
        assert ("ResourceNotFoundException", "User pool client nobody does not exist.") == refused(
            start, client="nobody", flow=flow
        )
