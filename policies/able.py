"""Who in a stack is able to do something, asked once for all rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from signout.cognito.sessions import Means, session_enders
from signout.iam.account import Holder
from signout.iam.who_can import Access, who_can

from .pools import pools_of
from .principals import Member, principals_of
from .runbooks import INVOKE, arns_of, runbooks_of
from .stack import Stack

_ENDERS = tuple(ender.action for ender in session_enders())


@lru_cache(maxsize=1)
def _relevant(stack: Stack) -> list[Holder]:
    return principals_of(stack).relevant((*_ENDERS, INVOKE))


@lru_cache(maxsize=1024)
def accesses(stack: Stack, action: str, arn: str) -> tuple[Access, ...]:
    """Everybody who can do the action on the resource, and how: an operation that ends sessions, or an invocation."""
    return who_can(action, arn, _relevant(stack)).accesses


def able(stack: Stack) -> tuple[Member, ...]:
    """The members that can sign users out of some pool by an operation that is for that, or have the runbook do it."""
    found = dict.fromkeys(access.principal for action, arn in _asked(stack) for access in accesses(stack, action, arn))
    return tuple(member for arn, member in principals_of(stack).members.items() if arn in found)


def _asked(stack: Stack) -> Iterator[tuple[str, str]]:
    principals = principals_of(stack)
    actions = [ender.action for ender in session_enders(Means.EQUIVALENT)]
    for pool in pools_of(stack, principals, actions):
        for action in actions:
            yield action, pool.arn
    for runbook in runbooks_of(stack):
        for arn in arns_of(runbook, stack, principals.home):
            yield INVOKE, arn
