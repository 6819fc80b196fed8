"""A user pool with an identity pool beside it, users with tokens, and who may sign them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from tests.support.sandbox import REGION, Keys, allow, code_of, error_of

PASSWORD = "Correct-horse-7"
ACTION = "cognito-idp:AdminUserGlobalSignOut"
REVOKED = {
    "GetUser": "Access Token has been revoked",
    "InitiateAuth": "Refresh Token has been revoked",
    "GetId": "Token is inactive",
}
"""Who refuses a token of a user who was signed out, and the words for it."""


class Aws(Protocol):
    """A sandbox, or an account of AWS's."""

    def client(self, service: str, keys: Keys | None = None, region: str = REGION) -> Any:
        """A client with these keys, by default those of whoever runs the tests."""

    def anonymous(self, service: str = "cognito-idp", region: str = REGION) -> Any:
        """A client without credentials."""

    def name(self, prefix: str) -> str:
        """A name that nobody has used."""

    def user(self, *statements: Mapping[str, Any], name: str | None = None) -> Keys:
        """A new IAM user with these statements as its policy; the keys of it."""


@dataclass(frozen=True)
class Callers:
    """Who calls: one who may sign out the users of any pool, and one who may make neither of the two calls."""

    operator: Keys
    bystander: Keys


@dataclass(frozen=True)
class User:
    """A user of the pool, by every name that Cognito takes."""

    name: str
    sub: str
    email: str
    alias: str


@dataclass(frozen=True)
class SignedIn:
    """One device on which a user has signed in."""

    directory: Directory
    tokens: Mapping[str, str] = field(repr=False)

    def refreshed(self) -> SignedIn:
        """The device with new access and ID tokens."""
        answer = self.directory.aws.anonymous().initiate_auth(
            ClientId=self.directory.client,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": self.tokens["RefreshToken"]},
        )
        return SignedIn(self.directory, {**self.tokens, **answer["AuthenticationResult"]})

    def refusals(self) -> dict[str, str]:
        """Which operations no longer take its tokens, and what they say."""
        directory = self.directory
        refresh = {"REFRESH_TOKEN": self.tokens["RefreshToken"]}
        logins = {directory.issuer: self.tokens["IdToken"]}
        asked: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("cognito-idp", "GetUser", {"AccessToken": self.tokens["AccessToken"]}),
            (
                "cognito-idp",
                "InitiateAuth",
                {"ClientId": directory.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": refresh},
            ),
            ("cognito-identity", "GetId", {"IdentityPoolId": directory.identity_pool, "Logins": logins}),
        )
        refused = {}
        for service, operation, parameters in asked:
            error = error_of(directory.aws.anonymous(service), operation, parameters)
            if error is not None:
                assert "NotAuthorizedException" == code_of(error)
                refused[operation] = error.response["Error"]["Message"].partition(". ")[0]
        return refused


@dataclass(frozen=True)
class Directory:
    """A user pool whose users may go by e-mail address and preferred name, and an identity pool that asks it back."""

    aws: Aws
    pool: str
    client: str
    identity_pool: str

    @property
    def issuer(self) -> str:
        """The pool as the identity pool knows it."""
        return f"cognito-idp.{self.pool.partition('_')[0]}.amazonaws.com/{self.pool}"

    def add(self, name: str) -> User:
        """A new user, who has a password."""
        email, alias = f"{self.aws.name('mail')}@example.com", self.aws.name("alias")
        given = {"email": email, "email_verified": "true", "preferred_username": alias}
        attributes = [{"Name": key, "Value": value} for key, value in given.items()]
        cognito = self.aws.client("cognito-idp")
        made = cognito.admin_create_user(
            UserPoolId=self.pool, Username=name, UserAttributes=attributes, MessageAction="SUPPRESS"
        )["User"]
        cognito.admin_set_user_password(UserPoolId=self.pool, Username=name, Password=PASSWORD, Permanent=True)
        sub = next(each["Value"] for each in made["Attributes"] if each["Name"] == "sub")
        return User(name, sub, email, alias)

    def sign_in(self, user: User) -> SignedIn:
        """The user signs in, on a device of its own."""
        answer = self.aws.anonymous().initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.name, "PASSWORD": PASSWORD},
        )
        return SignedIn(self, answer["AuthenticationResult"])


def make_directory(aws: Aws, name: str = "clients") -> Directory:
    """A directory without users; the pool and the identity pool go by the name."""
    cognito = aws.client("cognito-idp")
    pool_id: str = cognito.create_user_pool(PoolName=name, AliasAttributes=["email", "preferred_username"])["UserPool"][
        "Id"
    ]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=flows)
    directory = Directory(aws, pool_id, client["UserPoolClient"]["ClientId"], "")
    trusted = {"ProviderName": directory.issuer, "ClientId": directory.client, "ServerSideTokenCheck": True}
    identities = aws.client("cognito-identity").create_identity_pool(
        IdentityPoolName=name, AllowUnauthenticatedIdentities=False, CognitoIdentityProviders=[trusted]
    )
    return replace(directory, identity_pool=identities["IdentityPoolId"])


def make_callers(
    aws: Aws, pools: str | list[str] = "*", names: tuple[str | None, str | None] = (None, None)
) -> Callers:
    """Two IAM users: one may sign out the users of the pools, one is granted what needs no grant, and nothing else."""
    operator, bystander = names
    return Callers(
        aws.user(allow(ACTION, pools), name=operator),
        aws.user(allow("cognito-idp:GlobalSignOut"), name=bystander),
    )
