"""A refused sign-in is refused in Cognito's words, in Cognito's order."""

import pytest

WRONG = ("NotAuthorizedException", "Incorrect username or password.")
NOBODY = ("UserNotFoundException", "User does not exist.")
DISABLED = ("NotAuthorizedException", "User is disabled.")
UNCONFIRMED = ("UserNotConfirmedException", "User is not confirmed.")
RESET = ("PasswordResetRequiredException", "Password reset required for the user")
RIGHT, OTHER = "Correct-horse-7", "Other-horse-8"

CASES = [
    # user         password  LEGACY       ENABLED
    ("nobody", RIGHT, NOBODY, WRONG),
    ("ana", OTHER, WRONG, WRONG),
    ("disabled", RIGHT, DISABLED, DISABLED),
    ("disabled", OTHER, DISABLED, WRONG),
    ("unconfirmed", RIGHT, UNCONFIRMED, UNCONFIRMED),
    ("unconfirmed", OTHER, WRONG, WRONG),
    ("reset", RIGHT, RESET, RESET),
    ("reset", OTHER, WRONG, WRONG),
]
ROWS = [
    (setting, flow, user, password, expected)
    for user, password, legacy, enabled in CASES
    for setting, expected in ((None, legacy), ("LEGACY", legacy), ("ENABLED", enabled))
    for flow in ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH")
]


@pytest.fixture
def start(pool, idp):
    """Sign in, in a pool with a user of each kind."""
    for name in ("ana", "disabled", "reset"):
        pool.add_user(name, email=f"{name}@example.com", email_verified="true")
    idp.admin_disable_user(UserPoolId=pool.id, Username="disabled")
    idp.admin_reset_user_password(UserPoolId=pool.id, Username="reset")

    def start(client, flow, **given):
        if flow.startswith("ADMIN"):
            return idp.admin_initiate_auth(UserPoolId=pool.id, ClientId=client, AuthFlow=flow, AuthParameters=given)
        return idp.initiate_auth(ClientId=client, AuthFlow=flow, AuthParameters=given)

    return start


@pytest.mark.parametrize(("setting", "flow", "user", "password", "expected"), ROWS)
def test_refused(setting, flow, user, password, expected, pool, idp, start, refused):
    """Each refusal has the code and the words of Cognito, under each setting of PreventUserExistenceErrors."""
    client = pool.add_client(**({"PreventUserExistenceErrors": setting} if setting else {}))
    idp.sign_up(ClientId=client, Username="unconfirmed", Password=RIGHT)

    assert expected == refused(start, client=client, flow=flow, USERNAME=user, PASSWORD=password)


@pytest.mark.corrects
def test_all_refusals(pool, idp, start, refused):
    """The table holds as a whole."""
    clients = {
        setting: pool.add_client(**({"PreventUserExistenceErrors": setting} if setting else {}))
        for setting in (None, "LEGACY", "ENABLED")
    }
    idp.sign_up(ClientId=clients[None], Username="unconfirmed", Password=RIGHT)
    for setting, flow, user, password, expected in ROWS:
        assert expected == refused(start, client=clients[setting], flow=flow, USERNAME=user, PASSWORD=password)


@pytest.mark.corrects
@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"])
@pytest.mark.parametrize("missing", ["USERNAME", "PASSWORD"])
def test_missing(flow, missing, app, start, refused):
    """A parameter that is missing is named."""
    given = {"USERNAME": "ana", "PASSWORD": RIGHT}
    del given[missing]

    assert ("InvalidParameterException", f"Missing required parameter {missing}") == refused(
        start, client=app, flow=flow, **given
    )


def test_signs_in(app, start):
    """With the right password a user signs in."""
    for flow in ("USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"):
        assert start(app, flow, USERNAME="ana", PASSWORD=RIGHT)["AuthenticationResult"]["RefreshToken"]
