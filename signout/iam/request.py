"""What is asked: a principal, an action, a resource, and the context in which AWS would see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal

from signout.iam.errors import RequestError, shown
from signout.iam.fold import fold
from signout.iam.principal import ANONYMOUS, Principal, PrincipalKind, is_account, parse_principal

Values = tuple[str, ...]
"""The values of a context key; none means that the request does not have the key."""

AssumeUnknown = Literal["depends", "absent"]

SESSION_NAME: Final = "session name"
"""Stands beside the context keys for the one thing that a role's ARN leaves open: which of its sessions asks."""

ABSENT: Final[Values] = ()
CURRENT_TIME, EPOCH_TIME = "aws:currenttime", "aws:epochtime"


class Request:
    """One request, checked and ready to be decided. Immutable by convention: `with_context` makes a new one.

    A context key that is not given is unknown (`assume_unknown="depends"`, the default) or taken to be absent
    (`"absent"`); a key given with an empty list is absent. Keys that follow from principal and resource are filled
    in; a context that contradicts them is a RequestError, as is a malformed principal or action.
    """

    __slots__ = (
        "action",
        "assume_unknown",
        "context",
        "default",
        "folded_action",
        "names",
        "owner",
        "principal",
        "readings",
        "resource",
        "service",
    )

    def __init__(
        self,
        principal: str | Principal,
        action: str,
        resource: str = "*",
        context: Mapping[str, object] | None = None,
        assume_unknown: AssumeUnknown = "depends",
    ) -> None:
        self.action = _action(action)
        self.folded_action = fold(action)
        self.service = self.folded_action.partition(":")[0]
        if not resource:
            raise RequestError("request.resource", f"is {shown(resource)}", 'an ARN, or "*" where the action has none')
        self.resource = resource
        self.assume_unknown = assume_unknown
        self.default: Values | None = ABSENT if assume_unknown == "absent" else None
        """What a key that is not in the context has: nothing (absent), or None (unknown)."""
        self.names: dict[str, str] = {}
        """Keys as the request spells them, by their names in lower case."""
        given = _context(context or {}, self.names)
        self.principal = _with_role_of(parse_principal(principal) if isinstance(principal, str) else principal, given)
        self.owner = _owner(self.principal, resource, given)
        """The account that the resource belongs to; None where it cannot be told."""
        self.context: dict[str, Values] = _complete(given, self.principal, resource, self.owner)
        """Values by key in lower case; what is not here is `default`."""
        self.readings: dict[object, bool] = {}
        """For a condition that AWS leaves ambiguous, the reading under which to decide. See `evaluate`."""

    def with_context(self, values: Mapping[str, Values], readings: Mapping[object, bool] | None = None) -> Request:
        """The same request where these keys, in lower case, have these values; for exploring what is unknown."""
        other = object.__new__(Request)
        for slot in self.__slots__:
            setattr(other, slot, getattr(self, slot))
        other.context = {**self.context, **values}
        other.readings = {**self.readings, **(readings or {})}
        return other

    def without(self, keys: Iterable[str]) -> Request:
        """The same request where these keys, in lower case, are not known, though they follow from the principal."""
        other = self.with_context({})
        for key in keys:
            other.context.pop(key, None)
        return other

    def given(self) -> dict[str, Values]:
        """The context without the keys that principal and resource fix anyhow: a request with it is the same."""
        fixed = _fixed(self.principal, self.resource, _owner(self.principal, self.resource, {}))
        return {key: values for key, values in self.context.items() if fixed.get(key) != values}

    @property
    def cross_account(self) -> bool:
        """Is the resource in another account than the principal?"""
        return self.principal.account is not None and self.owner is not None and self.owner != self.principal.account

    def value_of(self, key: str) -> str | None:
        """The value for a policy variable: only a single-valued key has one."""
        values = self.context.get(key, ABSENT)
        return values[0] if len(values) == 1 else None

    def __repr__(self) -> str:
        return f"Request({self.principal.name!r}, {self.action!r}, {self.resource!r}, {dict(self.context)!r})"


def _action(action: str) -> str:
    service, colon, name = action.partition(":")
    if not (service and colon and name and action.isascii()) or any(c in "*? \t\n" for c in action):
        hint = "a request names one action; wildcards belong in policies" if "*" in action else ""
        raise RequestError("request.action", f"is {shown(action)}", 'an action such as "s3:GetObject"', hint)
    return action


def _context(context: Mapping[str, object], names: dict[str, str]) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for name, value in context.items():
        key = fold(name)
        if key in found:
            raise RequestError(f"request.context.{name}", "is there twice, in different case", "each key once")
        names[key] = name
        found[key] = _values(name, value)
    return found


def _values(name: str, value: object) -> Values:
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    texts = []
    for item in items:
        if isinstance(item, bool):
            texts.append("true" if item else "false")
        elif isinstance(item, str | int | float):
            texts.append(str(item))
        else:
            raise RequestError(f"request.context.{name}", f"is {shown(item)}", "a string, a number, or a list of them")
    return tuple(texts)


def _with_role_of(principal: Principal, given: dict[str, Values]) -> Principal:
    """A session's ARN leaves out the path of its role; aws:PrincipalArn, where it is given, has it."""
    arn = given.get("aws:principalarn", ABSENT)
    if principal.kind is not PrincipalKind.SESSION or len(arn) != 1 or arn[0] == principal.identity:
        return principal
    start, _, name = principal.identity.rpartition("/")
    if arn[0].startswith(f"{start}/") and arn[0].endswith(f"/{name}"):
        return replace(principal, identity=arn[0])
    return principal


def arn_account(resource: str) -> str | None:
    """The account in an ARN; None where it names none, as those of S3 buckets do not."""
    pieces = resource.split(":", 5)
    return pieces[4] if len(pieces) == 6 and pieces[0] == "arn" and is_account(pieces[4]) else None


def arn_region(resource: str) -> str | None:
    """The Region in an ARN; None where it names none, or the text is no ARN."""
    pieces = resource.split(":", 5)
    return pieces[3] or None if len(pieces) == 6 and pieces[0] == "arn" else None


def _owner(principal: Principal, resource: str, given: dict[str, Values]) -> str | None:
    stated = given.get("aws:resourceaccount", ABSENT)
    return arn_account(resource) or (stated[0] if len(stated) == 1 else None) or principal.account


PRINCIPAL_TYPES = {
    PrincipalKind.USER: "User",
    PrincipalKind.ROLE: "AssumedRole",
    PrincipalKind.SESSION: "AssumedRole",
    PrincipalKind.ROOT: "Account",
    PrincipalKind.FEDERATED_USER: "FederatedUser",
    PrincipalKind.ANONYMOUS: "Anonymous",
}
"""Values of aws:PrincipalType. Source: IAM User Guide, "Principal key values"."""


def _fixed(principal: Principal, resource: str, owner: str | None) -> dict[str, Values]:
    """The keys that follow from who asks for what. Source: IAM User Guide, "AWS global condition context keys"."""
    service = principal.kind is PrincipalKind.SERVICE
    fixed: dict[str, Values] = {
        "aws:principalisawsservice": ("true" if service else "false",),
        "aws:principalservicename": (principal.name,) if service else ABSENT,
    }
    if principal.account is not None:
        fixed["aws:principalarn"] = (_principal_arn(principal),)
        fixed["aws:principalaccount"] = (principal.account,)
    elif principal == ANONYMOUS or service:
        fixed["aws:principalarn"] = fixed["aws:principalaccount"] = ABSENT
    if principal.kind in PRINCIPAL_TYPES:
        fixed["aws:principaltype"] = (PRINCIPAL_TYPES[principal.kind],)
    if principal.kind is PrincipalKind.USER:
        fixed["aws:username"] = (principal.name.rpartition("/")[2],)
    elif principal.kind is not PrincipalKind.FEDERATED:
        fixed["aws:username"] = ABSENT
    if principal.kind is PrincipalKind.SESSION:
        fixed[SESSION_NAME] = (principal.name.rpartition("/")[2],)
    elif principal.kind is not PrincipalKind.ROLE:
        fixed[SESSION_NAME] = ABSENT
    if owner is not None:
        fixed["aws:resourceaccount"] = (owner,)
    if region := arn_region(resource):
        fixed["aws:requestedregion"] = (region,)
    return fixed


def _principal_arn(principal: Principal) -> str:
    """aws:PrincipalArn is the role's ARN for a session of it, and the session's own for a federated user."""
    return principal.name if principal.kind is PrincipalKind.FEDERATED_USER else principal.identity


def _complete(given: dict[str, Values], principal: Principal, resource: str, owner: str | None) -> dict[str, Values]:
    for key, values in (fixed := _fixed(principal, resource, owner)).items():
        if key in given and not _agree(key, given[key], values):
            raise RequestError(
                f"request.context.{key}",
                f"is {_list(given[key])}, but principal and resource of the request make it {_list(values)}",
                "the same value, or the key left out",
            )
    return {**fixed, **given, **_clock(given)}


def _agree(key: str, one: Values, other: Values) -> bool:
    if key == "aws:principalisawsservice":
        from signout.iam.operators.boolean import truth  # the operators are loaded where they are needed first

        return [truth(value) for value in one] == [truth(value) for value in other]
    return one == other


def _clock(given: dict[str, Values]) -> dict[str, Values]:
    """CurrentTime and EpochTime are one clock: each follows from the other."""
    current, epoch = given.get(CURRENT_TIME), given.get(EPOCH_TIME)
    if current is not None and epoch is not None:
        from signout.iam.operators.date import instant

        if [instant(value) for value in current] != [instant(value) for value in epoch]:
            problem = f"is {_list(epoch)}, but aws:CurrentTime is {_list(current)}"
            raise RequestError(f"request.context.{EPOCH_TIME}", problem, "one time")
        return {}
    known = current if current is not None else epoch
    return {} if known is None else {CURRENT_TIME: known, EPOCH_TIME: known}


def _list(values: Values) -> str:
    return ", ".join(shown(value) for value in values) if values else "absent"
