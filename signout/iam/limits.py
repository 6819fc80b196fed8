"""What IAM limits in a policy beyond its grammar, as warnings: such a policy can be read, but IAM will not store it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from signout.iam.errors import PolicyWarning, shown
from signout.iam.policy import Kind, Statement
from signout.iam.principal import is_account, is_domain

SIZES: Final = {
    Kind.IDENTITY: 10_240,
    Kind.BOUNDARY: 6_144,
    Kind.SESSION: 2_048,
    Kind.TRUST: 4_096,
    Kind.SCP: 10_240,
    Kind.RCP: 5_120,
    Kind.ENDPOINT: 20_480,
}
"""Characters without white space, at most: for identity policies the limit of a role's inline policies together, the
largest there is; for trust policies the quota's ceiling. Source: IAM User Guide, "IAM and AWS STS quotas";
Organizations User Guide, "Quotas"; VPC User Guide, "Quotas"."""

UNIQUE_ID_STARTS: Final = ("AIDA", "AROA", "AGPA", "ANPA", "AIPA", "ASIA", "AKIA")
"""Source: IAM User Guide, "IAM identifiers": unique ids, which a policy shows once their principal is deleted."""


def is_unique_id(text: str) -> bool:
    """Is the text the id of a principal, rather than its name?"""
    return text.startswith(UNIQUE_ID_STARTS) and text.isalnum() and text.isascii() and len(text) >= 16


AWS_PRINCIPALS: Final = frozenset(
    {("iam", "root"), ("iam", "user"), ("iam", "role"), ("sts", "assumed-role"), ("sts", "federated-user")}
)
PROVIDERS: Final = ("saml-provider", "oidc-provider")
CLOUDFRONT: Final = "cloudfront"
"""Stands for the account in the ARN of an origin access identity. Source: CloudFront Developer Guide."""


def _arn(text: str) -> tuple[str, str, str] | None:
    """Service, account and kind of an ARN without wildcards; None for another text."""
    pieces = text.split(":", 5)
    if len(pieces) != 6 or pieces[0] != "arn" or _has_wildcard(text):
        return None
    kind, slash, name = pieces[5].partition("/")
    return None if not kind or (slash and not name) else (pieces[2], pieces[4], kind)


def _has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text


def is_aws_principal(text: str) -> bool:
    """Can the text stand under "AWS" in a Principal element?"""
    if is_account(text) or is_unique_id(text):
        return True
    if (arn := _arn(text)) is None:
        return False
    service, account, kind = arn
    return (is_account(account) and (service, kind) in AWS_PRINCIPALS) or arn == ("iam", CLOUDFRONT, "user")


def is_service_principal(text: str) -> bool:
    """Can the text stand under "Service" in a Principal element?"""
    return is_domain(text)


def is_federated_principal(text: str) -> bool:
    """Can the text stand under "Federated" in a Principal element?"""
    if text.startswith("arn:"):
        return (arn := _arn(text)) is not None and arn[0] == "iam" and arn[2] in PROVIDERS
    return is_domain(text)


def warnings(
    origin: str, kind: Kind, document: str | bytes | Mapping[str, Any], statements: Sequence[Statement]
) -> Iterator[PolicyWarning]:
    """The limits of IAM that the policy exceeds."""
    size = _size(document)
    if (most := SIZES.get(kind)) is not None and size > most:
        yield PolicyWarning(origin, f"has {size} characters without white space; IAM stores at most {most}")
    seen: set[str] = set()
    for statement in statements:
        if statement.sid is None:
            continue
        place = f"{statement.place}.Sid"
        if kind in (Kind.IDENTITY, Kind.BOUNDARY, Kind.SESSION) and not (
            statement.sid.isalnum() and statement.sid.isascii()
        ):
            yield PolicyWarning(place, f"is {shown(statement.sid)}; IAM accepts ASCII letters and digits only")
        if statement.sid and statement.sid in seen:
            yield PolicyWarning(place, f"is {shown(statement.sid)} a second time; IAM wants each Sid once")
        seen.add(statement.sid)


def _size(document: str | bytes | Mapping[str, Any]) -> int:
    if isinstance(document, bytes):
        document = document.decode("utf-8", "replace")
    if not isinstance(document, str):
        import json  # see strict_json

        document = json.dumps(document, separators=(",", ":"), ensure_ascii=False, default=str)
        return len(document)
    return len("".join(document.split()))
