"""Temporary credentials: issued, kept while they live, and remembered for a while after that.

moto hands out fixed keys for some of them and keeps neither session tags nor session policies given by ARN, so the
sandbox has a store of its own. Nothing of it outlives the server.
"""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

_KEY_CHARACTERS: Final = string.ascii_uppercase + "234567"
_TOKEN_BYTES: Final = 192
_REMEMBERED: Final = timedelta(hours=1)
"""For this long after its end a session is told apart from a key that never was."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary credentials as STS gives them."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires: datetime
    """When they end, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class Session:
    """What the credentials stand for."""

    credentials: Credentials
    issued: datetime
    identity: str
    """ARN of the role, or of the user for GetSessionToken."""
    name: str | None = None
    """Role session name; None for a user's session."""
    policies: tuple[str, ...] = ()
    """Session policies, as documents. Without any, the session has all that its identity has."""
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: frozenset[str] = frozenset()
    """The keys of those tags that go on to the next role in a chain."""
    source_identity: str | None = None
    mfa_at: datetime | None = None
    """When the caller proved a second factor; None if it did not."""
    function: str | None = None
    """ARN of the Lambda function that runs under this session."""
    identity_id: str | None = None
    """Unique id of the role or user: one made anew under the same name is another. None: whichever has the ARN."""


def access_key_id(prefix: str) -> str:
    """A fresh access key id: `AKIA` for a user's long-term key, `ASIA` for a session."""
    return prefix + "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(16))


def secret_access_key() -> str:
    """A fresh secret, 40 characters."""
    return secrets.token_urlsafe(30)


def new_credentials(seconds: int, now: datetime) -> Credentials:
    """Credentials that live this long from now."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    return Credentials(access_key_id("ASIA"), secret_access_key(), token, now + timedelta(seconds=seconds))


class SessionStore:
    """The sessions of this server, by access key id."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()
        self._next_sweep = datetime.now(UTC) + _REMEMBERED

    def add(self, session: Session) -> None:
        """Keep the session, and forget those that ended long ago."""
        with self._lock:
            self._sessions[session.credentials.access_key_id] = session
            if session.issued >= self._next_sweep:
                self._next_sweep = session.issued + _REMEMBERED
                oldest = session.issued - _REMEMBERED
                for key in [key for key, kept in self._sessions.items() if kept.credentials.expires < oldest]:
                    del self._sessions[key]

    def find(self, key: str) -> Session | None:
        """The session of an access key id, ended or not."""
        return self._sessions.get(key)


SESSIONS: Final = SessionStore()
"""One per process, like moto's own state."""
