"""Asks the rules about a stack, and keeps a rule that fails from hiding what the others find."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from signout.findings import Exemption, Finding, Severity, judge
from signout.values import is_secret

from .configuration import EXCEPTIONS, Configuration
from .rule import Level, Outcome, Rule, Violation
from .settings import NoSettings
from .stack import Awaited, NotKnown, Resource, Stack

UNDECIDED = Rule(
    name="undecided",
    description="What the rules need to know is known.",
    why="Not decided is not passed.",
    change="It is looked at again as soon as the value is known, on `pulumi up` at the latest.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    settings=NoSettings,
)
"""Its findings are what other rules could not decide."""

_NOT_TO_COME = "No later run knows more: somebody has to look, unless the program is changed so that the rules can."


@dataclass(frozen=True, slots=True)
class Report:
    """A finding together with what it does to the deployment."""

    finding: Finding
    level: Level
    failed: bool = False
    """The rule failed, so this is about the pack; no exception can cover it."""


@dataclass(slots=True)
class _Waiting:
    """Who waits for a value, and what it may lead to; each once."""

    rules: dict[str, None] = field(default_factory=dict)
    suppositions: dict[str, None] = field(default_factory=dict)

    def add(self, rule: str, supposition: str) -> None:
        self.rules[rule] = None
        if supposition:
            self.suppositions[supposition] = None


class Inspection:
    """One run of the pack over one stack: resources as they come, in the end the stack as a whole."""

    def __init__(self, rules: Sequence[Rule[Any]], configuration: Configuration, today: date) -> None:
        self._configuration = configuration
        self._today = today
        self._rules = [rule for rule in rules if configuration.levels[rule.name] is not Level.DISABLED]
        self._asked_before = [rule for rule in self._rules if rule.before is not None]
        self._reported: set[tuple[str, str]] = set()
        """Rule and URN of what was reported while resources came in."""
        self._used: set[Exemption] = set()

    def resource(self, resource: Resource, so_far: Stack) -> list[Report]:
        """What the rules find about a resource before it is made. What is not known yet, `stack` reports."""
        answers = chain(
            *(self._of_resource(rule, resource, so_far) for rule in self._rules if resource.type in rule.types),
            *(self._before(rule, resource, so_far) for rule in self._asked_before),
        )
        found = [answer for answer in answers if isinstance(answer, Report)]
        self._reported.update((report.finding.rule, report.finding.resource) for report in found)
        return self._without_exempted(found)

    def stack(self, stack: Stack) -> list[Report]:
        """What the rules find about the stack, without what was reported about single resources before."""
        found: dict[Report, None] = {}
        awaited: dict[Awaited, _Waiting] = {}
        for rule in self._rules:
            for answer in self._of_stack(rule, stack):
                if isinstance(answer, Awaited):
                    awaited.setdefault(answer, _Waiting()).add(rule.name, answer.supposition)
                elif (rule.name, answer.finding.resource) not in self._reported:
                    found[answer] = None
        found.update((report, None) for report in self._undecided(stack, awaited))
        return [*self._without_exempted(found), *self._exceptions()]

    def _of_resource(self, rule: Rule[Any], resource: Resource, stack: Stack) -> Iterator[Report | Awaited]:
        of_resource = rule.of_resource
        if of_resource is not None:
            settings = self._configuration.settings[rule.name]
            yield from self._ask(rule, stack, resource.urn, lambda: of_resource(resource, stack, settings))

    def _before(self, rule: Rule[Any], resource: Resource, stack: Stack) -> Iterator[Report | Awaited]:
        before = rule.before
        if before is not None:
            settings = self._configuration.settings[rule.name]
            yield from self._ask(rule, stack, resource.urn, lambda: before(resource, stack, settings))

    def _of_stack(self, rule: Rule[Any], stack: Stack) -> Iterator[Report | Awaited]:
        for resource in stack.of_type(*sorted(rule.types)):
            yield from self._of_resource(rule, resource, stack)
        of_stack = rule.of_stack
        if of_stack is not None:
            settings = self._configuration.settings[rule.name]
            yield from self._ask(rule, stack, "", lambda: of_stack(stack, settings))

    def _ask(
        self, rule: Rule[Any], stack: Stack, urn: str, ask: Callable[[], Iterator[Outcome]]
    ) -> Iterator[Report | Awaited]:
        """What the rule says. That it failed is an answer too, and never a pass."""
        try:
            for outcome in ask():
                yield outcome if isinstance(outcome, Awaited) else self._report(rule, outcome, stack)
        except NotKnown as missing:
            yield missing.awaited
        except Exception as error:
            _log(rule, urn, error, stack)
            yield Report(_failure(rule, urn, error), Level.MANDATORY, failed=True)

    def _report(self, rule: Rule[Any], violation: Violation, stack: Stack) -> Report:
        urn = "" if violation.resource is None else violation.resource.urn
        fact = stack.without_secrets(violation.fact)
        finding = Finding(rule.name, rule.severity, urn, fact, rule.why, violation.change or rule.change)
        return Report(finding, violation.level or self._configuration.levels[rule.name])

    def _without_exempted(self, reports: Iterable[Report]) -> list[Report]:
        kept = []
        for report in reports:
            exempted = () if report.failed else self._exempted(report.finding)
            self._used.update(exempted)
            if not exempted:
                kept.append(report)
        return kept

    def _exempted(self, finding: Finding) -> tuple[Exemption, ...]:
        judged = judge([finding], self._configuration.exemptions, self._today)
        return tuple(exemption for _, exemption in judged.exempted)

    def _undecided(self, stack: Stack, awaited: Mapping[Awaited, _Waiting]) -> Iterator[Report]:
        level = self._configuration.levels[UNDECIDED.name]
        if level is not Level.DISABLED:
            for each, waiting in awaited.items():
                yield Report(_not_decided(stack, each, waiting), level)

    def _exceptions(self) -> Iterator[Report]:
        """Exceptions that have expired, and those that nothing needed."""
        level = self._configuration.levels[EXCEPTIONS.name]
        for exemption in self._configuration.exemptions:
            what = f"The exception of {exemption.owner} to {exemption.rule}"
            if level is Level.DISABLED:
                continue
            if exemption.expired(self._today):
                yield Report(_about_exception(exemption, f"{what} expired on {exemption.expires}."), level)
            elif exemption not in self._used:
                fact = f"{what} is not needed: the rule finds nothing here."
                yield Report(_about_exception(exemption, fact), Level.ADVISORY)


def _not_decided(stack: Stack, awaited: Awaited, waiting: _Waiting) -> Finding:
    resource, path = awaited.resource, awaited.path
    fact = f"{resource.label}: {path} awaits {_what(stack, awaited)}, so not decided yet: {', '.join(waiting.rules)}."
    return Finding(
        UNDECIDED.name,
        UNDECIDED.severity,
        resource.urn,
        stack.without_secrets(" ".join([fact, *waiting.suppositions])),
        UNDECIDED.why,
        _NOT_TO_COME if awaited.elsewhere else UNDECIDED.change,
    )


def _what(stack: Stack, awaited: Awaited) -> str:
    if awaited.elsewhere:
        return awaited.elsewhere
    if is_secret(awaited.resource.raw(awaited.path.partition(".")[0].partition("[")[0])):
        return "a secret that is encrypted here"
    sources = stack.made_from(awaited.resource, awaited.path)
    return f"a value of {' and '.join(source.label for source in sources)}" if sources else "a value not known yet"


def _about_exception(exemption: Exemption, fact: str) -> Finding:
    return Finding(EXCEPTIONS.name, EXCEPTIONS.severity, exemption.resource, fact, EXCEPTIONS.why, EXCEPTIONS.change)


def _failure(rule: Rule[Any], urn: str, error: Exception) -> Finding:
    """Says no more of the error than its type: its text may hold anything."""
    return Finding(
        rule.name,
        rule.severity,
        urn,
        f"This rule failed with {type(error).__name__} and decided nothing.",
        "What no rule has looked at may not pass.",
        "The traceback is in the log; please report it. An exception cannot cover this, disabling the rule can.",
    )


def _log(rule: Rule[Any], urn: str, error: Exception, stack: Stack) -> None:
    """Writes the traceback to the log, without the secrets of the stack."""
    text = stack.without_secrets("".join(traceback.format_exception(error)))
    print(f"rule {rule.name} failed on {urn or 'the stack'}:\n{text}", file=sys.stderr, flush=True)
