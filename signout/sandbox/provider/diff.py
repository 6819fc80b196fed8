"""What would have to change in AWS for a resource to be as the program says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from signout.sandbox.provider.names import candidates
from signout.sandbox.provider.resource import Type
from signout.sandbox.provider.schema import has_unknown, schema
from signout.sandbox.provider.values import create_only
from signout.sandbox.provider.wire import UNKNOWN, Props

_BARE = re.compile(r"[A-Za-z_]\w*")


class How(Enum):
    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """One property to change. `path` is Pulumi's way to write it, as `tags["cost centre"]`."""

    path: tuple[str, ...]
    how: How

    @property
    def input(self) -> str:
        return self.path[0]

    def __str__(self) -> str:
        head, *rest = self.path
        return head + "".join(f".{part}" if _BARE.fullmatch(part) else f"[{json.dumps(part)}]" for part in rest)


def changes(type: Type, new: Props, live: Props) -> list[Change]:
    """The changes that lead from the live state to the new inputs; unknown inputs count as changed."""
    found = [change for name in type.carries for change in _property(type, new.get(name), live.get(name), (name,))]
    return [change for change in found if not (change.how is How.DELETE and _is_chosen(type, change.path))]


def _is_chosen(type: Type, path: tuple[str, ...]) -> bool:
    return ".".join(path) in type.chosen


def _property(type: Type, new: Any, live: Any, path: tuple[str, ...]) -> Iterator[Change]:
    if new is None:
        if not is_empty(live):
            yield Change(path, How.DELETE)
    elif new is UNKNOWN:
        yield Change(path, How.ADD if live is None else How.UPDATE)
    elif isinstance(new, dict) and isinstance(live, dict):
        for key in sorted(new.keys() | live.keys()):
            inner = _property(type, new.get(key), live.get(key), (*path, key))
            yield from (each for each in inner if not (each.how is How.DELETE and _is_chosen(type, each.path)))
    elif not _same(type, new, live, path):
        yield Change(path, How.ADD if is_empty(live) else How.UPDATE)


def _same(type: Type, new: Any, live: Any, path: tuple[str, ...]) -> bool:
    if is_empty(new) and is_empty(live):
        return True  # as with the real provider, false, zero and "" are as good as nothing
    if has_unknown(new):
        return False
    if isinstance(new, list) and isinstance(live, list):
        return _same_lists(type, new, live, path)
    if path[0] in type.documents and isinstance(new, str) and isinstance(live, str):
        return same_documents(new, live, ordered=path[0] in type.ordered)
    return bool(new == live)


def _same_lists(type: Type, new: list[Any], live: list[Any], path: tuple[str, ...]) -> bool:
    if len(new) != len(live):
        return False
    left = list(live)
    for item in new:
        among = left[:1] if ".".join(path) in type.ordered else left
        match = next((each for each in among if not any(_property(type, item, each, path))), None)
        if match is None:
            return False
        left.remove(match)
    return True


def is_empty(value: Any) -> bool:
    """Nothing, or what AWS gives back where nothing was set."""
    if isinstance(value, dict):
        return all(is_empty(item) for item in value.values())
    return value is not UNKNOWN and not value


def same_documents(one: str, other: str, *, ordered: bool = False) -> bool:
    """Whether two JSON texts say the same.

    Unless ordered, they are read as IAM reads a policy: a list is a set, and an only item stands for a list of it.
    """
    try:
        first, second = json.loads(one), json.loads(other)
    except ValueError:
        return one == other
    return bool(first == second if ordered else _canonical(first) == _canonical(second))


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        items = sorted((_canonical(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
        return items[0] if len(items) == 1 else items
    return value


def replaces(type: Type, change: Change) -> bool:
    """Whether the change can be made only by replacing the resource."""
    return type.update is None or any(_touches(change.path, tuple(each.split("."))) for each in replacing_inputs(type))


def _touches(path: tuple[str, ...], replacing: tuple[str, ...]) -> bool:
    """A change of the property itself, of a part of it, or of a whole that has it as a part."""
    shared = min(len(path), len(replacing))
    return path[:shared] == replacing[:shared]


def replacing_inputs(type: Type) -> frozenset[str]:
    """The inputs whose change replaces: those that CloudFormation's schema names, and those that the type adds."""
    if type.cloudformation is None:
        return type.replaces
    theirs = {name.lower() for name in create_only(type.cloudformation)}
    inputs = schema(type.token).inputs.properties
    return type.replaces | {
        name for name in inputs if any(".".join(each).lower() in theirs for each in candidates(name, type.names))
    }
