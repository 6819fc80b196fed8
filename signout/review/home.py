"""Where a stack lives, as far as it can be told, and the ARNs that its resources have or are going to have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from signout.resource_types import DOCUMENTS, GROUP, PERMISSION_SET, POLICY, ROLE, USER
from signout.review.resource import Resource

_ARN = re.compile(r"arn:(aws[a-z-]*):[a-z0-9-]+:([a-z0-9-]*):(\d{12}):")
_NOWHERE = ("aws", "us-east-1", "000000000000")


@dataclass(frozen=True, slots=True)
class Home:
    """Partition, Region and account."""

    partition: str
    region: str
    account: str


def home_of(resources: Iterable[Resource]) -> Home:
    """From the ARNs that resources have, else from those that policy documents name."""
    listed = list(resources)
    found = list(_own(listed)) or list(_named(listed))
    return Home(*(_most_common(match[group] for match in found) or _NOWHERE[group - 1] for group in (1, 2, 3)))


def _most_common(texts: Iterable[str]) -> str:
    counted = Counter(text for text in texts if text).most_common(1)
    return counted[0][0] if counted else ""


def _own(resources: Iterable[Resource]) -> Iterator[re.Match[str]]:
    for resource in resources:
        if (arn := resource.text("arn")) and (match := _ARN.match(arn)):
            yield match


def _named(resources: Iterable[Resource]) -> Iterator[re.Match[str]]:
    for resource in resources:
        for place in DOCUMENTS.get(resource.type, ()):
            yield from _ARN.finditer(str(resource.given(place.path.partition("[")[0])))


_KINDS = {ROLE: "role", USER: "user", GROUP: "group", POLICY: "policy"}


def name_of(resource: Resource) -> str:
    """The name that AWS knows it by; for one that AWS has yet to name, a stand-in."""
    return resource.text("name") or f"{resource.name}-{stand_in(resource)}"


def arn_of(resource: Resource, home: Home) -> str:
    """The ARN, known or to be; for a type without one here, its address.

    A part that AWS makes up, such as a new user pool's id, has a stand-in that is the same on both sides.
    """
    if (arn := resource.text("arn")) and resource.type != PERMISSION_SET:
        return arn
    region = resource.text("region") or home.region
    match resource.type:
        case "aws:iam/role:Role" | "aws:iam/user:User" | "aws:iam/group:Group" | "aws:iam/policy:Policy":
            path = resource.text("path") or "/"
            return f"arn:{home.partition}:iam::{home.account}:{_KINDS[resource.type]}{path}{name_of(resource)}"
        case "aws:ssoadmin/permissionSet:PermissionSet":
            role = f"role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_{name_of(resource)}_{'0' * 16}"
            return f"arn:{home.partition}:iam::{home.account}:{role}"
        case "aws:cognito/userPool:UserPool":
            pool = f"userpool/{region}_{stand_in(resource)}"
            return f"arn:{home.partition}:cognito-idp:{region}:{home.account}:{pool}"
        case "aws:lambda/function:Function":
            return f"arn:{home.partition}:lambda:{region}:{home.account}:function:{name_of(resource)}"
        case _:
            return resource.address


def stand_in(resource: Resource) -> str:
    """Letters and digits, as ids have, that no real id is."""
    import hashlib  # few inputs have a resource without a name

    return "NotMade" + hashlib.sha256(resource.address.encode()).hexdigest()[:12]
