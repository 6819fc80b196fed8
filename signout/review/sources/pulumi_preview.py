"""`pulumi preview --json`, with --show-sames or without, and its streaming form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from signout.review.assemble import assemble
from signout.review.documents import Documents
from signout.review.errors import InputError
from signout.review.estate import Reading
from signout.review.resource import Resource
from signout.review.sources.pulumi import resource_of

WHAT = "a Pulumi preview"
_KEPT = ("same", "update", "refresh", "read", "import")
"""Operations after which the resource has what the provider gave it, such as its ARN or a policy by default."""
_GONE = ("delete", "delete-replaced", "discard", "discard-replaced", "read-discard", "remove-pending-replace")
_EVENTS = ("resourcePreEvent", "resOutputsEvent")


def recognised(content: Any) -> bool:
    """Is it a preview?"""
    if isinstance(content, Mapping):
        return "steps" in content or ("changeSummary" in content and "resource_changes" not in content)
    return isinstance(content, list) and any(
        isinstance(event, Mapping) and ("preludeEvent" in event or "resourcePreEvent" in event) for event in content
    )


def read(content: Any, origin: str) -> Reading:
    """Both sides of the preview. Raises InputError."""
    steps, sames = _of_events(content, origin) if isinstance(content, list) else _of_plan(content, origin)
    before: dict[str, Resource] = {}
    after: dict[str, Resource] = {}
    left: list[tuple[Resource, Any]] = []
    ids: dict[str, Any] = {}
    shown = 0
    for index, step in enumerate(steps):
        place = f"{origin}: steps[{index}]"
        if not isinstance(step, Mapping):
            raise InputError(f"{place}: is no object; expected a step")
        op = str(step.get("op"))
        shown += op == "same"
        old, new = step.get("oldState"), step.get("newState")
        if old is not None:
            resource = resource_of(old, f"{place}.oldState")
            if op == "delete" and old.get("delete") is True:
                left.append((resource, old.get("id")))
            else:
                before.setdefault(resource.address, resource)
                ids.setdefault(resource.address, old.get("id"))
        if new is not None and op not in _GONE:
            resource = resource_of(new, f"{place}.newState", _computed(old) if op in _KEPT else None)
            after[resource.address] = resource
    for resource, id_ in left:
        # What an earlier update has yet to delete is another one than what has its URN now.
        if resource.address not in before or ids[resource.address] != id_:
            address = f"{resource.address} (to be deleted{f', {id_}' if id_ else ''})"
            before[address] = replace(resource, address=address)
    left_out = tuple(_left_out(content, sames - shown))
    return Reading(WHAT, *assemble(before.values(), after.values(), Documents({})), left_out)


def _left_out(content: Any, missing: int) -> Iterator[str]:
    """What the preview itself says, or shows, that it does not have."""
    if missing > 0:
        yield f"{missing} unchanged resources, which `pulumi preview --show-sames` would show"
    if isinstance(content, list):
        said: Any = [_mapping(event).get("diagnosticEvent") for event in content]
        if not any(isinstance(event, Mapping) and "summaryEvent" in event for event in content):
            yield "what the preview did not come to: its last event, the summary, is not there"
    else:
        said = content.get("diagnostics")
    if any(_mapping(each).get("severity") == "error" for each in (said if isinstance(said, list) else ())):
        yield "what the preview did not come to: it ended with an error"


def _computed(old: Any) -> Mapping[str, Any]:
    """What the provider says of a resource and the program did not ask for: a preview shows it on the old side only."""
    outputs, inputs = (old or {}).get("outputs") or {}, (old or {}).get("inputs") or {}
    return {name: value for name, value in outputs.items() if name not in inputs}


def _of_plan(content: Mapping[str, Any], origin: str) -> tuple[Iterable[Any], int]:
    steps = content.get("steps") or []
    if not isinstance(steps, list):
        raise InputError(f"{origin}: steps: is {type(steps).__name__}; expected the steps of a preview")
    return steps, _sames(content.get("changeSummary"))


def _of_events(events: list[Any], origin: str) -> tuple[Iterable[Any], int]:
    """The last that is said of each resource's step."""
    steps: dict[tuple[str, str], dict[str, Any]] = {}
    sames = 0
    for index, event in enumerate(events):
        if not isinstance(event, Mapping):
            continue
        for name in _EVENTS:
            if name in event:
                said = _mapping(event[name]).get("metadata")
                if not isinstance(said, Mapping):
                    raise InputError(f"{origin}: event {index + 1}: {name} has no metadata; expected those of a step")
                step = {"op": said.get("op"), "oldState": said.get("old"), "newState": said.get("new")}
                steps[str(said.get("urn")), str(said.get("op"))] = step
        sames = max(sames, _sames(_mapping(event.get("summaryEvent")).get("resourceChanges")))
    return steps.values(), sames


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sames(summary: Any) -> int:
    count = summary.get("same") if isinstance(summary, Mapping) else 0
    return count if isinstance(count, int) else 0
