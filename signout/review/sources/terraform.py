"""`terraform show -json` of a plan, OpenTofu's alike.

Source: Terraform documentation, "JSON Output Format".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from signout.resource_types import ATTACHMENTS, DOCUMENTS
from signout.review.assemble import assemble
from signout.review.documents import Documents
from signout.review.errors import InputError
from signout.review.estate import Reading
from signout.review.resource import Resource
from signout.review.sources.terraform_configuration import Configuration, without_echoes
from signout.review.sources.terraform_documents import TYPE as DOCUMENT
from signout.review.sources.terraform_documents import with_known_parts
from signout.review.tables import camel, from_terraform
from signout.values import UNKNOWN, Secret

WHAT = "a Terraform plan"
_LISTS = {"inline_policy": "inlinePolicies"}
"""Blocks whose name is in the singular in Terraform and in the plural in Pulumi."""
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "aws_lambda_function": {"function_name": "name"},
    "aws_lambda_permission": {"function_name": "function"},
}
"""Arguments that Pulumi calls otherwise."""


def recognised(content: Any) -> bool:
    """Is it a plan?"""
    return isinstance(content, Mapping) and (
        "resource_changes" in content or "planned_values" in content or "terraform_version" in content
    )


def read(content: Mapping[str, Any], origin: str) -> Reading:
    """Both sides of the plan. Raises InputError."""
    version = str(content.get("format_version") or "1.0")
    if version.partition(".")[0] not in ("0", "1"):
        raise InputError(f'{origin}: format_version: is "{version}"; expected 0.1 to 1.x, which this release reads')
    if "resource_changes" not in content and "values" in content:
        raise InputError(f"{origin}: is a Terraform state; expected a plan: terraform plan -out=FILE, then show -json")
    changes = content.get("resource_changes") or []
    if not isinstance(changes, list):
        raise InputError(f"{origin}: resource_changes: is {type(changes).__name__}; expected a list")
    configuration = Configuration(content.get("configuration"), changes)
    before: list[Resource] = []
    after: list[Resource] = []
    for index, change in enumerate(changes):
        place = f"{origin}: resource_changes[{index}]"
        if not isinstance(change, Mapping) or not isinstance(change.get("change"), Mapping):
            raise InputError(f"{place}: has no change; expected a resource change")
        if change.get("mode", "managed") == "managed":
            _sides(change, place, configuration, before, after)
    if documents := {str(each.get("address")): _values(each) for each in changes if each.get("type") == DOCUMENT}:
        after = with_known_parts(after, documents)
    before, after = without_echoes(before, after, configuration)
    return Reading(WHAT, *assemble(before, after, Documents({})), tuple(_left_out(content)))


def _left_out(content: Mapping[str, Any]) -> Iterator[str]:
    """What the plan itself says that it does not have."""
    if deferred := content.get("deferred_changes"):
        count = f": {len(deferred)}" if isinstance(deferred, list) else ""
        yield f"changes that the plan defers to a later one{count}"
    if content.get("errored") is True:
        yield "what the plan did not come to: it ended with an error"
    elif content.get("complete") is False and not deferred:
        yield "what the plan leaves to a later one: it says that it is not complete"


def _sides(
    change: Mapping[str, Any],
    place: str,
    configuration: Configuration,
    before: list[Resource],
    after: list[Resource],
) -> None:
    detail = change["change"]
    actions = detail.get("actions") or []
    then, now = (_object(detail, side, place) for side in ("before", "after"))
    if then is not None and actions != ["create"]:
        before.append(_resource(change, then, {}, detail.get("before_sensitive"), configuration))
    if "forget" in actions and "create" not in actions and then is not None:
        # What Terraform forgets stays in AWS as it is.
        after.append(_resource(change, then, {}, detail.get("before_sensitive"), configuration))
    elif actions != ["delete"] and (now is not None or "create" in actions):
        marks, unknown = detail.get("after_sensitive"), detail.get("after_unknown") or {}
        after.append(_resource(change, now or {}, unknown, marks, configuration))


def _values(change: Mapping[str, Any]) -> Any:
    """What is to be of a data source, with marks where it is not known, or is sensitive."""
    detail = change["change"]
    return _merged(detail.get("after") or {}, detail.get("after_unknown"), detail.get("after_sensitive"))


def _object(detail: Mapping[str, Any], side: str, place: str) -> Mapping[str, Any] | None:
    values = detail.get(side)
    if values is None or isinstance(values, Mapping):
        return values
    raise InputError(f"{place}.change.{side}: is {type(values).__name__}; expected an object")


def _resource(
    change: Mapping[str, Any], values: Mapping[str, Any], unknown: Any, sensitive: Any, configuration: Configuration
) -> Resource:
    address, type_ = str(change.get("address")), from_terraform(str(change.get("type")))
    named = configuration.arguments(address)
    merged = _merged(values, unknown, sensitive)
    if merged is UNKNOWN:
        merged = dict.fromkeys((*values, *named, *_read_of(type_)), UNKNOWN)
    elif isinstance(merged, Secret):
        merged = {name: _secret(value) for name, value in merged.value.items()}
    called = {**_LISTS, **_RENAMED.get(str(change.get("type")), {})}

    def pulumis(name: str) -> str:
        return called.get(name) or camel(name)

    props = {pulumis(name): _camelled(value) for name, value in merged.items() if value is not None}
    dependencies = {pulumis(path): tuple(configuration.made_from(address, paths)) for path, paths in named.items()}
    awaits = {pulumis(path): " and ".join(_most_specific(paths)) for path, paths in named.items() if paths}
    if deposed := change.get("deposed"):
        address = f"{address} (deposed {deposed})"
    return Resource(address, type_, _name(change), props, dependencies, awaits)


def _read_of(type_: str) -> Iterator[str]:
    """The properties of a type without which it has no sense, by Pulumi's names."""
    yield from (place.path for place in DOCUMENTS.get(type_, ()) if place.required)
    if (attachment := ATTACHMENTS.get(type_)) is not None:
        yield from (path for path, _ in attachment.targets)
        yield attachment.policies or "policy"


def _name(change: Mapping[str, Any]) -> str:
    index = change.get("index")
    module = f"{change['module_address']}." if change.get("module_address") else ""
    return f"{module}{change.get('name')}" + (f"[{index}]" if index is not None else "")


def _merged(value: Any, unknown: Any, sensitive: Any) -> Any:
    """The value with marks where it is not known, or is sensitive."""
    if unknown is True:
        return UNKNOWN
    if sensitive is True:
        return _secret(_merged(value, unknown, None))
    if isinstance(value, Mapping) or (value is None and isinstance(unknown, Mapping)):
        given = value or {}
        names = dict.fromkeys([*given, *(unknown if isinstance(unknown, Mapping) else ())])
        return {name: _merged(given.get(name), _at(unknown, name), _at(sensitive, name)) for name in names}
    if value is None and isinstance(unknown, list):
        value = [None] * len(unknown)
    if isinstance(value, list):
        return [_merged(item, _at(unknown, i), _at(sensitive, i)) for i, item in enumerate(value)]
    return value


def _secret(value: Any) -> Any:
    """Marked as a secret, unless it is not known anyway."""
    return value if value is None or value is UNKNOWN else Secret(value)


def _at(marks: Any, key: Any) -> Any:
    if isinstance(marks, Mapping):
        return marks.get(key)
    if isinstance(marks, list) and isinstance(key, int):
        return marks[key] if key < len(marks) else None
    return None


def _camelled(value: Any) -> Any:
    """Nested blocks with Pulumi's names; texts, and policy documents in them, as they are."""
    if isinstance(value, Secret):
        return Secret(_camelled(value.value))
    if isinstance(value, list):
        return [_camelled(item) for item in value]
    if isinstance(value, Mapping):
        return {camel(name): item for name, item in value.items()}
    return value


def _most_specific(references: tuple[str, ...]) -> list[str]:
    """Without those that are the beginning of another: "aws_iam_role.ci.arn" says what "aws_iam_role.ci" does."""
    return [each for each in references if not any(other.startswith((f"{each}.", f"{each}[")) for other in references)]
