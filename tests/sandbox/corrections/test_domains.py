"""A domain of a user pool keeps the version of managed login that it was given, and belongs to the account."""

import pytest


@pytest.fixture
def domain(pool):
    """A name for a domain that nobody has."""
    return pool.id.rpartition("_")[2].lower()


@pytest.mark.corrects
@pytest.mark.parametrize(("given", "kept"), [({"ManagedLoginVersion": 2}, 2), ({}, 1)])
def test_version(pool, idp, domain, given, kept):
    """The version is answered and described; without one it is the first."""
    made = idp.create_user_pool_domain(UserPoolId=pool.id, Domain=domain, **given)
    shown = idp.describe_user_pool_domain(Domain=domain)["DomainDescription"]

    assert made["ManagedLoginVersion"] == kept
    assert "CloudFrontDomain" not in made
    assert shown["ManagedLoginVersion"] == kept


@pytest.mark.corrects
def test_update(pool, idp, domain):
    """An update changes the version, and one that leaves it out does not."""
    idp.create_user_pool_domain(UserPoolId=pool.id, Domain=domain)
    idp.update_user_pool_domain(UserPoolId=pool.id, Domain=domain, ManagedLoginVersion=2)
    assert idp.describe_user_pool_domain(Domain=domain)["DomainDescription"]["ManagedLoginVersion"] == 2

    idp.update_user_pool_domain(UserPoolId=pool.id, Domain=domain)
    assert idp.describe_user_pool_domain(Domain=domain)["DomainDescription"]["ManagedLoginVersion"] == 2


@pytest.mark.corrects
def test_account(pool, idp, domain):
    """The domain is of the account that made it."""
    idp.create_user_pool_domain(UserPoolId=pool.id, Domain=domain)

    assert idp.describe_user_pool_domain(Domain=domain)["DomainDescription"]["AWSAccountId"] == "123456789012"


def test_unknown(idp):
    """A domain that is not there has an empty description."""
    assert idp.describe_user_pool_domain(Domain="nobody-has-this")["DomainDescription"] == {}
