"""What a sign-out does not reach, and for how long at most.

AdminUserGlobalSignOut and GlobalSignOut revoke refresh and access tokens in Cognito's own books. Whoever checks a token
without asking Cognito goes on accepting it until it expires, and so does what was obtained with it before. This is
computed from settings alone; what the settings do not say is unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from signout.cognito.validity import DAY, HOUR, MINUTE, VALIDITY, Token, duration

MANAGED_LOGIN_SECONDS = HOUR
"""How long managed login recognises a browser by default (Cognito API Reference, ClientSSOSessionConfigType)."""
ENHANCED_FLOW_SECONDS = HOUR
"""Life of the credentials of GetCredentialsForIdentity."""
OPENID_TOKEN_SECONDS = 10 * MINUTE
"""Life of GetOpenIdToken's token, which the basic flow exchanges for a role session."""
BASIC_FLOW_MOST_SECONDS = OPENID_TOKEN_SECONDS + 12 * HOUR
"""A role session lasts 12 hours at most (STS API Reference, AssumeRoleWithWebIdentity)."""
AUTHORIZER_CACHE_DEFAULT, AUTHORIZER_CACHE_MOST = 5 * MINUTE, HOUR
"""How long API Gateway keeps an authorizer's verdict (API Gateway API Reference, Authorizer)."""
LOAD_BALANCER_DEFAULT = 7 * DAY
"""Life of a load balancer's session cookie (Elastic Load Balancing, AuthenticateCognitoActionConfig)."""


class Kind(StrEnum):
    """What survives."""

    ACCESS_TOKEN = "access-token"
    ID_TOKEN = "id-token"
    MANAGED_LOGIN = "managed-login"
    IDENTITY_PROVIDER = "identity-provider"
    CREDENTIALS = "credentials"
    AUTHORIZER = "authorizer"
    LOAD_BALANCER = "load-balancer"
    OTHER_CLIENTS = "other-clients"


@dataclass(frozen=True, slots=True)
class AppClient:
    """One app client's settings, in seconds."""

    name: str
    """Name or id, as it is to be shown."""
    access_token: int = VALIDITY[Token.ACCESS].default
    id_token: int = VALIDITY[Token.ID].default
    managed_login: bool = True
    """Whether users sign in with this client through managed login, or the classic hosted UI."""
    session_reuse: int | None = MANAGED_LOGIN_SECONDS
    """How long it silently reuses a managed-login session; 0 never. None: not known."""


@dataclass(frozen=True, slots=True)
class IdentityPool:
    """One identity pool that takes the user pool's ID tokens."""

    name: str
    checks_sign_out: bool | None
    """ServerSideTokenCheck of its user pool provider. None: not known."""
    basic_flow: bool | None = False
    """AllowClassicFlow. None: not known."""
    role_session: int | None = None
    """The longest session of its roles, in seconds, which the basic flow can use in full. None: not known."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known of a user pool and what stands around it. None is "not known"; (), "" and 0 are "there is none"."""

    clients: tuple[AppClient, ...]
    """The app clients that the answer covers. Of others it says that they are not covered."""
    domain: str | None = None
    """Host name of the pool's domain, with managed login."""
    identity_pools: tuple[IdentityPool, ...] | None = None
    identity_providers: tuple[str, ...] | None = None
    """Names of the providers through which users may sign in."""
    authorizer_cache: int | None = None
    """How long an API Gateway authorizer in front of an API keeps its verdicts, in seconds."""
    load_balancer_session: int | None = None
    """How long a load balancer's cookie holds, in seconds."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """One thing that a sign-out leaves working."""

    kind: Kind
    of: str
    """The app client, identity pool or provider; empty where it is none in particular."""
    seconds: int | None
    """It ends this long after the sign-out at the latest, unless it is renewed. None: not known."""
    renewable: bool
    """Using it before it ends makes it last longer."""
    sentence: str
    ended_by: str
    """What ends it sooner; empty where nothing does."""
    source: str

    def until(self, signed_out_at: datetime) -> datetime | None:
        """When it ends at the latest, unless it is renewed; None if that is not known."""
        return None if self.seconds is None else signed_out_at + timedelta(seconds=self.seconds)


def survivors(settings: Settings) -> tuple[Survivor, ...]:
    """Everything that a sign-out leaves working under these settings, tokens first."""
    return (
        *(token for client in settings.clients for token in _tokens(client)),
        *_authorizer(settings),
        *_load_balancer(settings),
        *_managed_login(settings),
        *_identity_providers(settings),
        *_credentials(settings),
        _other_clients(settings.clients),
    )


def at_most(found: Iterable[Survivor]) -> int | None:
    """Seconds after which nothing of ``found`` works any more; None if that is not known or can be put off."""
    ends = [None if survivor.renewable else survivor.seconds for survivor in found]
    return max((end for end in ends if end is not None), default=0) if None not in ends else None


def _tokens(client: AppClient) -> Iterator[Survivor]:
    for kind, tokens, seconds in (
        (Kind.ACCESS_TOKEN, "Access tokens", client.access_token),
        (Kind.ID_TOKEN, "ID tokens", client.id_token),
    ):
        yield Survivor(
            kind,
            client.name,
            seconds,
            renewable=False,
            sentence=f"{tokens} of {client.name} pass every check that does not ask Cognito until they expire, "
            f"{duration(seconds)} after they were issued.",
            ended_by="a check that asks Cognito, or that compares auth_time with the time of the sign-out",
            source="Cognito Developer Guide, Ending user sessions with token revocation",
        )


def _authorizer(settings: Settings) -> Iterator[Survivor]:
    cache = settings.authorizer_cache
    if cache == 0:
        return
    longest = max((max(client.access_token, client.id_token) for client in settings.clients), default=None)
    yield Survivor(
        Kind.AUTHORIZER,
        "",
        None if cache is None or longest is None else longest + cache,
        renewable=False,
        sentence="An API Gateway authorizer keeps its verdict on a token past the token's own end, by "
        + (
            f"{duration(AUTHORIZER_CACHE_DEFAULT)} where nothing is set and {duration(AUTHORIZER_CACHE_MOST)} at most."
            if cache is None
            else f"up to {duration(cache)}."
        ),
        ended_by="flushing the authorizer cache of the API's stage",
        source="API Gateway API Reference, Authorizer, authorizerResultTtlInSeconds",
    )


def _load_balancer(settings: Settings) -> Iterator[Survivor]:
    session = settings.load_balancer_session
    if session == 0:
        return
    holds = f"{duration(LOAD_BALANCER_DEFAULT)} where nothing is set" if session is None else duration(session)
    yield Survivor(
        Kind.LOAD_BALANCER,
        "",
        session,
        renewable=False,
        sentence=f"A load balancer that signs users in has a session cookie of its own, which holds for {holds}; where "
        "it keeps a refresh token it asks Cognito again when the access token ends, and is then refused.",
        ended_by="deleting the cookie in the user's browser",
        source="Elastic Load Balancing User Guide, Authenticate users using an Application Load Balancer",
    )


def _managed_login(settings: Settings) -> Iterator[Survivor]:
    """The browser's session with the pool's domain: for whoever holds it, a sign-in without a password."""
    if settings.domain == "":
        return
    logout = f"https://{settings.domain}/logout" if settings.domain else "the logout endpoint of the pool's domain"
    for client in settings.clients:
        if not client.managed_login or client.session_reuse == 0:
            continue
        reuse = "a time that is not known" if client.session_reuse is None else duration(client.session_reuse)
        yield Survivor(
            Kind.MANAGED_LOGIN,
            client.name,
            client.session_reuse,
            renewable=True,
            sentence=f"A browser that signed in through managed login gets new tokens of {client.name} without a "
            f"password for {reuse} after its last sign-in.",
            ended_by=f"{logout}, opened in that browser; AdminRevokeUserSession on the session where the pool tracks "
            "sessions; AdminDisableUser",
            source="Cognito API Reference, AdminUserGlobalSignOut and ClientSSOSessionConfigType",
        )


def _identity_providers(settings: Settings) -> Iterator[Survivor]:
    if settings.identity_providers == () or settings.domain == "":
        return
    for provider in settings.identity_providers or ("",):
        yield Survivor(
            Kind.IDENTITY_PROVIDER,
            provider,
            None,
            renewable=True,
            sentence=f"The user's own session at {provider or 'an external identity provider'} goes on, and signs in "
            "again without a password.",
            ended_by="a sign-out at the provider; AdminDisableUser keeps the user from coming back in",
            source="Cognito Developer Guide, Logout endpoint",
        )


def _credentials(settings: Settings) -> Iterator[Survivor]:
    """AWS credentials that an identity pool has vended, or will still vend for an ID token that it does not check."""
    if settings.identity_pools is None:
        yield _credentials_of("", None, "Identity pools that take this user pool's ID tokens were not looked at.")
        return
    for pool in settings.identity_pools:
        life = ENHANCED_FLOW_SECONDS
        if pool.basic_flow is not False:
            life = BASIC_FLOW_MOST_SECONDS if pool.role_session is None else pool.role_session + OPENID_TOKEN_SECONDS
        if pool.checks_sign_out:  # So nothing new is vended; what was vended before goes on.
            yield _credentials_of(pool.name, life, f"Access to AWS through {pool.name} goes on for {duration(life)}.")
            continue
        exchange = max((client.id_token for client in settings.clients), default=None)
        checks = "may not ask" if pool.checks_sign_out is None else "does not ask"
        yield _credentials_of(
            pool.name,
            None if exchange is None else exchange + life,
            f"{pool.name} {checks} whether a user was signed out: for every ID token that has not expired it gives "
            f"access to AWS, which goes on for {duration(life)}.",
        )


def _credentials_of(pool: str, seconds: int | None, sentence: str) -> Survivor:
    return Survivor(
        Kind.CREDENTIALS,
        pool,
        seconds,
        renewable=False,
        sentence=sentence,
        ended_by="a Deny on the role for aws:TokenIssueTime before the time of the sign-out",
        source="Cognito Federated Identities API Reference, CognitoIdentityProvider, ServerSideTokenCheck; "
        "IAM User Guide, Revoke IAM role temporary security credentials",
    )


def _other_clients(covered: tuple[AppClient, ...]) -> Survivor:
    names = ", ".join(client.name for client in covered) or "none"
    return Survivor(
        Kind.OTHER_CLIENTS,
        "",
        None,
        renewable=True,
        sentence=f"App clients covered here: {names}. Of any other the settings are not known; access and ID tokens "
        f"live {duration(VALIDITY[Token.ACCESS].most)} at most.",
        ended_by="",
        source="Cognito API Reference, TokenValidityUnitsType",
    )
