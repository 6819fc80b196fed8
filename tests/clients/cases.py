"""The table of cases: what is called, by whom, and what has to come of it through every client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from tests.clients.directory import Directory, User

ADMIN = "AdminUserGlobalSignOut"
OWN = "GlobalSignOut"


class Caller(Enum):
    """Whose credentials the client finds."""

    NOBODY = auto()
    OPERATOR = auto()
    BYSTANDER = auto()


class Weather(Enum):
    """What is wrong with the service, if anything."""

    FINE = auto()
    THROTTLED = auto()
    """The quota of requests is used up: the sandbox counts, as `signout sandbox start --throttle` has it."""
    BROKEN = auto()
    """The service answers with an internal error. The sandbox has no such cause; the recorder answers in its place."""


@dataclass(frozen=True)
class Case:
    """One call, and its outcome."""

    name: str
    operation: str
    parameters: Callable[[Directory, User, str], Mapping[str, str]]
    """From the directory, the user concerned and the user's access token."""
    error: str | None = None
    """The type of the error; None: the user is signed out afterwards. With an error the user never is."""
    caller: Caller = Caller.OPERATOR
    user: str = "ana"
    """The name of the user concerned."""
    weather: Weather = Weather.FINE

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return {None: 200, "InternalErrorException": 500}.get(self.error, 400)


def named(name: str) -> Callable[[Directory, User, str], Mapping[str, str]]:
    """The admin sign-out of whoever goes by the name."""
    return lambda directory, _user, _token: {"UserPoolId": directory.pool, "Username": name}


def by(field: str) -> Callable[[Directory, User, str], Mapping[str, str]]:
    """The admin sign-out of the user by one of the user's names."""
    return lambda directory, user, _token: {"UserPoolId": directory.pool, "Username": getattr(user, field)}


def in_pool(pool: str) -> Callable[[Directory, User, str], Mapping[str, str]]:
    """The admin sign-out of the user, in another pool."""
    return lambda _directory, user, _token: {"UserPoolId": pool, "Username": user.name}


def with_token(_directory: Directory, _user: User, token: str) -> Mapping[str, str]:
    """The user's own sign-out."""
    return {"AccessToken": token}


def with_text(token: str) -> Callable[[Directory, User, str], Mapping[str, str]]:
    """The sign-out of whoever has the token."""
    return lambda _directory, _user, _token: {"AccessToken": token}


def _reach(name: str, user: str) -> Case:
    return Case(name, ADMIN, by("name"), user=user)


INVALID = "InvalidParameterException"
CASES = (
    Case("signed out", ADMIN, by("name")),
    Case("by alias", ADMIN, by("alias")),
    Case("by sub", ADMIN, by("sub")),
    Case("by e-mail", ADMIN, by("email")),
    _reach("Cyrillic", "юлия"),
    _reach("Japanese", "さくら"),
    _reach("Arabic", "أمل"),
    _reach("combining marks", "zoe\u0308-e\u0301"),
    _reach("symbols", "☂€+<>|$^`~"),
    _reach("beyond 16 bits", "𝒶𝓃𝒶🙂"),
    _reach("quotes", "o'neil\"x\\y"),
    _reach("leading hyphen", "--ana"),
    _reach("128 characters", "n" * 128),
    Case("129 characters", ADMIN, named("n" * 129), INVALID),
    Case("empty name", ADMIN, named(""), INVALID),
    Case("newline", ADMIN, named("an\na"), INVALID),
    Case("space", ADMIN, named("an a"), INVALID),
    Case("unknown user", ADMIN, named("nobody"), "UserNotFoundException"),
    Case("unknown pool", ADMIN, in_pool("us-east-1_nowhere"), "ResourceNotFoundException"),
    Case("malformed pool id", ADMIN, in_pool("nowhere"), INVALID),
    Case("pool id of 56 characters", ADMIN, in_pool("us-east-1_" + "p" * 46), INVALID),
    Case("no credentials", ADMIN, by("name"), "MissingAuthenticationTokenException", Caller.NOBODY),
    Case("without permission", ADMIN, by("name"), "AccessDeniedException", Caller.BYSTANDER),
    Case("throttled", ADMIN, by("name"), "TooManyRequestsException", weather=Weather.THROTTLED),
    Case("internal error", ADMIN, by("name"), "InternalErrorException", weather=Weather.BROKEN),
    Case("own", OWN, with_token, caller=Caller.NOBODY),
    Case("own, with credentials", OWN, with_token),
    Case("own, with credentials that permit nothing", OWN, with_token, caller=Caller.BYSTANDER),
    Case("own, not a token", OWN, with_text("e.y.J"), "NotAuthorizedException", Caller.NOBODY),
    Case("own, throttled", OWN, with_token, "TooManyRequestsException", Caller.NOBODY, weather=Weather.THROTTLED),
    Case("own, internal error", OWN, with_token, "InternalErrorException", Caller.NOBODY, weather=Weather.BROKEN),
)

HELD_BACK = {
    ("boto3", "empty name"): "ParamValidationError",
    ("boto3", "no credentials"): "NoCredentialsError",
    ("AWS CLI v1", "empty name"): "parameter validation",
    ("AWS CLI v1", "no credentials"): "no credentials",
    ("AWS CLI v2", "empty name"): "parameter validation",
    ("AWS CLI v2", "no credentials"): "no credentials",
    # Version 2.9.19 wants credentials for every call, unless told with --no-sign-request.
    ("AWS CLI v2", "own"): "no credentials",
    ("AWS CLI v2", "own, not a token"): "no credentials",
    ("AWS CLI v2", "own, throttled"): "no credentials",
    ("AWS CLI v2", "own, internal error"): "no credentials",
    ("JavaScript SDK v3", "no credentials"): "CredentialsProviderError",
}
"""Where a client refuses by itself, nothing goes out; how it says so."""

SIGNS_OWN = frozenset({"raw API", "AWS CLI v2"})
"""Clients that sign GlobalSignOut where they find credentials. It makes no difference: IAM is not asked."""
