"""A call on a pool that is not there says so."""

import pytest


@pytest.mark.corrects
def test_user_pool(idp, refused):
    """Every operation on a user pool names the one that does not exist."""
    for operation, parameters in (
        (idp.list_resource_servers, {"MaxResults": 1}),
        (idp.list_users, {}),
        (idp.delete_user_pool, {}),
    ):
        assert ("ResourceNotFoundException", "User pool us-east-1_none does not exist.") == refused(
            operation, UserPoolId="us-east-1_none", **parameters
        )


@pytest.mark.corrects
def test_identity_pool(server, refused):
    """Every operation on an identity pool names the one that does not exist."""
    identity = server.client("cognito-identity")
    for operation, parameters in (
        (identity.list_identities, {"MaxResults": 1}),
        (identity.update_identity_pool, {"IdentityPoolName": "pool", "AllowUnauthenticatedIdentities": False}),
        (identity.delete_identity_pool, {}),
    ):
        assert ("ResourceNotFoundException", "IdentityPool 'us-east-1:0' not found.") == refused(
            operation, IdentityPoolId="us-east-1:0", **parameters
        )
