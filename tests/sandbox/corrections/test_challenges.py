"""A challenge is answered by the user to whom it was put."""

import pytest

INVALID = ("NotAuthorizedException", "Invalid session for the user.")
TEMPORARY, NEW = "Temporary-horse-1", "Battery-staple-8"


@pytest.fixture
def challenged(pool, app, idp):
    """The session of a user who has to set a new password, by user name."""

    def start(name):
        idp.admin_create_user(UserPoolId=pool.id, Username=name, TemporaryPassword=TEMPORARY, MessageAction="SUPPRESS")
        given = {"USERNAME": name, "PASSWORD": TEMPORARY}
        return idp.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given)["Session"]

    return start


@pytest.fixture(params=["public", "admin"])
def answer(request, pool, app, idp):
    """Answer with a new password, by either operation."""

    def answer(session, name):
        given = {"USERNAME": name, "NEW_PASSWORD": NEW}
        more = {"ClientId": app, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": session}
        if request.param == "admin":
            return idp.admin_respond_to_auth_challenge(UserPoolId=pool.id, ChallengeResponses=given, **more)
        return idp.respond_to_auth_challenge(ChallengeResponses=given, **more)

    return answer


def test_new_password(challenged, answer):
    """The user who was asked sets a password and is signed in."""
    assert answer(challenged("ana"), "ana")["AuthenticationResult"]["AccessToken"]


@pytest.mark.corrects
def test_another_user(pool, app, challenged, answer, idp, refused):
    """One user's session does not set another's password."""
    pool.add_user("eva")

    assert INVALID == refused(answer, session=challenged("ana"), name="eva")
    assert pool.sign_in(app, "eva")["AccessToken"]


@pytest.mark.corrects
def test_once(challenged, answer, refused):
    """A session works once."""
    session = challenged("ana")
    answer(session, "ana")

    assert INVALID == refused(answer, session=session, name="ana")


@pytest.mark.corrects
def test_unknown(challenged, answer, refused):
    """A session that never was is invalid, and not quoted."""
    challenged("ana")

    assert INVALID == refused(answer, session="x" * 36, name="ana")
