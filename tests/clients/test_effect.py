"""What a sign-out does to tokens, through each client."""

from __future__ import annotations

import pytest

from tests.clients.cases import ADMIN, OWN, Caller
from tests.clients.directory import REVOKED
from tests.clients.doors.door import Call, Door
from tests.clients.stage import Stage


@pytest.mark.parametrize("operation", [ADMIN, OWN])
def test_effect(operation: str, door: Door, stage: Stage) -> None:
    """Every device of the user is signed out, another user's is not, and the user can sign in again."""
    directory = stage.directory()
    ana, bob = directory.add("ana"), directory.add("bob")
    phone, laptop, his = directory.sign_in(ana), directory.sign_in(ana), directory.sign_in(bob)
    refreshed = phone.refreshed()
    assert not any(device.refusals() for device in (phone, laptop, refreshed, his))

    by_name = {"UserPoolId": directory.pool, "Username": "ana"}
    parameters = by_name if operation == ADMIN else {"AccessToken": phone.tokens["AccessToken"]}
    # With credentials for both: the AWS CLI v2 wants some even where none are needed.
    shown = door.make(Call(operation, parameters, stage.wire.endpoint, stage.keys_of(Caller.OPERATOR)))

    assert (None, door.nothing) == (shown.error, shown.output)
    assert [REVOKED] * 3 == [device.refusals() for device in (phone, laptop, refreshed)]
    assert {} == his.refusals()
    assert {} == directory.sign_in(ana).refusals()


def test_twice(door: Door, stage: Stage) -> None:
    """A second admin sign-out succeeds like the first, and ends the sign-in in between."""
    directory = stage.directory()
    ana = directory.add("ana")
    parameters = {"UserPoolId": directory.pool, "Username": "ana"}
    call = Call(ADMIN, parameters, stage.wire.endpoint, stage.keys_of(Caller.OPERATOR))
    first = door.make(call)
    between = directory.sign_in(ana)
    second = door.make(call)

    assert [None, None] == [first.error, second.error]
    assert REVOKED == between.refusals()
