"""A program's registrations, recorded whole as the engine would get them.

Pulumi's own mocks show a resource's inputs only. A recording has parent, protection and dependencies too, and every
resource in it is checked as the stand-in provider would: names, types, values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_ON_THE_WIRE

from components.account import Account
from signout.sandbox.provider.check import Naming, checked, faults
from signout.sandbox.provider.types import TYPES
from signout.sandbox.provider.wire import Props, read, reveal

HERE = Account(partition="aws", region="eu-central-1", id="123456789012")
POOL_ID = "eu-central-1_AbCdEf123"
POOL_ARN = HERE.arn("cognito-idp", f"userpool/{POOL_ID}")

_TYPES = {type.token: type for type in TYPES}
# What AWS would answer, where a component reads it.
_OUTPUTS: Mapping[str, Callable[[str], Props]] = {
    "aws:cognito/userPool:UserPool": lambda name: {
        "arn": POOL_ARN,
        "endpoint": f"cognito-idp.{HERE.region}.amazonaws.com/{POOL_ID}",
    },
    "aws:iam/role:Role": lambda name: {"arn": f"arn:aws:iam::{HERE.id}:role/{name}-1a2b3c4", "name": f"{name}-1a2b3c4"},
    "aws:lambda/function:Function": lambda name: {"version": "7"},
    "aws:lambda/alias:Alias": lambda name: {"arn": HERE.arn("lambda", "function:signout-test:live")},
    "aws:sqs/queue:Queue": lambda name: {
        "arn": HERE.arn("sqs", "signout-test-dead-letters"),
        "url": f"https://sqs.{HERE.region}.amazonaws.com/{HERE.id}/signout-test-dead-letters",
    },
    "aws:sns/topic:Topic": lambda name: {"arn": HERE.arn("sns", name)},
}
_IDS = {
    "aws:cognito/userPool:UserPool": POOL_ID,
    "aws:cognito/userPoolClient:UserPoolClient": "1example23456789",
    "aws:cognito/identityPool:IdentityPool": "eu-central-1:11111111-2222-3333-4444-555555555555",
}


@dataclass(frozen=True, slots=True)
class Registration:
    """One resource as it was registered. ``waits_for`` is what it has to come after, by name; ``from_`` gives for each
    input the resources that its value comes from.
    """

    urn: str
    type: str
    name: str
    parent: str
    protect: bool
    inputs: Props
    waits_for: frozenset[str]
    from_: Mapping[str, frozenset[str]]

    @property
    def plain(self) -> Props:
        """The inputs without the marks of secrets."""
        values: Props = reveal(self.inputs)
        return values

    def document(self, property: str) -> Any:
        """A policy document among the inputs, parsed."""
        return json.loads(self.plain[property])


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything that a program registered, and the outputs of its components by URN."""

    registrations: list[Registration] = field(default_factory=list)
    outputs: dict[str, Props] = field(default_factory=dict)

    def of_type(self, type: str) -> list[Registration]:
        """All resources of a type, such as Role."""
        return [one for one in self.registrations if one.type.rsplit(":", 1)[-1] == type]

    def one(self, type: str, name: str | None = None) -> Registration:
        """The resource of this type, and of this name where there are several."""
        [found] = [one for one in self.of_type(type) if name in (None, one.name)]
        return found


class _Recorder(MockMonitor):
    def __init__(self, mocks: Mocks, recording: Recording) -> None:
        super().__init__(mocks)
        self._recording = recording

    def RegisterResource(self, request: Any) -> Any:
        response = super().RegisterResource(request)
        assert response.urn not in {one.urn for one in self._recording.registrations}, f"two resources: {response.urn}"
        if request.type != "pulumi:pulumi:Stack":
            self._recording.registrations.append(
                Registration(
                    urn=response.urn,
                    type=request.type,
                    name=request.name,
                    parent=request.parent.rsplit("::", 1)[-1],
                    protect=request.protect,
                    inputs=read(request.object),
                    waits_for=_names(request.dependencies),
                    from_={name: _names(of.urns) for name, of in request.propertyDependencies.items() if of.urns},
                )
            )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:
        self._recording.outputs[request.urn] = reveal(read(request.outputs))
        return empty_pb2.Empty()


class _Cloud(Mocks):
    def __init__(self, preview: bool) -> None:
        self._preview = preview

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, Props]:
        if not args.custom:
            return "", args.inputs
        made = _OUTPUTS.get(args.typ, lambda name: {})(args.name)
        inputs = {"name": args.name, **args.inputs}
        if self._preview:
            return None, {**inputs, **dict.fromkeys(made.keys() - {"name"}, UNKNOWN_ON_THE_WIRE)}
        return _IDS.get(args.typ, f"{args.name}-id"), {**inputs, **made}

    def call(self, args: MockCallArgs) -> Props:
        raise AssertionError(f"no component calls {args.token}")


def record(program: Callable[[], object], preview: bool = False) -> Recording:
    """Runs the program and records it. At a preview, what only a deployment can tell is not known."""
    recording = Recording()
    cloud = _Cloud(preview)
    pulumi.runtime.set_mocks(cloud, project="p", stack="s", preview=preview, monitor=_Recorder(cloud, recording))
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]
    return recording


def provider_faults(recording: Recording) -> list[str]:
    """What the stand-in provider has against the resources of a recording."""
    return [
        f"{one.name} ({one.type}): {fault.path} {fault.reason}"
        for one in recording.registrations
        if one.type.startswith("aws:")
        for fault in _faults(one)
    ]


def _faults(one: Registration) -> list[Any]:
    type = _TYPES[one.type]
    return faults(type, one.plain, checked(type, one.plain, {}, Naming(one.name, b"\0" * 8)))


def _names(urns: Any) -> frozenset[str]:
    return frozenset(urn.rsplit("::", 1)[-1] for urn in urns)
