"""Policies as moto keeps them, parsed once per text, and the layers that they make for a caller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from signout.iam import Kind, Layers, Policy, PolicyError, parse

from .faults import Fault, Refusal

if TYPE_CHECKING:
    from moto.iam.models import Group, IAMBackend, ManagedPolicy, Role, User


PARSED: Final = 4096
"""Policies that are kept parsed."""


@lru_cache(maxsize=PARSED)
def parsed(text: str, origin: str, kind: Kind) -> Policy:
    """The policy of a document. Refuses, naming it, one that the engine cannot read: unknown is never yes nor no."""
    try:
        return parse(text, origin=origin, kind=kind)
    except PolicyError as error:
        raise Refusal(
            Fault.NOT_SIMULATED, f"The sandbox cannot read a policy that this call depends on: {error}"
        ) from error


_KEYS: Final[dict[int, tuple[Policy, frozenset[str]]]] = {}
"""By identity: to hash a policy of a thousand actions at every call would cost more than to decide it."""


def keys_of(policy: Policy) -> frozenset[str]:
    """The condition keys that a policy speaks of, in conditions and in variables, in lower case."""
    known = _KEYS.get(id(policy))
    if known is None or known[0] is not policy:
        if len(_KEYS) >= PARSED:
            _KEYS.clear()
        known = _KEYS[id(policy)] = (policy, frozenset(_keys(policy)))
    return known[1]


def _keys(policy: Policy) -> Iterator[str]:
    for statement in policy.statements:
        for condition in statement.conditions:
            yield condition.key
            yield from condition.test.variables
        if statement.resources is not None:
            for pattern in statement.resources.unbound:
                yield from pattern.variables


def keys_in(layers: Layers) -> frozenset[str]:
    """The same, of all the policies in the layers."""
    several = (layers.identity, layers.boundary or (), layers.session or ())
    found = frozenset[str]().union(*(keys_of(policy) for policies in several for policy in policies))
    return found | keys_of(layers.resource_policy) if layers.resource_policy is not None else found


def identity_policies(holder: User | Role | Group, label: str, kind: Kind = Kind.IDENTITY) -> tuple[Policy, ...]:
    """The inline and managed policies of a user, role or group; `label` such as `role/runbook` names it in reasons."""
    inline = (parsed(document_text(text), f"{label}/{name}", kind) for name, text in tuple(holder.policies.items()))
    managed = (managed_policy(policy, kind) for policy in tuple(holder.managed_policies.values()))
    return (*inline, *managed)


def managed_policy(policy: ManagedPolicy, kind: Kind = Kind.IDENTITY) -> Policy:
    """The version of a managed policy that is in force."""
    return parsed(managed_document(policy), policy.arn, kind)


def managed_document(policy: ManagedPolicy) -> str:
    """The document of the version that is in force."""
    return next(document_text(version.document) for version in policy.versions if version.is_default)


def document_text(text: str) -> str:
    """A document as JSON: moto keeps some of them percent-encoded."""
    return unquote(text) if text.startswith("%") else text


def boundary(iam: IAMBackend, arn: str | None) -> tuple[Policy, ...] | None:
    """The permissions boundary as a layer. One that is set and no longer there grants nothing."""
    if arn is None:
        return None
    policy = iam.managed_policies.get(arn)
    return () if policy is None else (managed_policy(policy, Kind.BOUNDARY),)


def session_policies(texts: Iterable[str]) -> tuple[Policy, ...]:
    """Session policies as a layer."""
    return tuple(parsed(text, f"session policy {number}", Kind.SESSION) for number, text in enumerate(texts, 1))
