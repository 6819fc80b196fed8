"""The provider protocol: each call of the engine's translated, answered by `lifecycle`, and translated back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, status_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from signout.sandbox.provider.check import Naming, checked, faults
from signout.sandbox.provider.clients import Clients, Misconfigured, settings
from signout.sandbox.provider.diff import How
from signout.sandbox.provider.failure import Failure, Unsettled, explained
from signout.sandbox.provider.functions import FUNCTIONS, Function
from signout.sandbox.provider.lifecycle import Lifecycle
from signout.sandbox.provider.resource import Type
from signout.sandbox.provider.schema import Problem, schema
from signout.sandbox.provider.types import TYPES
from signout.sandbox.provider.wire import Props, Secret, conceal, read, redact, reveal, secret_texts, write

_KINDS = {
    (How.ADD, False): pb.PropertyDiff.ADD,
    (How.UPDATE, False): pb.PropertyDiff.UPDATE,
    (How.DELETE, False): pb.PropertyDiff.DELETE,
    (How.ADD, True): pb.PropertyDiff.ADD_REPLACE,
    (How.UPDATE, True): pb.PropertyDiff.UPDATE_REPLACE,
    (How.DELETE, True): pb.PropertyDiff.DELETE_REPLACE,
}


class Provider(ResourceProviderServicer):
    """One configured provider; the engine starts a process for each."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._clients: Clients | None = None
        self._cancelled = False

    def Handshake(self, request: pb.ProviderHandshakeRequest, context: Any) -> pb.ProviderHandshakeResponse:
        return pb.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    def Attach(self, request: plugin_pb2.PluginAttach, context: Any) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: Any) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=version("pulumi-aws"))

    def CheckConfig(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        try:
            settings(reveal(read(request.news)), self._environment)
        except Misconfigured as error:
            failure = pb.CheckFailure(property=error.key.removeprefix("aws:"), reason=str(error))
            return pb.CheckResponse(inputs=request.news, failures=[failure])
        return pb.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: pb.DiffRequest, context: Any) -> pb.DiffResponse:
        """A provider that changes its settings stays the same one; its resources are not replaced."""
        old, new = reveal(read(request.olds)), reveal(read(request.news))
        changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        return pb.DiffResponse(changes=_some(changed), diffs=changed)

    def Configure(self, request: pb.ConfigureRequest, context: Any) -> pb.ConfigureResponse:
        try:
            self._clients = Clients(settings(reveal(read(request.args)), self._environment))
        except Misconfigured as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True)

    def Invoke(self, request: pb.InvokeRequest, context: Any) -> pb.InvokeResponse:
        function, given = _function(request.tok, context), read(request.args)
        args, secrets = reveal(given), secret_texts(given)
        failures = [_failure(each, given, secrets) for each in function.faults(args)]
        if failures:
            return pb.InvokeResponse(failures=failures)
        with self._explaining(context, request.tok, secrets):
            answer = function.answer(self._configured(), args)
        response = pb.InvokeResponse()
        getattr(response, "return").CopyFrom(write(conceal(answer, {}, secrets)))  # a keyword of Python's
        return response

    def Check(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        type = _type(request.urn, context)
        given, old = read(request.news), reveal(read(request.olds))
        naming = _naming(request)
        plain = reveal(given)
        inputs = checked(type, plain, old, naming)
        found = faults(type, plain, inputs)
        secrets = secret_texts(given)
        return pb.CheckResponse(
            inputs=write(conceal(inputs, given, secrets)),
            failures=[_failure(each, given, secrets) for each in found],
        )

    def Diff(self, request: pb.DiffRequest, context: Any) -> pb.DiffResponse:
        live, inputs = reveal(read(request.olds)), reveal(read(request.news))
        found = self._lifecycle(request.urn, context).difference(live, inputs)
        return pb.DiffResponse(
            changes=_some(found.changes),
            diffs=_unique(each.input for each in found.changes),
            replaces=_unique(each.input for each in found.replacing),
            deleteBeforeReplace=found.delete_first,
            hasDetailedDiff=True,
            detailedDiff={
                str(each): pb.PropertyDiff(kind=_KINDS[each.how, each in found.replacing]) for each in found.changes
            },
        )

    def Create(self, request: pb.CreateRequest, context: Any) -> pb.CreateResponse:
        lifecycle, given = self._lifecycle(request.urn, context), read(request.properties)
        if request.preview:
            return pb.CreateResponse(properties=_sealed(lifecycle.type, lifecycle.preview(reveal(given)), given))
        self._go_on(context)
        with self._explaining(context, _named(request.urn), secret_texts(given), lifecycle.type, given):
            id, state = lifecycle.create(reveal(given))
        return pb.CreateResponse(id=id, properties=_sealed(lifecycle.type, state, given))

    def Update(self, request: pb.UpdateRequest, context: Any) -> pb.UpdateResponse:
        lifecycle, old, given = self._lifecycle(request.urn, context), read(request.olds), read(request.news)
        if request.preview:
            state = lifecycle.preview_update(reveal(old), reveal(given))
            return pb.UpdateResponse(properties=_sealed(lifecycle.type, state, given))
        self._go_on(context)
        with self._explaining(context, _named(request.urn), secret_texts(given, old), lifecycle.type, given):
            state = lifecycle.update(request.id, reveal(old), reveal(given))
        return pb.UpdateResponse(properties=_sealed(lifecycle.type, state, given))

    def Read(self, request: pb.ReadRequest, context: Any) -> pb.ReadResponse:
        lifecycle, old, inputs = self._lifecycle(request.urn, context), read(request.properties), read(request.inputs)
        with self._explaining(context, _named(request.urn), secret_texts(old, inputs)):
            found = lifecycle.read(request.id, reveal(old), reveal(inputs))
        if found is None:
            return pb.ReadResponse()  # an empty id: it is gone
        secrets = secret_texts(inputs, old)
        return pb.ReadResponse(
            id=found.id,
            properties=_sealed(lifecycle.type, found.state, inputs, old),
            inputs=write(conceal(found.inputs, inputs, secrets)),
        )

    def Delete(self, request: pb.DeleteRequest, context: Any) -> empty_pb2.Empty:
        lifecycle, state = self._lifecycle(request.urn, context), read(request.properties)
        self._go_on(context)
        with self._explaining(context, _named(request.urn), secret_texts(state)):
            lifecycle.delete(request.id, reveal(state))
        return empty_pb2.Empty()

    def Cancel(self, request: empty_pb2.Empty, context: Any) -> empty_pb2.Empty:
        """Calls under way come to their end, so that the state knows what they made; no other begins."""
        self._cancelled = True
        return empty_pb2.Empty()

    def _go_on(self, context: Any) -> None:
        if self._cancelled:
            context.abort(grpc.StatusCode.CANCELLED, "cancelled before anything was done")

    def _configured(self) -> Clients:
        if self._clients is None:
            raise Failure("the engine asks for a resource before it has configured the provider")
        return self._clients

    def _lifecycle(self, urn: str, context: Any) -> Lifecycle:
        return Lifecycle(_type(urn, context), self._configured())

    @contextmanager
    def _explaining(
        self, context: Any, resource: str, secrets: frozenset[str], type: Type | None = None, given: Props | None = None
    ) -> Iterator[None]:
        """Turns an error into the engine's kind, with the state of what is there nevertheless."""
        try:
            yield
        except Unsettled as error:
            reason = explained(resource, error, secrets)
            state = _sealed(type, error.state, given or {}) if type else None
            _abort_unsettled(context, pb.ErrorResourceInitFailed(id=error.id, properties=state, reasons=[reason]))
        except Exception as error:  # the engine shows a status and drops an exception's text
            context.abort(grpc.StatusCode.UNKNOWN, explained(resource, error, secrets))


def _type(urn: str, context: Any) -> Type:
    token = _token(urn)
    for type in TYPES:
        if type.token == token:
            return type
    service = token.partition("/")[0]
    near = ", ".join(sorted(each.token for each in TYPES if each.token.partition("/")[0] == service))
    hint = f"; of that service it has {near}" if near else ""
    _abort_unknown(context, f"the stand-in provider has no resource type {token}{hint}")


def _function(token: str, context: Any) -> Function:
    for function in FUNCTIONS:
        if function.token == token:
            return function
    has = ", ".join(sorted(each.token for each in FUNCTIONS))
    _abort_unknown(context, f"the stand-in provider has no function {token}; it has {has}")


def _abort_unknown(context: Any, message: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNIMPLEMENTED, message)
    raise AssertionError("abort raises")


def _abort_unsettled(context: Any, failed: pb.ErrorResourceInitFailed) -> NoReturn:
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=failed.reasons[0])
    status.details.add().Pack(failed)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, failed.reasons[0])
    raise AssertionError("abort raises")


def _sealed(type: Type, state: Props, *known: Props) -> Any:
    """The state with everything in it marked that is secret: by the type, or because it came from a secret."""
    secrets = secret_texts(*known)
    for marks in known:
        state = conceal(state, marks, secrets)
    hidden = schema(type.token).secret_outputs & state.keys()
    return write(state | {name: Secret(reveal(state[name])) for name in hidden})


def _naming(request: pb.CheckRequest) -> Naming:
    name = request.urn.rpartition("::")[2]
    if not request.HasField("autonaming"):
        return Naming(name, request.randomSeed)
    forbidden = request.autonaming.mode == pb.CheckRequest.AutonamingOptions.DISABLE
    return Naming(name, request.randomSeed, request.autonaming.proposed_name or None, forbidden)


def _failure(problem: Problem, given: Props, secrets: frozenset[str]) -> pb.CheckFailure:
    """The reason names the property, as not every view of the engine's does.

    Of a secret property the engine is not told which it is: it would show the value.
    """
    if isinstance(given.get(re.split(r"[.\[]", problem.path)[0]), Secret):
        return pb.CheckFailure(reason=f"{problem.path} is secret, and not what is expected")
    return pb.CheckFailure(property=problem.path, reason=f"{problem.path} {redact(problem.reason, secrets)}")


def _token(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def _named(urn: str) -> str:
    return f"{_token(urn)} {urn.rpartition('::')[2]}"


def _some(changes: Iterable[Any]) -> pb.DiffResponse.DiffChanges.ValueType:
    return pb.DiffResponse.DIFF_SOME if list(changes) else pb.DiffResponse.DIFF_NONE


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
