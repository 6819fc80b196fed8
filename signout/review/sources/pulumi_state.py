"""A stack's state: what `pulumi stack export` prints, a checkpoint file, or a deployment without an envelope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signout.review.errors import InputError
from signout.review.resource import Resource
from signout.review.sources.pulumi import resource_of

WHAT = "the state of a Pulumi stack"


def recognised(content: Any) -> bool:
    """Is it a state?"""
    return isinstance(content, Mapping) and _deployment(content) is not None


def _deployment(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    checkpoint = content.get("checkpoint")
    found = checkpoint.get("latest") if isinstance(checkpoint, Mapping) else content.get("deployment")
    if isinstance(found, Mapping):
        return found
    resources = content.get("resources")
    pulumis = isinstance(resources, list) and any(isinstance(each, Mapping) and "urn" in each for each in resources)
    return content if pulumis or ("manifest" in content and "version" not in content) else None


def read(content: Mapping[str, Any], origin: str) -> list[Resource]:
    """Its resources, without those that are about to be deleted. Raises InputError."""
    deployment = _deployment(content) or {}
    resources = deployment.get("resources") or []
    if not isinstance(resources, list):
        raise InputError(f"{origin}: resources: is {type(resources).__name__}; expected a list of resources")
    return [
        resource_of(each, f"{origin}: resources[{index}]")
        for index, each in enumerate(resources)
        if not (isinstance(each, Mapping) and each.get("delete") is True)
    ]
