"""The runbook's one call, over HTTP with the real SDK: what is sent, and what each answer means."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import botocore.session
import pytest

from signout.runbook import cognito
from signout.runbook.sign_out import Outcome

POOL = "eu-central-1_AbCdEf123"


@dataclass
class Endpoint:
    """Answers every request alike; keeps what came in. No status: the connection is cut without an answer."""

    status: int | None = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    answer = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer.requests.append((dict(self.headers), body))
            if answer.status is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answer.status)
            for name, value in {"x-amzn-RequestId": "r-1", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    point_to(monkeypatch, server.server_address[1])
    yield answer
    server.shutdown()
    server.server_close()


def point_to(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """Has the SDK's default session use that endpoint, with credentials of no worth and nobody's settings."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        # Either of these would bring the SDK's own retries back, were they not switched off in the code.
        "AWS_RETRY_MODE": "standard",
        "AWS_MAX_ATTEMPTS": "5",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def test_what_is_sent(endpoint: Endpoint) -> None:
    """One signed request that names the pool and the user, as it was written."""
    reply = cognito.sign_out_call(cognito.client(), POOL)("田中@example.com")

    assert (reply.outcome, reply.request_id, reply.error) == (Outcome.SIGNED_OUT, "r-1", None)
    [(headers, body)] = endpoint.requests
    assert json.loads(body) == {"UserPoolId": POOL, "Username": "田中@example.com"}
    assert headers["X-Amz-Target"] == "AWSCognitoIdentityProviderService.AdminUserGlobalSignOut"
    assert "Credential=AKIDEXAMPLE/" in headers["Authorization"]


ERRORS = [
    ("UserNotFoundException", 400, Outcome.NOT_FOUND, False),
    ("NotAuthorizedException", 400, Outcome.REFUSED, False),
    ("AccessDeniedException", 400, Outcome.REFUSED, False),
    ("OperationNotEnabledException", 400, Outcome.REFUSED, False),
    ("ForbiddenException", 403, Outcome.REFUSED, False),
    ("ExpiredTokenException", 400, Outcome.REFUSED, False),
    ("UnrecognizedClientException", 400, Outcome.REFUSED, False),
    ("ResourceNotFoundException", 400, Outcome.FAILED, False),
    ("InvalidParameterException", 400, Outcome.FAILED, False),
    ("SomethingNewException", 400, Outcome.FAILED, False),
    ("TooManyRequestsException", 400, Outcome.FAILED, True),
    ("ThrottlingException", 400, Outcome.FAILED, True),
    ("InternalErrorException", 500, Outcome.FAILED, True),
    ("ServiceUnavailable", 503, Outcome.FAILED, True),
]


@pytest.mark.parametrize(("code", "status", "outcome", "again"), ERRORS)
def test_errors(endpoint: Endpoint, code: str, status: int, outcome: Outcome, again: bool) -> None:
    """Each error has its outcome, with the service's own words, and costs one request: the SDK tries nothing again."""
    endpoint.status = status
    endpoint.body = json.dumps({"__type": code, "message": "in the service's words"}).encode()

    reply = cognito.sign_out_call(cognito.client(), POOL)("alice")

    assert (reply.outcome, reply.again, reply.request_id) == (outcome, again, "r-1")
    assert reply.error is not None
    assert (reply.error.code, reply.error.message) == (code, "in the service's words")
    assert len(endpoint.requests) == 1


def test_every_documented_error_is_here() -> None:
    """The table above has every error that the API model knows for the call."""
    model = botocore.session.get_session().get_service_model("cognito-idp")
    documented = {shape.name for shape in model.operation_model("AdminUserGlobalSignOut").error_shapes}

    assert documented <= {code for code, *_ in ERRORS}


def test_no_sense_in_the_answer(endpoint: Endpoint) -> None:
    """A page of a proxy in place of an answer is a failure that may pass, not a crash."""
    endpoint.status = 502
    endpoint.body = b"<html>Bad gateway</html>"

    reply = cognito.sign_out_call(cognito.client(), POOL)("alice")

    assert (reply.outcome, reply.again) == (Outcome.FAILED, True)
    assert len(endpoint.requests) == 1


def test_cut_off(endpoint: Endpoint) -> None:
    """A connection that ends without an answer may be tried again, and is not by the SDK."""
    endpoint.status = None

    reply = cognito.sign_out_call(cognito.client(), POOL)("alice")

    assert (reply.outcome, reply.again, reply.request_id) == (Outcome.FAILED, True, None)
    assert reply.error is not None
    assert reply.error.code == "ConnectionClosedError"
    assert len(endpoint.requests) == 1


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint that refuses connections may be there later."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        point_to(monkeypatch, unused.getsockname()[1])

        reply = cognito.sign_out_call(cognito.client(), POOL)("alice")

    assert (reply.outcome, reply.again) == (Outcome.FAILED, True)
    assert reply.error is not None
    assert reply.error.code == "EndpointConnectionError"


def test_no_credentials(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials nothing is sent, and trying again would not help."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    reply = cognito.sign_out_call(cognito.client(), POOL)("alice")

    assert (reply.outcome, reply.again) == (Outcome.FAILED, False)
    assert reply.error is not None
    assert reply.error.code == "NoCredentialsError"
    assert endpoint.requests == []


def test_a_call_has_an_end(endpoint: Endpoint) -> None:
    """The client gives up in the time that the runbook keeps free for a call."""
    config = cognito.client().meta.config  # type: ignore[attr-defined]

    assert config.connect_timeout + config.read_timeout < cognito.LONGEST_CALL
