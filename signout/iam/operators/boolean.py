"""Bool: true or false, ignoring case."""

from __future__ import annotations

from collections.abc import Sequence

from signout.iam.operators.base import BadValue, Family, Operator, Plain, Test

WORDS = {"true": True, "false": False}


def truth(text: str) -> bool | None:
    """The text as true or false; None where it is neither."""
    return WORDS.get(text.lower())


def truths(values: Sequence[str]) -> frozenset[bool]:
    """A policy's values as booleans. Raises BadValue for anything else."""
    found = set()
    for value in values:
        if (read := truth(value)) is None:
            raise BadValue(value, '"true" or "false"')
        found.add(read)
    return frozenset(found)


def _read(values: Sequence[str], variables: bool) -> Test:
    wanted = truths(values)
    return Plain(lambda have: truth(have) in wanted)


BOOL = Operator("Bool", Family.BOOL, _read)
