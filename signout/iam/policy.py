"""The policy language as immutable values. `parse` makes them; nothing changes them afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signout.iam.errors import PolicyWarning
    from signout.iam.operators import Operator, Test
    from signout.iam.pattern import PatternSet
    from signout.iam.principal import Match, Principal, PrincipalSet


class Kind(Enum):
    """What a policy is attached to, which decides the elements it must and must not have."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RCP = "rcp"
    RESOURCE = "resource"
    TRUST = "trust"
    ENDPOINT = "endpoint"


class Quantifier(Enum):
    """How an operator treats a key with several values."""

    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator: `{"StringEqualsIfExists": {"aws:RequestedRegion": ["eu-west-1"]}}`."""

    place: str = field(compare=False)
    operator: Operator
    quantifier: Quantifier | None
    if_exists: bool
    name: str = field(compare=False)
    """The key as the policy spells it."""
    key: str
    """The key in lower case: names of keys ignore case."""
    values: tuple[str, ...]
    """The values as written; JSON numbers and booleans as their text."""
    test: Test = field(compare=False, repr=False)

    @property
    def operator_name(self) -> str:
        """The operator as a policy spells it, with qualifier and IfExists."""
        prefix = f"{self.quantifier.value}:" if self.quantifier else ""
        return prefix + self.operator.name + ("IfExists" if self.if_exists else "")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. An element that a policy leaves out is None; `negated_...` says Not... was used."""

    place: str = field(compare=False)
    """Where it stands, as errors and reasons name it: `role/x: Statement[2]`."""
    index: int
    sid: str | None
    denies: bool
    actions: PatternSet
    """In lower case: names of actions ignore case."""
    negated_actions: bool
    resources: PatternSet | None
    negated_resources: bool
    principals: PrincipalSet | None
    negated_principals: bool
    conditions: tuple[Condition, ...]

    @property
    def label(self) -> str:
        """How a person finds it: its Sid where it has one, else its position."""
        return self.sid if self.sid else f"Statement[{self.index}]"

    def is_about(self, principal: Principal, match: Match) -> bool:
        """Is it about the principal? `match` is how its Principal or NotPrincipal element names the principal."""
        if not self.negated_principals or self.principals is None:
            return bool(match)
        # What a Deny excepts is read narrowly and what an Allow excepts widely: neither gives more than AWS would.
        return not (self.principals.excepts(principal, match) if self.denies else match)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document, whole and checked. Equal if its kind, version, id and statements are."""

    origin: str = field(compare=False)
    """Where it comes from, as errors and reasons name it: `role/runbook`."""
    kind: Kind
    version: str
    id: str | None
    statements: tuple[Statement, ...]
    warnings: tuple[PolicyWarning, ...] = field(default=(), compare=False)
