"""Each case of the table through each client: what goes over the wire, what the client shows, who is signed out."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import pytest

from tests.clients.cases import CASES, HELD_BACK, OWN, SIGNS_OWN, Case, Weather
from tests.clients.directory import REVOKED, SignedIn
from tests.clients.doors.aws_cli import AwsCli
from tests.clients.doors.door import Call, Door, Shown
from tests.clients.stage import Stage
from tests.clients.wire import Sent, fault

TRIES = 20
"""A request that the quota has room for again by the time it arrives is made anew; about one in ten is."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, door: Door, request: pytest.FixtureRequest) -> None:
    """The client sends the call or says itself why not, and shows the outcome; only success signs anybody out."""
    stage: Stage = request.getfixturevalue("counting_stage" if case.weather is Weather.THROTTLED else "stage")
    for _ in range(TRIES):
        call, sent, shown, device = attempt(case, door, stage)
        if case.weather is not Weather.THROTTLED or shown.error:
            break

    held_back = HELD_BACK.get((door.name, case.name))
    assert (held_back or case.error) == shown.error
    if stage.wire.records:
        assert ([] if held_back else [case.operation]) == [each.operation for each in sent]
    for each in sent:
        assert call.parameters == each.parameters
        assert case.status == each.status
        signs = case.operation != OWN or door.name in SIGNS_OWN
        assert (("us-east-1", "cognito-idp") if call.keys and signs else None) == each.signed_for
    if case.error is None:
        assert door.nothing == shown.output
    if isinstance(door, AwsCli):
        assert door.exit_code(shown.error) == shown.exit_code
    assert ({} if case.error or held_back else REVOKED) == device.refusals()


def attempt(case: Case, door: Door, stage: Stage) -> tuple[Call, list[Sent], Shown, SignedIn]:
    """A new user who has signed in, and the case's call through the client: it, what was sent, what came of it."""
    directory = stage.directory()
    user = directory.add(case.user)
    device = directory.sign_in(user)
    parameters = case.parameters(directory, user, device.tokens["AccessToken"])
    call = Call(case.operation, parameters, stage.wire.endpoint, stage.keys_of(case.caller))
    match case.weather:
        case Weather.FINE:
            weather: AbstractContextManager[None] = nullcontext()
        case Weather.THROTTLED:
            weather = stage.wire.after(stage.use_up_quota)
        case Weather.BROKEN:
            weather = stage.wire.answering(fault("InternalErrorException", 500))
    with weather, stage.wire.recording() as sent:
        shown = door.make(call)
    return call, sent, shown, device
