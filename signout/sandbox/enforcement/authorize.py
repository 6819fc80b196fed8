"""May the caller do this? Every check that AWS makes for the call, put to `signout.iam`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from moto.core.utils import get_service_model

from signout.iam import Decision, Effect, Layer, Layers, Policy, Request, RequestError, decide

from .callers import layers_of
from .context import Situation, context_for
from .faults import Fault, Refusal
from .policies import keys_in, parsed
from .table import Call, KeyOf, Operation, Resource, Service, within

IDENTIFYING: Final = ("Arn", "Arns", "ARN", "ARNs", "arn", "arns")
"""How the names of parameters end that name a resource."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one check."""

    action: str
    resource: str
    effect: str
    """An Effect's value, or `unconditional` where AWS asks no policy."""
    statement: str
    """The statement that decided, or what was lacking."""


class Denied(Refusal):
    """IAM says no. Carries the verdicts for the record."""

    def __init__(self, message: str, verdicts: tuple[Verdict, ...]) -> None:
        super().__init__(Fault.DENIED, message)
        self.verdicts = verdicts


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a call comes from."""

    now: datetime
    source_ip: str
    user_agent: str
    referer: str


@dataclass(frozen=True, slots=True)
class Check:
    """One action on some resources."""

    action: str
    on: Resource
    keys: Mapping[str, KeyOf]
    main: bool


def authorize(service: Service, call: Call, origin: Origin) -> tuple[Verdict, ...]:
    """Let the call pass, with a verdict for each action and resource; else raise Denied, or Refusal by name."""
    operation = operation_named(service, call.operation)
    _refuse_unmapped(service, operation, call)
    for refuse in (service.check, operation.check):
        if refuse is not None:
            refuse(call)
    if operation.unconditional:
        return (Verdict(service.action(operation), "*", "unconditional", "AWS asks no policy"),)
    layers = layers_of(call.caller)
    verdicts: list[Verdict] = []
    for check in _checks(service, operation, call):
        for resource in _resources(check, call):
            situation = Situation(
                service=service,
                operation=operation,
                call=call,
                resource=resource,
                now=origin.now,
                source_ip=origin.source_ip,
                user_agent=origin.user_agent,
                referer=origin.referer,
                keys=check.keys,
                main=check.main,
            )
            verdicts.append(_judge(check, situation, layers, verdicts))
    return tuple(verdicts)


def _resources(check: Check, call: Call) -> tuple[str, ...]:
    """What to ask about. A call that names nothing is refused: nobody would have been asked about it."""
    resources = tuple(check.on.arns(call))
    if not resources:
        raise Refusal(Fault.INVALID, f"{call.operation} names no resource for {check.action}. Name at least one.")
    return resources


def operation_named(service: Service, name: str) -> Operation:
    """The row of an operation; refuses by name one that has none, or that moto only pretends to do."""
    if name in service.pretended:
        raise Refusal(
            Fault.NOT_SIMULATED,
            f"The sandbox does not simulate {service.prefix_name}:{name}: {service.pretended[name]}",
        )
    operation = service.operations.get(name)
    if operation is None:
        raise Refusal(
            Fault.NOT_SIMULATED,
            f"The sandbox does not simulate {service.prefix_name}:{name}: no action and resources are mapped to it.",
        )
    return operation


def _refuse_unmapped(service: Service, operation: Operation, call: Call) -> None:
    """Refuse, by name, a parameter that could matter and that no row accounts for."""
    unmapped = [path for path in _unmapped(service, operation) if any(within(call.parameters, path))]
    dropped = sorted(operation.missing.intersection(call.parameters))
    for path in unmapped + dropped:
        what = f"{path} of {service.prefix_name}:{call.operation}"
        raise Refusal(Fault.NOT_SIMULATED, f"The sandbox does not simulate the parameter {what}.")


_UNMAPPED: Final[dict[tuple[str, str], tuple[str, ...]]] = {}


def _unmapped(service: Service, operation: Operation) -> tuple[str, ...]:
    """The paths of an operation's parameters that name a resource by ARN, less those that its row accounts for."""
    key = (service.signing_name, operation.name)
    if key not in _UNMAPPED:
        known = operation.on.reads.union(operation.harmless, *(need.on.reads for need in operation.needs))
        shape = get_service_model(service.model_name).operation_model(operation.name).input_shape
        paths = identifying(shape, "", ()) if shape is not None else ()
        _UNMAPPED[key] = tuple(path for path in paths if path not in known and _leaf(path) not in operation.harmless)
    return _UNMAPPED[key]


def _leaf(path: str) -> str:
    return path.removesuffix(".*").rpartition(".")[2]


def identifying(shape: Any, path: str, seen: tuple[str, ...]) -> Iterator[str]:
    """The paths below a shape of botocore's model whose names say that they hold ARNs. Maps have callers' own names."""
    if shape.name in seen:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            inner = f"{path}.{name}" if path else name
            if name.endswith(IDENTIFYING) and member.type_name == "string":
                yield inner
            elif name.endswith(IDENTIFYING) and member.type_name == "list" and member.member.type_name == "string":
                yield f"{inner}.*"
            else:
                yield from identifying(member, inner, (*seen, shape.name))
    elif shape.type_name == "list":
        yield from identifying(shape.member, f"{path}.*", (*seen, shape.name))


def _checks(service: Service, operation: Operation, call: Call) -> Iterator[Check]:
    yield Check(service.action(operation), operation.on, operation.keys, main=True)
    for need in operation.needs:
        if need.when(call):
            yield Check(need.action, need.on, need.keys, main=need.same_resource)


def _judge(check: Check, situation: Situation, layers: Layers, before: list[Verdict]) -> Verdict:
    policy = _resource_policy(check, situation)
    layers = layers if policy is None else replace(layers, resource_policy=policy)
    context = context_for(keys_in(layers), situation)
    try:
        request = Request(situation.call.caller.arn, check.action, situation.resource, context)
    except RequestError as error:
        raise Refusal(Fault.INVALID, str(error)) from error
    decision = decide(request, layers)
    verdict = Verdict(check.action, situation.resource, decision.effect.value, _statement(decision))
    match decision.effect:
        case Effect.ALLOWED:
            return verdict
        case Effect.EXPLICITLY_DENIED | Effect.IMPLICITLY_DENIED:
            raise Denied(_denial(situation, check.action, decision), (*before, verdict))
        case Effect.DEPENDS:
            raise Refusal(Fault.NOT_SIMULATED, _open_question(check.action, decision))
        case Effect.NOT_IAM:
            raise Refusal(
                Fault.NOT_SIMULATED, f"{check.action} is not IAM's to decide, and the sandbox has no other way."
            )


def _resource_policy(check: Check, situation: Situation) -> Policy | None:
    from .services import service_named

    prefix = check.action.partition(":")[0]
    own = situation.service
    owner = own if own.prefix_name == prefix else service_named(prefix)
    if owner is None or owner.resource_policy is None or situation.resource == "*":
        return None
    text = owner.resource_policy(situation.resource)
    return None if text is None else parsed(text, f"policy of {situation.resource}", owner.policy_kind)


def _statement(decision: Decision) -> str:
    reasons = decision.because
    if not reasons:
        return ""
    first = reasons[0]
    where = " ".join(part for part in (first.policy, first.statement) if part)
    return f"{where}: {first.why}" if where else f"{first.layer.value}: {first.why}"


LAYERS: Final = {
    Layer.IDENTITY: "identity-based policy",
    Layer.BOUNDARY: "permissions boundary",
    Layer.SESSION: "session policy",
    Layer.RESOURCE_POLICY: "resource-based policy",
}
"""As AWS's messages name them, in the order in which one that is lacking is named."""


def _denial(situation: Situation, action: str, decision: Decision) -> str:
    """The sentence in AWS's own form. Source: IAM User Guide, "Troubleshoot access denied error messages"."""
    service = situation.service
    shown = service.shown_action(action) if situation.main else action
    who = f"User: {situation.call.caller.arn} is not authorized to perform: {shown}"
    where = service.shown_resource.format(situation.resource)
    if action.startswith("sts:"):
        return f"{who} {where}"
    lacking = {reason.layer for reason in decision.because}
    if decision.effect is Effect.EXPLICITLY_DENIED:
        layer = next((LAYERS[layer] for layer in (decision.because[0].layer,) if layer in LAYERS), "policy")
        return f"{who} {where} with an explicit deny in {'an' if layer[0] in 'aeiou' else 'a'} {layer}"
    layer = next((name for kind, name in LAYERS.items() if kind in lacking), "policy")
    return f"{who} {where} because no {layer} allows the {shown} action"


def _open_question(action: str, decision: Decision) -> str:
    keys = ", ".join(decision.depends_on) or decision.undetermined
    return f"The sandbox does not supply the condition key {keys} for {action}, and the decision depends on it."
