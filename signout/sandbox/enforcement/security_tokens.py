"""STS answered from the sandbox's own sessions: moto's are the same for everybody, or not limited as they should be.

Source: AWS STS API Reference, "AssumeRole", "GetSessionToken", "GetCallerIdentity".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.sts.exceptions import STSClientError, STSValidationError
from moto.sts.responses import TokenResponse

from signout.iam import Kind, PolicyError, parse

from ..account import ACCOUNT
from ..sessions import SESSIONS, Credentials, Session, new_credentials
from .callers import Caller, iam, role_by_arn, session_arn
from .context import tags_in
from .pinning import CALLER
from .policies import managed_document
from .services.sts import source_identity
from .table import Call

SHORTEST: Final = 900
"""Seconds; the least that any session may last."""
LONGEST_CHAINED: Final = 3600
DEFAULT_SECONDS: Final = 3600
USER_SECONDS: Final = (43200, 129600)
"""Default and longest of GetSessionToken."""
SESSION_NAME: Final = re.compile(r"[\w+=,.@-]{2,64}\Z", re.ASCII)
LONGEST_POLICY: Final = 2048
MOST_TAGS: Final = 50


def install() -> None:
    """Answer AssumeRole, GetSessionToken and GetCallerIdentity here; doing so twice changes nothing."""
    setattr(TokenResponse, "assume_role", _assume_role)  # noqa: B010
    setattr(TokenResponse, "get_session_token", _get_session_token)  # noqa: B010
    setattr(TokenResponse, "get_caller_identity", _get_caller_identity)  # noqa: B010


def _caller(response: TokenResponse) -> Caller:
    caller: Caller = response.normalized_request.environ[CALLER]
    return caller


def _assume_role(self: TokenResponse) -> ActionResult:
    caller, parameters = _caller(self), dict(self.params)
    role = role_by_arn(str(parameters["RoleArn"]))
    if role is None:
        raise STSValidationError(f"{parameters['RoleArn']} is invalid")
    name = str(parameters.get("RoleSessionName", ""))
    if not SESSION_NAME.match(name):
        raise STSValidationError(
            f"1 validation error detected: Value '{name[:100]}' at 'roleSessionName' failed to satisfy constraint:"
            " Member must satisfy regular expression pattern: [\\w+=,.@-]* and have length between 2 and 64"
        )
    seconds = _role_seconds(
        parameters.get("DurationSeconds"), int(role.max_session_duration or DEFAULT_SECONDS), caller
    )
    tags, transitive = _tags(parameters, caller)
    now = datetime.now(UTC)
    session = Session(
        credentials=new_credentials(seconds, now),
        issued=now,
        identity=role.arn,
        name=name,
        policies=_session_policies(parameters),
        tags=tags,
        transitive=transitive,
        source_identity=source_identity(Call("sts", "AssumeRole", self.region, parameters, caller)),
        identity_id=role.id,
    )
    SESSIONS.add(session)
    answer: dict[str, Any] = {
        "Credentials": _shown(session.credentials),
        "AssumedRoleUser": {"AssumedRoleId": f"{role.id}:{name}", "Arn": session_arn(role, name)},
    }
    if session.policies:
        answer["PackedPolicySize"] = sum(map(len, session.policies)) * 100 // LONGEST_POLICY
    if session.source_identity:
        answer["SourceIdentity"] = session.source_identity
    return ActionResult(answer)


def _role_seconds(asked: Any, longest: int, caller: Caller) -> int:
    seconds = DEFAULT_SECONDS if asked is None else int(asked)
    if not SHORTEST <= seconds <= 43200:
        raise STSValidationError(_out_of_range(seconds, SHORTEST, 43200))
    if caller.is_role and seconds > LONGEST_CHAINED:
        raise STSValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    if seconds > longest:
        raise STSValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    return seconds


def _out_of_range(seconds: int, least: int, most: int) -> str:
    return (
        f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy constraint:"
        f" Member must have value between {least} and {most}"
    )


def _tags(parameters: Mapping[str, Any], caller: Caller) -> tuple[dict[str, str], frozenset[str]]:
    """The session's tags, and the keys that go on in a chain: those asked for, and what the caller's session hands on.

    Source: IAM User Guide, "Pass session tags in AWS STS".
    """
    session = caller.session
    handed = {key: value for key, value in session.tags.items() if key in session.transitive} if session else {}
    asked = tags_in(parameters.get("Tags"))
    if over := sorted(set(handed) & set(asked)):
        raise STSClientError(
            "InvalidParameterValue", f"One of the specified transitive tag keys can't be set: {', '.join(over)}"
        )
    if len(asked) > MOST_TAGS:
        raise STSValidationError(f"1 validation error detected: 'tags' must have at most {MOST_TAGS} items")
    return {**asked, **handed}, frozenset(parameters.get("TransitiveTagKeys") or ()) | frozenset(handed)


def _session_policies(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    texts = []
    if policy := parameters.get("Policy"):
        texts.append(str(policy))
    for item in parameters.get("PolicyArns") or ():
        arn = str(item.get("arn", ""))
        managed = iam().managed_policies.get(arn)
        if managed is None:
            raise STSValidationError(f"Policy {arn} does not exist or is not attachable.")
        texts.append(managed_document(managed))
    if texts and len(str(parameters.get("Policy") or "")) > LONGEST_POLICY:
        raise STSClientError("PackedPolicyTooLarge", "Serialized policy is larger than the quota of 2048 characters")
    for text in texts:
        try:
            parse(text, origin="session policy", kind=Kind.SESSION)
        except PolicyError as error:
            raise STSClientError("MalformedPolicyDocument", str(error)) from error
    return tuple(texts)


def _get_session_token(self: TokenResponse) -> ActionResult:
    caller, parameters = _caller(self), dict(self.params)
    default, longest = USER_SECONDS
    seconds = int(parameters.get("DurationSeconds") or default)
    if not SHORTEST <= seconds <= longest:
        raise STSValidationError(_out_of_range(seconds, SHORTEST, longest))
    now = datetime.now(UTC)
    session = Session(
        new_credentials(seconds, now),
        now,
        caller.principal,
        mfa_at=now if parameters.get("SerialNumber") else None,
        identity_id=caller.user_id,
    )
    SESSIONS.add(session)
    return ActionResult({"Credentials": _shown(session.credentials)})


def _get_caller_identity(self: TokenResponse) -> ActionResult:
    caller = _caller(self)
    return ActionResult({"UserId": caller.user_id, "Account": ACCOUNT, "Arn": caller.arn})


def _shown(credentials: Credentials) -> dict[str, Any]:
    return {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key,
        "SessionToken": credentials.session_token,
        "Expiration": credentials.expires,
    }
