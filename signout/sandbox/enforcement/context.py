"""The condition keys of a call, as AWS would fill them in.

A key is supplied, or known to be absent from such a request, or unknown here. Only the keys that the policies at hand
speak of are worked out. An unknown one stays unknown, and where the decision hangs on it the call is refused by name.
Source: IAM User Guide, "AWS global condition context keys".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from .table import Call, KeyOf, Operation, Service, Values

ABSENT: Final[Values] = None


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a condition key can follow from."""

    service: Service
    operation: Operation
    call: Call
    resource: str
    now: datetime
    source_ip: str
    user_agent: str
    referer: str
    keys: Mapping[str, KeyOf]
    """Keys of the check itself: the operation's, or those of a further action. They go before the global ones."""
    main: bool = True
    """Is it the operation's own action? Tags of request and resource belong to that one only."""


Supplier = Callable[[Situation], Values]


def _time(situation: Situation) -> Values:
    return situation.now.strftime("%Y-%m-%dT%H:%M:%SZ")


def _mfa_present(situation: Situation) -> Values:
    """Absent for a long-term key; a role's session does not carry on the second factor that it was assumed with."""
    session = situation.call.caller.session
    if session is None:
        return ABSENT
    return session.name is None and session.mfa_at is not None


def _mfa_age(situation: Situation) -> Values:
    session = situation.call.caller.session
    if session is None or session.name is not None or session.mfa_at is None:
        return ABSENT
    return int((situation.now - session.mfa_at).total_seconds())


def _token_issue_time(situation: Situation) -> Values:
    session = situation.call.caller.session
    return ABSENT if session is None else session.issued.strftime("%Y-%m-%dT%H:%M:%SZ")


def _source_identity(situation: Situation) -> Values:
    session = situation.call.caller.session
    return ABSENT if session is None else session.source_identity


def _source_function(situation: Situation) -> Values:
    session = situation.call.caller.session
    return ABSENT if session is None else session.function


def _tag_keys(situation: Situation) -> Values:
    operation, parameters = situation.operation, situation.call.parameters
    if not situation.main:
        return ABSENT
    removed = parameters.get(operation.tag_keys) if operation.tag_keys else None
    return [*tags_in(parameters.get(operation.request_tags)), *(removed or ())] if operation.request_tags else removed


def _absent(situation: Situation) -> Values:
    return ABSENT


GLOBAL: Final[Mapping[str, Supplier]] = MappingProxyType(
    {
        "aws:currenttime": _time,
        "aws:epochtime": _time,
        "aws:requestedregion": lambda situation: situation.call.region,
        "aws:securetransport": lambda situation: False,
        "aws:sourceip": lambda situation: situation.source_ip,
        "aws:useragent": lambda situation: situation.user_agent or ABSENT,
        "aws:referer": lambda situation: situation.referer or ABSENT,
        "aws:userid": lambda situation: situation.call.caller.user_id,
        "aws:viaawsservice": lambda situation: False,
        "aws:principalisawsservice": lambda situation: False,
        "aws:multifactorauthpresent": _mfa_present,
        "aws:multifactorauthage": _mfa_age,
        "aws:tokenissuetime": _token_issue_time,
        "aws:sourceidentity": _source_identity,
        "aws:tagkeys": _tag_keys,
        "lambda:sourcefunctionarn": _source_function,
        # Calls come straight from the caller, over no VPC endpoint, from no EC2 instance and from no CloudFormation;
        # the account belongs to no organization, and nobody signs in by an outside identity provider.
        **dict.fromkeys(
            (
                "aws:calledvia",
                "aws:calledviafirst",
                "aws:calledvialast",
                "aws:chatbotsourcearn",
                "aws:ec2instancesourceprivateipv4",
                "aws:ec2instancesourcevpc",
                "aws:federatedprovider",
                "aws:principalorgid",
                "aws:principalorgpaths",
                "aws:principalservicename",
                "aws:principalservicenameslist",
                "aws:resourceorgid",
                "aws:resourceorgpaths",
                "aws:sourceaccount",
                "aws:sourcearn",
                "aws:sourceorgid",
                "aws:sourceorgpaths",
                "aws:sourceowner",
                "aws:sourcevpc",
                "aws:sourcevpce",
                "aws:vpceaccount",
                "aws:vpceorgid",
                "aws:vpceorgpaths",
                "aws:vpcsourceip",
                "ec2:roledelivery",
                "ec2:sourceinstancearn",
            ),
            _absent,
        ),
    }
)
"""By key in lower case. aws:PrincipalArn and its kin follow from the request itself, and the engine fills them in."""

FOLLOWS_FROM_REQUEST: Final = frozenset(
    {"aws:principalaccount", "aws:principaltype", "aws:username", "aws:resourceaccount"}
)

REQUEST_TAG: Final = "aws:requesttag/"
RESOURCE_TAG: Final = "aws:resourcetag/"
PRINCIPAL_TAG: Final = "aws:principaltag/"


def context_for(wanted: Iterable[str], situation: Situation) -> dict[str, Any]:
    """The values of the wanted keys (lower case). One that is not in the answer is unknown here."""
    context: dict[str, Any] = {"aws:principalarn": situation.call.caller.principal}
    for key in wanted:
        if key in FOLLOWS_FROM_REQUEST or key == "aws:principalarn":
            continue
        supplier = _supplier(key, situation)
        if supplier is not None:
            value = supplier(situation)
            context[key] = [] if value is None else value
    return context


def _supplier(key: str, situation: Situation) -> Supplier | None:
    for name, own in situation.keys.items():
        if _names(name, key):
            return lambda situation: _of_family(own(situation.call), name, key)
    if key in GLOBAL:
        return GLOBAL[key]
    if key.startswith(PRINCIPAL_TAG):
        return lambda situation: tag_of(situation.call.caller.tags, key.removeprefix(PRINCIPAL_TAG))
    if key.startswith(REQUEST_TAG):
        return lambda situation: _request_tag(situation, key.removeprefix(REQUEST_TAG))
    for name, of_resource in situation.service.keys.items():
        if _names(name, key):
            return lambda situation: _of_family(of_resource(situation.call, situation.resource), name, key)
    if key.startswith(RESOURCE_TAG):
        return _resource_tag(situation, key.removeprefix(RESOURCE_TAG))
    return None


def _names(name: str, key: str) -> bool:
    return key.startswith(name.lower()) if name.endswith(("/", ":")) else key == name.lower()


def _of_family(value: Any, name: str, key: str) -> Values:
    """The value itself; of a family such as `kms:EncryptionContext:` the member that the key names."""
    if not name.endswith(("/", ":")):
        result: Values = value
        return result
    return tag_of(value or {}, key[len(name) :])


def tag_of(tags: Mapping[str, str], key: str) -> Values:
    """The value of a tag; a condition key names it without regard to case."""
    return next((value for name, value in tags.items() if name.lower() == key), ABSENT)


def _request_tag(situation: Situation, key: str) -> Values:
    if not situation.main or not situation.operation.request_tags:
        return ABSENT
    return tag_of(tags_in(situation.call.parameters.get(situation.operation.request_tags)), key)


def _resource_tag(situation: Situation, key: str) -> Supplier | None:
    if not situation.main:
        return None
    if not situation.operation.existing or situation.resource == "*":
        return _absent
    tags = situation.service.resource_tags
    return None if tags is None else lambda situation: tag_of(tags(situation.call, situation.resource), key)


def tags_in(value: Any) -> dict[str, str]:
    """The tags of a parameter, in whichever of AWS's spellings: a map, or pairs of Key and Value, TagKey and TagValue,
    or key and value.
    """
    if isinstance(value, Mapping):
        return {str(key): str(item) for key, item in value.items()}
    pairs = [pair for pair in value if isinstance(pair, Mapping)] if isinstance(value, list) else []
    return dict(_tag_in({name.lower().removeprefix("tag"): item for name, item in pair.items()}) for pair in pairs)


def _tag_in(pair: Mapping[str, Any]) -> tuple[str, str]:
    return str(pair.get("key")), str(pair.get("value", ""))
