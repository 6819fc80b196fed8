"""The IAM actions that are known, each with where it is known from.

Two lists, neither of them complete: policyuniverse copies the Service Authorization Reference, as it was in 2023;
botocore's models are of today, but name operations, and an operation's action may have another name (lambda Invoke is
lambda:InvokeFunction) or none. Such cases as are documented are sorted out by build_catalogue.py, which writes the
stored file; a name that only botocore has stays marked. Nothing here is a reason to call an action invalid.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import chain

from signout.iam.fold import fold
from signout.iam.pattern import Pattern


class Origin(StrEnum):
    """Which source has an action's name."""

    BOTH = "policyuniverse and botocore"
    POLICYUNIVERSE = "policyuniverse"
    """In the reference of 2023, and no operation of today has this name: it may have gone since."""
    BOTOCORE = "botocore"
    """The name of an operation, and not certainly that of an action."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action as it is spelled, "cognito-idp:AdminUserGlobalSignOut"."""

    name: str
    origin: Origin


def expand(pattern: str) -> tuple[Action, ...]:
    """The known actions that an Action element's text covers, ignoring case, in order of their names.

    ``pattern`` may have ``*`` and ``?`` anywhere, in the service prefix too; ``*`` alone covers every action. Empty if
    no known action is covered, which does not mean that there is none.
    """
    prefix, colon, _ = fold(pattern).partition(":")
    covers = Pattern.of(pattern, ignore_case=True).matches
    if colon and not {"*", "?"} & set(prefix):
        return tuple(action for action in actions(prefix) if covers(fold(action.name)))
    return tuple(action for prefix in prefixes() for action in actions(prefix) if covers(fold(action.name)))


def known(action: str) -> Origin | None:
    """Where an action is known from, ignoring case; None if neither source has it."""
    prefix, _, name = fold(action).partition(":")
    return _names(prefix).get(name)


def actions(prefix: str) -> tuple[Action, ...]:
    """The known actions of a service prefix such as "cognito-idp", in order of their names; empty if there are none."""
    return _actions(fold(prefix))


def prefixes() -> tuple[str, ...]:
    """The service prefixes of all known actions, in order."""
    return tuple(_lines())


def real_action(covers: Callable[[str], bool], prefer: Iterable[str] = ()) -> Action | None:
    """A known action for whose name ``covers`` holds, None if there is none.

    Names that the reference has come before those of operations, and the prefixes in ``prefer`` before all others. To
    find that there is none takes a call for each of some 20,000 names.
    """
    order = dict.fromkeys(chain(map(fold, prefer), prefixes()))
    fallback = None
    for prefix in order:
        for action in actions(prefix):
            if covers(action.name):
                if action.origin is not Origin.BOTOCORE:
                    return action
                fallback = fallback or action
    return fallback


@cache
def _lines() -> Mapping[str, str]:
    """Each line of the stored file by its prefix, without it. Its names are taken apart when they are asked for."""
    with open(os.path.join(os.path.dirname(__file__), "catalogue.txt"), encoding="ascii") as file:
        lines = file.read().splitlines()
    parted = (line.partition("\t") for line in lines if not line.startswith("#"))
    return {prefix: names for prefix, _, names in parted}


@cache
def _actions(prefix: str) -> tuple[Action, ...]:
    line = _lines().get(prefix)
    if line is None:
        return ()
    by_origin = zip(Origin, line.split("\t"), strict=True)
    found = (Action(f"{prefix}:{name}", origin) for origin, names in by_origin for name in names.split(" ") if name)
    return tuple(sorted(found, key=lambda action: action.name))


@cache
def _names(prefix: str) -> Mapping[str, Origin]:
    return {fold(action.name[len(prefix) + 1 :]): action.origin for action in _actions(prefix)}
