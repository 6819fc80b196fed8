"""Policy documents can be read."""

from __future__ import annotations

from collections.abc import Iterator

from signout.findings import Severity

from ..documents import TYPES, documents_of
from ..rule import Outcome, Rule, Violation
from ..settings import NoSettings
from ..stack import Resource, Stack


def _readable(resource: Resource, stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    for document in documents_of(resource):
        if document.problem:
            yield Violation(resource, f"{document.problem}.")


POLICY_DOCUMENTS = Rule(
    name="policy-documents",
    description="Every policy document can be read.",
    why="What cannot be read, no rule can judge, and IAM may refuse it in the middle of a deployment.",
    change="Correct the document.",
    severity=Severity.HIGH,
    settings=NoSettings,
    types=TYPES,
    of_resource=_readable,
)

RULES = (POLICY_DOCUMENTS,)
