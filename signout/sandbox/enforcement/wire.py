"""From bytes to operation and parameters, for the four protocols that the services speak.

moto reads a request once more on its own, and in places more loosely: a JSON body that contains `&Action=...`, a Region
in the User-Agent, an account in a header. So a request that could be read in two ways is refused, and what was read
here is what moto is made to carry out, see pinning.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from botocore.exceptions import BotoCoreError
from moto.core.parse import PROTOCOL_PARSERS, QueryParser
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import BackendRequest
from werkzeug.exceptions import HTTPException

from ..account import ACCOUNT
from .faults import Body, Fault, Refusal
from .signature import Signed
from .table import Parameters, Service

if TYPE_CHECKING:
    from botocore.model import Shape
    from moto.core.model import OperationModel

Environ = dict[str, Any]

LONGEST_BODY: Final = 128 * 1024 * 1024
"""Bytes. A Lambda zip may have 50 MB, which base64 makes 67."""
JSON_TYPES: Final = ("application/x-amz-json-1.0", "application/x-amz-json-1.1")
FORM_TYPE: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Wire:
    """An HTTP request, read."""

    method: str
    path: str
    """As it stood on the request line, without the query."""
    query: str
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes
    environ: Environ
    """What moto gets; the body in it can be read again."""

    def header(self, name: str) -> str:
        """The value of a header, or an empty text."""
        return self.headers.get(name, "")

    @property
    def content_type(self) -> str:
        """Without parameters such as the character set."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def signed(self) -> Signed:
        """What a signature of this request covers."""
        return Signed(self.method, self.path, self.query, self.headers, hashlib.sha256(self.body).hexdigest())


def read(environ: Environ) -> Wire:
    """The request behind a WSGI environment. Refuses a body that is too long."""
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ.get("PATH_INFO") or "/")
    if not raw.startswith("/"):
        raw = "/" + raw.partition("://")[2].partition("/")[2]
    path, _, query = raw.partition("?")
    body = _body(environ)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    headers = {
        key[5:].lower().replace("_", "-"): str(value) for key, value in environ.items() if key.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.lower().replace("_", "-")] = str(environ[name])
    return Wire(str(environ["REQUEST_METHOD"]), path, query, headers, body, environ)


def _body(environ: Environ) -> bytes:
    length = str(environ.get("CONTENT_LENGTH") or "")
    if not length and environ.get("HTTP_TRANSFER_ENCODING"):
        length = str(LONGEST_BODY + 1)
        environ.pop("HTTP_TRANSFER_ENCODING")
    if length.isdigit() and int(length) > LONGEST_BODY and environ.get("CONTENT_LENGTH"):
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox takes no body longer than {LONGEST_BODY} bytes.")
    body: bytes = environ["wsgi.input"].read(int(length)) if length.isdigit() and int(length) else b""
    if len(body) > LONGEST_BODY:
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox takes no body longer than {LONGEST_BODY} bytes.")
    return body


BODIES: Final = {
    "json": Body.JSON,
    "query": Body.XML,
    "ec2": Body.EC2_XML,
    "rest-json": Body.REST_JSON,
    "rest-xml": Body.S3_XML,
}


def error_body(wire: Wire, model_name: str) -> Body:
    """The form in which the caller expects an error; `model_name` is botocore's name for the service, if it has one."""
    if wire.content_type in JSON_TYPES:
        return Body.JSON
    try:
        return BODIES[_protocol(model_name)]
    except (BotoCoreError, KeyError):
        return Body.XML if wire.content_type == FORM_TYPE else Body.JSON


def protocol_of(service: Service) -> str:
    """The protocol that the service prefers, of those that are read here."""
    return _protocol(service.model_name)


def _protocol(model_name: str) -> str:
    return next((name for name in _protocols(model_name) if name in PROTOCOL_PARSERS), "query")


@cache
def _protocols(model_name: str) -> tuple[str, ...]:
    return tuple(get_service_model(model_name).metadata.get("protocols") or ())


@cache
def query_compatible(service: Service) -> bool:
    """Did the service move from the query protocol to JSON and keep its error codes?"""
    return "awsQueryCompatible" in get_service_model(service.model_name).metadata


def operation_of(wire: Wire, service: Service) -> tuple[str, Parameters]:
    """The operation that a request asks for, and its parameters by the names of the API model."""
    wire = _inflated(wire) if wire.header("content-encoding") and service.signing_name != "s3" else wire
    protocol = protocol_of(service)
    if protocol.startswith("rest"):
        return _rest(wire, service, protocol)
    if wire.method != "POST":
        raise _unreadable(service, f"method {wire.method}")
    if wire.query:
        raise _unreadable(service, "a query string")
    protocols = _protocols(service.model_name)
    if wire.content_type in JSON_TYPES and "json" in protocols:
        name, parameters = _json(wire, service)
    elif wire.content_type == FORM_TYPE and "query" in protocols:
        name, parameters = _form(wire, service)
    else:
        raise _unreadable(service, f"Content-Type {wire.header('content-type')[:80]!r}")
    return name, _with_path(wire, service, parameters)


def _inflated(wire: Wire) -> Wire:
    """The SDKs compress long bodies of some operations."""
    encoding = wire.header("content-encoding").strip().lower()
    if encoding != "gzip":
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox does not read Content-Encoding {encoding[:40]!r}.")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(wire.body)) as file:
            body = file.read(LONGEST_BODY + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refusal(Fault.INVALID, "The body is not gzip, as its Content-Encoding says.") from error
    if len(body) > LONGEST_BODY:
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox takes no body longer than {LONGEST_BODY} bytes.")
    environ = {key: value for key, value in wire.environ.items() if key != "HTTP_CONTENT_ENCODING"}
    wire.environ.clear()
    wire.environ.update(environ, CONTENT_LENGTH=str(len(body)))
    wire.environ["wsgi.input"] = io.BytesIO(body)
    return Wire(wire.method, wire.path, wire.query, wire.headers, body, wire.environ)


def _json(wire: Wire, service: Service) -> tuple[str, Parameters]:
    prefix, _, name = wire.header("x-amz-target").rpartition(".")
    model = get_service_model(service.model_name)
    if prefix != model.metadata.get("targetPrefix") or name not in _operations(service):
        raise Refusal(Fault.INVALID, "", code="UnknownOperationException")
    parameters = _json_object(wire.body, name)
    _refuse_unknown(parameters, service, model.operation_model(name))
    return name, parameters


def _json_object(body: bytes, name: str) -> dict[str, Any]:
    try:
        parsed = json.loads(body.decode() or "{}")  # as text: of bytes Python takes other encodings, and half pairs
    except (ValueError, RecursionError) as error:
        raise Refusal(Fault.INVALID, f"The body of {name} is not JSON.", code="SerializationException") from error
    if not isinstance(parsed, dict):
        raise Refusal(Fault.INVALID, f"The body of {name} is not a JSON object.", code="SerializationException")
    return {key: value for key, value in parsed.items() if value is not None}


def _form(wire: Wire, service: Service) -> tuple[str, Parameters]:
    try:
        pairs = parse_qsl(wire.body.decode(), keep_blank_values=True)
    except (UnicodeDecodeError, ValueError) as error:
        raise Refusal(Fault.INVALID, "The body is not a form in UTF-8.") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise _unreadable(service, "a form that has a field twice")
    name = form.get("Action", "")
    if name not in _operations(service):
        raise Refusal(Fault.INVALID, f"The action {name[:80]} is not valid for this web service.", code="InvalidAction")
    model = get_service_model(service.model_name).operation_model(name)
    request: Any = {"values": form}
    parameters: Parameters = QueryParser(model).parse(request)
    known = {"Action", "Version", *_form_names(model)}
    if unknown := sorted({field.partition(".")[0] for field in form} - known):
        raise Refusal(Fault.NOT_SIMULATED, f"{service.prefix_name}:{name} has no parameter {', '.join(unknown)[:200]}.")
    return name, parameters


def _form_names(model: OperationModel) -> Iterable[str]:
    members = model.input_shape.members if model.input_shape is not None else {}
    for name, shape in members.items():
        yield str(
            shape.serialization.get("locationNameForQueryCompatibility") or shape.serialization.get("name") or name
        )
        yield name
        if shape.type_name == "list" and shape.member.serialization.get("name"):
            yield str(shape.member.serialization["name"])


def _with_path(wire: Wire, service: Service, parameters: Parameters) -> Parameters:
    """Only SQS has addresses of its own, and a request to one has to mean the queue of that address."""
    if wire.path == "/":
        return parameters
    if service.signing_name != "sqs":
        raise _unreadable(service, f"path {wire.path[:80]!r}")
    given = str(parameters.get("QueueUrl") or wire.path)
    if not given.endswith(wire.path) or wire.path.count("/") != 2 or not wire.path.startswith(f"/{ACCOUNT}/"):
        raise _unreadable(service, f"path {wire.path[:80]!r} and another QueueUrl")
    return {**parameters, "QueueUrl": given}


def _rest(wire: Wire, service: Service, protocol: str) -> tuple[str, Parameters]:
    request = BackendRequest({**wire.environ, "wsgi.input": io.BytesIO(wire.body)})
    try:
        operation, labels = get_service_router(service.model_name).match(request)
    except HTTPException as error:
        raise _unreadable(service, f"{wire.method} {wire.path[:80]}") from error
    if protocol == "rest-json" and any("/" in str(value) for value in labels.values()):
        raise _unreadable(service, f"path {wire.path[:80]!r}")
    try:
        parameters: Parameters = PROTOCOL_PARSERS[protocol](operation).parse(
            {
                "method": wire.method,
                "values": request.values,
                "headers": request.headers,
                "body": wire.body,
                "url_path": request.path,
                "url_params": labels,
            }
        )
    except (ValueError, SyntaxError) as error:
        raise Refusal(
            Fault.INVALID, f"The body of {operation.name} cannot be read.", code="SerializationException"
        ) from error
    given = {name for name, _ in parse_qsl(wire.query, keep_blank_values=True)}
    if unknown := sorted(given - _query_names(service, operation)):
        raise _unreadable(service, f"query parameter {', '.join(unknown)[:80]}")
    if protocol == "rest-json" and wire.body and not _has_payload(operation):
        _refuse_unknown(_json_object(wire.body, operation.name), service, operation)
    return operation.name, parameters


def _query_names(service: Service, operation: OperationModel) -> set[str]:
    members = operation.input_shape.members.values() if operation.input_shape is not None else ()
    bound = {
        str(shape.serialization.get("name"))
        for shape in members
        if shape.serialization.get("location") == "querystring"
    }
    # The AWS SDKs add the operation's name to S3 calls that they would else not tell apart.
    return bound | set(operation.http_trait.query_args) | ({"x-id"} if service.signing_name == "s3" else set())


def _has_payload(operation: OperationModel) -> bool:
    return operation.input_shape is not None and "payload" in operation.input_shape.serialization


def _refuse_unknown(parameters: Parameters, service: Service, operation: OperationModel) -> None:
    if operation.input_shape is not None:
        unknown = sorted(_unknown(operation.input_shape, parameters))
    else:
        unknown = sorted(parameters)
    if unknown:
        what = f"{service.prefix_name}:{operation.name}"
        raise Refusal(Fault.NOT_SIMULATED, f"{what} has no parameter {', '.join(unknown)[:200]}.")


def _unknown(shape: Shape, value: Any, at: str = "") -> Iterator[str]:
    """What the model does not have, at any depth: moto might take it for what it is not."""
    match shape.type_name, value:
        case "structure", dict() if not getattr(shape, "is_document_type", False):
            members = {str(member.serialization.get("name", name)): member for name, member in shape.members.items()}
            for name, item in value.items():
                if name in members:
                    yield from _unknown(members[name], item, f"{at}{name}.")
                else:
                    yield at + name
        case "list", list():
            for item in value:
                yield from _unknown(shape.member, item, at)
        case "map", dict():
            for item in value.values():
                yield from _unknown(shape.value, item, at)


@cache
def _operations(service: Service) -> frozenset[str]:
    return frozenset(get_service_model(service.model_name).operation_names)


def _unreadable(service: Service, what: str) -> Refusal:
    return Refusal(Fault.NOT_SIMULATED, f"The sandbox does not read a {service.prefix_name} request with {what}.")
