"""An order: whom to sign out, and why. ``order.schema.json`` states the same for those who write orders.

Everything wrong with an order is found before anything is done. A key that is not known is a fault too: an order with
``dryrun`` in place of ``dryRun`` would sign users out in earnest.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from .limits import Limits

VERSION = 1
MOST_USERS = 100
MOST_FAULTS = 200
"""Of an order with more, the rest is not named. Lambda gives no answer of more than 6 MB, and cuts a line of the log
that is longer than 256 KB, with the metrics in it: an order of some megabytes would be rejected without a word.
"""
_LONGEST_VALUE_SHOWN = 80
_NOT_IN_A_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_SOURCE_IDENTITY = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an order: the place in it, the value found there, what was expected."""

    at: str
    value: str
    expected: str


class BadOrder(ValueError):
    """An order that is not carried out, with all of its faults."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{fault.at} is {fault.value}, expected {fault.expected}" for fault in faults))


@dataclass(frozen=True, slots=True)
class Order:
    """A checked order. ``usernames`` holds each name once, in the order given.

    Whether two different names are one user (an e-mail address and a sub, say) cannot be known without asking the
    service, which the function may not do: such a user is signed out twice, which does no harm.
    """

    usernames: tuple[str, ...]
    incident: str
    reason: str
    dry_run: bool = False
    requested_by: str | None = None
    source_identity: str | None = None


def parse(event: object, user_pool_id: str, limits: Limits) -> Order:
    """Reads an order for this pool; raises BadOrder with every fault that it has, up to MOST_FAULTS."""
    if not isinstance(event, dict):
        raise BadOrder((Fault("order", _shown(event), "a JSON object"),))
    faults = tuple(islice(_faults(event, _keys(user_pool_id), limits), MOST_FAULTS + 1))
    if len(faults) > MOST_FAULTS:
        faults = (*faults[:MOST_FAULTS], Fault("order", "with more faults", f"none; these are the first {MOST_FAULTS}"))
    if faults:
        raise BadOrder(faults)
    return Order(
        usernames=tuple(dict.fromkeys(event["usernames"])),
        incident=event["incident"],
        reason=event["reason"],
        dry_run=event.get("dryRun", False),
        requested_by=event.get("requestedBy"),
        source_identity=event.get("sourceIdentity"),
    )


def _faults(event: dict[str, object], keys: dict[str, _Key], limits: Limits) -> Iterator[Fault]:
    for name in event:
        if name not in keys:
            yield Fault("order", f"with the key {_shown(name)}", f"only {', '.join(keys)}")
    for name, key in keys.items():
        if key.required and name not in event:
            yield Fault(name, "missing", key.expected)
    for name, key in keys.items():
        if name in event and not key.holds(event[name]):
            yield Fault(name, _shown(event[name]), key.expected)
    yield from _username_faults(event.get("usernames"), limits)


@dataclass(frozen=True, slots=True)
class _Key:
    expected: str
    holds: Callable[[object], bool]
    required: bool = False


def _keys(user_pool_id: str) -> dict[str, _Key]:
    return {
        "version": _Key(f"{VERSION}", lambda value: value == VERSION and not isinstance(value, bool)),
        "usernames": _Key(
            f"a list of 1 to {MOST_USERS} user names",
            lambda value: isinstance(value, list) and 1 <= len(value) <= MOST_USERS,
            required=True,
        ),
        "incident": _line(most=128, required=True),
        "reason": _line(most=500, required=True),
        "dryRun": _Key("true or false", lambda value: isinstance(value, bool)),
        "userPoolId": _Key(
            f"{user_pool_id}, the pool that this function was deployed for", lambda value: value == user_pool_id
        ),
        "requestedBy": _line(most=256),
        "sourceIdentity": _Key(
            "2 to 64 letters, digits and characters of _+=,.@-",
            lambda value: isinstance(value, str) and _SOURCE_IDENTITY.fullmatch(value) is not None,
        ),
    }


def _line(most: int, required: bool = False) -> _Key:
    """One line of text: something in it, and nothing that ends a line or controls it. Half a surrogate pair is no text
    either: the answer that repeats it could not be given, after all users were signed out.
    """

    def holds(value: object) -> bool:
        return (
            isinstance(value, str)
            and 1 <= len(value) <= most
            and all(unicodedata.category(character) not in _NOT_IN_A_LINE for character in value)
        )

    return _Key(f"one line of 1 to {most} characters", holds, required)


def _username_faults(usernames: object, limits: Limits) -> Iterator[Fault]:
    if not isinstance(usernames, list):
        return  # a fault of `usernames` itself
    for index, username in enumerate(usernames):
        if not (isinstance(username, str) and limits.username.allows(username)):
            yield Fault(f"usernames[{index}]", _shown(username), str(limits.username))


def _shown(value: object) -> str:
    text = json.dumps(value, default=repr)
    return text if len(text) <= _LONGEST_VALUE_SHOWN else text[: _LONGEST_VALUE_SHOWN - 3] + "..."
