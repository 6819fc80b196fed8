"""A user pool that is protected, or still has a domain, is not deleted."""

import pytest

PROTECTED = (
    "InvalidParameterException",
    (
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first."
    ),
)


@pytest.mark.corrects
def test_protected(make_pool, idp, refused):
    """A protected pool is deleted only once it is protected no more."""
    pool = make_pool(DeletionProtection="ACTIVE")
    assert PROTECTED == refused(idp.delete_user_pool, UserPoolId=pool.id)
    assert idp.describe_user_pool(UserPoolId=pool.id)

    idp.update_user_pool(UserPoolId=pool.id, DeletionProtection="INACTIVE")
    idp.delete_user_pool(UserPoolId=pool.id)


@pytest.mark.corrects
def test_protected_later(pool, idp, refused):
    """Protection can be switched on later."""
    idp.update_user_pool(UserPoolId=pool.id, DeletionProtection="ACTIVE")

    assert PROTECTED == refused(idp.delete_user_pool, UserPoolId=pool.id)


@pytest.mark.corrects
def test_domain(pool, idp, refused):
    """A pool with a domain is deleted only once the domain is."""
    domain = pool.id.rpartition("_")[2].lower()
    idp.create_user_pool_domain(UserPoolId=pool.id, Domain=domain)
    assert (
        "InvalidParameterException",
        "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    ) == refused(idp.delete_user_pool, UserPoolId=pool.id)

    idp.delete_user_pool_domain(UserPoolId=pool.id, Domain=domain)
    idp.delete_user_pool(UserPoolId=pool.id)


def test_gone(pool, idp, refused):
    """A deleted pool is gone, and its users' tokens with it."""
    pool.add_user("ana")
    tokens = pool.sign_in(pool.add_client(), "ana")
    idp.delete_user_pool(UserPoolId=pool.id)

    assert "ResourceNotFoundException" == refused(idp.delete_user_pool, UserPoolId=pool.id)[0]
    assert ("NotAuthorizedException", "Invalid Access Token") == refused(
        idp.get_user, AccessToken=tokens["AccessToken"]
    )
