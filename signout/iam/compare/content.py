"""What a statement says, apart from its name and its place; and the condition keys that statements read."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from signout.iam.policy import Statement
from signout.iam.spaces import ties


def content_of(statement: Statement) -> Hashable:
    """Equal for statements that say the same in the same words, in whatever order they name actions and ARNs."""
    resources, principals = statement.resources, statement.principals
    return (
        statement.denies,
        statement.negated_actions,
        statement.negated_resources,
        statement.negated_principals,
        statement.actions.exact,
        statement.actions.prefixes,
        statement.actions.others,
        None if resources is None else (resources.exact, resources.prefixes, resources.others, resources.unbound),
        None if principals is None else (principals.everyone, principals.accounts, principals.names),
        statement.conditions,
    )


def names_and_several(statements: Iterable[Statement]) -> tuple[dict[str, str], frozenset[str]]:
    """Condition keys as the statements spell them, and those that may have several values.

    A key may have several values if a set qualifier is used on it anywhere; else it has at most one.
    """
    names: dict[str, str] = {}
    several = set()
    for statement in statements:
        for condition in statement.conditions:
            names.setdefault(condition.key, condition.name)
            if condition.quantifier is not None:
                several.add(condition.key)
        for key, name in ties.spellings(statement):
            names.setdefault(key, name)
    return names, frozenset(several)
