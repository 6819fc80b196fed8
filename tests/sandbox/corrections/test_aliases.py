"""A user is found by user name, by alias, and by sub."""

import pytest

ADDRESS = {"email": "ana@example.com", "email_verified": "true"}
IGNORES_CASE = {"UsernameConfiguration": {"CaseSensitive": False}}


@pytest.mark.corrects
@pytest.mark.parametrize("name", ["ana@example.com", "sub"])
def test_found(name, make_pool, idp):
    """AdminGetUser finds a user by a verified alias, and by sub, and answers with the user name."""
    pool = make_pool(AliasAttributes=["email"])
    sub = pool.add_user("ana", **ADDRESS)

    found = idp.admin_get_user(UserPoolId=pool.id, Username=sub if name == "sub" else name)

    assert found["Username"] == "ana"


@pytest.mark.corrects
def test_signs_in(make_pool):
    """A user signs in by alias."""
    pool = make_pool(AliasAttributes=["email"])
    pool.add_user("ana", **ADDRESS)

    assert pool.sign_in(pool.add_client(), "ana@example.com")["AccessToken"]


@pytest.mark.parametrize(
    ("settings", "attributes"),
    [
        ({"AliasAttributes": ["email"]}, {"email": "ana@example.com"}),
        ({"AliasAttributes": ["email"]}, {"email": "ana@example.com", "email_verified": "false"}),
        ({"AliasAttributes": ["phone_number"]}, ADDRESS),
        ({}, ADDRESS),
    ],
)
def test_not_an_alias(settings, attributes, make_pool, idp, refused):
    """An address that is not verified, or no alias of the pool, stands for nobody."""
    pool = make_pool(**settings)
    pool.add_user("ana", **attributes)

    assert refused(idp.admin_get_user, UserPoolId=pool.id, Username="ana@example.com") == (
        "UserNotFoundException",
        "User does not exist.",
    )


def test_own_name_first(make_pool, idp):
    """Who is called what another has as an alias is meant by that name."""
    pool = make_pool(AliasAttributes=["preferred_username"])
    sub = pool.add_user("ana")
    pool.add_user("eva", preferred_username="ana")

    attributes = idp.admin_get_user(UserPoolId=pool.id, Username="ana")["UserAttributes"]

    assert {"Name": "sub", "Value": sub} in attributes


@pytest.mark.corrects
@pytest.mark.parametrize(
    ("settings", "name", "typed"),
    [
        ({}, "ana", "ANA"),
        ({"UsernameAttributes": ["email"]}, "ana@example.com", "Ana@Example.com"),
    ],
)
def test_case_ignored(settings, name, typed, make_pool):
    """Where letter case does not count, any spelling signs in."""
    pool = make_pool(**settings, **IGNORES_CASE)
    pool.add_user(name)

    assert pool.sign_in(pool.add_client(), typed)["AccessToken"]


def test_case_counts(pool, app, refused):
    """Letter case counts unless the pool says otherwise."""
    pool.add_user("ana")

    assert refused(pool.sign_in, client=app, name="ANA")[0] == "UserNotFoundException"


@pytest.mark.corrects
def test_unique(make_pool, idp, refused):
    """A verified alias of one user is refused to another, at creation and later."""
    pool = make_pool(AliasAttributes=["email"])
    pool.add_user("ana", **ADDRESS)
    pool.add_user("eva")
    given = [{"Name": name, "Value": value} for name, value in ADDRESS.items()]

    for operation, name in ((idp.admin_create_user, "other"), (idp.admin_update_user_attributes, "eva")):
        assert refused(operation, UserPoolId=pool.id, Username=name, UserAttributes=given)[0] == "AliasExistsException"
    idp.admin_update_user_attributes(UserPoolId=pool.id, Username="ana", UserAttributes=given)
