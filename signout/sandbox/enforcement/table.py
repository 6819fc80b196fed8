"""The vocabulary of the tables in services/: what an operation is in the terms of IAM.

A row says for one operation which action is asked, on which resources, with which condition keys, and which further
actions AWS asks for beside it. What a row does not say is not guessed: an operation, an identifying parameter or a
condition key without a mapping is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from signout.iam import Kind

from ..account import ACCOUNT, PARTITION
from .callers import Caller
from .faults import JSON, Fault, Forms, Refusal

Parameters = Mapping[str, Any]
Values = str | bool | int | list[str] | Mapping[str, str] | None
"""Of a condition key, or of a family of them by name. None or empty: AWS does not have the key in this request."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, read from the wire."""

    service: str
    """Signing name, such as `states` for Step Functions."""
    operation: str
    region: str
    parameters: Parameters
    caller: Caller

    def text(self, name: str) -> str:
        """A required parameter that is a text. Refuses the call without it."""
        value = self.parameters.get(name)
        if not isinstance(value, str) or not value:
            raise Refusal(Fault.INVALID, f"Missing the required parameter {name}.")
        return value


@dataclass(frozen=True, slots=True)
class Resource:
    """How the ARNs of what a call touches follow from its parameters."""

    arns: Callable[[Call], Iterable[str]]
    reads: frozenset[str]
    """The parameters that it takes them from."""


def each(*resources: Resource) -> Resource:
    """Several kinds of resource, all of which the call needs."""
    reads = frozenset[str]().union(*(resource.reads for resource in resources))
    return Resource(lambda call: [arn for resource in resources for arn in resource.arns(call)], reads)


ANY: Final = Resource(lambda call: ("*",), frozenset())
"""For actions without resource-level permissions, as AWS defines them."""

_PLACE = re.compile(r"\{(\w+)\}")


def arn(template: str) -> Resource:
    """An ARN written with {parameters}, {region} and {account}: `sqs:{region}:{account}:{QueueName}`."""
    names = frozenset(_PLACE.findall(template)) - {"region", "account"}
    pattern = f"arn:{PARTITION}:{template}"

    def fill(call: Call) -> tuple[str, ...]:
        values = {name: call.text(name) for name in names}
        return (pattern.format(region=call.region, account=ACCOUNT, **values),)

    return Resource(fill, names)


def given_arn(parameter: str) -> Resource:
    """An ARN that the caller gives as it is. It has to be one of this service, Region and account."""
    return Resource(lambda call: (own_arn(call, call.text(parameter)),), frozenset({parameter}))


def own_arn(call: Call, text: str) -> str:
    """The ARN, if it is one of the call's service and Region and of this account; else a refusal."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[:2] != ["arn", PARTITION]:
        raise Refusal(Fault.INVALID, f"Invalid ARN: {text[:200]}")
    if parts[2] != call.service or parts[3] not in ("", call.region) or parts[4] not in ("", ACCOUNT):
        wanted = f"arn:{PARTITION}:{call.service}:{call.region}:{ACCOUNT}:..."
        raise Refusal(Fault.INVALID, f"Invalid ARN: {text[:200]} is not one of this endpoint, which has {wanted}")
    return text


KeyOf = Callable[[Call], Values]


@dataclass(frozen=True, slots=True)
class Needs:
    """A further action that AWS asks for in the same call, such as iam:PassRole."""

    action: str
    on: Resource
    when: Callable[[Call], bool] = lambda call: True
    keys: Mapping[str, KeyOf] = field(default_factory=dict)
    same_resource: bool = False
    """Is it asked on the operation's own resource and with its tags, as sts:TagSession is?"""


@dataclass(frozen=True, slots=True)
class Operation:
    """One row: an operation in the terms of IAM."""

    name: str
    on: Resource
    action: str = ""
    """Name of the action, where it is not that of the operation."""
    request_tags: str = ""
    """The parameter that holds tags to set: they are aws:RequestTag/... and aws:TagKeys."""
    tag_keys: str = ""
    """The parameter that holds the keys of tags to remove: they are aws:TagKeys."""
    keys: Mapping[str, KeyOf] = field(default_factory=dict)
    """Condition keys of this operation alone. A name that ends in `/` or `:` stands for all that begin with it."""
    needs: tuple[Needs, ...] = ()
    harmless: frozenset[str] = frozenset()
    """Parameters that hold ARNs and grant the caller nothing: AWS checks them under another identity, or not at all."""
    missing: frozenset[str] = frozenset()
    """Parameters that moto drops. They are refused, by name."""
    unconditional: bool = False
    """AWS asks no policy: anyone with valid credentials may call it."""
    existing: bool = True
    """Is there a resource with tags before the call? Without one aws:ResourceTag/... is absent."""
    check: Callable[[Call], None] | None = None
    """Refuses what AWS would not accept and moto does."""


def rows(names: str, on: Resource, **same: Any) -> Iterator[Operation]:
    """The same row for several operations, named with blanks between."""
    return (Operation(name, on, **same) for name in names.split())


Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """One AWS service: its operations, and what else its requests and errors have of their own."""

    signing_name: str
    operations: Mapping[str, Operation]
    model: str = ""
    """botocore's name for it, where that is not the signing name."""
    prefix: str = ""
    """Of its actions, where that is not the signing name."""
    resource_tags: Callable[[Call, str], Tags] | None = None
    """The tags on a resource, by ARN. None: the sandbox does not supply aws:ResourceTag/... for the service."""
    resource_policy: Callable[[str], str | None] | None = None
    """The policy document of a resource, by ARN; None where the resource has none."""
    policy_kind: Kind = Kind.RESOURCE
    """What those documents are: for sts they are the roles' trust policies."""
    keys: Mapping[str, Callable[[Call, str], Values]] = field(default_factory=dict)
    """Condition keys that follow from the resource, by ARN."""
    forms: Forms = field(default_factory=lambda: JSON)
    shown_action: Callable[[str], str] = lambda action: action
    """The action as the service's own messages write it."""
    shown_resource: str = "on resource: {}"
    one_at_a_time: bool = True
    """Are its calls carried out one after the other? moto's state bears no concurrent change; what may call back into
    the sandbox while it runs must not wait, though."""
    check: Callable[[Call], None] | None = None
    """Refuses calls of any operation that AWS would not take from this caller."""
    pretended: Mapping[str, str] = field(default_factory=dict)
    """Operations that moto answers without doing them, and what is wrong with the answer. They are refused."""

    @property
    def model_name(self) -> str:
        """botocore's name for the service."""
        return self.model or self.signing_name

    @property
    def prefix_name(self) -> str:
        """The prefix of its actions."""
        return self.prefix or self.signing_name

    def action(self, operation: Operation) -> str:
        """The action that an operation asks for."""
        return f"{self.prefix_name}:{operation.action or operation.name}"


def by_name(operations: Iterable[Operation]) -> Mapping[str, Operation]:
    """Rows by operation; a name given twice is a mistake in the table."""
    table: dict[str, Operation] = {}
    for operation in operations:
        if operation.name in table:
            raise ValueError(f"{operation.name} has two rows")
        table[operation.name] = operation
    return table


def within(parameters: Any, path: str) -> Iterator[str]:
    """The texts at a path such as `SmsConfiguration.SnsCallerArn`; `*` stands for every item of a list or map."""
    name, _, rest = path.partition(".")
    if name == "*":
        items: Iterable[Any] = parameters.values() if isinstance(parameters, Mapping) else parameters
    else:
        items = (parameters[name],) if isinstance(parameters, Mapping) and name in parameters else ()
    for item in items:
        if rest:
            yield from within(item, rest)
        elif isinstance(item, str) and item:
            yield item


def arns_at(path: str, kind: str) -> Resource:
    """The ARNs that a caller gives at a path, whose account may be another: `iam::ACCOUNT:role/NAME` is a kind of them.

    Any other text is refused: one such as `*` would be asked about as it is.
    """
    before, _, after = kind.partition("ACCOUNT")
    shape = re.compile(rf"arn:{PARTITION}:{_ends(before)}\d{{12}}{_ends(after)}")

    def checked(text: str) -> str:
        if not shape.fullmatch(text):
            raise Refusal(Fault.INVALID, f"Invalid {path}: {text[:200]} is not an ARN like arn:{PARTITION}:{kind}")
        return text

    return Resource(lambda call: tuple(map(checked, within(call.parameters, path))), frozenset({path}))


def _ends(template: str) -> str:
    """A part of an ARN as a regular expression: its words in capitals stand for any text."""
    return re.sub(r"[A-Z]+", "[!-~]+", template)


def passes(path: str, service: str, *, on: Resource | None = None) -> Needs:
    """iam:PassRole on the role at this path, handed to this service. `on` is for a role that is given by name."""
    at_path = arns_at(path, "iam::ACCOUNT:role/NAME")
    keys: dict[str, KeyOf] = {"iam:PassedToService": lambda call: service}
    return Needs("iam:PassRole", on or at_path, lambda call: any(within(call.parameters, path)), keys)


def parameter(name: str) -> KeyOf:
    """A condition key that is the text of a parameter."""
    return lambda call: next(within(call.parameters, name), None)
