"""A whole account's users, roles and policies, as `aws iam get-account-authorization-details` prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from signout.iam.errors import IamError, RequestError, shown
from signout.iam.parse import parse
from signout.iam.policy import Kind, Policy
from signout.iam.principal import Principal, PrincipalKind, parse_principal


@dataclass(frozen=True, slots=True)
class Holder:
    """A user or role with the policies that are attached to it."""

    principal: Principal
    identity: tuple[Policy, ...]
    boundary: tuple[Policy, ...] | None = None
    trust: Policy | None = None
    """A role's trust policy; None for a user."""
    missing: tuple[str, ...] = ()
    """ARNs of attached policies whose text is not in the input: with them the answer may be another."""


class AccountError(IamError):
    """Input that is not what get-account-authorization-details prints."""


LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


def is_page(details: Mapping[str, Any]) -> bool:
    """Is there more of the account than this? So say the API, and the AWS command line after ``--max-items``."""
    return any(details.get(name) for name in ("IsTruncated", "Marker", "NextToken"))


def holders(details: Mapping[str, Any]) -> tuple[Holder, ...]:
    """The users and roles of the account, each policy document parsed once however many it is attached to.

    Raises AccountError where the input has another form, and PolicyError for a policy that cannot be read.
    """
    if not any(name in details for name in LISTS):
        expected = f"the output of get-account-authorization-details: {', '.join(LISTS)}"
        raise AccountError("account", f"has the keys {shown(sorted(details)[:5])}", expected)
    if is_page(details):
        hint = "the AWS command line puts the pages together by itself; from the API, join their lists"
        raise AccountError("account", "is one page of several", "the whole account", hint)
    return tuple(_Reader(details).holders())


class _Reader:
    def __init__(self, details: Mapping[str, Any]) -> None:
        self.details = details
        self.parsed: dict[tuple[str, Kind], Policy] = {}
        self.managed = {_text(item, "Arn", place): item for item, place in _objects(details, "Policies")}
        self.groups = {_text(item, "GroupName", place): item for item, place in _objects(details, "GroupDetailList")}

    def holders(self) -> Iterator[Holder]:
        for user, place in _objects(self.details, "UserDetailList"):
            yield self._user(user, place)
        for role, place in _objects(self.details, "RoleDetailList"):
            yield self._role(role, place)

    def _user(self, user: Mapping[str, Any], place: str) -> Holder:
        principal = _principal(user, PrincipalKind.USER, place)
        policies, missing = self._attached(user, "UserPolicyList", principal.name)
        for name in _list(user, "GroupList", place):
            group = self.groups.get(name) if isinstance(name, str) else None
            if group is None:
                missing.append(f"group {name}")
                continue
            of_group, missing_of_group = self._attached(group, "GroupPolicyList", f"group/{name}")
            policies += of_group
            missing += missing_of_group
        boundary = self._boundary(user, principal.name, missing)
        return Holder(principal, tuple(policies), boundary, None, tuple(missing))

    def _role(self, role: Mapping[str, Any], place: str) -> Holder:
        principal = _principal(role, PrincipalKind.ROLE, place)
        policies, missing = self._attached(role, "RolePolicyList", principal.name)
        trust = self._parse(role.get("AssumeRolePolicyDocument"), f"{principal.name} trust", Kind.TRUST)
        boundary = self._boundary(role, principal.name, missing)
        return Holder(principal, tuple(policies), boundary, trust, tuple(missing))

    def _attached(self, holder: Mapping[str, Any], inline: str, of: str) -> tuple[list[Policy], list[str]]:
        policies = [
            self._parse(item.get("PolicyDocument"), f"{of} {item.get('PolicyName')}", Kind.IDENTITY)
            for item, _ in _objects(holder, inline, of)
        ]
        missing = []
        for item, place in _objects(holder, "AttachedManagedPolicies", of):
            arn = _text(item, "PolicyArn", place)
            policy = self._managed(arn, Kind.IDENTITY)
            if policy is None:
                missing.append(arn)
            else:
                policies.append(policy)
        return policies, missing

    def _boundary(self, holder: Mapping[str, Any], of: str, missing: list[str]) -> tuple[Policy, ...] | None:
        given = holder.get("PermissionsBoundary")
        if given is None:
            return None
        if not isinstance(given, Mapping):
            raise AccountError(f"{of}.PermissionsBoundary", f"is {shown(given)}", "an object with the boundary's ARN")
        arn = _text(given, "PermissionsBoundaryArn", f"{of}.PermissionsBoundary")
        policy = self._managed(arn, Kind.BOUNDARY)
        if policy is None:
            missing.append(arn)
            return None
        return (policy,)

    def _managed(self, arn: str, kind: Kind) -> Policy | None:
        if (policy := self.parsed.get((arn, kind))) is not None:
            return policy
        versions = _objects(self.managed.get(arn, {}), "PolicyVersionList", arn)
        document = next((version.get("Document") for version, _ in versions if version.get("IsDefaultVersion")), None)
        if document is None:
            return None
        policy = self.parsed[arn, kind] = self._parse(document, arn, kind)
        return policy

    def _parse(self, document: Any, origin: str, kind: Kind) -> Policy:
        """From an object, as the command line prints it, or from JSON, URL-encoded as the API sends it or plain."""
        if isinstance(document, str):
            document = document if document.lstrip().startswith("{") else unquote(document)
        elif not isinstance(document, Mapping):
            raise AccountError(origin, f"has the policy document {shown(document)}", "a policy document")
        return parse(document, origin, kind)


def _list(item: Mapping[str, Any], name: str, place: str = "") -> Sequence[Any]:
    """A list of the input; one that is not there is empty."""
    value = item.get(name)
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        at = f"{place}.{name}" if place else name
        raise AccountError(at, f"is {shown(value)}", "a list, as get-account-authorization-details prints it")
    return value


def _objects(item: Mapping[str, Any], name: str, place: str = "") -> Iterator[tuple[Mapping[str, Any], str]]:
    """The objects of a list, each with its place."""
    for index, value in enumerate(_list(item, name, place)):
        at = f"{place}.{name}[{index}]" if place else f"{name}[{index}]"
        if not isinstance(value, Mapping):
            raise AccountError(at, f"is {shown(value)}", "an object, as get-account-authorization-details prints it")
        yield value, at


def _principal(item: Mapping[str, Any], kind: PrincipalKind, place: str) -> Principal:
    arn = _text(item, "Arn", place)
    try:
        principal = parse_principal(arn)
    except RequestError:
        principal = None
    if principal is None or principal.kind is not kind:
        raise AccountError(f"{place}.Arn", f"is {shown(arn)}", f"the ARN of a {kind.value.lower()}")
    return principal


def _text(item: Mapping[str, Any], name: str, place: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        raise AccountError(f"{place}.{name}", f"is {shown(value)}", "a string")
    return value
