"""Who in a stack is able to sign users out, whether listed or not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from signout.cognito.sessions import Means, session_enders
from signout.iam.who_can import who_can

from .pools import pools_of
from .principals import Member, principals_of
from .runbooks import INVOKE, arns_of, runbooks_of
from .stack import Stack


@lru_cache(maxsize=1)
def able(stack: Stack) -> tuple[Member, ...]:
    """The members that can sign users out of some pool by an operation that is for that, or have the runbook do it."""
    principals = principals_of(stack)
    holders = [member.holder() for member in principals.members.values()]
    found = dict.fromkeys(
        access.principal for action, arn in _asked(stack) for access in who_can(action, arn, holders).accesses
    )
    return tuple(member for arn, member in principals.members.items() if arn in found)


def _asked(stack: Stack) -> Iterator[tuple[str, str]]:
    principals = principals_of(stack)
    actions = [ender.action for ender in session_enders(Means.EQUIVALENT)]
    for pool in pools_of(stack, principals, actions):
        for action in actions:
            yield action, pool.arn
    for runbook in runbooks_of(stack):
        for arn in arns_of(runbook, stack, principals.home):
            yield INVOKE, arn
