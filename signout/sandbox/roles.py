"""Sessions of roles: begun by AWS services under the role's trust policy, and by callers of AssumeRole."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from signout.iam import Effect, IamError, Kind, Layers, Request, decide

from .account import ACCOUNT, PARTITION
from .enforcement.callers import role_by_arn
from .enforcement.faults import Refusal
from .enforcement.policies import document_text, keys_of, parsed
from .sessions import SESSIONS, Credentials, Session, new_credentials

if TYPE_CHECKING:
    from moto.iam.models import Role

SERVICE_SESSION_SECONDS: Final = 3600
_NOT_IN_A_SESSION_NAME: Final = re.compile(r"[^\w+=,.@-]", re.ASCII)


class NotAssumable(PermissionError):
    """A service may not assume a role."""

    def __init__(self, role: str, service: str, why: str) -> None:
        super().__init__(f"{service} cannot assume {role}: {why}")
        self.role = role
        self.service = service
        self.why = why


def assume_for_service(
    role_arn: str, session_name: str, service: str, region: str, *, source_arn: str | None = None
) -> Credentials:
    """Begin a session of a role as an AWS service does, for one hour.

    `service` is its principal, such as `lambda.amazonaws.com`; `session_name` is cut and cleaned as STS demands.
    `source_arn` is the resource on whose behalf the service acts, where it tells: it is aws:SourceArn, and its account
    aws:SourceAccount. Raises NotAssumable where there is no such role, or its trust policy does not allow it.
    """
    role = role_by_arn(role_arn)
    if role is None:
        raise NotAssumable(role_arn, service, "there is no such role")
    name = _NOT_IN_A_SESSION_NAME.sub("-", session_name)[:64].ljust(2, "-")
    _check_trust(role, name, service, source_arn)
    now = datetime.now(UTC)
    credentials = new_credentials(SERVICE_SESSION_SECONDS, now)
    function = None
    if service == "lambda.amazonaws.com":
        function = source_arn or f"arn:{PARTITION}:lambda:{region}:{ACCOUNT}:function:{session_name}"
    SESSIONS.add(Session(credentials, now, role.arn, name, function=function, identity_id=role.id))
    return credentials


def _check_trust(role: Role, name: str, service: str, source_arn: str | None) -> None:
    account = source_arn.split(":")[4] if source_arn is not None and source_arn.count(":") >= 5 else ACCOUNT
    known: dict[str, Any] = {
        "aws:sourceaccount": account,
        "aws:sourcearn": source_arn,
        "sts:rolesessionname": name,
        "aws:principalisawsservice": True,
        "aws:principalservicename": service,
        "aws:viaawsservice": False,
        "sts:externalid": [],
        "aws:multifactorauthpresent": [],
        "aws:sourceip": [],
    }
    try:
        trust = parsed(document_text(role.assume_role_policy_document), f"trust policy of {role.name}", Kind.TRUST)
        context = {key: known[key] for key in keys_of(trust) if known.get(key) is not None}
        decision = decide(Request(service, "sts:AssumeRole", role.arn, context), Layers(resource_policy=trust))
    except (IamError, Refusal) as error:
        raise NotAssumable(role.arn, service, str(error)) from error
    if decision.effect is Effect.DEPENDS:
        keys = ", ".join(decision.depends_on)
        raise NotAssumable(role.arn, service, f"the sandbox does not supply {keys}, on which the trust policy depends")
    if decision.effect is not Effect.ALLOWED:
        raise NotAssumable(role.arn, service, "its trust policy does not allow it")
