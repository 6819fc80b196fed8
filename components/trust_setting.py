"""Trust as the configuration writes it: an object in one of three forms.

principals: [arn:aws:iam::123456789012:user/alice]     users with a second factor
permissionSet: IncidentResponse                        whoever Identity Center gives this permission set
principals: [arn:aws:iam::123456789012:role/tool]      principals that give an external id
externalId: agreed-with-the-tool
"""

from __future__ import annotations

import re
from typing import Any

from .config_values import ConfigValues
from .trust import ExternalId, NamedPrincipals, PermissionSet, Trust

_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(user|role)/[\w+=,.@/-]+", re.ASCII)
_ACCOUNT = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:root", re.ASCII)
_PERMISSION_SET = re.compile(r"[\w+=,.@-]{1,32}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_FORMS = "{principals}, {principals, externalId} or {permissionSet}"


def read(values: ConfigValues, key: str) -> Trust | None:
    """The trust under this key; None where there is none."""
    given = values.mapping(key)
    match given:
        case {"principals": principals, "externalId": external_id} if len(given) == 2:
            return ExternalId(
                _principals(values, key, principals, account_too=True),
                _matching(values, f"{key}.externalId", external_id, _EXTERNAL_ID, "2 to 1224 of A-Z a-z 0-9 _+=,.@:/-"),
            )
        case {"principals": principals} if len(given) == 1:
            return NamedPrincipals(_principals(values, key, principals, account_too=False))
        case {"permissionSet": name} if len(given) == 1:
            return PermissionSet(
                _matching(values, f"{key}.permissionSet", name, _PERMISSION_SET, "1 to 32 of A-Z a-z 0-9 _+=,.@-")
            )
        case _ if given:
            values.fault(key, f"an object with {', '.join(sorted(given))}", _FORMS)
    return None


def _principals(values: ConfigValues, key: str, given: Any, account_too: bool) -> tuple[str, ...]:
    """ARNs. A whole account is one only where an external id narrows it down."""
    key = f"{key}.principals"
    allowed = "ARNs of IAM users and roles" + (", or of an account's root" if account_too else "")
    if not isinstance(given, list) or not given:
        values.fault(key, repr(given), f"a list of {allowed}")
        return ()
    for arn in given:
        text = arn if isinstance(arn, str) else ""
        if not (_PRINCIPAL.fullmatch(text) or (account_too and _ACCOUNT.fullmatch(text))):
            values.fault(key, repr(arn), allowed)
    return tuple(given)


def _matching(values: ConfigValues, key: str, given: Any, pattern: re.Pattern[str], allowed: str) -> str:
    if not isinstance(given, str) or not pattern.fullmatch(given):
        values.fault(key, repr(given), allowed)
    return str(given)
