"""The resources of a stack as a state has them: what `pulumi stack export` prints, or a checkpoint file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from signout.values import read_props

from .stack import Resource


class StateError(ValueError):
    """A state that cannot be read: the place, what is there, what was expected."""


def read_state(content: Any) -> Iterator[Resource]:
    """The resources of a state, without those that are about to be deleted. Raises StateError."""
    for index, item in enumerate(_resources(content)):
        place = f"resources[{index}]"
        if not isinstance(item, Mapping):
            raise StateError(f"{place}: is no object; expected a resource")
        if item.get("delete") is not True:
            yield _resource(item, place)


def _resources(content: Any) -> Sequence[Any]:
    """From an export, a checkpoint, or a deployment without an envelope."""
    if not isinstance(content, Mapping):
        raise StateError("is no object; expected what `pulumi stack export` prints")
    deployment = content.get("deployment", content)
    checkpoint = content.get("checkpoint")
    if isinstance(checkpoint, Mapping):
        deployment = checkpoint.get("latest")
    resources = deployment.get("resources") if isinstance(deployment, Mapping) else None
    if not isinstance(resources, list):
        found = ", ".join(sorted(map(str, content))[:5]) or "nothing"
        raise StateError(f"has {found}, but no list of resources; expected what `pulumi stack export` prints")
    return resources


def _resource(item: Mapping[str, Any], place: str) -> Resource:
    urn, type_ = _text(item, "urn", place), _text(item, "type", place)
    parent = item.get("parent")
    return Resource(
        urn=urn,
        type=type_,
        name=urn.rpartition("::")[2],
        inputs=_props(item, "inputs", place),
        outputs=_props(item, "outputs", place),
        parent=parent if isinstance(parent, str) and parent else None,
        protect=item.get("protect") is True,
        property_dependencies=_dependencies(item, place),
    )


def _text(item: Mapping[str, Any], name: str, place: str) -> str:
    value = item.get(name)
    if not isinstance(value, str) or not value:
        raise StateError(f"{place}.{name}: is {type(value).__name__}; expected a text")
    return value


def _props(item: Mapping[str, Any], name: str, place: str) -> dict[str, Any]:
    value = item.get(name) or {}
    if not isinstance(value, Mapping):
        raise StateError(f"{place}.{name}: is {type(value).__name__}; expected an object")
    return read_props(value)


def _dependencies(item: Mapping[str, Any], place: str) -> dict[str, tuple[str, ...]]:
    value = item.get("propertyDependencies") or {}
    if not isinstance(value, Mapping):
        raise StateError(f"{place}.propertyDependencies: is {type(value).__name__}; expected an object")
    return {path: tuple(urn for urn in urns or () if isinstance(urn, str)) for path, urns in value.items()}
