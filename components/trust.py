"""Who may assume a role: the kinds of trust that a role which ends other people's sessions may be given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .account import Account

# IAM Identity Center ends the names of its roles with 16 characters of its own. Matched by number: with "*" in their
# place a permission set called Ops would let in one called Ops_Interns too.
_SUFFIX = "?" * 16


@dataclass(frozen=True, slots=True)
class NamedPrincipals:
    """IAM users, by ARN, whose session was opened with a second factor.

    A role may be named too, but a session of a role carries the key of the second factor only where the role was
    assumed with one by a user directly.
    """

    arns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """Whoever IAM Identity Center gives this permission set in the account.

    Such sessions carry no key for a second factor: whether one is asked for is decided in Identity Center.
    """

    name: str


@dataclass(frozen=True, slots=True)
class ExternalId:
    """Principals, by ARN, that give the agreed external id, as a tool outside the account does."""

    arns: tuple[str, ...]
    external_id: str


Trust = NamedPrincipals | PermissionSet | ExternalId


def trust_policy(trust: Trust, account: Account, require_source_identity: bool) -> str:
    """The trust policy of a role, as JSON.

    With ``require_source_identity`` a session has to say who stands behind it; CloudTrail then has it in every event.
    """
    principals, conditions = _principals_and_conditions(trust, account)
    actions = ["sts:AssumeRole"]
    if require_source_identity:
        actions.append("sts:SetSourceIdentity")
        conditions = {**conditions, "StringLike": {"sts:SourceIdentity": "?*"}}
    statement = {"Effect": "Allow", "Principal": {"AWS": principals}, "Action": actions, "Condition": conditions}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _principals_and_conditions(trust: Trust, account: Account) -> tuple[list[str], dict[str, Any]]:
    match trust:
        case NamedPrincipals(arns):
            return list(arns), {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        case ExternalId(arns, external_id):
            return list(arns), {"StringEquals": {"sts:ExternalId": external_id}}
        case PermissionSet(name):
            roles = f"arn:{account.partition}:iam::{account.id}:role/aws-reserved/sso.amazonaws.com"
            # The Region of Identity Center is part of the path, except where that is us-east-1.
            patterns = [f"{roles}/AWSReservedSSO_{name}_{_SUFFIX}", f"{roles}/*/AWSReservedSSO_{name}_{_SUFFIX}"]
            return [f"arn:{account.partition}:iam::{account.id}:root"], {"ArnLike": {"aws:PrincipalArn": patterns}}
