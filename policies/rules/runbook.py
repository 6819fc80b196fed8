"""The runbook is there when it is needed, is watched, and nobody reaches it by the back door."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from signout.findings import Severity
from signout.iam import Layers, Request, decide
from signout.resource_types import FUNCTION, ROLE
from signout.values import UNKNOWN

from ..able import able
from ..arns import arn_of, as_text, name_of
from ..grants import SIGN_OUT_RUNBOOK
from ..principals import Principals, principals_of
from ..rule import Level, Outcome, Rule, Violation
from ..runbooks import FUNCTION_URL, INVOKE, PERMISSION, Opening, Runbook, of_function, openings, runbooks_of
from ..settings import NoSettings, setting
from ..stack import Awaited, Resource, Stack

FUNCTIONS = frozenset({FUNCTION})
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
EVENT_INVOKE = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"


def _concurrency(function: Resource, stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    """A reservation of the function, or a reason in the component's inputs."""
    component = stack.ancestor(function, SIGN_OUT_RUNBOOK)
    if component is None or as_text(component.given("noReservationReason")):
        return
    if function.known("reservedConcurrentExecutions", -1) < 1:
        yield Violation(function, f"{function.label} reserves no concurrency, and its component states no reason.")


CONCURRENCY = Rule(
    name="runbook-concurrency",
    description="The runbook has reserved concurrency, or a reason is stated why not.",
    why="Other functions can use up the account's concurrency, and an order is then turned away; and nothing bounds "
    "how many calls a second all instances make together.",
    change="Reserve at least one instance, or state the reason in the component's arguments.",
    severity=Severity.MEDIUM,
    settings=NoSettings,
    types=FUNCTIONS,
    of_resource=_concurrency,
)


def _dead_letters(stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    for runbook in runbooks_of(stack):
        function = runbook.function
        on_failure = "destinationConfig.onFailure.destination"
        configured = [function.given("deadLetterConfig.targetArn")]
        configured += [each.given(on_failure) for each in of_function(function, stack, EVENT_INVOKE)]
        if not any(configured):
            yield Violation(function, f"{function.label} has no dead-letter queue.")


DEAD_LETTERS = Rule(
    name="runbook-dead-letters",
    description="Orders that the runbook could not carry out are kept.",
    why="An order that was given asynchronously and failed would be gone without a trace, its users still signed in.",
    change="Set deadLetterConfig, or a destination for failures.",
    severity=Severity.MEDIUM,
    settings=NoSettings,
    of_stack=_dead_letters,
)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long logs are kept."""

    least_days: int = setting(30, "The shortest time that is fine, in days.", minimum=1, maximum=3653)


def _retention(stack: Stack, settings: Retention) -> Iterator[Outcome]:
    for runbook in runbooks_of(stack):
        function = runbook.function
        name = as_text(function.given("loggingConfig.logGroup")) or f"/aws/lambda/{name_of(function)}"
        group = next((each for each in stack.of_type(LOG_GROUP) if each.given("name") == name), None)
        if group is None:
            yield Violation(
                function, f"{function.label}: its log group {name} is not in the stack, so is kept forever."
            )
            continue
        days = group.given("retentionInDays", 0)
        if days is UNKNOWN:
            yield Awaited(group, "retentionInDays")
        elif not days:
            yield Violation(group, f"{group.label} is kept forever.")
        elif days < settings.least_days:
            yield Violation(group, f"{group.label} is kept for {days} days; at least {settings.least_days} are wanted.")


LOG_RETENTION = Rule(
    name="runbook-log-retention",
    description="The runbook's log is kept for a time that is set, long enough to look into an incident.",
    why="The log says who was signed out by whom; it names people, and an incident is often noticed weeks later.",
    change="Set retentionInDays of the log group.",
    severity=Severity.LOW,
    settings=Retention,
    of_stack=_retention,
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What raises an alarm."""

    metrics: tuple[str, ...] = setting(
        ("Errors", "Throttles"), "Metrics of AWS/Lambda that have to have an alarm with an action."
    )


def _alarms(stack: Stack, settings: Watched) -> Iterator[Outcome]:
    for runbook in runbooks_of(stack):
        watched = {alarm.given("metricName") for alarm in stack.of_type(ALARM) if _watches(alarm, runbook, stack)}
        for metric in settings.metrics:
            if metric not in watched:
                yield Violation(runbook.function, f"{runbook.function.label} has no alarm with an action on {metric}.")


def _watches(alarm: Resource, runbook: Runbook, stack: Stack) -> bool:
    named = alarm.given("dimensions.FunctionName")
    own = runbook.function in stack.made_from(alarm, "dimensions") if named is UNKNOWN else None
    if alarm.given("namespace") != "AWS/Lambda" or not alarm.given("alarmActions"):
        return False
    return named == name_of(runbook.function) if own is None else own


ALARMS = Rule(
    name="runbook-alarms",
    description="Somebody is told when the runbook fails.",
    why="An order that failed leaves its users signed in, and whoever gave it may not be waiting for the answer.",
    change="Add an alarm on the metric, with an action that reaches somebody.",
    severity=Severity.MEDIUM,
    settings=Watched,
    of_stack=_alarms,
)


def _alias(stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    for runbook in runbooks_of(stack):
        if not runbook.aliases:
            yield Violation(runbook.function, f"{runbook.function.label} has no alias.", "Add an alias to it.")
        principals = principals_of(stack)
        for arn, member in principals.members.items():
            if _names_function(arn, runbook.function, stack, principals):
                fact = f"{member.resource.label} may invoke {runbook.function.label} itself, not by its alias."
                yield Violation(member.resource, fact)
        for permission in of_function(runbook.function, stack, PERMISSION):
            if not permission.given("qualifier"):
                fact = f"{permission.label} lets {runbook.function.label} be invoked itself, not by its alias."
                yield Violation(permission, fact, "Set its qualifier to the alias.")


def _names_function(principal: str, function: Resource, stack: Stack, principals: Principals) -> bool:
    """May the principal invoke the function without a version, and not just any function?"""
    holder = principals.members[principal].holder()
    layers = Layers(identity=holder.identity, boundary=holder.boundary)
    arn = arn_of(function, stack, principals.home) or ""
    other = f"{arn.rpartition(':')[0]}:AnyOtherFunction0"
    return _may(principal, arn, layers) and not _may(principal, other, layers)


def _may(principal: str, arn: str, layers: Layers) -> bool:
    return decide(Request(principal, INVOKE, arn), layers).may_be_allowed


ALIAS_USED = Rule(
    name="runbook-alias",
    description="Callers invoke the runbook by its alias.",
    why="The alias is what a new version is tried behind, and rolled back, without touching anybody's permission.",
    change="Name the alias's ARN in the policy.",
    severity=Severity.LOW,
    settings=NoSettings,
    of_stack=_alias,
)


def _doors(stack: Stack) -> Iterator[Resource]:
    """The functions of runbooks, and all others whose role can sign users out."""
    found = {runbook.function.urn: runbook.function for runbook in runbooks_of(stack)}
    roles = {member.arn: member.resource for member in able(stack)}
    for function in stack.of_type(FUNCTION):
        role = function.given("role")
        made_from = stack.made_from(function, "role") if role is UNKNOWN else ()
        if (isinstance(role, str) and role in roles) or any(
            source.type == ROLE and source in roles.values() for source in made_from
        ):
            found[function.urn] = function
    yield from found.values()


def _urls(stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    for function in _doors(stack):
        for url in of_function(function, stack, FUNCTION_URL):
            authorization = url.given("authorizationType")
            if authorization is UNKNOWN:
                yield Awaited(url, "authorizationType")
            elif authorization != "AWS_IAM":
                yield Violation(url, f"{url.label} lets everyone on the internet invoke {function.label}.")


PUBLIC_URL = Rule(
    name="runbook-public-url",
    description="No function that can sign users out has a public address.",
    why="Everyone on the internet could sign users out, or keep the function busy while it is needed.",
    change="Set authorizationType to AWS_IAM, or remove the function's URL.",
    severity=Severity.CRITICAL,
    settings=NoSettings,
    of_stack=_urls,
)


def _permissions(stack: Stack, settings: NoSettings) -> Iterator[Outcome]:
    home = principals_of(stack).home
    for function in _doors(stack):
        for opening in openings(function, stack, home):
            if isinstance(opening, Awaited):
                yield opening
            elif problem := _too_wide(opening):
                yield Violation(
                    opening.permission, f"{opening.permission.label} lets {problem} invoke {function.label}."
                )


def _too_wide(opening: Opening) -> str:
    """Whom the permission lets in, if that is more than one can name."""
    permission, principal = opening.permission, opening.principal
    if principal == "*":
        return opening.everyone
    if "*" in (as_text(permission.given("action")) or ""):
        return f"{principal} do everything to and"
    bound = permission.given("sourceArn") or permission.given("sourceAccount")
    if principal.endswith(".amazonaws.com") and not bound:
        return f"{principal}, for whichever of its customers,"
    return ""


WILDCARD_PERMISSION = Rule(
    name="runbook-wildcard-permission",
    description="Lambda permissions on functions that can sign users out name one principal and one action.",
    why="Whoever can invoke the function can sign users out.",
    change="Name the principal, the action lambda:InvokeFunction, and for a service the sourceArn.",
    severity=Severity.CRITICAL,
    settings=NoSettings,
    of_stack=_permissions,
)


@dataclass(frozen=True, slots=True)
class Runtime:
    """How long before a runtime's end."""

    days_ahead: int = setting(0, "How many days before the end of its support a runtime counts as past it.", minimum=0)


def _runtime(function: Resource, stack: Stack, settings: Runtime) -> Iterator[Outcome]:
    if stack.ancestor(function, SIGN_OUT_RUNBOOK) is None:
        return
    runtime = function.known("runtime")
    if not runtime:
        return  # a container image, which brings its own
    ends = support_ends().get(runtime)
    if ends is None:
        fact = f"{function.label}: when the support of {runtime} ends is not known here."
        yield Violation(function, fact, "Look it up; a newer release of this pack may know it.", Level.ADVISORY)
    elif ends <= stack.today + timedelta(days=settings.days_ahead):
        yield Violation(function, f"{function.label}: the support of {runtime} ends on {ends}.")


@cache
def support_ends() -> dict[str, date]:
    """The day on which AWS stops supporting each runtime. Source: Lambda Developer Guide, "Lambda runtimes"."""
    import json

    with open(os.path.join(os.path.dirname(__file__), "..", "lambda_runtimes.json"), encoding="utf-8") as file:
        stored: dict[str, Any] = json.load(file)
    return {runtime: date.fromisoformat(day) for runtime, day in stored["supportEnds"].items()}


RUNTIME = Rule(
    name="runbook-runtime",
    description="The runbook's runtime is supported.",
    why="After its end it gets no security fixes, and later AWS refuses to update the function.",
    change="Use a newer runtime.",
    severity=Severity.MEDIUM,
    settings=Runtime,
    types=FUNCTIONS,
    of_resource=_runtime,
)

RULES = (
    CONCURRENCY,
    DEAD_LETTERS,
    LOG_RETENTION,
    ALARMS,
    ALIAS_USED,
    PUBLIC_URL,
    WILDCARD_PERMISSION,
    RUNTIME,
)
