"""How long tokens may live: the units, limits and defaults of an app client's settings.

Source: Cognito API Reference, CreateUserPoolClient and TokenValidityUnitsType. The limits there stand in the prose; the
ranges of the API model (1 to 86,400) are the same numbers in whatever unit, so they let two minutes pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Token(StrEnum):
    """The tokens of a user pool."""

    ACCESS = "access"
    ID = "id"
    REFRESH = "refresh"


class Unit(StrEnum):
    """Units of a validity setting, spelled as in the API's TokenValidityUnits."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


UNIT_SECONDS: Mapping[Unit, int] = MappingProxyType(
    {Unit.SECONDS: 1, Unit.MINUTES: MINUTE, Unit.HOURS: HOUR, Unit.DAYS: DAY}
)


@dataclass(frozen=True, slots=True)
class Validity:
    """The limits of one token's validity, in seconds, and what holds where nothing is set."""

    least: int
    most: int
    default: int
    default_unit: Unit
    """The unit of a number that is set without one."""


VALIDITY: Mapping[Token, Validity] = MappingProxyType(
    {
        Token.ACCESS: Validity(5 * MINUTE, DAY, default=HOUR, default_unit=Unit.HOURS),
        Token.ID: Validity(5 * MINUTE, DAY, default=HOUR, default_unit=Unit.HOURS),
        Token.REFRESH: Validity(HOUR, 3650 * DAY, default=30 * DAY, default_unit=Unit.DAYS),
    }
)


class ValidityError(ValueError):
    """A validity that Cognito does not take. The message has the value and what is allowed."""


def validity_seconds(token: Token, value: object = None, unit: Unit | None = None) -> int:
    """The validity in seconds of a token whose setting is ``value`` in ``unit``, either of them None where not set.

    A refresh token's 0 is the default, as the service reads it. Raises ValidityError outside the limits, and for a
    value that is no whole number: it may come from a program's properties, where nothing has looked at its type yet.
    """
    limits = VALIDITY[token]
    if value is None:
        return limits.default
    if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
        raise ValidityError(f"{token} token validity is a {type(value).__name__}; expected a whole number")
    if token is Token.REFRESH and value == 0:
        return limits.default
    unit = unit or limits.default_unit
    seconds = int(value) * UNIT_SECONDS[unit]
    if not limits.least <= seconds <= limits.most:
        raise ValidityError(
            f"{token} token validity is {value} {unit}; expected {duration(limits.least)} to {duration(limits.most)}"
        )
    return seconds


def duration(seconds: int) -> str:
    """A number of seconds for people, in the largest unit that divides it: "90 minutes", "1 hour", "3650 days"."""
    sizes = {"day": DAY, "hour": HOUR, "minute": MINUTE}
    unit = next((unit for unit, size in sizes.items() if seconds and seconds % size == 0), "second")
    count = seconds // sizes.get(unit, 1)
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
