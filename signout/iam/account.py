"""A whole account's users, roles and policies, as `aws iam get-account-authorization-details` prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from signout.iam.errors import IamError, shown
from signout.iam.parse import parse
from signout.iam.policy import Kind, Policy
from signout.iam.principal import Principal, parse_principal


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


def holders(details: Mapping[str, Any]) -> tuple[Holder, ...]:
    """The users and roles of the account, each policy document parsed once however many it is attached to.

    Raises AccountError where the input has another form, and PolicyError for a policy that cannot be read.
    """
    if not any(name in details for name in LISTS):
        expected = f"the output of get-account-authorization-details: {', '.join(LISTS)}"
        raise AccountError("account", f"has the keys {shown(sorted(details)[:5])}", expected)
    return tuple(_Reader(details).holders())


class _Reader:
    def __init__(self, details: Mapping[str, Any]) -> None:
        self.details = details
        self.parsed: dict[tuple[str, Kind], Policy] = {}
        self.managed = {_text(item, "Arn", f"Policies[{i}]"): item for i, item in enumerate(self._list("Policies"))}
        groups = self._list("GroupDetailList")
        self.groups = {_text(item, "GroupName", f"GroupDetailList[{i}]"): item for i, item in enumerate(groups)}

    def holders(self) -> Iterator[Holder]:
        for index, user in enumerate(self._list("UserDetailList")):
            yield self._user(user, f"UserDetailList[{index}]")
        for index, role in enumerate(self._list("RoleDetailList")):
            yield self._role(role, f"RoleDetailList[{index}]")

    def _user(self, user: Mapping[str, Any], place: str) -> Holder:
        arn = _text(user, "Arn", place)
        policies, missing = self._attached(user, "UserPolicyList", arn)
        for name in user.get("GroupList") or ():
            group = self.groups.get(name)
            if group is None:
                missing.append(f"group {name}")
                continue
            of_group, missing_of_group = self._attached(group, "GroupPolicyList", f"group/{name}")
            policies += of_group
            missing += missing_of_group
        boundary = self._boundary(user, missing)
        return Holder(parse_principal(arn), tuple(policies), boundary, None, tuple(missing))

    def _role(self, role: Mapping[str, Any], place: str) -> Holder:
        arn = _text(role, "Arn", place)
        policies, missing = self._attached(role, "RolePolicyList", arn)
        trust = self._parse(role.get("AssumeRolePolicyDocument"), f"{arn} trust", Kind.TRUST)
        return Holder(parse_principal(arn), tuple(policies), self._boundary(role, missing), trust, tuple(missing))

    def _attached(self, holder: Mapping[str, Any], inline: str, arn: str) -> tuple[list[Policy], list[str]]:
        policies = [
            self._parse(item.get("PolicyDocument"), f"{arn} {item.get('PolicyName')}", Kind.IDENTITY)
            for item in holder.get(inline) or ()
        ]
        missing = []
        for item in holder.get("AttachedManagedPolicies") or ():
            policy = self._managed(item.get("PolicyArn", ""), Kind.IDENTITY)
            if policy is None:
                missing.append(item.get("PolicyArn", ""))
            else:
                policies.append(policy)
        return policies, missing

    def _boundary(self, holder: Mapping[str, Any], missing: list[str]) -> tuple[Policy, ...] | None:
        arn = (holder.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
        if not arn:
            return None
        policy = self._managed(arn, Kind.BOUNDARY)
        if policy is None:
            missing.append(arn)
            return None
        return (policy,)

    def _managed(self, arn: str, kind: Kind) -> Policy | None:
        if (policy := self.parsed.get((arn, kind))) is not None:
            return policy
        versions = (self.managed.get(arn) or {}).get("PolicyVersionList") or ()
        document = next((version.get("Document") for version in versions if version.get("IsDefaultVersion")), None)
        if document is None:
            return None
        policy = self.parsed[arn, kind] = self._parse(document, arn, kind)
        return policy

    def _parse(self, document: Any, origin: str, kind: Kind) -> Policy:
        """From an object, as the command line prints it, or from URL-encoded JSON, as the API sends it."""
        if isinstance(document, str):
            document = unquote(document)
        elif not isinstance(document, Mapping):
            raise AccountError(origin, f"has the policy document {shown(document)}", "a policy document")
        return parse(document, origin, kind)

    def _list(self, name: str) -> Sequence[Mapping[str, Any]]:
        value = self.details.get(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, Mapping) for item in value):
            raise AccountError(name, "is no list of objects", "what get-account-authorization-details prints")
        return value


def _text(item: Mapping[str, Any], name: str, place: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        raise AccountError(f"{place}.{name}", f"is {shown(value)}", "a string")
    return value
