"""GetTokensFromRefreshToken gives new tokens, and with rotation a new refresh token in place of the old."""

import jwt
import pytest

NOON = 1_900_000_000
REUSED = "RefreshTokenReuseException"


def rotating(grace=0):
    return {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": grace}}


@pytest.fixture
def get_tokens(unsigned):
    """New tokens for a refresh token, as an app fetches them."""
    return lambda client, token: unsigned.get_tokens_from_refresh_token(ClientId=client, RefreshToken=token)[
        "AuthenticationResult"
    ]


@pytest.mark.corrects
def test_without_rotation(pool, app, get_tokens):
    """Without rotation there is no new refresh token, and the old one goes on working."""
    pool.add_user("ana")
    token = pool.sign_in(app, "ana")["RefreshToken"]

    for _ in range(2):
        assert {"AccessToken", "IdToken", "ExpiresIn", "TokenType"} == get_tokens(app, token).keys()


@pytest.mark.corrects
def test_rotates(pool, get_tokens, unsigned, refused):
    """With rotation there is a new refresh token, and the old one is not taken again."""
    pool.add_user("ana")
    client = pool.add_client(**rotating())
    first = pool.sign_in(client, "ana")["RefreshToken"]

    second = get_tokens(client, first)
    assert first != second["RefreshToken"]
    assert unsigned.get_user(AccessToken=second["AccessToken"])["Username"] == "ana"
    assert refused(get_tokens, client=client, token=first)[0] == REUSED
    assert get_tokens(client, second["RefreshToken"])["RefreshToken"]


@pytest.mark.corrects
@pytest.mark.parametrize("grace", [1, 60])
def test_grace(grace, pool, server, get_tokens, refused):
    """In the grace period the old refresh token still works, and no retry makes it longer."""
    pool.add_user("ana")
    client = pool.add_client(**rotating(grace))
    server.set_clock(at=NOON)
    first = pool.sign_in(client, "ana")["RefreshToken"]
    second = get_tokens(client, first)["RefreshToken"]

    server.set_clock(at=NOON + grace - 0.5)
    assert get_tokens(client, first)["RefreshToken"] not in (first, second)
    server.set_clock(at=NOON + grace)
    assert refused(get_tokens, client=client, token=first)[0] == REUSED
    assert get_tokens(client, second)["RefreshToken"]


@pytest.mark.corrects
def test_same_sign_in(pool, server, get_tokens, refused):
    """Rotated tokens belong to the same sign-in, and end when its first refresh token would have."""
    pool.add_user("ana")
    client = pool.add_client(RefreshTokenValidity=1, **rotating())
    server.set_clock(at=NOON)
    first = pool.sign_in(client, "ana")
    server.set_clock(at=NOON + 80_000)
    second = get_tokens(client, first["RefreshToken"])
    claims = [jwt.decode(each["AccessToken"], options={"verify_signature": False}) for each in (first, second)]

    assert claims[1]["auth_time"] == NOON
    assert claims[0]["origin_jti"] == claims[1]["origin_jti"]
    server.set_clock(at=NOON + 86_400)
    assert refused(get_tokens, client=client, token=second["RefreshToken"]) == (
        "NotAuthorizedException",
        "Refresh Token has expired",
    )


@pytest.mark.corrects
@pytest.mark.parametrize("end", ["sign-out", "disable", "revoke"])
def test_ended(end, pool, idp, unsigned, get_tokens, refused):
    """Signing out, disabling and revoking end rotated tokens as they do others."""
    pool.add_user("ana")
    client = pool.add_client(**rotating(60))
    first = pool.sign_in(client, "ana")["RefreshToken"]
    second = get_tokens(client, first)
    match end:
        case "sign-out":
            idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")
        case "disable":
            idp.admin_disable_user(UserPoolId=pool.id, Username="ana")
            idp.admin_enable_user(UserPoolId=pool.id, Username="ana")
        case "revoke":
            unsigned.revoke_token(ClientId=client, Token=second["RefreshToken"])

    for token in (first, second["RefreshToken"]):
        assert refused(get_tokens, client=client, token=token) == (
            "NotAuthorizedException",
            "Refresh Token has been revoked",
        )
    assert refused(unsigned.get_user, AccessToken=second["AccessToken"]) == (
        "NotAuthorizedException",
        "Access Token has been revoked",
    )


@pytest.mark.corrects
def test_refused(pool, app, get_tokens, refused):
    """An unknown client, an unknown token, another client's token, a client without its secret."""
    pool.add_user("ana")
    token = pool.sign_in(app, "ana")["RefreshToken"]
    confidential = pool.add_client(GenerateSecret=True)

    for client, text, expected in (
        ("nobody", token, ("ResourceNotFoundException", "User pool client nobody does not exist.")),
        (app, "nonsense", ("NotAuthorizedException", "Invalid Refresh Token.")),
        (pool.add_client(), token, ("NotAuthorizedException", "Invalid Refresh Token.")),
        (
            confidential,
            "nonsense",
            ("NotAuthorizedException", f"Unable to verify the secret of client {confidential}"),
        ),
    ):
        assert expected == refused(get_tokens, client=client, token=text)
