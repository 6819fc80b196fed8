"""An update of a user pool leaves alone what was fixed when the pool was created."""

import pytest


@pytest.mark.corrects
@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"UsernameAttributes": ["email"]}, "ana@example.com"),
        ({"AliasAttributes": ["email"]}, "ana"),
        ({"UsernameConfiguration": {"CaseSensitive": False}}, "Ana"),
    ],
)
def test_fixed(settings, name, make_pool, idp):
    """Users are found by the same names after an update as before."""
    pool = make_pool(**settings)
    pool.add_user(name, email="ana@example.com", email_verified="true")

    idp.update_user_pool(UserPoolId=pool.id)

    described = idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    assert settings.items() <= described.items()
    typed = "ana@example.com" if "email" in str(settings) else "ana"
    assert idp.admin_get_user(UserPoolId=pool.id, Username=typed)["UserAttributes"]


@pytest.mark.corrects
def test_mfa(make_pool, idp):
    """The MFA setting is the one set last, by whichever operation, also after an update of other settings."""
    pool = make_pool(MfaConfiguration="OFF")
    factor = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    idp.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration="OPTIONAL", **factor)
    assert "OPTIONAL" == idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["MfaConfiguration"]

    idp.update_user_pool(UserPoolId=pool.id)
    assert "OPTIONAL" == idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["MfaConfiguration"]
    assert "OPTIONAL" == idp.get_user_pool_mfa_config(UserPoolId=pool.id)["MfaConfiguration"]


@pytest.mark.corrects
def test_default(pool, idp):
    """Deletion protection is off unless it is on, and Describe says so."""
    assert "INACTIVE" == idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["DeletionProtection"]


def test_back_to_default(make_pool, idp):
    """What an update leaves out goes back to its default."""
    policy = {"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": False}}
    pool = make_pool(Policies=policy, DeletionProtection="ACTIVE")
    assert 12 == minimum(idp, pool)

    idp.update_user_pool(UserPoolId=pool.id)

    assert 8 == minimum(idp, pool)
    assert "INACTIVE" == idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["DeletionProtection"]


def minimum(idp, pool):
    return idp.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Policies"]["PasswordPolicy"]["MinimumLength"]
