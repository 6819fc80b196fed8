"""User pools, app clients and identity pools: what a sign-out reaches, and how soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from signout.cognito.validity import DAY, MINUTE, Token, Unit, ValidityError, duration, validity_seconds
from signout.findings import Severity
from signout.iam.pattern import Pattern
from signout.resource_types import USER_POOL

from ..rule import Level, Outcome, Rule, Violation
from ..settings import NoSettings, setting
from ..stack import Awaited, NotKnown, Resource, Stack, stack_name

CLIENTS = frozenset(
    {
        "aws:cognito/userPoolClient:UserPoolClient",
        "aws:cognito/managedUserPoolClient:ManagedUserPoolClient",
    }
)
USER_POOLS = frozenset({USER_POOL})
IDENTITY_POOLS = frozenset({"aws:cognito/identityPool:IdentityPool"})


@dataclass(frozen=True, slots=True)
class Protected:
    """Which stacks are protected environments."""

    stacks: tuple[str, ...] = setting(("*",), "Names of the stacks in which this holds; * and ? are wildcards.")

    def has(self, resource: Resource) -> bool:
        """Is the resource in one of them?"""
        return any(Pattern.of(each).matches(stack_name(resource.urn)) for each in self.stacks)


def _revocation(client: Resource, stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    """Where nobody sets it, the service switches it on. Source: Cognito API Reference, CreateUserPoolClient."""
    if client.known("enableTokenRevocation", True) is False:
        yield Violation(client, f"{client.label}: enableTokenRevocation is false.")


TOKEN_REVOCATION = Rule(
    name="token-revocation",
    description="Tokens of every app client can be revoked.",
    why="Otherwise RevokeToken is refused for it, and no single session can be ended.",
    change="Set enableTokenRevocation to true.",
    severity=Severity.HIGH,
    settings=NoSettings,
    types=CLIENTS,
    of_resource=_revocation,
)


def _existence(client: Resource, stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    found = client.known("preventUserExistenceErrors") or "LEGACY"
    if found != "ENABLED":
        yield Violation(client, f"{client.label}: preventUserExistenceErrors is {found}.")


USER_EXISTENCE = Rule(
    name="user-existence",
    description="Sign-in does not tell whether a user exists.",
    why="The answers to sign-in attempts would tell strangers which of a list of names are users.",
    change="Set preventUserExistenceErrors to ENABLED.",
    severity=Severity.MEDIUM,
    settings=NoSettings,
    types=CLIENTS,
    of_resource=_existence,
)


@dataclass(frozen=True, slots=True)
class TokenLife:
    """How long access and ID tokens may live."""

    access_minutes: int = setting(60, "The longest life of access tokens, in minutes.", minimum=5, maximum=1440)
    id_minutes: int = setting(60, "The longest life of ID tokens, in minutes.", minimum=5, maximum=1440)


def _unset(value: Any) -> bool:
    """AWS's provider has 0 and "" in its state where nobody set anything."""
    return value is None or value == "" or (value == 0 and not isinstance(value, bool))


def _life(client: Resource, token: Token, most: int) -> Iterator[Outcome]:
    """`most` in seconds. A validity that Cognito does not take is reported as well."""
    name = f"{token}TokenValidity"
    try:
        value, unit = client.known(name), client.known(f"tokenValidityUnits.{token}Token")
    except NotKnown as missing:
        yield missing.awaited
        return
    try:
        seconds = validity_seconds(token, None if _unset(value) else value, None if _unset(unit) else Unit(unit))
    except (ValidityError, ValueError) as error:
        yield Violation(client, f"{client.label}: {error}.", f"Set {name} to a value that Cognito takes.")
        return
    if seconds > most:
        yield Violation(
            client,
            f"{client.label}: {token} tokens live {duration(seconds)}; {duration(most)} is allowed.",
            f"Set {name} and tokenValidityUnits.{token}Token to {duration(most)} or less.",
        )


def _token_life(client: Resource, stack: Stack, settings: TokenLife) -> Iterator[Outcome]:
    yield from _life(client, Token.ACCESS, settings.access_minutes * MINUTE)
    yield from _life(client, Token.ID, settings.id_minutes * MINUTE)


TOKEN_LIFE = Rule(
    name="token-life",
    description="Access and ID tokens live no longer than is set, 60 minutes by default.",
    why="For that long, whoever checks tokens without asking Cognito goes on accepting a user who was signed out.",
    change="Shorten their validity.",
    severity=Severity.HIGH,
    settings=TokenLife,
    types=CLIENTS,
    of_resource=_token_life,
)


@dataclass(frozen=True, slots=True)
class RefreshLife:
    """How long refresh tokens may live."""

    days: int = setting(30, "The longest life of refresh tokens, in days.", minimum=1, maximum=3650)


def _refresh_life(client: Resource, stack: Stack, settings: RefreshLife) -> Iterator[Outcome]:
    yield from _life(client, Token.REFRESH, settings.days * DAY)


REFRESH_TOKEN_LIFE = Rule(
    name="refresh-token-life",
    description="Refresh tokens live no longer than is set, 30 days by default.",
    why="A stolen refresh token gives new tokens until it expires or somebody notices and signs the user out.",
    change="Shorten their validity.",
    severity=Severity.MEDIUM,
    settings=RefreshLife,
    types=CLIENTS,
    of_resource=_refresh_life,
)


@dataclass(frozen=True, slots=True)
class Rotation:
    """How refresh tokens are replaced."""

    most_grace_seconds: int = setting(
        60, "For how long a refresh token that was replaced may still work, in seconds.", minimum=0, maximum=60
    )


def _rotation(client: Resource, stack: Stack, settings: Rotation) -> Iterator[Outcome]:
    feature = client.known("refreshTokenRotation.feature", "DISABLED")
    if feature != "ENABLED":
        yield Violation(client, f"{client.label}: refresh tokens are not replaced when they are used.")
        return
    grace = client.known("refreshTokenRotation.retryGracePeriodSeconds", 0)
    if grace > settings.most_grace_seconds:
        fact = f"{client.label}: a replaced refresh token still works for {duration(grace)}"
        change = "Lower retryGracePeriodSeconds."
        yield Violation(client, f"{fact}; {duration(settings.most_grace_seconds)} is allowed.", change)


REFRESH_TOKEN_ROTATION = Rule(
    name="refresh-token-rotation",
    description="Refresh tokens are replaced when they are used.",
    why="Otherwise one that was copied works beside the user's own, and nobody sees a difference.",
    change="Set refreshTokenRotation.feature to ENABLED, and take ALLOW_REFRESH_TOKEN_AUTH out of explicitAuthFlows.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    settings=Rotation,
    types=CLIENTS,
    of_resource=_rotation,
)

_PASSWORD_FLOWS = frozenset(
    {"ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"}
)


def _flows(client: Resource, stack: Stack, settings: Protected) -> Iterator[Outcome]:
    """Where nobody sets them, the service allows no such flow. Source: Cognito API Reference, CreateUserPoolClient."""
    if settings.has(client):
        flows = client.known("explicitAuthFlows", [])
        for flow in flows if isinstance(flows, list) else ():
            if isinstance(flow, str) and flow in _PASSWORD_FLOWS:
                yield Violation(client, f"{client.label}: explicitAuthFlows has {flow}.")


PASSWORD_FLOWS = Rule(
    name="password-flows",
    description="Apps do not handle plain passwords.",
    why="Whatever stands between the user and Cognito sees the password, and can sign in again after a sign-out.",
    change="Use ALLOW_USER_SRP_AUTH, or managed login.",
    severity=Severity.MEDIUM,
    settings=Protected,
    types=CLIENTS,
    of_resource=_flows,
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Which addresses without https are fine."""

    localhost: bool = setting(True, "Whether http is fine on the user's own machine.")


_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def _addresses(client: Resource, stack: Stack, settings: Addresses) -> Iterator[Outcome]:
    for path in ("callbackUrls", "logoutUrls", "defaultRedirectUri"):
        value = client.given(path)
        for url in value if isinstance(value, list) else [value]:
            if not isinstance(url, str | None):
                yield Awaited(client, path)
            elif not _unset(url) and _is_plain(str(url), settings):
                yield Violation(client, f"{client.label}: {path} has {url}.")


def _is_plain(url: str, settings: Addresses) -> bool:
    """Apps have schemes of their own, which do not go over the network; a text that is no address is no https."""
    try:
        parts = urlsplit(url)
        local = parts.hostname in _LOCAL
    except ValueError:
        return True
    return not parts.scheme or (parts.scheme == "http" and not (local and settings.localhost))


HTTPS_CALLBACKS = Rule(
    name="https-callbacks",
    description="Managed login sends users back over https only.",
    why="The authorization code goes with them, and on the way anybody could read and use it.",
    change="Use https; http only on localhost.",
    severity=Severity.HIGH,
    settings=Addresses,
    types=CLIENTS,
    of_resource=_addresses,
)


def _protected(pool: Resource, stack: Stack, settings: Protected) -> Iterator[Outcome]:
    """Where nobody sets it, there is none. Source: Cognito API Reference, CreateUserPool."""
    if not settings.has(pool):
        return
    if not pool.protect:
        yield Violation(pool, f"{pool.label} is not protected from deletion by Pulumi.", "Set its option protect.")
    found = pool.known("deletionProtection") or "INACTIVE"
    if found != "ACTIVE":
        change = "Set deletionProtection to ACTIVE."
        yield Violation(pool, f"{pool.label}: deletionProtection is {found}.", change)


DELETION_PROTECTION = Rule(
    name="deletion-protection",
    description="User pools are protected from deletion, by Cognito and by Pulumi.",
    why="With a user pool all of its users are gone, and nothing brings them back.",
    change="Set the option protect, and deletionProtection to ACTIVE.",
    severity=Severity.HIGH,
    settings=Protected,
    types=USER_POOLS,
    of_resource=_protected,
)


def _token_check(pool: Resource, stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    providers: Any = pool.given("cognitoIdentityProviders", [])
    for index, provider in enumerate(providers if isinstance(providers, list) else [providers]):
        path = f"cognitoIdentityProviders[{index}].serverSideTokenCheck"
        checks = provider.get("serverSideTokenCheck", False) if isinstance(provider, dict) else provider
        if not isinstance(checks, bool | None):
            yield Awaited(pool, path)
        elif not checks:
            yield Violation(pool, f"{pool.label}: {path} is not true.")


SERVER_SIDE_TOKEN_CHECK = Rule(
    name="server-side-token-check",
    description="Identity pools ask the user pool whether a user was signed out.",
    why="Otherwise a user who was signed out still gets AWS credentials, for as long as an ID token lives.",
    change="Set serverSideTokenCheck to true for every provider that is a user pool.",
    severity=Severity.HIGH,
    settings=NoSettings,
    types=IDENTITY_POOLS,
    of_resource=_token_check,
)

RULES = (
    TOKEN_REVOCATION,
    USER_EXISTENCE,
    TOKEN_LIFE,
    REFRESH_TOKEN_LIFE,
    REFRESH_TOKEN_ROTATION,
    PASSWORD_FLOWS,
    HTTPS_CALLBACKS,
    DELETION_PROTECTION,
    SERVER_SIDE_TOKEN_CHECK,
)
