"""Policies that a Terraform plan does not know yet, and whose data source it has in parts.

Source: documentation of Terraform's AWS provider, "aws_iam_policy_document".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from signout.iam import Kind
from signout.iam.parse import VERSION
from signout.resource_types import DOCUMENTS
from signout.review.resource import Resource
from signout.values import UNKNOWN, is_secret, is_unknown

TYPE = "aws_iam_policy_document"
_ELEMENTS = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
_FROM_ELSEWHERE = ("source_policy_documents", "override_policy_documents", "source_json", "override_json")
"""Arguments by which a data source takes over statements that it does not show."""


def with_known_parts(resources: Iterable[Resource], documents: Mapping[str, Any]) -> list[Resource]:
    """The resources, where an identity policy is made from one data source only, with what is known of that.

    `documents` are the values of data sources by address. Something of such a policy always stays unknown: it is made
    from the data source, and nothing says that it is not altered on the way.
    """
    return [_with_known_parts(each, documents) for each in resources]


def _with_known_parts(resource: Resource, documents: Mapping[str, Any]) -> Resource:
    props, bounded_by = dict(resource.props), {}
    for path in (place.path for place in DOCUMENTS.get(resource.type, ()) if place.kind is Kind.IDENTITY):
        made_from = resource.dependencies.get(path, ())
        awaits = resource.awaits.get(path, "")
        only = awaits.startswith(f"data.{TYPE}.") and " and " not in awaits
        if props.get(path) is not UNKNOWN or len(made_from) != 1 or not only:
            continue
        if (content := _content(documents.get(made_from[0]))) is not None:
            props[path] = content
            bounded_by[path] = f"the known parts of {made_from[0]}, if it is that document unaltered"
    return replace(resource, props=props, bounded_by=bounded_by) if bounded_by else resource


def _content(values: Any) -> dict[str, Any] | None:
    """The document as far as it is known; None where it could have statements that are not shown."""
    if not isinstance(values, Mapping) or is_secret(values) or any(values.get(name) for name in _FROM_ELSEWHERE):
        return None
    statements = values.get("statement")
    if not isinstance(statements, list) or not all(isinstance(each, Mapping) for each in statements):
        return None
    return {"Version": VERSION, "Id": UNKNOWN, "Statement": [_statement(each) for each in statements]}


def _statement(block: Mapping[str, Any]) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": block.get("effect") or "Allow"}
    for name, element in _ELEMENTS.items():
        if value := block.get(name):
            statement[element] = _with_variables(value)
    conditions: dict[str, dict[str, Any]] = {}
    given = list(_conditions(block.get("condition")))
    named = [(test, variable) for test, variable, _ in given]
    for test, variable, values in given:
        if is_unknown([test, variable]) or named.count((test, variable)) > 1:
            # Without a condition an Allow is wider; with the mark, a Deny counts as not known.
            statement["Sid"] = UNKNOWN
        else:
            conditions.setdefault(test, {})[variable] = values
    return {**statement, **({"Condition": conditions} if conditions else {})}


def _conditions(blocks: Any) -> Iterator[tuple[Any, Any, Any]]:
    if blocks is UNKNOWN or (blocks is not None and not isinstance(blocks, list)):
        yield UNKNOWN, UNKNOWN, UNKNOWN
        return
    for each in blocks or ():
        given = each if isinstance(each, Mapping) else {}
        named = (given.get("test") or UNKNOWN, given.get("variable") or UNKNOWN)
        yield (*named, _with_variables(given.get("values") or UNKNOWN))


def _with_variables(value: Any) -> Any:
    """The value with policy variables as IAM writes them: Terraform has `&{...}`, as `${...}` is its own."""
    if isinstance(value, list):
        return [_with_variables(item) for item in value]
    return value.replace("&{", "${") if isinstance(value, str) else value
