"""The pack as Pulumi's engine sees it: a server of the analyzer protocol, on loopback.

Pulumi's SDK has a server of its own, which reads all resources of the stack anew for every rule, gives all findings of
a rule one level, and loses what other rules found when one fails. Here resources are read once, a rule that fails is
itself a finding, and what a rule cannot decide yet is advisory.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct, Value
from pulumi.runtime.proto import analyzer_pb2 as pb
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerServicer, add_AnalyzerServicer_to_server

from signout.findings import Severity
from signout.values import read_value

from .configuration import LEVEL, REMEDIATE, read_configuration
from .inspection import Inspection, Report
from .rule import Level, Rule
from .settings import SettingsError, schema_of
from .stack import Resource, Stack

LARGEST_MESSAGE = 400 << 20
"""Bytes; the engine's own limit."""

LEVELS: Mapping[Level, pb.EnforcementLevel.ValueType] = {
    Level.ADVISORY: pb.ADVISORY,
    Level.MANDATORY: pb.MANDATORY,
    Level.DISABLED: pb.DISABLED,
}
SEVERITIES: Mapping[Severity, pb.PolicySeverity.ValueType] = {
    Severity.LOW: pb.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: pb.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: pb.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: pb.POLICY_SEVERITY_CRITICAL,
}


class Analyzer(AnalyzerServicer):
    """Hands resources to the rules, and findings to the engine. One process serves one preview or one update."""

    def __init__(self, name: str, description: str, rules: Sequence[Rule[Any]], today: date) -> None:
        self._name, self._description, self._rules = name, description, rules
        self._version = version("cognito-signout")
        self._inspection = Inspection(rules, read_configuration(rules, {}), today)
        self._so_far = Stack(today)
        """What was registered so far, with its inputs: the engine does not repeat those at the end."""
        self._one_at_a_time = threading.Lock()

    def GetAnalyzerInfo(self, request: Empty, context: grpc.ServicerContext) -> pb.AnalyzerInfo:
        return pb.AnalyzerInfo(
            name=self._name,
            version=self._version,
            description=self._description,
            supportsConfig=True,
            policies=[_info(rule) for rule in self._rules],
        )

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._version)

    def Handshake(self, request: pb.AnalyzerHandshakeRequest, context: grpc.ServicerContext) -> Any:
        return pb.AnalyzerHandshakeResponse()

    def ConfigureStack(self, request: pb.AnalyzerStackConfigureRequest, context: grpc.ServicerContext) -> Any:
        return pb.AnalyzerStackConfigureResponse()

    def Configure(self, request: pb.ConfigureAnalyzerRequest, context: grpc.ServicerContext) -> Empty:
        """Takes the settings; the engine has checked those of known rules against their schemas, and no more."""
        given = {name: _settings(config) for name, config in request.policyConfig.items()}
        try:
            configuration = read_configuration(self._rules, given)
        except SettingsError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"settings of {self._name}: {error}")
        self._inspection = Inspection(self._rules, configuration, self._so_far.today)
        return Empty()

    def Analyze(self, request: pb.AnalyzeRequest, context: grpc.ServicerContext) -> pb.AnalyzeResponse:
        with self._one_at_a_time:
            resource = Resource(
                urn=request.urn,
                type=request.type,
                name=request.name,
                inputs=_read(request.properties),
                parent=request.options.parent or None,
                protect=request.options.protect,
            )
            self._so_far.add(resource)
            return self._response(self._inspection.resource(resource, self._so_far))

    def AnalyzeStack(self, request: pb.AnalyzeStackRequest, context: grpc.ServicerContext) -> pb.AnalyzeResponse:
        with self._one_at_a_time:
            stack = Stack(self._so_far.today, map(self._merged, request.resources))
            return self._response(self._inspection.stack(stack))

    def Remediate(self, request: pb.AnalyzeRequest, context: grpc.ServicerContext) -> pb.RemediateResponse:
        return pb.RemediateResponse()

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        return Empty()

    def _merged(self, resource: pb.AnalyzerResource) -> Resource:
        """The resource with its inputs, which `Analyze` had; without them for one that this run does not touch."""
        seen = self._so_far.find(resource.urn)
        return Resource(
            urn=resource.urn,
            type=resource.type,
            name=resource.name,
            inputs={} if seen is None else seen.inputs,
            outputs=_read(resource.properties),
            parent=resource.parent or resource.options.parent or None,
            protect=resource.options.protect,
            property_dependencies={
                name: tuple(dependencies.urns) for name, dependencies in resource.propertyDependencies.items()
            },
        )

    def _response(self, reports: Sequence[Report]) -> pb.AnalyzeResponse:
        return pb.AnalyzeResponse(
            diagnostics=[
                pb.AnalyzeDiagnostic(
                    policyName=report.finding.rule,
                    policyPackName=self._name,
                    policyPackVersion=self._version,
                    description=self._description_of(report.finding.rule),
                    message=report.finding.message,
                    enforcementLevel=LEVELS[report.level],
                    urn=report.finding.resource,
                    severity=SEVERITIES[report.finding.severity],
                )
                for report in reports
            ]
        )

    def _description_of(self, rule: str) -> str:
        return next(each.description for each in self._rules if each.name == rule)


def _info(rule: Rule[Any]) -> pb.PolicyInfo:
    info = pb.PolicyInfo(
        name=rule.name,
        description=rule.description,
        enforcementLevel=LEVELS[rule.level],
        severity=SEVERITIES[rule.severity],
        remediation_steps=rule.change,
        policy_type=pb.POLICY_TYPE_STACK if rule.of_resource is None else pb.POLICY_TYPE_RESOURCE,
    )
    if schema := schema_of(rule.settings):
        info.configSchema.properties.update(schema)
    return info


def _settings(config: pb.PolicyConfig) -> dict[str, Any]:
    levels = {number: level.value for level, number in LEVELS.items()}
    return {**MessageToDict(config.properties), LEVEL: levels.get(config.enforcementLevel, REMEDIATE)}


def _read(properties: Struct) -> dict[str, Any]:
    return {name: read_value(_plain(value)) for name, value in properties.fields.items()}


def _plain(value: Value) -> Any:
    """The same as MessageToDict, in half the time; with 1,000 resources that is what takes longest."""
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "number_value":
            return value.number_value
        case "struct_value":
            return {name: _plain(item) for name, item in value.struct_value.fields.items()}
        case "list_value":
            return [_plain(item) for item in value.list_value.values]
    return None


def serve(name: str, description: str, rules: Sequence[Rule[Any]]) -> None:
    """Serves the pack until the engine asks this process to leave. The first line of output is the port."""
    leave = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: leave.set())
    server = grpc.server(ThreadPoolExecutor(2), options=[("grpc.max_receive_message_length", LARGEST_MESSAGE)])
    add_AnalyzerServicer_to_server(Analyzer(name, description, rules, datetime.now(UTC).date()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    leave.wait()
    server.stop(None)
