"""boto3 beyond the table: every exception of the two operations, the shape of an answer, retries."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.exceptions import ClientError

from tests.clients.cases import ADMIN, OWN, Caller
from tests.clients.doors import boto
from tests.clients.doors.door import Call
from tests.clients.stage import Stage
from tests.clients.wire import fault

DOCUMENTED = {
    ADMIN: {
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
        "UserNotFoundException",
    },
    OWN: {
        "ForbiddenException",
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "PasswordResetRequiredException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
        "UserNotConfirmedException",
    },
}
"""As boto3's reference lists them; the installed version may know more."""


def modelled() -> tuple[tuple[str, str, int], ...]:
    """Operation, exception and HTTP status of all that the installed botocore knows for the two operations."""
    service = botocore.session.get_session().get_service_model("cognito-idp")
    shapes = ((name, shape) for name in (ADMIN, OWN) for shape in service.operation_model(name).error_shapes)
    return tuple((operation, shape.name, 500 if shape.metadata.get("fault") else 400) for operation, shape in shapes)


def call_of(stage: Stage, operation: str, attempts: int = 1) -> Call:
    """A call with parameters that boto3 finds nothing wrong with."""
    parameters = {"UserPoolId": "us-east-1_any", "Username": "ana"} if operation == ADMIN else {"AccessToken": "e.y.J"}
    return Call(operation, parameters, stage.wire.endpoint, stage.keys_of(Caller.OPERATOR), attempts)


def test_documented_exceptions_are_modelled() -> None:
    """The installed botocore knows every exception of the reference."""
    known = {operation: {name for each, name, _ in modelled() if each == operation} for operation in (ADMIN, OWN)}
    missing = {operation: DOCUMENTED[operation] - names for operation, names in known.items()}

    assert {ADMIN: set(), OWN: set()} == missing


@pytest.mark.parametrize(("operation", "name", "status"), modelled(), ids=lambda value: str(value))
def test_exception(operation: str, name: str, status: int, stage: Stage) -> None:
    """Each is raised as the class of that name, under ClientError. The recorder answers: most have no cause here."""
    call = call_of(stage, operation)
    client = boto.client(call)
    with (
        stage.wire.answering(fault(name, status)),
        pytest.raises(getattr(client.exceptions, name)) as raised,
    ):
        getattr(client, boto.METHODS[operation])(**call.parameters)

    assert isinstance(raised.value, ClientError)
    assert (name, status) == (
        raised.value.response["Error"]["Code"],
        raised.value.response["ResponseMetadata"]["HTTPStatusCode"],
    )


def test_answer(stage: Stage) -> None:
    """An answer holds metadata alone, with the request id that CloudTrail has too."""
    directory = stage.directory()
    directory.add("ana")
    answer = boto.client(call_of(stage, ADMIN)).admin_user_global_sign_out(UserPoolId=directory.pool, Username="ana")

    assert ["ResponseMetadata"] == list(answer)
    assert answer["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize(
    ("name", "status", "requests"),
    [("TooManyRequestsException", 400, 2), ("InternalErrorException", 500, 2), ("UserNotFoundException", 400, 1)],
)
def test_retries(name: str, status: int, requests: int, stage: Stage) -> None:
    """boto3 tries again by itself what the service asks to try again, as often as it may, and nothing else."""
    with stage.wire.answering(fault(name, status)), stage.wire.recording() as sent:
        shown = boto.Boto3().make(call_of(stage, ADMIN, attempts=2))

    assert (name, requests) == (shown.error, len(sent))
