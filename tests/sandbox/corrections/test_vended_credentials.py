"""An identity pool vends credentials of its role, to the identity's owner, if the role trusts the pool."""

import json

import jwt
import pytest
from botocore import UNSIGNED

NOON = 1_900_000_000
INVALID_POOL = (
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
)
NO_MATCH = (
    "NotAuthorizedException",
    "Logins don't match. Please include at least one valid login for this identity or identity pool.",
)
INACTIVE = ("NotAuthorizedException", "Token is inactive")
AUD, AMR = "cognito-identity.amazonaws.com:aud", "cognito-identity.amazonaws.com:amr"


def trust(**conditions):
    """A trust policy for identity pools under these conditions."""
    allow = {"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"}}
    statement = {**allow, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": conditions}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Identities:
    """An identity pool for the users of a user pool, with a role for who is signed in."""

    def __init__(self, server, pool, app, check=True, **settings):
        self.admin = server.client("cognito-identity")
        self.app = server.client("cognito-identity", signature_version=UNSIGNED)
        self.iam = server.client("iam")
        self.provider = pool.issuer.removeprefix("https://")
        trusted = {"ProviderName": self.provider, "ClientId": app, "ServerSideTokenCheck": check}
        settings = {"AllowUnauthenticatedIdentities": False, **settings}
        created = self.admin.create_identity_pool(
            IdentityPoolName="pool", CognitoIdentityProviders=[trusted], **settings
        )
        self.id = created["IdentityPoolId"]

    def set_role(self, document, **more):
        name = f"signed-in-{self.id.partition(':')[2]}"
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        self.admin.set_identity_pool_roles(IdentityPoolId=self.id, Roles={"authenticated": role}, **more)
        return role

    def login(self, tokens):
        return {self.provider: tokens["IdToken"]}

    def get_id(self, tokens):
        return self.app.get_id(IdentityPoolId=self.id, Logins=self.login(tokens))["IdentityId"]

    def get_credentials(self, identity_id, tokens):
        given = {"IdentityId": identity_id, "Logins": self.login(tokens)}
        return self.app.get_credentials_for_identity(**given)["Credentials"]


@pytest.fixture
def make_identities(server, pool, app):
    return lambda **settings: Identities(server, pool, app, **settings)


@pytest.fixture
def identities(make_identities):
    return make_identities()


@pytest.fixture
def tokens(pool, app):
    pool.add_user("ana")
    return pool.sign_in(app, "ana")


@pytest.mark.corrects
def test_credentials(identities, tokens, server):
    """The owner gets credentials that are a session of the pool's role, new ones each time."""
    role = identities.set_role(
        trust(StringEquals={AUD: identities.id}, **{"ForAnyValue:StringLike": {AMR: "authenticated"}})
    )
    identity_id = identities.get_id(tokens)
    first, second = (identities.get_credentials(identity_id, tokens) for _ in range(2))

    assert first["AccessKeyId"] != second["AccessKeyId"]
    for each in (first, second):
        session = server.get(f"/test/session/{each['AccessKeyId']}")
        assert {"identity": role, "name": "CognitoIdentityCredentials"} == session
        assert each["SecretKey"]
        assert each["SessionToken"]


@pytest.mark.corrects
def test_signed_out(identities, pool, tokens, server, idp, refused):
    """With the server-side check a signed-out user gets no more credentials; those vended before live on."""
    role = identities.set_role(trust())
    identity_id = identities.get_id(tokens)
    vended = identities.get_credentials(identity_id, tokens)
    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")

    assert INACTIVE == refused(identities.get_credentials, identity_id=identity_id, tokens=tokens)
    assert role == server.get(f"/test/session/{vended['AccessKeyId']}")["identity"]


@pytest.mark.corrects
@pytest.mark.parametrize(
    "document",
    [
        trust(StringEquals={AUD: "us-east-1:another"}),
        trust(**{"ForAnyValue:StringLike": {AMR: "unauthenticated"}}),
        json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ],
            }
        ),
    ],
    ids=["another pool", "guests", "another principal"],
)
def test_no_trust(document, identities, tokens, refused):
    """A role that does not trust the pool, or its signed-in users, is not assumed."""
    identities.set_role(document)

    assert INVALID_POOL == refused(identities.get_credentials, identity_id=identities.get_id(tokens), tokens=tokens)


@pytest.mark.corrects
def test_unknown_trust(identities, tokens, refused):
    """Where trust hangs on a key that the sandbox does not supply, there are no credentials, and the key is named."""
    identities.set_role(trust(StringNotEquals={"aws:SourceVpc": "vpc-1"}))
    code, message = refused(identities.get_credentials, identity_id=identities.get_id(tokens), tokens=tokens)

    assert "NotSimulated" == code
    assert "aws:SourceVpc" in message


@pytest.mark.corrects
def test_no_role(identities, tokens, refused):
    """Without a role, or with one that is gone, there are no credentials."""
    identity_id = identities.get_id(tokens)
    assert INVALID_POOL == refused(identities.get_credentials, identity_id=identity_id, tokens=tokens)

    gone = {"authenticated": "arn:aws:iam::123456789012:role/gone"}
    identities.admin.set_identity_pool_roles(IdentityPoolId=identities.id, Roles=gone)
    assert INVALID_POOL == refused(identities.get_credentials, identity_id=identity_id, tokens=tokens)


@pytest.mark.corrects
def test_not_the_owner(identities, pool, app, tokens, refused):
    """Another user, and a call without a login, get no credentials of an identity."""
    identities.set_role(trust())
    identity_id = identities.get_id(tokens)
    pool.add_user("eva")
    others = pool.sign_in(app, "eva")

    assert NO_MATCH == refused(identities.get_credentials, identity_id=identity_id, tokens=others)
    assert NO_MATCH == refused(identities.app.get_credentials_for_identity, IdentityId=identity_id)
    assert ("ResourceNotFoundException", "Identity 'us-east-1:0' not found.") == refused(
        identities.get_credentials, identity_id="us-east-1:0", tokens=tokens
    )


@pytest.mark.corrects
def test_guest(make_identities, refused):
    """Guests' credentials are not simulated."""
    identities = make_identities(AllowUnauthenticatedIdentities=True)
    identity_id = identities.app.get_id(IdentityPoolId=identities.id)["IdentityId"]

    assert ("NotSimulated", "The sandbox does not simulate credentials for guests of an identity pool.") == refused(
        identities.app.get_credentials_for_identity, IdentityId=identity_id
    )


@pytest.mark.corrects
def test_chosen_role(identities, tokens, refused):
    """A role chosen by mapping, or by the caller, is not simulated."""
    mapping = {f"{identities.provider}:app": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    role = identities.set_role(trust(), RoleMappings=mapping)
    identity_id = identities.get_id(tokens)

    assert ("NotSimulated", "The sandbox does not simulate roles chosen by RoleMappings.") == refused(
        identities.get_credentials, identity_id=identity_id, tokens=tokens
    )
    assert ("NotSimulated", "The sandbox does not simulate a choice of role with CustomRoleArn.") == refused(
        identities.app.get_credentials_for_identity, IdentityId=identity_id, CustomRoleArn=role
    )


@pytest.mark.corrects
def test_open_id_token(make_identities, tokens, pool, server, idp, refused):
    """With the classic flow the owner gets a token of the identity, for 10 minutes, until signed out."""
    identities = make_identities(AllowClassicFlow=True)
    identity_id = identities.get_id(tokens)
    given = {"IdentityId": identity_id, "Logins": identities.login(tokens)}
    token = identities.app.get_open_id_token(**given)["Token"]
    key = jwt.PyJWKClient(f"{server.url}/{pool.id}/.well-known/jwks.json").get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key, ["RS256"], audience=identities.id)

    assert ("https://cognito-identity.amazonaws.com", identity_id) == (claims["iss"], claims["sub"])
    assert 600 == claims["exp"] - claims["iat"]
    assert {"authenticated", identities.provider} <= set(claims["amr"])
    idp.admin_user_global_sign_out(UserPoolId=pool.id, Username="ana")
    assert INACTIVE == refused(identities.app.get_open_id_token, **given)


@pytest.mark.corrects
def test_no_classic_flow(identities, tokens, refused):
    """Without the classic flow there is no such token."""
    given = {"IdentityId": identities.get_id(tokens), "Logins": identities.login(tokens)}

    assert (
        "InvalidParameterException",
        "Basic (classic) flow is not enabled, please use enhanced flow.",
    ) == refused(identities.app.get_open_id_token, **given)
