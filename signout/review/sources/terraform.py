"""`terraform show -json` of a plan, OpenTofu's alike.

Source: Terraform documentation, "JSON Output Format".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from signout.review.assemble import assemble
from signout.review.documents import Documents
from signout.review.errors import InputError
from signout.review.estate import Reading
from signout.review.home import home_of
from signout.review.resource import Resource
from signout.review.tables import camel, from_terraform
from signout.values import UNKNOWN, Secret

WHAT = "a Terraform plan"
_LISTS = {"inline_policy": "inlinePolicies"}
"""Blocks whose name is in the singular in Terraform and in the plural in Pulumi."""


def recognised(content: Any) -> bool:
    """Is it a plan?"""
    return isinstance(content, Mapping) and (
        "resource_changes" in content or "planned_values" in content or "terraform_version" in content
    )


def read(content: Mapping[str, Any], origin: str) -> Reading:
    """Both sides of the plan. Raises InputError."""
    version = str(content.get("format_version", "1.0"))
    if version.partition(".")[0] not in ("0", "1"):
        raise InputError(f'{origin}: format_version: is "{version}"; expected 0.1 to 1.x, which this release reads')
    if "resource_changes" not in content and "values" in content:
        raise InputError(f"{origin}: is a Terraform state; expected a plan: terraform plan -out=FILE, then show -json")
    changes = content.get("resource_changes") or []
    if not isinstance(changes, list):
        raise InputError(f"{origin}: resource_changes: is {type(changes).__name__}; expected a list")
    references = dict(_references((content.get("configuration") or {}).get("root_module") or {}, ""))
    before: list[Resource] = []
    after: list[Resource] = []
    for index, change in enumerate(changes):
        place = f"{origin}: resource_changes[{index}]"
        if not isinstance(change, Mapping) or not isinstance(change.get("change"), Mapping):
            raise InputError(f"{place}: has no change; expected a resource change")
        if change.get("mode", "managed") == "managed":
            _sides(change, references, before, after)
    documents, home = Documents({}), home_of([*before, *after])
    return Reading(WHAT, assemble(before, documents, home), assemble(after, documents, home))


References = Mapping[str, Mapping[str, tuple[str, ...]]]


def _sides(change: Mapping[str, Any], references: References, before: list[Resource], after: list[Resource]) -> None:
    detail = change["change"]
    actions = detail.get("actions") or []
    address = str(change.get("address"))
    named = references.get(_without_indexes(address), {})
    if detail.get("before") is not None and actions != ["create"]:
        marks = detail.get("before_sensitive")
        before.append(_resource(change, address, detail["before"], {}, marks, named))
    if actions not in (["delete"], ["forget"]) and (detail.get("after") is not None or "create" in actions):
        marks, unknown = detail.get("after_sensitive"), detail.get("after_unknown") or {}
        after.append(_resource(change, address, detail.get("after") or {}, unknown, marks, named))


def _resource(
    change: Mapping[str, Any],
    address: str,
    values: Mapping[str, Any],
    unknown: Any,
    sensitive: Any,
    named: Mapping[str, tuple[str, ...]],
) -> Resource:
    merged = _merged(values, unknown, sensitive)
    props = {_LISTS.get(name, camel(name)): _camelled(value) for name, value in merged.items() if value is not None}
    module = address.rpartition(".")[0].rpartition(".")[0]
    dependencies = {camel(path): tuple(_addresses(paths, module)) for path, paths in named.items()}
    awaits = {camel(path): " and ".join(_most_specific(paths)) for path, paths in named.items() if paths}
    return Resource(address, from_terraform(str(change.get("type"))), _name(change), props, dependencies, awaits)


def _name(change: Mapping[str, Any]) -> str:
    index = change.get("index")
    module = f"{change['module_address']}." if change.get("module_address") else ""
    return f"{module}{change.get('name')}" + (f"[{index}]" if index is not None else "")


def _merged(value: Any, unknown: Any, sensitive: Any) -> Any:
    """The value with marks where it is not known, or is sensitive."""
    if unknown is True:
        return UNKNOWN
    if sensitive is True:
        return Secret(value)
    if isinstance(value, Mapping) or (value is None and isinstance(unknown, Mapping)):
        given = value or {}
        names = dict.fromkeys([*given, *(unknown if isinstance(unknown, Mapping) else ())])
        return {name: _merged(given.get(name), _at(unknown, name), _at(sensitive, name)) for name in names}
    if isinstance(value, list):
        return [_merged(item, _at(unknown, i), _at(sensitive, i)) for i, item in enumerate(value)]
    return value


def _at(marks: Any, key: Any) -> Any:
    if isinstance(marks, Mapping):
        return marks.get(key)
    if isinstance(marks, list) and isinstance(key, int):
        return marks[key] if key < len(marks) else None
    return None


def _camelled(value: Any) -> Any:
    """Nested blocks with Pulumi's names; texts, and policy documents in them, as they are."""
    if isinstance(value, list):
        return [_camelled(item) for item in value]
    if isinstance(value, Mapping):
        return {camel(name): item for name, item in value.items()}
    return value


def _references(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    """By address without indexes, what each argument refers to."""
    for resource in module.get("resources") or ():
        named = {
            name: tuple(str(each) for each in expression.get("references") or ())
            for name, expression in (resource.get("expressions") or {}).items()
            if isinstance(expression, Mapping)
        }
        yield f"{prefix}{resource.get('address')}", named
    for name, call in (module.get("module_calls") or {}).items():
        yield from _references(call.get("module") or {}, f"{prefix}module.{name}.")


def _without_indexes(address: str) -> str:
    """ "module.a[0].aws_iam_role.b["x"]" as the configuration has it: "module.a.aws_iam_role.b"."""
    kept, depth, quoted = [], 0, False
    for character in address:
        quoted ^= character == '"' and depth > 0
        if not quoted and character == "[":
            depth += 1
        elif not quoted and character == "]":
            depth -= 1
        elif depth == 0:
            kept.append(character)
    return "".join(kept)


def _most_specific(references: tuple[str, ...]) -> list[str]:
    """Without those that are the beginning of another: "aws_iam_role.ci.arn" says what "aws_iam_role.ci" does."""
    return [each for each in references if not any(other.startswith(f"{each}.") for other in references)]


def _addresses(references: tuple[str, ...], module: str) -> Iterator[str]:
    prefix = f"{module}." if module.startswith("module.") else ""
    for reference in references:
        parts = reference.split(".")
        if len(parts) >= 2 and parts[0].startswith("aws_"):
            yield f"{prefix}{parts[0]}.{parts[1]}"
