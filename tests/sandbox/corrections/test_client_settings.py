"""An app client has the settings that were last given, and a secret that Cognito itself would take."""

import re

import pytest

SETTINGS = {
    "AccessTokenValidity": 10,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin"],
    "AuthSessionValidity": 5,
    "CallbackURLs": ["https://example.com/in"],
    "ClientName": "app",
    "EnablePropagateAdditionalUserContextData": False,
    "EnableTokenRevocation": False,
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    "IdTokenValidity": 15,
    "LogoutURLs": ["https://example.com/out"],
    "PreventUserExistenceErrors": "ENABLED",
    "ReadAttributes": ["email"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
    "RefreshTokenValidity": 12,
    "SupportedIdentityProviders": ["COGNITO"],
    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "hours"},
    "WriteAttributes": ["email"],
}
DEFAULTS = {
    "AllowedOAuthFlowsUserPoolClient": False,
    "AuthSessionValidity": 3,
    "EnableTokenRevocation": True,
    "RefreshTokenValidity": 30,
}


@pytest.fixture
def described(pool, idp):
    """What Describe says of a client's settings."""

    def describe(client):
        found = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=client)["UserPoolClient"]
        return {name: value for name, value in found.items() if name not in ("UserPoolId", "ClientId", "ClientSecret")}

    return describe


def test_round_trip(pool, described):
    """Each setting that was given is described."""
    assert SETTINGS == described(pool.add_client(**SETTINGS))


@pytest.mark.corrects
def test_update(pool, idp, described):
    """An update sets what it leaves out back to the default, and keeps name and secret."""
    client = pool.add_client(GenerateSecret=True, **SETTINGS)
    before = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=client)["UserPoolClient"]
    idp.update_user_pool_client(UserPoolId=pool.id, ClientId=client, PreventUserExistenceErrors="ENABLED")
    after = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=client)["UserPoolClient"]

    expected = {**DEFAULTS, "ClientName": "app", "PreventUserExistenceErrors": "ENABLED"}
    assert expected == {name: described(client).get(name) for name in expected}
    assert not (SETTINGS.keys() - expected.keys() - {"EnablePropagateAdditionalUserContextData"}) & after.keys()
    assert before["ClientSecret"] == after["ClientSecret"]


def test_update_back(pool, idp, described):
    """An update that gives everything changes nothing."""
    client = pool.add_client(**SETTINGS)
    idp.update_user_pool_client(UserPoolId=pool.id, ClientId=client, **SETTINGS)

    assert SETTINGS == described(client)


@pytest.mark.corrects
def test_grace(pool, described):
    """Rotation without a grace period has one of 0 seconds."""
    client = pool.add_client(RefreshTokenRotation={"Feature": "ENABLED"})

    assert {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0} == described(client)["RefreshTokenRotation"]


@pytest.mark.corrects
def test_secret(pool, idp):
    """A client's secret keeps to the API's own pattern."""
    client = pool.add_client(GenerateSecret=True)
    described = idp.describe_user_pool_client(UserPoolId=pool.id, ClientId=client)["UserPoolClient"]

    assert re.fullmatch(r"\w{24,64}", described["ClientSecret"], re.ASCII)
