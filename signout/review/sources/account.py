"""`aws iam get-account-authorization-details`: a whole account's users, groups, roles and policies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from signout.aws_managed import aws_managed, is_aws_managed
from signout.iam import IamError, Kind
from signout.iam.account import LISTS, is_page
from signout.review.documents import Documents
from signout.review.errors import InputError
from signout.review.estate import Document, Estate, Member

WHAT = "the authorization details of an account"
_PRINCIPAL = re.compile(r"arn:[^:]+:iam::[^:]*:(user|group|role)/.+", re.DOTALL)
_INLINE = {"UserDetailList": "UserPolicyList", "GroupDetailList": "GroupPolicyList", "RoleDetailList": "RolePolicyList"}


def recognised(content: Any) -> bool:
    """Is it an account's authorization details?"""
    return isinstance(content, Mapping) and any(isinstance(content.get(name), list) for name in LISTS)


Seen = dict[tuple[str, Kind], tuple[Any, Document]]
"""Documents by name, with the JSON that they were read from: most of an account's are the same on both sides."""


def read(content: Mapping[str, Any], origin: str, seen: Seen) -> Estate:
    """The account. `seen` is what was read of another state of it, and is added to. Raises InputError."""
    if is_page(content):
        raise InputError(
            f"{origin}: is one page of several; expected the whole account, as `aws iam` prints it by itself"
        )
    return _Account(content, origin, seen).estate()


def _path(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


class _Account:
    def __init__(self, content: Mapping[str, Any], origin: str, seen: Seen) -> None:
        self.content, self.origin, self.documents, self.seen = content, origin, Documents({}), seen
        self.managed: dict[tuple[str, Kind], Document | None] = {}
        self.texts = {str(item.get("Arn")): (at, item) for at, item in self._items("Policies")}

    def estate(self) -> Estate:
        groups = {str(item.get("GroupName")): self._member(item, at, "Group") for at, item in self._items(LISTS[1])}
        members = dict(groups)
        found = {member.arn: member for member in members.values()}
        for at, item in self._items("UserDetailList"):
            user = self._member(item, at, "User")
            for name in self._list(item, "GroupList", at):
                if name in groups:
                    user.groups.append(groups[name])
                else:
                    user.awaits.append(f"the policies of group {name}, which is not in the input")
            found[user.arn] = user
        for at, item in self._items("RoleDetailList"):
            role = self._member(item, at, "Role")
            role.trust = self._document(
                item.get("AssumeRolePolicyDocument"), f"{role.label} trust", Kind.TRUST, role.arn
            )
            found[role.arn] = role
        return Estate(found)

    def _items(self, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield from self._objects(self.content, name, "")

    def _list(self, item: Mapping[str, Any], name: str, at: str) -> list[Any]:
        items = item.get(name) or []
        if not isinstance(items, list):
            raise InputError(f"{self.origin}: {_path(at, name)}: is {type(items).__name__}; expected a list")
        return items

    def _objects(self, item: Mapping[str, Any], name: str, at: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for index, each in enumerate(self._list(item, name, at)):
            place = f"{_path(at, name)}[{index}]"
            if not isinstance(each, Mapping):
                raise InputError(f"{self.origin}: {place}: is {type(each).__name__}; expected an object")
            yield place, each

    def _member(self, item: Mapping[str, Any], at: str, kind: str) -> Member:
        arn = item.get("Arn")
        if not isinstance(arn, str) or not _PRINCIPAL.fullmatch(arn):
            shown = f'"{arn}"' if isinstance(arn, str) else type(arn).__name__
            raise InputError(f"{self.origin}: {at}.Arn: is {shown}; expected the ARN of a user, a group or a role")
        member = Member(arn, f"{kind} {arn.rpartition('/')[2]}", arn, is_group=kind == "Group")
        for _, policy in self._objects(item, _INLINE[at.partition("[")[0]], at):
            name = f"{member.label}: {policy.get('PolicyName')}"
            member.identity.append(self._document(policy.get("PolicyDocument"), name, Kind.IDENTITY, arn))
        for _, attached in self._objects(item, "AttachedManagedPolicies", at):
            policy_arn = str(attached.get("PolicyArn"))
            if (document := self._of_arn(policy_arn, Kind.IDENTITY)) is None:
                member.awaits.append(f"the text of {policy_arn}, which is not in the input")
            else:
                member.identity.append(document)
        given = item.get("PermissionsBoundary") or {}
        if not isinstance(given, Mapping):
            raise InputError(f"{self.origin}: {at}.PermissionsBoundary: is {type(given).__name__}; expected an object")
        boundary = given.get("PermissionsBoundaryArn")
        if boundary:
            missing = Document(str(boundary), Kind.BOUNDARY, None, arn, awaits="awaits its text, not in the input")
            member.boundary = self._of_arn(str(boundary), Kind.BOUNDARY) or missing
        return member

    def _of_arn(self, arn: str, kind: Kind) -> Document | None:
        if (arn, kind) not in self.managed:
            at, item = self.texts.get(arn, ("", {}))
            versions = self._objects(item, "PolicyVersionList", at)
            text = next((each.get("Document") for _, each in versions if each.get("IsDefaultVersion")), None)
            if text is None and is_aws_managed(arn):
                text = aws_managed(arn)
            document = None if text is None else self._document(text, arn, kind, arn)
            self.managed[arn, kind] = None if document is None else replace(document, arn=arn)
        return self.managed[arn, kind]

    def _document(self, content: Any, name: str, kind: Kind, address: str) -> Document:
        """The one that was seen before, if nothing in it has changed."""
        known = self.seen.get((f"{address} {name}", kind))
        if known is not None and known[0] == content:
            return known[1]
        document = self._read(content, name, kind, address)
        self.seen[f"{address} {name}", kind] = content, document
        return document

    def _read(self, content: Any, name: str, kind: Kind, address: str) -> Document:
        """From an object, as the command line prints it, or from URL-encoded JSON, as the API sends it."""
        text = unquote(content) if isinstance(content, str) and content.startswith("%") else content
        try:
            return Document(name, kind, self.documents.parse(text, name, kind), address)
        except IamError as error:
            return Document(name, kind, None, address, problem=str(error))
