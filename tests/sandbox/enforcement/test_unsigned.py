"""What may come without a signature, and what not; and where it belongs when no signature names a Region."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from signout.cognito.operations import Governed, Signing, operations
from signout.sandbox.enforcement.unsigned import may_come_unsigned, region_of
from tests.support.raw_http import json_call, send
from tests.support.sandbox import Sandbox, code_of, deny, error_of

REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2"]
TARGET = {"cognito-idp": "AWSCognitoIdentityProviderService", "cognito-identity": "AWSCognitoIdentityService"}
PASSWORD = "Correct-horse-1"
ISSUER = b'{"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"}'
TOKEN = f"a.{base64.urlsafe_b64encode(ISSUER).decode()}.c"


def unsigned_call(sandbox: Sandbox, service: str, name: str, body: bytes = b"{}") -> Any:
    """Send it without an Authorization header, as an SDK without credentials does."""
    headers = {
        "Host": sandbox.endpoint.removeprefix("http://"),
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"{TARGET[service]}.{name}",
    }
    return send(sandbox.endpoint, headers=headers, body=body)


@pytest.mark.parametrize("action", sorted(operations()))
def test_only_what_iam_does_not_decide(sandbox: Sandbox, action: str) -> None:
    """Without a signature an operation that IAM governs is refused for want of one, and no other is."""
    known = operations()[action]
    answer = unsigned_call(sandbox, known.service, known.name)
    governed = known.governed is Governed.IAM or (
        known.governed is Governed.DISPUTED and known.signing is Signing.SIGNED
    )
    assert (answer.code == "MissingAuthenticationTokenException") is governed, answer.text
    assert may_come_unsigned(known.service, known.name) is not governed


@pytest.mark.parametrize("region", REGIONS)
def test_every_region(sandbox: Sandbox, region: str) -> None:
    """Sign-up, sign-in and sign-out work in any Region, and end only the sessions of the user whose token it is."""
    cognito, public = sandbox.client("cognito-idp", region=region), sandbox.anonymous(region=region)
    pool = cognito.create_user_pool(PoolName="public")["UserPool"]["Id"]
    assert pool.startswith(f"{region}_")
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    )["UserPoolClient"]["ClientId"]
    tokens = {}
    for user in ("ann", "bob"):
        public.sign_up(ClientId=client, Username=user, Password=PASSWORD)
        cognito.admin_confirm_sign_up(UserPoolId=pool, Username=user)
        answer = public.initiate_auth(
            ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD}
        )
        tokens[user] = answer["AuthenticationResult"]
    assert {seen.region for seen in sandbox.calls(action="cognito-idp:", last=4)} == {region}
    public.global_sign_out(AccessToken=tokens["ann"]["AccessToken"])
    assert (
        code_of(error_of(public, "GetUser", {"AccessToken": tokens["ann"]["AccessToken"]})) == "NotAuthorizedException"
    )
    assert code_of(error_of(public, "GetUser", {"AccessToken": tokens["bob"]["AccessToken"]})) is None


def test_a_deny_does_not_reach_it(sandbox: Sandbox) -> None:
    """Signed or not, GlobalSignOut is not for identity policies: neither a grant nor a Deny has any effect."""
    keys = sandbox.user(deny("cognito-idp:GlobalSignOut"))
    answer = json_call(
        sandbox.endpoint,
        keys,
        "cognito-idp",
        f"{TARGET['cognito-idp']}.GlobalSignOut",
        {"AccessToken": "e30.e30.e30"},
    )
    assert answer.code == "NotAuthorizedException"
    record = sandbox.calls(action="GlobalSignOut", last=1)[0]
    assert (record.verdict, record.who, record.signed) == ("not-iam", "anonymous", False)


@pytest.mark.parametrize("operation", ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"])
def test_tokens_that_nobody_verifies(sandbox: Sandbox, operation: str) -> None:
    """Becoming a role by an outside token is refused by name: moto would take any token."""
    parameters = {
        "RoleArn": "arn:aws:iam::123456789012:role/any",
        "RoleSessionName": "it",
        "WebIdentityToken": "x" * 20,
    }
    parameters |= {"PrincipalArn": "arn:aws:iam::123456789012:saml-provider/it", "SAMLAssertion": "x"}
    names = {"AssumeRoleWithWebIdentity": ("RoleSessionName", "WebIdentityToken")}
    wanted = {"RoleArn", *names.get(operation, ("PrincipalArn", "SAMLAssertion"))}
    given = {name: value for name, value in parameters.items() if name in wanted}
    error = error_of(sandbox.anonymous("sts"), operation, given)
    assert code_of(error) == "NotSimulated"
    assert operation in str(error)


def test_signing_keys_of_a_pool(sandbox: Sandbox) -> None:
    """Anyone may read a pool's public keys and its OpenID configuration, and nothing else by GET."""
    host = {"Host": sandbox.endpoint.removeprefix("http://")}
    for path in ("/us-east-1_pool/.well-known/jwks.json", "/eu-west-1_pool/.well-known/openid-configuration"):
        assert send(sandbox.endpoint, "GET", path, host).status == 200
    for path in ("/", "/us-east-1_pool/.well-known/other", "/bucket/key/.well-known/jwks.json", "/bucket"):
        answer = send(sandbox.endpoint, "GET", path, host)
        assert (answer.status, answer.code) == (400, "MissingAuthenticationTokenException")


@pytest.mark.parametrize(
    ("parameters", "region"),
    [
        ({"UserPoolId": "eu-west-1_abc"}, "eu-west-1"),
        ({"IdentityPoolId": "eu-west-1:1-2"}, "eu-west-1"),
        ({"IdentityId": "ap-southeast-2:1-2"}, "ap-southeast-2"),
        ({"UserPoolId": "nonsense"}, "us-east-1"),
        ({"AccessToken": "a.b.c"}, "us-east-1"),
        ({"AccessToken": TOKEN}, "eu-west-1"),
        ({"AccessToken": "a.W10.c"}, "us-east-1"),
        ({"ClientId": "nobody's"}, "us-east-1"),
        ({}, "us-east-1"),
    ],
)  # fmt: skip
def test_region_of_a_call(parameters: dict[str, str], region: str) -> None:
    """The Region is told from a pool's or identity's id or a token's issuer; the default one where nothing tells."""
    assert region_of(parameters) == region
