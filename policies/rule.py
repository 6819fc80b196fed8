"""What a rule is, and what it can say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from signout.findings import Severity

from .stack import Awaited, Resource, Stack

S = TypeVar("S")


class Level(StrEnum):
    """What a finding does to a deployment. The words are Pulumi's."""

    ADVISORY = "advisory"
    """It is shown."""
    MANDATORY = "mandatory"
    """It is shown, and stops the deployment."""
    DISABLED = "disabled"
    """The rule is not asked."""


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule finds wrong."""

    resource: Resource | None
    """None where it is about the stack as a whole."""
    fact: str
    """The resource and what is the case, with names and values, as a sentence."""
    change: str = ""
    """What to do about it, where that is not what the rule says."""
    level: Level | None = None
    """Where it is not the rule's own."""


Outcome = Violation | Awaited


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """One rule. It looks at resources one by one, at the whole stack, or at both.

    A resource is looked at before it is made, so that the deployment stops there; the whole stack, and with it every
    resource once more, at the end of a preview, and again when everything has been made.
    """

    name: str
    description: str
    """What has to hold, as a sentence."""
    why: str
    """Why that matters, as a sentence."""
    change: str
    """What to do about a violation, as a sentence."""
    severity: Severity
    settings: type[S]
    level: Level = Level.MANDATORY
    """The default; settings can say another."""
    types: frozenset[str] = frozenset()
    """The types of resources that `of_resource` looks at."""
    of_resource: Callable[[Resource, Stack, S], Iterator[Outcome]] | None = None
    """Given the resource, and what of the stack is known so far."""
    before: Callable[[Resource, Stack, S], Iterator[Outcome]] | None = None
    """The same about a resource of any type, asked only before it is made: some of what `of_stack` finds later."""
    of_stack: Callable[[Stack, S], Iterator[Outcome]] | None = None
