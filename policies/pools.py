"""The user pools that a stack's permissions can be about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from signout.arns import Home
from signout.iam import Policy
from signout.iam.policy import Statement
from signout.resource_types import USER_POOL

from .arns import arn_of
from .principals import Principals
from .stack import Resource, Stack

_ANY_ID = "AnyOtherPool0"


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool by its ARN."""

    arn: str
    label: str
    """What messages call it."""


def pools_of(stack: Stack, principals: Principals, actions: Iterable[str]) -> tuple[Pool, ...]:
    """The stack's own pools, those that its policies name for one of the actions, and one that stands for any other."""
    home = principals.home
    own = [_of(resource, stack, home) for resource in stack.of_type(USER_POOL)]
    other = Pool(_any(home), "any other user pool" if own else "any user pool")
    policies = (policy for member in principals.everybody for policy in member.holder().identity)
    return _with_named((*own, other), policies, actions, home)


def examples(policy: Policy, actions: Iterable[str], home: Home) -> tuple[Pool, ...]:
    """A pool that stands for any, and those that the policy names for one of the actions."""
    return _with_named((Pool(_any(home), "any user pool"),), [policy], actions, home)


def _with_named(
    pools: Iterable[Pool], policies: Iterable[Policy], actions: Iterable[str], home: Home
) -> tuple[Pool, ...]:
    found = {pool.arn: pool for pool in pools}
    folded = [action.lower() for action in actions]
    for policy in policies:
        for arn in _named(policy, folded, home, found):
            found[arn] = Pool(arn, arn)
    return tuple(found.values())


def _of(resource: Resource, stack: Stack, home: Home) -> Pool:
    return Pool(arn_of(resource, stack, home) or resource.urn, resource.label)


def _any(home: Home) -> str:
    return f"arn:{home.partition}:cognito-idp:{home.region}:{home.account}:userpool/{home.region}_{_ANY_ID}"


def _named(policy: Policy, actions: list[str], home: Home, known: Iterable[str]) -> Iterator[str]:
    """A pool for each resource pattern of an Allow statement that no known one matches."""
    for statement in policy.statements:
        if statement.denies or statement.resources is None or statement.negated_resources:
            continue
        if not any(_covers(statement, action) for action in actions):
            continue
        for pattern in statement.resources.patterns:
            example = _example(pattern.source, home)
            if example is not None and not any(pattern.matches(arn) for arn in known):
                yield example


def _covers(statement: Statement, action: str) -> bool:
    return statement.actions.matches(action) is not statement.negated_actions


def _example(pattern: str, home: Home) -> str | None:
    """A pool's ARN that the pattern matches; None for one that is about something else, or open in another way."""
    parts = pattern.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or "${" in pattern:
        return None
    defaults = ("arn", home.partition, "cognito-idp", home.region, home.account, f"userpool/{home.region}_{_ANY_ID}")
    filled = [default if part == "*" else part for part, default in zip(parts, defaults, strict=True)]
    arn = ":".join(filled).replace("*", "0").replace("?", "0")
    return arn if ":cognito-idp:" in arn and ":userpool/" in arn else None
