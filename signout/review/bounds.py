"""What a policy document that is not known yet can allow at most.

A bound says nothing about what the document is going to say: only that nothing beyond it can be allowed by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from signout.iam import IamError, Kind, Policy, parse
from signout.iam.parse import VERSION
from signout.review.resource import Resource
from signout.values import UNKNOWN, is_unknown

COMPONENTS = ("signout:cognito:SignOutAccess", "signout:cognito:SignOutRunbook")
"""Components that declare as their inputs what their roles may do."""


def of_parts(content: Any, origin: str) -> Policy | None:
    """The widest identity policy that a document can become of which parts are known; None where nothing bounds it."""
    statements = content.get("Statement") if isinstance(content, Mapping) else None
    listed = statements if isinstance(statements, list) else [statements]
    objects = [each for each in listed if isinstance(each, Mapping)]
    if len(objects) < len(listed):
        return None
    widest = [_widest(each) for each in objects if each.get("Effect") != "Deny" or not is_unknown(each)]
    try:
        return parse({"Version": content.get("Version", VERSION), "Statement": widest}, origin)
    except IamError:
        return None


def _widest(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Every part that is not known as wide as it can be: a Deny with such a part may deny nothing, and is left out."""
    wide = {name: value for name, value in statement.items() if name not in ("Sid", "Condition")}
    if wide.get("Effect") is UNKNOWN:
        wide["Effect"] = "Allow"
    for name in ("Action", "Resource"):
        if is_unknown([wide.get(name), wide.get(f"Not{name}")]):
            wide.pop(f"Not{name}", None)
            wide[name] = "*"
    conditions = statement.get("Condition")
    if isinstance(conditions, Mapping):
        known = {operator: _known(keys) for operator, keys in conditions.items()}
        wide["Condition"] = {operator: keys for operator, keys in known.items() if keys}
    return wide


def _known(keys: Any) -> Any:
    """The keys of a condition whose values are all known: a condition less allows more."""
    return {key: values for key, values in keys.items() if not is_unknown(values)} if isinstance(keys, Mapping) else {}


def declared(document: Resource, role: Resource, resources: Mapping[str, Resource]) -> tuple[Policy, str] | None:
    """What the component that a role and its policy are parts of declares for the role, and who says so.

    `resources` are all, by address. None where no component declares anything for the role.
    """
    component = resources.get(document.parent)
    if component is None or component.type not in COMPONENTS or role.parent != component.address:
        return None
    grants = component.given("grants")
    if not isinstance(grants, list) or not all(isinstance(each, Mapping) for each in grants):
        return None
    of_role = [each for each in grants if each.get("role") == role.name]
    statements = [
        {"Effect": "Allow", "Action": each.get("actions"), "Resource": each.get("resources")} for each in of_role
    ]
    policy = of_parts({"Statement": statements}, f"the grants of {component.label}") if statements else None
    return None if policy is None else (policy, f"the grants that {component.label} declares, if it keeps to them")


def of_boundary(boundary: Policy) -> Policy:
    """What a permissions boundary lets through of any policy, as if it granted it."""
    return replace(boundary, kind=Kind.IDENTITY)


def on_condition(policy: Policy, condition: str) -> Policy:
    """The same policy, whose Allow statements hold only if something does that nobody knows yet.

    The engine then answers that it depends on that, and on nothing else.
    """
    known = parse(
        {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {condition: "true"}}}}
    )
    also = known.statements[0].conditions
    statements = (
        each if each.denies else replace(each, conditions=(*each.conditions, *also)) for each in policy.statements
    )
    return replace(policy, statements=tuple(statements))
