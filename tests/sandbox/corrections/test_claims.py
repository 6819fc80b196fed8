"""A token says who the user is, by the names that Cognito uses."""

import jwt
import pytest


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.mark.corrects
@pytest.mark.parametrize(
    ("settings", "name", "typed"),
    [
        ({"AliasAttributes": ["email"]}, "ana", "ana@example.com"),
        ({"AliasAttributes": ["email"]}, "ana", "sub"),
        ({"UsernameAttributes": ["phone_number"]}, "+351900000001", "+351900000001"),
    ],
)
def test_user_name(settings, name, typed, make_pool):
    """Tokens carry the user's own name, not the one typed at the sign-in."""
    pool = make_pool(**settings)
    sub = pool.add_user(name, email="ana@example.com", email_verified="true")
    tokens = pool.sign_in(pool.add_client(), sub if typed == "sub" else typed)
    expected = sub if "UsernameAttributes" in settings else name

    assert (sub, expected) == (claims(tokens["AccessToken"])["sub"], claims(tokens["AccessToken"])["username"])
    assert (sub, expected) == (claims(tokens["IdToken"])["sub"], claims(tokens["IdToken"])["cognito:username"])


@pytest.mark.corrects
def test_address(make_pool):
    """An ID token carries the e-mail address, also of a user who signed in by sub, and whether it is verified."""
    pool = make_pool(UsernameAttributes=["email"])
    sub = pool.add_user("ana@example.com", email_verified="true")
    token = claims(pool.sign_in(pool.add_client(), sub)["IdToken"])

    assert (token["email"], token["email_verified"]) == ("ana@example.com", True)


@pytest.mark.corrects
def test_readable(pool):
    """An ID token carries what the app client may read: everything, or what is listed."""
    pool.add_user("ana", email="ana@example.com", given_name="Ana")
    everything = claims(pool.sign_in(pool.add_client(), "ana")["IdToken"])
    listed = claims(pool.sign_in(pool.add_client(ReadAttributes=["given_name"]), "ana")["IdToken"])

    assert {"email", "given_name"} <= everything.keys()
    assert {"email", "given_name"} & listed.keys() == {"given_name"}


@pytest.mark.corrects
def test_without_revocation(pool):
    """Tokens of a client without token revocation carry neither jti nor origin_jti."""
    pool.add_user("ana")
    tokens = pool.sign_in(pool.add_client(EnableTokenRevocation=False), "ana")

    for kind in ("AccessToken", "IdToken"):
        assert not {"jti", "origin_jti"} & claims(tokens[kind]).keys()


def test_access_token(pool, app, idp):
    """An access token carries client, use, scope and groups, and no attribute."""
    pool.add_user("ana", email="ana@example.com")
    idp.create_group(UserPoolId=pool.id, GroupName="staff")
    idp.admin_add_user_to_group(UserPoolId=pool.id, GroupName="staff", Username="ana")
    token = claims(pool.sign_in(app, "ana")["AccessToken"])

    assert (app, "access", pool.issuer) == (token["client_id"], token["token_use"], token["iss"])
    assert token["scope"] == "aws.cognito.signin.user.admin"
    assert token["cognito:groups"] == ["staff"]
    assert "email" not in token


@pytest.mark.parametrize("kind", ["AccessToken", "IdToken"])
def test_verified_offline(kind, pool, app, server):
    """The pool's published key verifies its tokens, and no others."""
    pool.add_user("ana")
    text = pool.sign_in(app, "ana")[kind]
    keys = jwt.PyJWKClient(f"{server.url}/{pool.id}/.well-known/jwks.json")
    key = keys.get_signing_key_from_jwt(text)
    audience = app if kind == "IdToken" else None
    header, _, signature = text.split(".")
    forged = ".".join((header, jwt.encode({"iss": pool.issuer}, "x" * 32).split(".")[1], signature))

    assert pool.issuer == jwt.decode(text, key, ["RS256"], audience=audience, issuer=pool.issuer)["iss"]
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(forged, key, ["RS256"])
