"""All tokens of one sign-in know that they are."""

import jwt
import pytest

NOON = 1_900_000_000


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.mark.corrects
def test_auth_time(pool, app, server):
    """auth_time is the time of the sign-in, also in tokens refreshed later; iat is each token's own."""
    pool.add_user("ana")
    server.set_clock(at=NOON)
    signed_in = pool.sign_in(app, "ana")
    server.set_clock(at=NOON + 7200)
    refreshed = pool.refresh(app, signed_in)

    for kind in ("AccessToken", "IdToken"):
        before, after = claims(signed_in[kind]), claims(refreshed[kind])
        assert (before["auth_time"], before["iat"]) == (NOON, NOON)
        assert (after["auth_time"], after["iat"]) == (NOON, NOON + 7200)


@pytest.mark.corrects
def test_event_id(pool, app):
    """Tokens of one sign-in share event_id and origin_jti, and each has a jti of its own."""
    pool.add_user("ana")
    signed_in = pool.sign_in(app, "ana")
    refreshed = pool.refresh(app, signed_in)
    tokens = [claims(each[kind]) for each in (signed_in, refreshed) for kind in ("AccessToken", "IdToken")]

    assert len({each["event_id"] for each in tokens}) == 1
    assert len({each["origin_jti"] for each in tokens}) == 1
    assert len({each["jti"] for each in tokens}) == 4


@pytest.mark.corrects
def test_next_sign_in(pool, app, server):
    """The next sign-in is another one."""
    pool.add_user("ana")
    server.set_clock(at=NOON)
    first = claims(pool.sign_in(app, "ana")["AccessToken"])
    server.set_clock(at=NOON + 60)
    second = claims(pool.sign_in(app, "ana")["AccessToken"])

    assert second["auth_time"] == NOON + 60
    assert first["event_id"] != second["event_id"]
    assert first["origin_jti"] != second["origin_jti"]


def test_reset(pool, app, idp, server, refused):
    """When moto is reset, nobody is signed in any more."""
    pool.add_user("ana")
    tokens = pool.sign_in(app, "ana")
    server.post("/moto-api/reset")

    assert refused(idp.get_user, AccessToken=tokens["AccessToken"]) == (
        "NotAuthorizedException",
        "Invalid Access Token",
    )
