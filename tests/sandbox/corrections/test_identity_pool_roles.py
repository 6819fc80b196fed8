"""An identity pool has roles for its users."""

import pytest

ROLE = "arn:aws:iam::123456789012:role/signed-in"


@pytest.fixture
def identity(server):
    return server.client("cognito-identity")


@pytest.fixture
def pool_id(identity):
    settings = {"IdentityPoolName": "pool", "AllowUnauthenticatedIdentities": False}
    return identity.create_identity_pool(**settings)["IdentityPoolId"]


@pytest.mark.corrects
def test_round_trip(identity, pool_id):
    """The roles are those that were set last; without any there are none."""
    mapping = {"provider:app": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    before = identity.get_identity_pool_roles(IdentityPoolId=pool_id)
    identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": ROLE}, RoleMappings=mapping)
    after = identity.get_identity_pool_roles(IdentityPoolId=pool_id)
    identity.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={})
    last = identity.get_identity_pool_roles(IdentityPoolId=pool_id)

    assert ({}, {}) == (before["Roles"], before["RoleMappings"])
    assert ({"authenticated": ROLE}, mapping) == (after["Roles"], after["RoleMappings"])
    assert ({}, {}) == (last["Roles"], last["RoleMappings"])


@pytest.mark.corrects
def test_no_pool(identity, refused):
    """There is no such identity pool, and no such Region."""
    for pool_id in ("us-east-1:0", "nowhere-1:0"):
        assert (
            "ResourceNotFoundException"
            == refused(identity.set_identity_pool_roles, IdentityPoolId=pool_id, Roles={})[0]
        )
