"""How long tokens may live."""

from __future__ import annotations

import pytest

from signout.cognito.stored import load
from signout.cognito.validity import DAY, VALIDITY, Token, Unit, ValidityError, duration, validity_seconds

SECONDS = [
    # token, value, unit, seconds
    (Token.ACCESS, None, None, 3600),
    (Token.ACCESS, 1, None, 3600),
    (Token.ACCESS, 5, Unit.MINUTES, 300),
    (Token.ACCESS, 300, Unit.SECONDS, 300),
    (Token.ACCESS, 24, Unit.HOURS, 86_400),
    (Token.ACCESS, 1, Unit.DAYS, 86_400),
    (Token.ID, None, Unit.MINUTES, 3600),
    (Token.REFRESH, None, None, 30 * DAY),
    (Token.REFRESH, 0, None, 30 * DAY),
    (Token.REFRESH, 7, None, 7 * DAY),
    (Token.REFRESH, 60, Unit.MINUTES, 3600),
    (Token.REFRESH, 3650, Unit.DAYS, 315_360_000),
]


@pytest.mark.parametrize(("token", "value", "unit", "seconds"), SECONDS)
def test_seconds(token: Token, value: int | None, unit: Unit | None, seconds: int) -> None:
    """A setting and its unit give seconds; what is not set has the service's default."""
    assert validity_seconds(token, value, unit) == seconds


REFUSED = [
    # token, value, unit, message
    (Token.ACCESS, 2, Unit.MINUTES, "access token validity is 2 minutes; expected 5 minutes to 1 day"),
    (Token.ACCESS, 299, Unit.SECONDS, "access token validity is 299 seconds; expected 5 minutes to 1 day"),
    (Token.ACCESS, 0, None, "access token validity is 0 hours; expected 5 minutes to 1 day"),
    (Token.ID, 25, None, "id token validity is 25 hours; expected 5 minutes to 1 day"),
    (Token.REFRESH, 59, Unit.MINUTES, "refresh token validity is 59 minutes; expected 1 hour to 3650 days"),
    (Token.REFRESH, 3651, None, "refresh token validity is 3651 days; expected 1 hour to 3650 days"),
    (Token.REFRESH, -1, None, "refresh token validity is -1 days; expected 1 hour to 3650 days"),
    (Token.REFRESH, "30", None, "refresh token validity is a str; expected a whole number"),
    (Token.REFRESH, [], None, "refresh token validity is a list; expected a whole number"),
    (Token.ID, True, None, "id token validity is a bool; expected a whole number"),
    (Token.ID, 1.5, None, "id token validity is a float; expected a whole number"),
    (Token.ACCESS, float("nan"), None, "access token validity is a float; expected a whole number"),
    (Token.ACCESS, float("inf"), None, "access token validity is a float; expected a whole number"),
]


@pytest.mark.parametrize(("token", "value", "unit", "message"), REFUSED)
def test_outside_the_limits(token: Token, value: object, unit: Unit | None, message: str) -> None:
    """A validity that the service refuses is refused here, with the value and what is allowed."""
    with pytest.raises(ValidityError) as refused:
        validity_seconds(token, value, unit)

    assert str(refused.value) == message


def test_model_agrees() -> None:
    """The most that the API model allows, in seconds, is what is allowed here; its units are these."""
    shapes = load("limits.json")["services"]["cognito-idp"]["shapes"]

    assert VALIDITY[Token.ACCESS].most == shapes["AccessTokenValidityType"]["max"]
    assert VALIDITY[Token.ID].most == shapes["IdTokenValidityType"]["max"]
    assert VALIDITY[Token.REFRESH].most == shapes["RefreshTokenValidityType"]["max"]
    assert sorted(shapes["TimeUnitsType"]["enum"]) == sorted(Unit)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (90, "90 seconds"),
        (300, "5 minutes"),
        (3600, "1 hour"),
        (5400, "90 minutes"),
        (86_400, "1 day"),
        (604_800, "7 days"),
    ],
)
def test_duration(seconds: int, text: str) -> None:
    """Durations read in the largest unit that fits."""
    assert duration(seconds) == text
