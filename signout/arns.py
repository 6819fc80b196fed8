"""Where a stack is deployed, and the ARNs that its resources are going to have, as far as both can be told.

An ARN is made of names that are known early and of the partition, the Region and the account, which other ARNs tell.
What AWS makes up, such as a new user pool's id, has a stand-in that occurs nowhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from signout.resource_types import FUNCTION, GROUP, PERMISSION_SET, POLICY, ROLE, USER, USER_POOL

_ARN = re.compile(r"arn:(aws[a-z-]*):[a-z0-9-]+:([a-z0-9-]*(?=:)|)[a-z0-9*?-]*:(\d{12}):([^\s\"'*]*)")
"""A pattern for Regions tells no Region, and the account all the same."""
_NOWHERE = ("aws", "us-east-1", "000000000000")
_KINDS = {ROLE: "role", USER: "user", GROUP: "group", POLICY: "policy"}


@dataclass(frozen=True, slots=True)
class Home:
    """Partition, Region and account."""

    partition: str
    region: str
    account: str


def found_in(text: str) -> Iterator[re.Match[str]]:
    """Every ARN in the text that names an account: partition, Region, account, and what follows them."""
    return _ARN.finditer(text)


def home_told_by(*sources: Iterable[re.Match[str]]) -> Home:
    """What most of ``found_in`` say in the first source that has any; made-up values where none has."""
    found = next((matches for source in sources if (matches := list(source))), [])
    return Home(*(_most_common(match[group] for match in found) or _NOWHERE[group - 1] for group in (1, 2, 3)))


def _most_common(texts: Iterable[str]) -> str:
    counted = Counter(text for text in texts if text).most_common(1)
    return counted[0][0] if counted else ""


def arn_to_be(type_: str, home: Home, name: str, id_: str, *, path: str | None, region: str | None) -> str | None:
    """The ARN that a resource of this type is going to have; None for a type that has none here.

    ``path`` and ``region`` are its own, None where it says none; ``id_`` stands in for an id that AWS makes up.
    """
    region = region or home.region
    if kind := _KINDS.get(type_):
        return f"arn:{home.partition}:iam::{home.account}:{kind}{path or '/'}{name}"
    if type_ == PERMISSION_SET:
        role = f"role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_{name}_{'0' * 16}"
        return f"arn:{home.partition}:iam::{home.account}:{role}"
    if type_ == USER_POOL:
        return f"arn:{home.partition}:cognito-idp:{region}:{home.account}:userpool/{region}_{id_}"
    if type_ == FUNCTION:
        return f"arn:{home.partition}:lambda:{region}:{home.account}:function:{name}"
    return None


def stand_in(identity: str) -> str:
    """Letters and digits, as ids have, that no real id is; the same for the same identity."""
    import hashlib  # few inputs have a resource without a name

    return "NotMade" + hashlib.sha256(identity.encode()).hexdigest()[:12]
