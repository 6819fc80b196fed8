"""boto3's clients of a sandbox: over one session, since each session of its own would cost 0.1 s and more."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, Final

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config

from ..state import Connection

# Neither AWS_PROFILE nor the files under ~/.aws: a value for each, and no environment variable to take another from.
_NOTHING_OF_THE_USER: Final[dict[str, tuple[None, list[str], str | None, None]]] = {
    "profile": (None, [], None, None),
    "config_file": (None, [], os.devnull, None),
    "credentials_file": (None, [], os.devnull, None),
}
# A call is made once, so that what it met with is what is shown; a proxy would carry it off this machine.
_PLAIN: Final = Config(retries={"total_max_attempts": 1}, proxies={})


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key, or a session's."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


class Clients:
    """Makes each client once."""

    def __init__(self, connection: Connection) -> None:
        self.endpoint = connection.endpoint
        self._region = connection.region
        self._administrator = Keys(connection.access_key_id, connection.secret_access_key)
        self._session = botocore.session.Session(session_vars=_NOTHING_OF_THE_USER)
        self._made: dict[tuple[str, Keys | None], Any] = {}

    def of(self, service: str, keys: Keys | None = None) -> Any:
        """A client with these keys, the administrator's by default."""
        return self._client(service, keys or self._administrator)

    def unsigned(self) -> Any:
        """A client of the user pools as a user's app has it: without any keys."""
        return self._client("cognito-idp", None)

    def _client(self, service: str, keys: Keys | None) -> Any:
        if (service, keys) not in self._made:
            self._made[service, keys] = self._session.create_client(
                service,
                region_name=self._region,
                endpoint_url=self.endpoint,
                aws_access_key_id=keys.access_key_id if keys else None,
                aws_secret_access_key=keys.secret_access_key if keys else None,
                aws_session_token=keys.session_token if keys else None,
                config=_PLAIN if keys else _PLAIN.merge(Config(signature_version=UNSIGNED)),
            )
        return self._made[service, keys]
