"""What was fixed when the function was deployed, read from its environment."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import exposure, names
from .limits import Limits

MOST_CALLS_PER_SECOND = 10
_OWN_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Deployment:
    """The function's settings.

    Environment variables: USER_POOL_ID; CALLS_PER_SECOND, the whole number of calls that one instance may make in a
    second, 1 to 10; METRIC_NAMESPACE; EXPOSURE, what a sign-out does not reach, as JSON (see exposure.py);
    LOG_USERNAMES, "true" to log user names as given; LOG_KEY, the key under which they are hashed otherwise.
    """

    user_pool_id: str
    calls_per_second: int
    metric_namespace: str
    exposure: exposure.Exposure
    name_of: Callable[[str], str]


def from_environment(environment: Mapping[str, str], limits: Limits) -> Deployment:
    """Reads the settings; raises ValueError naming the first variable that is missing or wrong."""
    return Deployment(
        user_pool_id=_user_pool_id(_variable(environment, "USER_POOL_ID"), limits),
        calls_per_second=_calls_per_second(_variable(environment, "CALLS_PER_SECOND")),
        metric_namespace=_variable(environment, "METRIC_NAMESPACE"),
        exposure=exposure.parse(_variable(environment, "EXPOSURE")),
        name_of=_name_of(environment),
    )


def _variable(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise ValueError(f"environment variable {name} is missing: deploy the function with it")
    return value


def _user_pool_id(value: str, limits: Limits) -> str:
    if not limits.user_pool_id.allows(value):
        raise ValueError(f"environment variable USER_POOL_ID is {value!r}, expected {limits.user_pool_id}")
    return value


def _calls_per_second(value: str) -> int:
    if not value.isdecimal() or not 1 <= int(value) <= MOST_CALLS_PER_SECOND:
        raise ValueError(f"environment variable CALLS_PER_SECOND is {value!r}, expected 1 to {MOST_CALLS_PER_SECOND}")
    return int(value)


def _name_of(environment: Mapping[str, str]) -> Callable[[str], str]:
    if environment.get("LOG_USERNAMES") == "true":
        return names.as_given
    key = environment.get("LOG_KEY", "")
    return names.hashed(key.encode() if key else secrets.token_bytes(_OWN_KEY_BYTES))
