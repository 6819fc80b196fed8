"""The Invoke operation, in place of moto's.

moto runs functions in Docker, ignores `?Qualifier=` and takes any payload. Its other services run a function on an
event that is made up in part. Here every invocation comes by HTTP, past enforcement; a delivery within moto is refused.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse
from moto.core.exceptions import JsonRESTError, ServiceException

from signout.sandbox.corrections.refusals import NotSimulated
from signout.sandbox.corrections.seams import extend
from signout.sandbox.functions.asynchronous import Event
from signout.sandbox.functions.concurrency import Throttled
from signout.sandbox.functions.definition import Target
from signout.sandbox.functions.host import Host
from signout.sandbox.functions.invoke import Call
from signout.sandbox.functions.registry import Registry

Answer = tuple[int, dict[str, str], bytes]

# Source: Lambda Developer Guide, "Lambda quotas"; the asynchronous one grew from 256 KB in October 2025.
_MAXIMUM_PAYLOAD_BYTES = {"RequestResponse": 6_291_456, "Event": 1_048_576}
_MAXIMUM_LOG_TAIL_BYTES = 4096
_REQUEST_ID = "x-amzn-requestid"


class PayloadTooLarge(JsonRESTError):
    code = 413

    def __init__(self, limit: int) -> None:
        message = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
        super().__init__("RequestEntityTooLargeException", message)


class InvalidContent(JsonRESTError):
    def __init__(self, message: str) -> None:
        super().__init__("InvalidRequestContentException", message)


class TooManyRequests(JsonRESTError):
    code = 429

    def __init__(self, throttled: Throttled) -> None:
        super().__init__("TooManyRequestsException", str(throttled))
        self.description = json.dumps({"Reason": throttled.reason, "Type": "User", "message": str(throttled)})


class RoleNotAssumable(JsonRESTError):
    code = 403

    def __init__(self) -> None:
        super().__init__("AccessDeniedException", "The role defined for the function cannot be assumed by Lambda.")


class DeliveryNotSimulated(ServiceException):
    """Raised in the middle of another service's operation, whose protocol may be any."""

    code = "NotSimulated"

    def __init__(self, function: LambdaFunction) -> None:
        super().__init__(
            "The sandbox does not simulate deliveries from other AWS services to a Lambda function, here"
            f" {function.function_arn}: the event would be made up in part."
        )


def install(host: Host) -> None:
    """Answer Invoke from `host`."""

    def invoke(_original: object, response: LambdaResponse) -> Answer:
        return _invoke(host, response)

    extend(LambdaResponse, "setup_class", _keep_bytes)
    extend(LambdaResponse, "invoke", invoke)
    extend(LambdaResponse, "invoke_async", _refuse_invoke_async)
    extend(LambdaResponse, "_enrich_response", _keep_request_id)
    extend(LambdaFunction, "invoke", _refuse_delivery)


def _keep_bytes(original: Callable[..., None], response: LambdaResponse, request: Any, *more: Any) -> None:
    """An event is what a caller sends; moto breaks down over bytes that are no text."""
    original(response, request, *more, use_raw_body=request.path.endswith("/invocations"))


def _invoke(host: Host, response: LambdaResponse) -> Answer:
    kind = response.headers.get("X-Amz-Invocation-Type", "RequestResponse")
    if kind not in ("RequestResponse", "Event", "DryRun"):
        raise JsonRESTError("InvalidParameterValueException", f"Unknown invocation type {kind!r}")
    call = _read(response, kind)
    name = unquote(response.path.rsplit("/", 2)[-2])
    qualifier = response.querystring.get("Qualifier", [None])[0]
    registry = Registry(response.current_account, response.region, host.settings.account_concurrency)
    resolve = partial(registry.resolve, name, qualifier)
    target = resolve()
    if kind == "DryRun":
        return _answer(204, call)
    if kind == "Event":
        host.accept(Event(call, partial(_resolve_again, resolve)))
        return _answer(202, call)
    try:
        outcome = host.invoke(target, call)
    except Throttled as throttled:
        raise TooManyRequests(throttled) from None
    except PermissionError:
        raise RoleNotAssumable from None
    headers = {"X-Amz-Executed-Version": outcome.executed_version}
    if outcome.function_error:
        headers["X-Amz-Function-Error"] = outcome.function_error
    if response.headers.get("X-Amz-Log-Type") == "Tail":
        tail = outcome.log.encode()[-_MAXIMUM_LOG_TAIL_BYTES:]
        headers["X-Amz-Log-Result"] = base64.b64encode(tail).decode()
    return _answer(200, call, headers, outcome.payload)


def _resolve_again(resolve: Callable[[], Target]) -> Target:
    try:
        return resolve()
    except UnknownFunctionException as gone:
        raise LookupError(gone.message) from None


def _read(response: LambdaResponse, kind: str) -> Call:
    payload: bytes = response.body or b""
    limit = _MAXIMUM_PAYLOAD_BYTES.get(kind)
    if limit is not None and len(payload) > limit:
        raise PayloadTooLarge(limit)
    payload = payload.strip() or b"{}"
    try:
        # As text: of bytes Python would take other encodings than UTF-8 too.
        json.loads(payload.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidContent(f"Could not parse request body into json: {error}") from None
    # For synchronous invocations only. Source: Lambda API Reference, Invoke.
    context = _client_context(response.headers.get("X-Amz-Client-Context")) if kind == "RequestResponse" else None
    return Call(str(uuid.uuid4()), payload, context)


def _refuse_constant(name: str) -> None:
    """NaN and the infinities, which Python reads and JSON does not have."""
    raise ValueError(f"{name} is no JSON")


def _client_context(header: str | None) -> str | None:
    if not header:
        return None
    try:
        return json.dumps(json.loads(base64.b64decode(header, validate=True)))
    except ValueError:
        raise InvalidContent("Client context must be a valid Base64-encoded JSON object.") from None


def _answer(status: int, call: Call, headers: dict[str, str] | None = None, payload: bytes = b"") -> Answer:
    common = {"status": str(status), "content-type": "application/json", _REQUEST_ID: call.request_id}
    return status, common | (headers or {}), payload


def _keep_request_id(original: Any, _response: LambdaResponse, headers: dict[str, str], body: Any) -> Any:
    """An invocation's request id is the one that the function sees; moto makes up another."""
    request_id = headers.get(_REQUEST_ID)
    headers, body = original(headers, body)
    if request_id:
        headers[_REQUEST_ID] = request_id
    return headers, body


def _refuse_invoke_async(_original: object, _response: LambdaResponse) -> Answer:
    raise NotSimulated("lambda:InvokeAsync, which is deprecated", "Use Invoke with InvocationType=Event.")


def _refuse_delivery(_original: object, function: LambdaFunction, *_: object, **__: object) -> bytes:
    raise DeliveryNotSimulated(function)
