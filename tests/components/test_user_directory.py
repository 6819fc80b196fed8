"""The user pool of UserDirectory and what comes with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.user_directory import Life, UserDirectory, UserDirectoryArgs
from signout.cognito.exposure import AppClient, Kind, Settings, survivors
from signout.cognito.validity import Unit, ValidityError
from tests.components.recording import HERE, POOL_ARN, POOL_ID, Recording, provider_faults, record

ARGS = UserDirectoryArgs(account=HERE)
EVERYTHING = replace(
    ARGS,
    aliases=("email", "preferred_username"),
    password_flows=True,
    callback_urls=("https://shop.example.com/in",),
    logout_urls=("https://shop.example.com/out?all=1", "http://localhost:3000/out"),
    domain_prefix="shop-users",
    identity_pool=True,
)


def recorded(args: UserDirectoryArgs = ARGS) -> Recording:
    return record(lambda: UserDirectory("users", args))


def directory(args: UserDirectoryArgs) -> UserDirectory:
    made: list[UserDirectory] = []
    record(lambda: made.append(UserDirectory("users", args)))
    return made[0]


POOLS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {},
        {
            "deletionProtection": "ACTIVE",
            "userPoolTier": "ESSENTIALS",
            "mfaConfiguration": "OPTIONAL",
            "softwareTokenMfaConfiguration": {"enabled": True},
            "usernameConfiguration": {"caseSensitive": False},
            "accountRecoverySetting": {"recoveryMechanisms": [{"name": "verified_email", "priority": 1}]},
        },
    ),
    ({"protect": False}, {"deletionProtection": "INACTIVE"}),
    ({"tier": "PLUS"}, {"userPoolTier": "PLUS"}),
    ({"mfa": "ON"}, {"mfaConfiguration": "ON", "softwareTokenMfaConfiguration": {"enabled": True}}),
    ({"mfa": "OFF"}, {"mfaConfiguration": "OFF", "softwareTokenMfaConfiguration": None}),
    ({}, {"aliasAttributes": None}),
    ({"aliases": ("email",)}, {"aliasAttributes": ["email"]}),
]


@pytest.mark.parametrize(("change", "expected"), POOLS)
def test_user_pool(change: dict[str, Any], expected: dict[str, Any]) -> None:
    """The pool is set as the arguments say."""
    pool = recorded(replace(ARGS, **change)).one("UserPool").plain

    assert {name: pool.get(name) for name in expected} == expected


def test_passwords() -> None:
    """A password has a least length and all kinds of characters."""
    policy = recorded(replace(ARGS, password_length=16)).one("UserPool").plain["passwordPolicy"]

    assert policy == {
        "minimumLength": 16,
        "requireLowercase": True,
        "requireUppercase": True,
        "requireNumbers": True,
        "requireSymbols": True,
        "temporaryPasswordValidityDays": 7,
    }


@pytest.mark.parametrize("protect", [True, False])
def test_protection(protect: bool) -> None:
    """Protection keeps Pulumi from deleting the pool, as it keeps Cognito; it is the pool's alone."""
    recording = recorded(replace(EVERYTHING, protect=protect))

    assert {one.name for one in recording.registrations if one.protect} == ({"users-pool"} if protect else set())


CLIENTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {},
        {
            "enableTokenRevocation": True,
            "preventUserExistenceErrors": "ENABLED",
            "explicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
            "refreshTokenRotation": {"feature": "ENABLED", "retryGracePeriodSeconds": 10},
            "generateSecret": None,
            "allowedOauthFlows": None,
            "callbackUrls": None,
        },
    ),
    ({"password_flows": True}, {"explicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"]}),
    # Cognito takes rotation or the flow, never both.
    (
        {"rotation_grace_seconds": None},
        {"refreshTokenRotation": None, "explicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
    ),
    (
        {"rotation_grace_seconds": 0},
        {"refreshTokenRotation": {"feature": "ENABLED", "retryGracePeriodSeconds": 0}},
    ),
    (
        {
            "access_token": Life(15, Unit.MINUTES),
            "id_token": Life(1, Unit.HOURS),
            "refresh_token": Life(7, Unit.DAYS),
        },
        {
            "accessTokenValidity": 15,
            "idTokenValidity": 1,
            "refreshTokenValidity": 7,
            "tokenValidityUnits": {"accessToken": "minutes", "idToken": "hours", "refreshToken": "days"},
        },
    ),
    (
        {"callback_urls": ("https://shop.example.com/in",), "logout_urls": ("https://shop.example.com/out",)},
        {
            "allowedOauthFlowsUserPoolClient": True,
            "allowedOauthFlows": ["code"],
            "supportedIdentityProviders": ["COGNITO"],
            "callbackUrls": ["https://shop.example.com/in"],
            "logoutUrls": ["https://shop.example.com/out"],
        },
    ),
]


@pytest.mark.parametrize(("change", "expected"), CLIENTS)
def test_app_client(change: dict[str, Any], expected: dict[str, Any]) -> None:
    """The app client is set as the arguments say."""
    client = recorded(replace(ARGS, **change)).one("UserPoolClient")

    assert {name: client.plain.get(name) for name in expected} == expected
    assert client.from_["userPoolId"] == {"users-pool"}


def test_users_can_sign_themselves_out() -> None:
    """Tokens from managed login carry the scope that a user's own GlobalSignOut asks for."""
    client = recorded(EVERYTHING).one("UserPoolClient").plain

    assert "aws.cognito.signin.user.admin" in client["allowedOauthScopes"]


def test_domain() -> None:
    """The domain is the pool's, and the logout address clears its cookie and leads back to the first logout URL."""
    recording = recorded(EVERYTHING)
    domain = recording.one("UserPoolDomain")
    outputs = recording.outputs[recording.one("UserDirectory").urn]

    assert (domain.plain["domain"], domain.from_["userPoolId"]) == ("shop-users", {"users-pool"})
    assert outputs["domain"] == "shop-users.auth.eu-central-1.amazoncognito.com"
    assert outputs["logoutUrl"] == (
        "https://shop-users.auth.eu-central-1.amazoncognito.com/logout?client_id=1example23456789"
        "&logout_uri=https%3A%2F%2Fshop.example.com%2Fout%3Fall%3D1"
    )


def test_identity_pool() -> None:
    """The identity pool asks whether a user was signed out, lets nobody else in, and has no basic flow."""
    pool = recorded(EVERYTHING).one("IdentityPool").plain

    assert pool["cognitoIdentityProviders"] == [
        {
            "clientId": "1example23456789",
            "providerName": f"cognito-idp.eu-central-1.amazonaws.com/{POOL_ID}",
            "serverSideTokenCheck": True,
        }
    ]
    assert (pool["allowUnauthenticatedIdentities"], pool["allowClassicFlow"]) == (False, False)


def test_authenticated_role() -> None:
    """Its role is for users of this identity pool who have signed in, and may do nothing."""
    recording = recorded(EVERYTHING)
    [statement] = recording.one("Role").document("assumeRolePolicy")["Statement"]

    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-central-1:11111111-2222-3333-4444-555555555555"},
        "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"},
    }
    assert recording.one("IdentityPoolRoleAttachment").from_["roles"] == {"users-authenticated"}
    assert recording.of_type("RolePolicy") == []


def test_only_what_is_asked_for() -> None:
    """Without more said there are a pool and a client."""
    recording = recorded()

    assert {one.name for one in recording.registrations} == {"users", "users-pool", "users-client"}
    assert recording.outputs[recording.one("UserDirectory").urn] == {
        "userPoolId": POOL_ID,
        "userPoolArn": POOL_ARN,
        "clientId": "1example23456789",
    }


def test_parents() -> None:
    """Everything is the component's child."""
    recording = recorded(EVERYTHING)

    assert {one.parent for one in recording.registrations if one.type.startswith("aws:")} == {"users"}


def test_exposure() -> None:
    """What the component tells of a sign-out's reach is what it set."""
    args = replace(EVERYTHING, access_token=Life(15, Unit.MINUTES), id_token=Life(1, Unit.HOURS))
    told = {(survivor.kind, survivor.of): survivor for survivor in survivors(directory(args).exposure)}

    assert told[Kind.ACCESS_TOKEN, "users-client"].seconds == 900
    assert told[Kind.ID_TOKEN, "users-client"].seconds == 3600
    assert told[Kind.CREDENTIALS, "users-identities"].seconds == 3600
    assert "https://shop-users.auth.eu-central-1.amazoncognito.com/logout" in (
        told[Kind.MANAGED_LOGIN, "users-client"].ended_by
    )
    assert recorded(args).one("UserPoolClient").plain["name"] == "users-client"


def test_exposure_without_managed_login() -> None:
    """Without a domain there is no cookie; identity pools of somebody else's are not known to be absent."""
    assert directory(ARGS).exposure == Settings(
        clients=(AppClient("users-client", managed_login=False),),
        domain="",
        identity_pools=None,
        identity_providers=(),
    )


def test_a_life_outside_the_limits() -> None:
    """A validity that Cognito would refuse is refused before anything is registered."""

    def program() -> None:
        with pytest.raises(ValidityError, match="access token validity is 2 minutes; expected 5 minutes to 1 day"):
            UserDirectory("users", replace(ARGS, access_token=Life(2, Unit.MINUTES)))

    assert record(program).registrations == []


@pytest.mark.parametrize("args", [ARGS, EVERYTHING, replace(ARGS, mfa="OFF", rotation_grace_seconds=None)])
def test_the_provider_takes_it(args: UserDirectoryArgs) -> None:
    """Names, types and values are right by the provider's own schema."""
    assert provider_faults(recorded(args)) == []
