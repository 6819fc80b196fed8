"""What runs: one version of a function as it was when an invocation began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Logging:
    """Where and how a function's log lines are written (Lambda's LoggingConfig)."""

    group: str
    format: str = "Text"
    application_level: str | None = None
    system_level: str | None = None

    @property
    def is_json(self) -> bool:
        return self.format == "JSON"


@dataclass(frozen=True, slots=True)
class Definition:
    """Code and configuration of one version; two that are equal may share a warm environment.

    `code` is left out of the comparison because `code_sha256` stands for it.
    """

    account: str
    region: str
    name: str
    arn: str
    """Without a qualifier."""
    version: str
    """`$LATEST` or a number."""
    role: str
    handler: str
    runtime: str
    memory_mb: int
    timeout_seconds: int
    variables: tuple[tuple[str, str], ...]
    logging: Logging
    code_sha256: str
    dead_letter_arn: str | None
    code: bytes = field(compare=False, repr=False)

    @property
    def versioned_arn(self) -> str:
        return f"{self.arn}:{self.version}"


@dataclass(frozen=True, slots=True)
class Limits:
    """Concurrency that applies to one invocation, in environments at work at the same time."""

    reserved: int | None
    """Reserved for the function; None when it draws on the account's unreserved pool."""
    unreserved: int
    """What the account has left for functions without a reservation."""


@dataclass(frozen=True, slots=True)
class AsynchronousSettings:
    """A qualifier's EventInvokeConfig: what becomes of asynchronous events. Times are AWS's."""

    retries: int = 2
    maximum_age_seconds: int = 21_600
    on_success: str | None = None
    on_failure: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a name and a qualifier stand for at this moment."""

    definition: Definition
    invoked_arn: str
    """The ARN as it was asked for: with the version or alias, or with none."""
    limits: Limits
    asynchronous: AsynchronousSettings


def variables_of(variables: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, str(value)) for name, value in variables.items()))
