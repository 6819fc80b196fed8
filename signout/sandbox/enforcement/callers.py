"""From an access key to whoever holds it, and to the policies that say what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from moto.iam.models import iam_backends

from signout.iam import Layers

from ..account import ACCOUNT, PARTITION
from ..sessions import SESSIONS, Session
from ..user_boundaries import boundary_of
from .faults import Fault, Refusal
from .policies import boundary, identity_policies, session_policies

if TYPE_CHECKING:
    from moto.iam.models import IAMBackend, Role, User


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a call: an IAM user, or a session of a role or of a user."""

    arn: str
    """As messages name it: the user's ARN, or for a role `arn:aws:sts::...:assumed-role/ROLE/SESSION`."""
    principal: str
    """aws:PrincipalArn: the ARN of the user or role."""
    user_id: str
    """aws:userid: the user's id, or `ROLE ID:SESSION NAME`."""
    tags: Mapping[str, str]
    """Of the user or role, with those of the session over them."""
    secret: str = field(repr=False)
    session: Session | None = None

    @property
    def is_role(self) -> bool:
        """Is it a session of a role?"""
        return self.session is not None and self.session.name is not None


def iam() -> IAMBackend:
    """moto's IAM of the account."""
    backend: IAMBackend = iam_backends[ACCOUNT][PARTITION]
    return backend


def caller_of(access_key_id: str, session_token: str | None, now: datetime) -> Caller:
    """Whoever holds the key. Refuses an unknown or inactive one, a wrong session token, and an ended session."""
    session = SESSIONS.find(access_key_id)
    if session is None:
        return _user_of(access_key_id, session_token)
    if session_token != session.credentials.session_token:
        raise Refusal(Fault.WRONG_TOKEN)
    if now >= session.credentials.expires:
        raise Refusal(Fault.EXPIRED_TOKEN)
    return _role_caller(session) if session.name is not None else _user_session(session)


def _user_of(access_key_id: str, session_token: str | None) -> Caller:
    key = iam().access_keys.get(access_key_id)
    user = iam().users.get(key.user_name) if key is not None and key.user_name else None
    if key is None or user is None or key not in user.access_keys or key.status != "Active":
        raise Refusal(Fault.UNKNOWN_KEY)
    if session_token is not None:
        raise Refusal(Fault.WRONG_TOKEN)
    return Caller(user.arn, user.arn, user.id, tags_of_user(user), key.secret_access_key)


def _user_session(session: Session) -> Caller:
    user = _live_user(session.identity, session.identity_id)
    return Caller(user.arn, user.arn, user.id, tags_of_user(user), session.credentials.secret_access_key, session)


def _role_caller(session: Session) -> Caller:
    role = _live_role(session)
    return Caller(
        session_arn(role, session.name or ""),
        role.arn,
        f"{role.id}:{session.name}",
        {**tags_of_role(role), **session.tags},
        session.credentials.secret_access_key,
        session,
    )


def _live_role(session: Session) -> Role:
    role = role_by_arn(session.identity) if session.identity_id is None else iam().roles.get(session.identity_id)
    if role is None:
        raise Refusal(Fault.UNKNOWN_KEY)
    return role


def _live_user(arn: str, user_id: str | None) -> User:
    user = user_by_arn(arn)
    if user is None or user_id not in (None, user.id):
        raise Refusal(Fault.UNKNOWN_KEY)
    return user


def session_arn(role: Role, name: str) -> str:
    """The ARN under which a role session appears; it leaves out the role's path."""
    return f"arn:{PARTITION}:sts::{ACCOUNT}:assumed-role/{role.name}/{name}"


def user_by_arn(arn: str) -> User | None:
    """The user of this ARN."""
    user = iam().users.get(arn.rpartition("/")[2])
    return user if user is not None and user.arn == arn else None


def role_by_arn(arn: str) -> Role | None:
    """The role of this ARN, path included."""
    return next((role for role in tuple(iam().roles.values()) if role.arn == arn), None)


def role_by_name(name: str) -> Role | None:
    """The role of this name."""
    return next((role for role in tuple(iam().roles.values()) if role.name == name), None)


def tags_of_user(user: User) -> Mapping[str, str]:
    """The tags on an IAM user."""
    return {tag["Key"]: tag["Value"] for tag in user.tags or ()}


def tags_of_role(role: Role) -> Mapping[str, str]:
    """The tags on an IAM role."""
    return {tag["Key"]: tag["Value"] for tag in role.tags or ()}


def layers_of(caller: Caller) -> Layers:
    """The caller's own policies: identity, boundary and session; the resource's policy is added per check."""
    session = caller.session
    limits = session_policies(session.policies) if session is not None and session.policies else None
    if session is not None and session.name is not None:
        role = _live_role(session)
        return Layers(
            identity_policies(role, f"role/{role.name}"), boundary(iam(), role.permissions_boundary_arn), limits
        )
    user = _live_user(caller.principal, caller.user_id)
    identity = identity_policies(user, f"user/{user.name}")
    for group in tuple(iam().groups.values()):
        if user in group.users:
            identity += identity_policies(group, f"group/{group.name}")
    return Layers(identity, boundary(iam(), boundary_of(user)), limits)


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)
