"""What is refused, and how each service says so.

The codes differ by protocol, and for a few services by habit: boto3 raises them as the ClientError code.
Source: the services' API references, "Common error types"; Amazon S3, "Error responses".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final
from xml.sax.saxutils import escape


class Fault(Enum):
    """Why a call is refused before the service sees it."""

    DENIED = auto()
    UNSIGNED = auto()
    """The operation needs a signature, and there is none."""
    MALFORMED_SIGNATURE = auto()
    UNKNOWN_KEY = auto()
    WRONG_SIGNATURE = auto()
    WRONG_TOKEN = auto()
    EXPIRED_TOKEN = auto()
    TIME_SKEWED = auto()
    BODY_CHANGED = auto()
    INVALID = auto()
    """A parameter that the service itself would not accept."""
    NOT_SIMULATED = auto()
    """AWS could do it; the sandbox cannot do it truthfully."""
    FAILED = auto()
    """A fault of the sandbox's own."""


class Refusal(Exception):
    """A call that does not go on to the service. The message is for whoever made it, and holds no secret."""

    def __init__(self, fault: Fault, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.fault = fault
        self.message = message
        self.code = code
        """An error code in place of the usual one for the fault."""


@dataclass(frozen=True, slots=True)
class Form:
    """One fault as one family of services expresses it."""

    code: str
    status: int
    message: str = ""
    """Used where the refusal has none of its own."""


NOT_SIMULATED: Final = Form("NotSimulated", 501)
"""No code of AWS's own, so that nobody takes it for one. Status 501 is not retried by the AWS SDKs."""
FAILED: Final = Form("InternalFailure", 500)

_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key"
    " and signing method. Consult the service documentation for details."
)
_INVALID_TOKEN = "The security token included in the request is invalid."
_EXPIRED = "The security token included in the request is expired"
_NO_TOKEN = "Missing Authentication Token"

Forms = Mapping[Fault, Form]


def _json(status: int) -> Forms:
    return MappingProxyType(
        {
            Fault.DENIED: Form("AccessDeniedException", status),
            Fault.UNSIGNED: Form("MissingAuthenticationTokenException", status, _NO_TOKEN),
            Fault.MALFORMED_SIGNATURE: Form("IncompleteSignatureException", status),
            Fault.UNKNOWN_KEY: Form("UnrecognizedClientException", status, _INVALID_TOKEN),
            Fault.WRONG_SIGNATURE: Form("InvalidSignatureException", status, _MISMATCH),
            Fault.WRONG_TOKEN: Form("UnrecognizedClientException", status, _INVALID_TOKEN),
            Fault.EXPIRED_TOKEN: Form("ExpiredTokenException", status, _EXPIRED),
            Fault.TIME_SKEWED: Form("InvalidSignatureException", status),
            Fault.BODY_CHANGED: Form("InvalidSignatureException", status, _MISMATCH),
            Fault.INVALID: Form("ValidationException", 400),
            Fault.NOT_SIMULATED: NOT_SIMULATED,
            Fault.FAILED: FAILED,
        }
    )


JSON: Final = _json(400)
REST_JSON: Final = _json(403)
QUERY: Final[Forms] = MappingProxyType(
    {
        Fault.DENIED: Form("AccessDenied", 403),
        Fault.UNSIGNED: Form("MissingAuthenticationToken", 403, _NO_TOKEN),
        Fault.MALFORMED_SIGNATURE: Form("IncompleteSignature", 400),
        Fault.UNKNOWN_KEY: Form("InvalidClientTokenId", 403, _INVALID_TOKEN),
        Fault.WRONG_SIGNATURE: Form("SignatureDoesNotMatch", 403, _MISMATCH),
        Fault.WRONG_TOKEN: Form("InvalidClientTokenId", 403, _INVALID_TOKEN),
        Fault.EXPIRED_TOKEN: Form("ExpiredToken", 403, _EXPIRED),
        Fault.TIME_SKEWED: Form("SignatureDoesNotMatch", 403),
        Fault.BODY_CHANGED: Form("SignatureDoesNotMatch", 403, _MISMATCH),
        Fault.INVALID: Form("ValidationError", 400),
        Fault.NOT_SIMULATED: NOT_SIMULATED,
        Fault.FAILED: FAILED,
    }
)
SNS: Final[Forms] = MappingProxyType(
    {**QUERY, Fault.DENIED: Form("AuthorizationError", 403), Fault.INVALID: Form("InvalidParameter", 400)}
)
S3: Final[Forms] = MappingProxyType(
    {
        Fault.DENIED: Form("AccessDenied", 403),
        Fault.UNSIGNED: Form("AccessDenied", 403, "Access Denied"),
        Fault.MALFORMED_SIGNATURE: Form("AuthorizationHeaderMalformed", 400),
        Fault.UNKNOWN_KEY: Form(
            "InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."
        ),
        Fault.WRONG_SIGNATURE: Form("SignatureDoesNotMatch", 403, _MISMATCH),
        Fault.WRONG_TOKEN: Form("InvalidToken", 400, "The provided token is malformed or otherwise invalid."),
        Fault.EXPIRED_TOKEN: Form("ExpiredToken", 400, "The provided token has expired."),
        Fault.TIME_SKEWED: Form("RequestTimeTooSkewed", 403),
        Fault.BODY_CHANGED: Form(
            "XAmzContentSHA256Mismatch",
            400,
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ),
        Fault.INVALID: Form("InvalidRequest", 400),
        Fault.NOT_SIMULATED: NOT_SIMULATED,
        Fault.FAILED: FAILED,
    }
)


class Body(Enum):
    """How an error is written down, which is a matter of the protocol that the caller spoke."""

    JSON = "application/x-amz-json-1.1"
    REST_JSON = "application/json"
    XML = "text/xml"
    EC2_XML = "text/xml;charset=UTF-8"
    S3_XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answer(refusal: Refusal, forms: Forms, body: Body, request_id: str, *, query_compatible: bool = False) -> Answer:
    """The response that makes an AWS SDK raise the refusal under the code that AWS uses.

    `query_compatible` is for services that moved from the query protocol to JSON and kept their codes.
    """
    form = forms[refusal.fault]
    code, message = refusal.code or form.code, refusal.message or form.message
    headers = [("Content-Type", body.value), ("x-amzn-RequestId", request_id)]
    match body:
        case Body.JSON | Body.REST_JSON:
            headers.append(("x-amzn-ErrorType", code))
            if query_compatible:
                headers.append(("x-amzn-query-error", f"{code};Sender"))
            content = json.dumps({"__type": code, "message": message})
        case Body.XML:
            error = f"<Error><Type>Sender</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
            content = f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>"
        case Body.EC2_XML:
            error = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
            content = f"<Response><Errors>{error}</Errors><RequestID>{request_id}</RequestID></Response>"
        case Body.S3_XML:
            headers.append(("x-amz-request-id", request_id))
            error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
            content = f'<?xml version="1.0" encoding="UTF-8"?><Error>{error}<RequestId>{request_id}</RequestId></Error>'
    return Answer(form.status, tuple(headers), content.encode())
