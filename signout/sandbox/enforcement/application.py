"""The WSGI application: every call through the same steps, then on to moto, and into the record."""

from __future__ import annotations

import re
import sys
import threading
import traceback
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from typing import Any, Final

from ..account import is_region
from . import pinning
from .authenticate import authenticate, authorization_in
from .authorize import Denied, Origin, Verdict, authorize
from .backends import Backends
from .callers import Caller, utc_now
from .calls import CallLog
from .control import CONTROL, control_page
from .exchange import FAULT_VERDICTS, Exchange
from .faults import JSON, Answer, Body, Fault, Refusal, answer
from .services import SERVICES, service_named
from .table import Call, Parameters, Service
from .unsigned import TARGETS, may_come_unsigned, not_decided_by_iam, region_of
from .wire import Environ, Wire, error_body, operation_of, protocol_of, query_compatible, read

StartResponse = Callable[..., Any]

PUBLIC_SERVICE: Final = "cognito-idp"
"""Serves the pools' public keys."""
MOTO_PAGES: Final = ("/moto-api", "/latest/meta-data", "/latest/api", "/favicon.ico")
"""moto's own, which know no permission; it serves them for any service's calls."""
PUBLIC_KEYS: Final = re.compile(r"/[a-z0-9-]+_[0-9A-Za-z]+/\.well-known/(jwks\.json|openid-configuration)\Z")


class NotReady(Exception):
    """What a service's calls need is not there; the message says what to do. The next call looks again."""


class Enforcement:
    """Stands before moto.

    `hosts` are the Host headers under which the server may be called; `first_calls` is what has to be done before the
    first call of a service, by signing name.
    """

    def __init__(self, log: CallLog, hosts: frozenset[str], first_calls: Mapping[str, Callable[[], None]]) -> None:
        self._backends = Backends()
        self._log = log
        self._hosts = hosts
        self._first_calls = dict(first_calls)
        self._first_call = threading.Lock()
        self._turns: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        exchange = Exchange(utc_now(), str(uuid.uuid4()))
        try:
            result = self._answer(environ, exchange)
        except Refusal as refusal:
            result = self._refused(refusal, exchange)
        except Exception as error:
            result = self._failed(error, exchange)
        self._log.add(exchange.record(result.status))
        start_response(f"{result.status} {'OK' if result.status < 400 else 'Refused'}", list(result.headers))
        return [result.body]

    def _answer(self, environ: Environ, exchange: Exchange) -> Answer:
        wire = exchange.wire = read(environ)
        self._check_place(wire)
        if wire.path.startswith(CONTROL):
            return control_page(wire, exchange, self._log)
        if wire.method == "GET" and PUBLIC_KEYS.match(wire.path) and not wire.header("authorization"):
            exchange.action, exchange.verdict, exchange.because = "GET " + wire.path, "not-iam", "public"
            return self._pass_on(wire, exchange, None)
        authorization = authorization_in(wire)
        if authorization is None:
            return self._unsigned(wire, exchange)
        exchange.signed = True
        exchange.model_name = authorization.service
        self._set_up(authorization.service)
        service = exchange.service = _service(authorization.service)
        exchange.model_name = service.model_name
        exchange.region = _region(authorization.region, service)
        try:
            name, parameters = self._read_operation(wire, exchange, service)
        except Refusal:
            # Who cannot prove who it is learns nothing about its request.
            exchange.who = authenticate(wire, authorization, exchange.now).arn
            raise
        if not_decided_by_iam(service.signing_name, name):
            exchange.signed = False
            return self._without_iam(wire, exchange, service, name, parameters)
        caller = authenticate(wire, authorization, exchange.now)
        exchange.who = caller.arn
        self._authorize(wire, exchange, Call(service.signing_name, name, exchange.region, parameters, caller))
        return self._pass_on(wire, exchange, name, caller)

    def _set_up(self, signing_name: str) -> None:
        if signing_name not in self._first_calls:
            return
        with self._first_call:
            if set_up := self._first_calls.get(signing_name):
                try:
                    set_up()
                except NotReady as error:
                    raise Refusal(Fault.NOT_SIMULATED, str(error)) from error
                del self._first_calls[signing_name]

    def _check_place(self, wire: Wire) -> None:
        """A page in a browser reaches this server under a foreign name, by DNS rebinding; nobody else has need to."""
        if wire.header("host").lower() not in self._hosts:
            raise Refusal(Fault.DENIED, f"This server does not answer to the host {wire.header('host')[:80]!r}.")
        if wire.path.startswith(MOTO_PAGES):
            raise Refusal(Fault.NOT_SIMULATED, f"The sandbox does not serve {wire.path[:80]}.")

    def _read_operation(self, wire: Wire, exchange: Exchange, service: Service) -> tuple[str, Parameters]:
        exchange.action = f"{service.prefix_name}:?"
        name, parameters = operation_of(wire, service)
        exchange.action = f"{service.prefix_name}:{name}"
        return name, parameters

    def _unsigned(self, wire: Wire, exchange: Exchange) -> Answer:
        prefix = wire.header("x-amz-target").partition(".")[0]
        signing_name = TARGETS.get(prefix)
        service = exchange.service = service_named(signing_name) if signing_name else _unsigned_service(wire)
        if service is None:
            raise Refusal(Fault.UNSIGNED)
        exchange.model_name = service.model_name
        name, parameters = self._read_operation(wire, exchange, service)
        if name in service.pretended:
            what = f"{service.prefix_name}:{name}"
            raise Refusal(Fault.NOT_SIMULATED, f"The sandbox does not simulate {what}: {service.pretended[name]}")
        if not may_come_unsigned(service.signing_name, name):
            raise Refusal(Fault.UNSIGNED)
        return self._without_iam(wire, exchange, service, name, parameters)

    def _without_iam(
        self, wire: Wire, exchange: Exchange, service: Service, name: str, parameters: Parameters
    ) -> Answer:
        exchange.region = region_of(parameters)
        exchange.verdict, exchange.because = "not-iam", "no identity policy governs the operation"
        scope = f"unsigned/{exchange.now:%Y%m%d}/{exchange.region}/{service.signing_name}/aws4_request"
        wire.environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        return self._pass_on(wire, exchange, name)

    def _authorize(self, wire: Wire, exchange: Exchange, call: Call) -> None:
        service = exchange.service
        assert service is not None
        origin = Origin(
            exchange.now, str(wire.environ.get("REMOTE_ADDR", "")), wire.header("user-agent"), wire.header("referer")
        )
        verdicts = authorize(service, call, origin)
        exchange.verdict, exchange.because = "unconditional", "it touches nothing"
        if verdicts:
            exchange.verdict, exchange.because = verdicts[0].effect, verdicts[0].statement
        self._name(exchange, verdicts)

    def _name(self, exchange: Exchange, verdicts: tuple[Verdict, ...]) -> None:
        """Say what was decided in the words of a policy: lambda:InvokeFunction, not lambda:Invoke."""
        if verdicts:
            exchange.action = verdicts[0].action
        exchange.resource = " ".join(verdict.resource for verdict in verdicts)

    def _pass_on(self, wire: Wire, exchange: Exchange, operation: str | None, caller: Caller | None = None) -> Answer:
        """Have moto carry it out."""
        environ, service = wire.environ, exchange.service
        if exchange.region:
            environ[pinning.REGION] = exchange.region
        if caller is not None:
            environ[pinning.CALLER] = caller
        if service is not None and operation is not None and service.signing_name != "s3":
            environ[pinning.OPERATION] = operation
            environ[pinning.PROTOCOL] = protocol_of(service)
        alone = service is not None and service.one_at_a_time
        with self._turns[service.signing_name] if service is not None and alone else nullcontext():
            result = self._backends.carry_out(PUBLIC_SERVICE if service is None else service.signing_name, environ)
        for name, value in result.headers:
            if name.lower() in ("x-amzn-requestid", "x-amz-request-id"):
                exchange.request_id = value
        return result

    def _refused(self, refusal: Refusal, exchange: Exchange) -> Answer:
        exchange.verdict = FAULT_VERDICTS.get(refusal.fault, "not-authenticated")
        service = exchange.service
        forms = service.forms if service is not None else JSON
        exchange.because = refusal.message or forms[refusal.fault].message
        if isinstance(refusal, Denied):
            self._name(exchange, refusal.verdicts)
            exchange.because = refusal.verdicts[-1].statement
        form = error_body(exchange.wire, exchange.model_name) if exchange.wire is not None else Body.JSON
        compatible = service is not None and query_compatible(service)
        return answer(refusal, forms, form, exchange.request_id, query_compatible=compatible)

    def _failed(self, error: Exception, exchange: Exchange) -> Answer:
        """moto lacks the operation, or fails in it. The message may hold what the caller sent, so it stays out."""
        if isinstance(error, NotImplementedError):
            return self._refused(
                Refusal(Fault.NOT_SIMULATED, f"The sandbox does not simulate {exchange.action}."), exchange
            )
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno}"
        print(f"{exchange.request_id} {exchange.action}: {where}", file=sys.stderr, flush=True)
        return self._refused(Refusal(Fault.FAILED, f"The sandbox failed at {exchange.action}: {where}"), exchange)


def _service(signing_name: str) -> Service:
    service = service_named(signing_name)
    if service is None:
        raise Refusal(
            Fault.NOT_SIMULATED,
            f"The sandbox does not have the service {signing_name[:40]!r}. It has {', '.join(SERVICES)}.",
        )
    return service


def _region(region: str, service: Service) -> str:
    if not is_region(region):
        raise Refusal(Fault.INVALID, f"Credential should be scoped to a valid region, not {region[:40]!r}.")
    # IAM is one service for all Regions, at home in this one.
    return "us-east-1" if service.signing_name == "iam" else region


def _unsigned_service(wire: Wire) -> Service | None:
    """The service that an unsigned form is for, so that the error has its form: STS has operations that need none."""
    return service_named("sts") if wire.content_type == "application/x-www-form-urlencoded" else None
