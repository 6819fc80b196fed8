"""Users and how they sign in: user pool, app client, domain, identity pool.

What decides how long a signed-out user's tokens go on working is set here, so the component also tells what it knows of
that, for the runbook to repeat.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

import pulumi
import pulumi_aws as aws

from signout.cognito.exposure import AppClient, IdentityPool, Settings
from signout.cognito.validity import Token, Unit, validity_seconds

from .account import Account

# The last one lets users sign themselves out everywhere, and read and change what the pool knows of them.
_SCOPES = ("openid", "email", "profile", "aws.cognito.signin.user.admin")


@dataclass(frozen=True, slots=True)
class Life:
    """How long a token lives; Cognito takes 5 minutes to 1 day, for a refresh token 1 hour to 3650 days."""

    value: int
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDirectoryArgs:
    """What UserDirectory needs."""

    account: Account
    """Where it is made."""
    protect: bool = True
    """Whether neither Pulumi nor anybody else deletes the user pool before this is set to False."""
    tier: Literal["LITE", "ESSENTIALS", "PLUS"] = "ESSENTIALS"
    """Features, and with them the price, of the user pool."""
    mfa: Literal["OFF", "OPTIONAL", "ON"] = "OPTIONAL"
    """Whether users may or must have a second factor, which is an authenticator app."""
    aliases: tuple[Literal["email", "phone_number", "preferred_username"], ...] = ()
    """What users may sign in with in place of the user name. A change makes a new user pool."""
    password_length: int = 12
    """The least length of a password, 8 to 99."""
    access_token: Life = Life(60, Unit.MINUTES)
    """How long a check that does not ask Cognito goes on accepting a signed-out user."""
    id_token: Life = Life(60, Unit.MINUTES)
    """The same, where ID tokens are checked."""
    refresh_token: Life = Life(30, Unit.DAYS)
    """How long a session can be renewed. A sign-out ends that at once."""
    rotation_grace_seconds: int | None = 10
    """Seconds for which a refresh token that was used, and with that replaced, still works: 0 to 60. None: refresh
    tokens are not replaced when used, and InitiateAuth takes them."""
    password_flows: bool = False
    """Whether the app client may send plain passwords to Cognito, in place of the SRP protocol."""
    callback_urls: tuple[str, ...] = ()
    """Where managed login may send users after they signed in."""
    logout_urls: tuple[str, ...] = ()
    """Where the logout endpoint may send users after it cleared the cookie of managed login."""
    domain_prefix: str | None = None
    """Makes a domain for managed login, `<prefix>.auth.<Region>.amazoncognito.com`."""
    identity_pool: bool = False
    """Makes an identity pool that asks the user pool whether a user was signed out before it gives AWS credentials."""


class UserDirectory(pulumi.ComponentResource):
    """User pool with one app client; domain and identity pool where asked for.

    Outputs: ``user_pool_id``, ``user_pool_arn``, ``client_id``; None where not asked for: ``domain`` (host name),
    ``logout_url`` (to open in the browser of a user who was signed out), ``identity_pool_id`` and
    ``authenticated_role_arn`` (the role of its users, which may do nothing until it is given policies).
    ``exposure`` is what the settings say about what a sign-out does not reach.
    """

    user_pool_id: pulumi.Output[str]
    user_pool_arn: pulumi.Output[str]
    client_id: pulumi.Output[str]
    domain: str | None
    logout_url: pulumi.Output[str] | None
    identity_pool_id: pulumi.Output[str] | None
    authenticated_role_arn: pulumi.Output[str] | None
    exposure: Settings

    def __init__(self, name: str, args: UserDirectoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        self.domain = _domain(args)
        self.exposure = _exposure(name, args, self.domain)  # raises for what Cognito would refuse
        super().__init__("signout:cognito:UserDirectory", name, {}, opts)
        mine = pulumi.ResourceOptions(parent=self)
        pool = _user_pool(name, args, pulumi.ResourceOptions(parent=self, protect=args.protect))
        client = _client(name, args, pool, mine)
        self.user_pool_id = pool.id
        self.user_pool_arn = pool.arn
        self.client_id = client.id
        if args.domain_prefix is not None:
            aws.cognito.UserPoolDomain(f"{name}-domain", domain=args.domain_prefix, user_pool_id=pool.id, opts=mine)
        self.logout_url = _logout_url(args, self.domain, client)
        self.identity_pool_id = self.authenticated_role_arn = None
        if args.identity_pool:
            self.identity_pool_id, self.authenticated_role_arn = _identity_pool(name, pool, client, mine)
        self.register_outputs(
            {
                "userPoolId": self.user_pool_id,
                "userPoolArn": self.user_pool_arn,
                "clientId": self.client_id,
                "domain": self.domain,
                "logoutUrl": self.logout_url,
                "identityPoolId": self.identity_pool_id,
                "authenticatedRoleArn": self.authenticated_role_arn,
            }
        )


def _user_pool(name: str, args: UserDirectoryArgs, opts: pulumi.ResourceOptions) -> aws.cognito.UserPool:
    return aws.cognito.UserPool(
        f"{name}-pool",
        deletion_protection="ACTIVE" if args.protect else "INACTIVE",
        user_pool_tier=args.tier,
        mfa_configuration=args.mfa,
        software_token_mfa_configuration=None if args.mfa == "OFF" else {"enabled": True},
        alias_attributes=list(args.aliases) or None,
        username_configuration={"case_sensitive": False},
        auto_verified_attributes=["email"],
        account_recovery_setting={"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
        password_policy={
            "minimum_length": args.password_length,
            "require_lowercase": True,
            "require_uppercase": True,
            "require_numbers": True,
            "require_symbols": True,
            "temporary_password_validity_days": 7,
        },
        opts=opts,
    )


def _client(
    name: str, args: UserDirectoryArgs, pool: aws.cognito.UserPool, opts: pulumi.ResourceOptions
) -> aws.cognito.UserPoolClient:
    return aws.cognito.UserPoolClient(
        f"{name}-client",
        name=_client_name(name),
        user_pool_id=pool.id,
        enable_token_revocation=True,
        prevent_user_existence_errors="ENABLED",
        explicit_auth_flows=_auth_flows(args),
        access_token_validity=args.access_token.value,
        id_token_validity=args.id_token.value,
        refresh_token_validity=args.refresh_token.value,
        token_validity_units={
            "access_token": str(args.access_token.unit),
            "id_token": str(args.id_token.unit),
            "refresh_token": str(args.refresh_token.unit),
        },
        refresh_token_rotation=_rotation(args),
        **_managed_login(args),
        opts=opts,
    )


def _client_name(name: str) -> str:
    return f"{name}-client"


def _auth_flows(args: UserDirectoryArgs) -> list[str]:
    flows = ["ALLOW_USER_SRP_AUTH"]
    if args.password_flows:
        flows.append("ALLOW_USER_PASSWORD_AUTH")
    if args.rotation_grace_seconds is None:
        # A client that rotates refresh tokens may not have this flow: there GetTokensFromRefreshToken renews.
        flows.append("ALLOW_REFRESH_TOKEN_AUTH")
    return flows


def _rotation(args: UserDirectoryArgs) -> dict[str, Any] | None:
    if args.rotation_grace_seconds is None:
        return None
    return {"feature": "ENABLED", "retry_grace_period_seconds": args.rotation_grace_seconds}


def _managed_login(args: UserDirectoryArgs) -> dict[str, Any]:
    if not args.callback_urls:
        return {}
    return {
        "allowed_oauth_flows_user_pool_client": True,
        "allowed_oauth_flows": ["code"],
        "allowed_oauth_scopes": list(_SCOPES),
        "supported_identity_providers": ["COGNITO"],
        "callback_urls": list(args.callback_urls),
        "logout_urls": list(args.logout_urls),
    }


def _domain(args: UserDirectoryArgs) -> str | None:
    return f"{args.domain_prefix}.auth.{args.account.region}.amazoncognito.com" if args.domain_prefix else None


def _logout_url(
    args: UserDirectoryArgs, domain: str | None, client: aws.cognito.UserPoolClient
) -> pulumi.Output[str] | None:
    if domain is None or not args.logout_urls:
        return None
    back_to = urlencode({"logout_uri": args.logout_urls[0]})
    return pulumi.Output.concat(f"https://{domain}/logout?client_id=", client.id, f"&{back_to}")


def _identity_pool(
    name: str, pool: aws.cognito.UserPool, client: aws.cognito.UserPoolClient, opts: pulumi.ResourceOptions
) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
    identities = aws.cognito.IdentityPool(
        f"{name}-identities",
        identity_pool_name=_identity_pool_name(name),
        allow_unauthenticated_identities=False,
        allow_classic_flow=False,
        cognito_identity_providers=[
            {"client_id": client.id, "provider_name": pool.endpoint, "server_side_token_check": True}
        ],
        opts=opts,
    )
    role = aws.iam.Role(
        f"{name}-authenticated",
        description="Users of the identity pool; may do nothing until it is given policies",
        assume_role_policy=identities.id.apply(_authenticated_trust),
        opts=opts,
    )
    aws.cognito.IdentityPoolRoleAttachment(
        f"{name}-authenticated", identity_pool_id=identities.id, roles={"authenticated": role.arn}, opts=opts
    )
    return identities.id, role.arn


def _identity_pool_name(name: str) -> str:
    return f"{name}-identities"


def _authenticated_trust(identity_pool_id: str) -> str:
    """Lets users of this identity pool in who have signed in."""
    service = "cognito-identity.amazonaws.com"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": service},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{service}:aud": identity_pool_id},
            "ForAnyValue:StringLike": {f"{service}:amr": "authenticated"},
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _exposure(name: str, args: UserDirectoryArgs, domain: str | None) -> Settings:
    client = AppClient(
        name=_client_name(name),
        access_token=validity_seconds(Token.ACCESS, args.access_token.value, args.access_token.unit),
        id_token=validity_seconds(Token.ID, args.id_token.value, args.id_token.unit),
        managed_login=bool(args.callback_urls),
    )
    # Without an identity pool of this stack there may still be one of somebody else's.
    identity_pools = (IdentityPool(_identity_pool_name(name), checks_sign_out=True),) if args.identity_pool else None
    return Settings(clients=(client,), domain=domain or "", identity_pools=identity_pools, identity_providers=())
