"""A parsed policy as the JSON document that it came from, in one canonical spelling."""

from __future__ import annotations

from typing import Any

from signout.iam.pattern import PatternSet
from signout.iam.policy import Policy, Statement
from signout.iam.principal import PrincipalSet


def document_of(policy: Policy) -> dict[str, Any]:
    """The document: `parse(document_of(policy), policy.origin, policy.kind)` is equal to the policy."""
    document: dict[str, Any] = {"Version": policy.version}
    if policy.id is not None:
        document["Id"] = policy.id
    document["Statement"] = [_statement(statement) for statement in policy.statements]
    return document


def _statement(statement: Statement) -> dict[str, Any]:
    written: dict[str, Any] = {} if statement.sid is None else {"Sid": statement.sid}
    written["Effect"] = "Deny" if statement.denies else "Allow"
    if statement.principals is not None:
        written["NotPrincipal" if statement.negated_principals else "Principal"] = _principals(statement.principals)
    written["NotAction" if statement.negated_actions else "Action"] = _sources(statement.actions)
    if statement.resources is not None:
        written["NotResource" if statement.negated_resources else "Resource"] = _sources(statement.resources)
    conditions: dict[str, dict[str, Any]] = {}
    for condition in statement.conditions:
        values = list(condition.values)
        conditions.setdefault(condition.operator_name, {})[condition.name] = values[0] if len(values) == 1 else values
    if conditions:
        written["Condition"] = conditions
    return written


def _sources(patterns: PatternSet) -> str | list[str]:
    texts = [pattern.source for pattern in patterns.patterns]
    return texts[0] if len(texts) == 1 else texts


def _principals(principals: PrincipalSet) -> str | dict[str, list[str]]:
    if principals.entries == (("*", "*"),):
        return "*"
    written: dict[str, list[str]] = {}
    for kind, value in principals.entries:
        written.setdefault(kind, []).append(value)
    return written
