"""STS: who may become whom. The trust policy of the role is its resource policy.

Source: Service Authorization Reference, "AWS Security Token Service"; IAM User Guide, "Pass session tags in AWS STS"
and "Configuring MFA-protected API access".
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Final

from signout.iam import Kind

from ...account import PARTITION
from ..callers import iam, role_by_arn, tags_of_role
from ..faults import QUERY, Fault, Refusal
from ..mfa import UsedCodes, step_of
from ..policies import document_text
from ..table import ANY, Call, KeyOf, Needs, Operation, Resource, Service, Tags, Values, by_name, parameter

ROLE_ARN: Final = re.compile(rf"arn:{PARTITION}:iam::\d{{12}}:role/[\w+=,.@/-]+\Z", re.ASCII)
_USED_CODES: Final = UsedCodes()


def _role_arn(call: Call) -> tuple[str, ...]:
    text = call.text("RoleArn")
    if not ROLE_ARN.match(text):
        raise Refusal(Fault.INVALID, f"{text[:200]} is invalid")
    return (text,)


ROLE: Final = Resource(_role_arn, frozenset({"RoleArn"}))


def _trust_policy(resource: str) -> str | None:
    role = role_by_arn(resource)
    return document_text(role.assume_role_policy_document) if role is not None else None


def _tags(call: Call, resource: str) -> Tags:
    role = role_by_arn(resource)
    return tags_of_role(role) if role is not None else {}


def _verified_mfa(call: Call) -> None:
    """Refuses a second factor that is not the caller's, or whose code is wrong or was used before."""
    serial, code = call.parameters.get("SerialNumber"), call.parameters.get("TokenCode")
    if not serial and not code:
        return
    device = iam().virtual_mfa_devices.get(str(serial))
    owner = device.user.arn if device is not None and device.user is not None else None
    if device is None or owner != call.caller.principal:
        raise Refusal(
            Fault.DENIED,
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is"
            " valid and associated with this user.",
        )
    step = step_of(device.base32_string_seed, str(code), time.time())
    if step is None or not _USED_CODES.use(str(serial), step):
        raise Refusal(Fault.DENIED, "MultiFactorAuthentication failed with invalid MFA one time pass code. ")


def _mfa_present(call: Call) -> Values:
    if call.parameters.get("SerialNumber"):
        return True
    session = call.caller.session
    return None if session is None else session.name is None and session.mfa_at is not None


def _mfa_age(call: Call) -> Values:
    if call.parameters.get("SerialNumber"):
        return 0
    session = call.caller.session
    if session is None or session.name is not None or session.mfa_at is None:
        return None
    return int(time.time() - session.mfa_at.timestamp())


KEYS: Final[Mapping[str, KeyOf]] = {
    "aws:MultiFactorAuthPresent": _mfa_present,
    "aws:MultiFactorAuthAge": _mfa_age,
    "sts:ExternalId": parameter("ExternalId"),
    "sts:RoleSessionName": parameter("RoleSessionName"),
    "sts:SourceIdentity": lambda call: source_identity(call),
    "sts:TransitiveTagKeys": lambda call: list(call.parameters.get("TransitiveTagKeys") or ()),
    "sts:RequestContext/": lambda call: {},
    "sts:RequestContextProviders": lambda call: [],
    # Of callers that an outside identity provider vouches for: here there are none.
    **{
        f"{provider}:": lambda call: {}
        for provider in (
            "accounts.google.com",
            "cognito-identity.amazonaws.com",
            "graph.facebook.com",
            "saml",
            "www.amazon.com",
        )
    },
}


def source_identity(call: Call) -> str | None:
    """The source identity of the new session: the one that is asked for, else the one that the caller's has."""
    asked = call.parameters.get("SourceIdentity")
    session = call.caller.session
    return str(asked) if asked else session.source_identity if session is not None else None


def _has_tags(call: Call) -> bool:
    session = call.caller.session
    return bool(call.parameters.get("Tags") or (session is not None and session.transitive))


def _get_session_token(call: Call) -> None:
    if call.caller.session is not None:
        raise Refusal(Fault.DENIED, "Cannot call GetSessionToken with session credentials")
    _verified_mfa(call)


def _allowed_to_sessions(call: Call) -> None:
    """Source: STS API Reference, GetSessionToken: its sessions may call two operations of STS."""
    session = call.caller.session
    if session is not None and session.name is None and call.operation not in ("AssumeRole", "GetCallerIdentity"):
        raise Refusal(Fault.DENIED, f"Cannot call {call.operation} with session credentials")


SERVICE: Final = Service(
    "sts",
    by_name(
        (
            Operation(
                "AssumeRole",
                ROLE,
                request_tags="Tags",
                keys=KEYS,
                check=_verified_mfa,
                harmless=frozenset({"PolicyArns.*.arn"}),
                missing=frozenset({"ProvidedContexts"}),
                needs=(
                    Needs("sts:TagSession", ROLE, _has_tags, KEYS, same_resource=True),
                    Needs(
                        "sts:SetSourceIdentity",
                        ROLE,
                        lambda call: bool(source_identity(call)),
                        KEYS,
                        same_resource=True,
                    ),
                ),
            ),
            Operation("GetCallerIdentity", ANY, unconditional=True),
            Operation("GetSessionToken", ANY, unconditional=True, check=_get_session_token),
            Operation("GetAccessKeyInfo", ANY),
        )
    ),
    check=_allowed_to_sessions,
    resource_tags=_tags,
    resource_policy=_trust_policy,
    policy_kind=Kind.TRUST,
    keys={"iam:ResourceTag/": _tags},
    forms=QUERY,
    pretended={
        "AssumeRoleWithSAML": "moto takes any assertion.",
        "AssumeRoleWithWebIdentity": "moto takes any token.",
        "GetFederationToken": "moto answers with the same credentials for everybody.",
    },
)
