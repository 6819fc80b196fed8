"""Where moto lets itself be corrected: a method, an operation that it lacks, the moment before it acts on a call."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.core.common_types import TYPE_RESPONSE
from moto.core.exceptions import JsonRESTError
from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores

_CHECKS: Final = "checks_before_each_call"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, before moto acts on it."""

    service: str
    """As in ARNs: "cognito-idp", "cognito-identity"."""
    operation: str
    """As in the API: "AdminGetUser"."""
    parameters: Mapping[str, Any]
    """The request's body, not yet checked."""
    account: str
    region: str


def extend(owner: type, method: str, correction: Callable[..., Any]) -> None:
    """Have `correction(original, self, ...)` answer in place of one of moto's methods.

    Raises AttributeError where moto has no such method any more.
    """
    original = getattr(owner, method)

    @functools.wraps(original)
    def corrected(self: Any, *args: Any, **kwargs: Any) -> Any:
        return correction(original, self, *args, **kwargs)

    setattr(owner, method, corrected)


def answer_operation(
    responses: type[BaseResponse], operation: str, answer: Callable[[Call], Mapping[str, Any]]
) -> None:
    """Answer an operation of a JSON service here, whether or not moto has it.

    `answer` gives the members of the response, or raises a JsonRESTError.
    """

    def respond(self: BaseResponse) -> str:
        return json.dumps(answer(_call(self)))

    setattr(responses, camelcase_to_underscores(operation), respond)


def before_each_call(responses: type[BaseResponse], check: Callable[[Call], None]) -> None:
    """Have `check` see every call of a service before moto does; it refuses one by raising a JsonRESTError.

    Checks run in the order in which they were given.
    """
    given: tuple[Callable[[Call], None], ...] = getattr(responses, _CHECKS, ())
    if not given:
        extend(responses, "call_action", _check_first)
    setattr(responses, _CHECKS, (*given, check))


def _check_first(original: Callable[[BaseResponse], TYPE_RESPONSE], response: BaseResponse) -> TYPE_RESPONSE:
    try:
        call = _call(response)
        for check in getattr(response, _CHECKS):
            check(call)
    except JsonRESTError as refusal:
        headers = response.response_headers | dict(refusal.get_headers())
        headers, body = response._enrich_response(headers, refusal.get_body())
        return refusal.code, headers, body
    return original(response)


def _call(response: BaseResponse) -> Call:
    try:
        parameters = json.loads(response.body or "{}")
    except ValueError:
        parameters = None
    if not isinstance(parameters, dict):
        raise JsonRESTError("SerializationException", "The body is not a JSON object.")
    service, operation = response.service_name, response._get_action()
    return Call(str(service), operation, parameters, response.current_account, response.region)
