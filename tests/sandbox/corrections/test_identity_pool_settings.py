"""An identity pool keeps all of its settings, and takes a new name."""

import pytest


@pytest.fixture
def identity(server):
    return server.client("cognito-identity")


@pytest.mark.corrects
@pytest.mark.parametrize(("given", "described"), [({}, False), ({"AllowClassicFlow": True}, True)])
def test_classic_flow(given, described, identity):
    """The classic flow is off unless it is on, and Describe says so."""
    settings = {"IdentityPoolName": "pool", "AllowUnauthenticatedIdentities": False, **given}
    pool_id = identity.create_identity_pool(**settings)["IdentityPoolId"]

    assert described is identity.describe_identity_pool(IdentityPoolId=pool_id)["AllowClassicFlow"]


@pytest.mark.corrects
def test_update(identity):
    """An update changes the name, and the classic flow."""
    settings = {"AllowUnauthenticatedIdentities": False}
    pool_id = identity.create_identity_pool(IdentityPoolName="old", **settings)["IdentityPoolId"]
    identity.update_identity_pool(IdentityPoolId=pool_id, IdentityPoolName="new", AllowClassicFlow=True, **settings)

    described = identity.describe_identity_pool(IdentityPoolId=pool_id)
    assert ("new", True) == (described["IdentityPoolName"], described["AllowClassicFlow"])
