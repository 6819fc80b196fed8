"""The one call that the runbook makes, and what its answers mean.

The SDK's own retries are off, so that the number of tries in a result is the number of requests that were sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from .sign_out import Error, Outcome, Reply

CONNECT_SECONDS = 2
READ_SECONDS = 5
# Three addresses of the endpoint that do not answer, a read that ends at its limit, and a second to answer the order.
LONGEST_CALL = 3 * CONNECT_SECONDS + READ_SECONDS + 1.0

_OUTCOMES: Mapping[str, Outcome] = {
    "UserNotFoundException": Outcome.NOT_FOUND,
    "NotAuthorizedException": Outcome.REFUSED,
    "AccessDeniedException": Outcome.REFUSED,
    "ForbiddenException": Outcome.REFUSED,
    "OperationNotEnabledException": Outcome.REFUSED,  # the pool is a replica in a secondary Region
    "UnrecognizedClientException": Outcome.REFUSED,
    "ExpiredTokenException": Outcome.REFUSED,
}
_TRY_AGAIN = frozenset({"TooManyRequestsException", "InternalErrorException", "ThrottlingException"})
_SERVER_ERROR = 500
_LONGEST_MESSAGE = 300


class CognitoClient(Protocol):
    """What is used of boto3's ``cognito-idp`` client."""

    def admin_user_global_sign_out(self, *, UserPoolId: str, Username: str) -> Mapping[str, Any]: ...


def client() -> CognitoClient:
    """A client that tries once, in the time stated above; Region and credentials are those of the environment."""
    once = Config(retries={"total_max_attempts": 1}, connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS)
    made: CognitoClient = boto3.client("cognito-idp", config=once)
    return made


def sign_out_call(cognito: CognitoClient, user_pool_id: str) -> Callable[[str], Reply]:
    """A call that signs out the user of that name in this pool. It never raises for what the service answers."""

    def call(username: str) -> Reply:
        try:
            answer = cognito.admin_user_global_sign_out(UserPoolId=user_pool_id, Username=username)
        except ClientError as error:
            return _refusal(error.response)
        except (ConnectionError, HTTPClientError) as error:
            return Reply(Outcome.FAILED, error=_no_answer(error), again=True)
        except BotoCoreError as error:
            return Reply(Outcome.FAILED, error=_no_answer(error))
        return Reply(Outcome.SIGNED_OUT, request_id=_request_id(answer))

    return call


def _refusal(response: Mapping[str, Any]) -> Reply:
    stated = response.get("Error", {})
    code = stated.get("Code", "Unknown")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Reply(
        _OUTCOMES.get(code, Outcome.FAILED),
        request_id=_request_id(response),
        error=Error(code, str(stated.get("Message", ""))[:_LONGEST_MESSAGE]),
        again=code in _TRY_AGAIN or status >= _SERVER_ERROR,
    )


def _no_answer(error: Exception) -> Error:
    return Error(type(error).__name__, str(error)[:_LONGEST_MESSAGE])


def _request_id(response: Mapping[str, Any]) -> str | None:
    request_id = response.get("ResponseMetadata", {}).get("RequestId")
    return str(request_id) if request_id else None
