"""Tokens live as long as the app client says."""

import jwt
import pytest

LIVES = [
    # settings                                                                          access  id
    ({}, 3600, 3600),
    ({"AccessTokenValidity": 2, "IdTokenValidity": 24}, 7200, 86400),
    ({"AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"}}, 300, 3600),
    ({"IdTokenValidity": 90, "TokenValidityUnits": {"IdToken": "minutes"}}, 3600, 5400),
    ({"AccessTokenValidity": 600, "TokenValidityUnits": {"AccessToken": "seconds"}}, 600, 3600),
    ({"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "days"}}, 86400, 3600),
    ({"TokenValidityUnits": {"AccessToken": "hours"}}, 3600, 3600),
]
UNUSUAL = [row for row in LIVES if row[1:] != (3600, 3600)]


def life(token):
    claims = jwt.decode(token, options={"verify_signature": False})
    return claims["exp"] - claims["iat"]


def check(settings, access, identity, pool):
    pool.add_user("ana")
    client = pool.add_client(**settings)
    signed_in = pool.sign_in(client, "ana")
    for tokens in (signed_in, pool.refresh(client, signed_in)):
        assert (access, identity) == (life(tokens["AccessToken"]), life(tokens["IdToken"]))
        assert access == tokens["ExpiresIn"]


@pytest.mark.corrects
@pytest.mark.parametrize(("settings", "access", "identity"), UNUSUAL)
def test_settings_count(settings, access, identity, pool):
    """Access and ID tokens live as long as is set, at sign-in and after a refresh; ExpiresIn says so."""
    check(settings, access, identity, pool)


@pytest.mark.parametrize("settings", [row[0] for row in LIVES if row not in UNUSUAL])
def test_default(settings, pool):
    """Without a setting it is an hour."""
    check(settings, 3600, 3600, pool)


@pytest.mark.corrects
@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ({}, 30 * 86400),
        ({"RefreshTokenValidity": 7}, 7 * 86400),
        ({"RefreshTokenValidity": 60, "TokenValidityUnits": {"RefreshToken": "minutes"}}, 3600),
        ({"RefreshTokenValidity": 0}, 30 * 86400),
    ],
)
def test_refresh_token(settings, seconds, pool, server, refused):
    """A refresh token works until its time is over, however often it is used."""
    pool.add_user("ana")
    client = pool.add_client(**settings)
    server.set_clock(at=1_900_000_000)
    tokens = pool.sign_in(client, "ana")

    server.set_clock(at=1_900_000_000 + seconds - 1)
    assert pool.refresh(client, tokens)["AccessToken"]
    server.set_clock(at=1_900_000_000 + seconds)
    assert refused(pool.refresh, client=client, tokens=tokens) == (
        "NotAuthorizedException",
        "Refresh Token has expired",
    )


@pytest.mark.corrects
@pytest.mark.parametrize(
    "settings",
    [
        {"AccessTokenValidity": 25},
        {"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}},
        {"IdTokenValidity": 2, "TokenValidityUnits": {"IdToken": "days"}},
        {"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}},
        {"RefreshTokenValidity": 90000, "TokenValidityUnits": {"RefreshToken": "hours"}},
        {"TokenValidityUnits": {"AccessToken": "minutes"}},
        {"TokenValidityUnits": {"RefreshToken": "minutes"}},
    ],
)
def test_range(settings, pool, refused):
    """A life outside of 5 minutes to 1 day, or for refresh tokens 1 hour to 10 years, is refused."""
    assert refused(pool.add_client, **settings) == ("InvalidParameterException", "Invalid range for token validity.")


def test_longest(pool):
    """A life at either end of the range is accepted, for refresh tokens of 3650 days."""
    assert pool.add_client(RefreshTokenValidity=3650, AccessTokenValidity=24)
