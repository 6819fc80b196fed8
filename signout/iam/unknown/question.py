"""What is not known about a request, and the statements that hang on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from signout.iam.effects import Scan
from signout.iam.evaluate import Unknown
from signout.iam.policy import Condition, Statement
from signout.iam.request import Request
from signout.iam.spaces import ties

Part = str | Condition
"""One thing that is not known: a key, or how AWS reads a condition."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is not known, and the statements that hang on it."""

    request: Request
    statements: tuple[Statement, ...]
    sorts: tuple[int, ...]
    """By statement a number for its place in the decision: any statement of the same layer and effect does as well."""
    keys: frozenset[str]
    readings: tuple[Condition, ...]
    names: Mapping[str, str]
    """Keys as the policies spell them, by key."""

    @classmethod
    def of(cls, request: Request, scans: Iterable[Scan]) -> Question:
        """What the scans of a request left open."""
        found = [
            (statement, outcome, (place, statement.denies, outcome.match))
            for place, scan in enumerate(scans)
            for _, statement, outcome in scan.outcomes
            if isinstance(outcome, Unknown)
        ]
        statements = tuple(statement for statement, _, _ in found)
        sorts = {sort: number for number, sort in enumerate(dict.fromkeys(sort for _, _, sort in found))}
        looked_at = chain.from_iterable(keys for each in statements for keys in elements(each, request))
        keys = frozenset(key for key in looked_at if key not in request.context)
        keys = keys.union(*(outcome.keys for _, outcome, _ in found))
        readings = tuple(dict.fromkeys(condition for _, outcome, _ in found for condition in outcome.readings))
        names = {key: _spelled(key, statements) for key in keys}
        return cls(request, statements, tuple(sorts[sort] for _, _, sort in found), keys, readings, names)

    def name(self, part: Part) -> str:
        """What to call a part in an answer: its key as the policies spell it."""
        return part.name if isinstance(part, Condition) else self.names[part]

    @property
    def conditions(self) -> Iterator[Condition]:
        """The conditions of all its statements."""
        return chain.from_iterable(statement.conditions for statement in self.statements)

    def reading(self, key: str) -> list[Condition]:
        """The conditions that read the key."""
        return [condition for condition in self.conditions if condition.key == key]


def _spelled(key: str, statements: Iterable[Statement]) -> str:
    for statement in statements:
        for condition in statement.conditions:
            if condition.key == key:
                return condition.name
    for statement in statements:
        texts = [pattern.source for pattern in statement.resources.unbound] if statement.resources else []
        for text in chain(texts, *(condition.values for condition in statement.conditions)):
            if name := ties.spelled(key, text):
                return name
    return key


def elements(statement: Statement, request: Request) -> Iterator[set[str]]:
    """The keys that each element of a statement looks at for this request."""
    if statement.resources is not None and not statement.resources.matches(request.resource):
        yield set().union(*(pattern.variables for pattern in statement.resources.unbound))
    for condition in statement.conditions:
        yield {condition.key, *condition.test.variables}
