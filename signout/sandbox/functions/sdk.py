"""Clients that call the sandbox as a role's session, and read nothing of the host user's AWS configuration."""

from __future__ import annotations

import os
import threading
from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config

from signout.sandbox.functions.variables import Credentials

# Neither AWS_PROFILE nor the files under ~/.aws: a value for each, and no environment variable to take another from.
_NOTHING_OF_THE_USER: dict[str, tuple[None, list[str], str | None, None]] = {
    "profile": (None, [], None, None),
    "config_file": (None, [], os.devnull, None),
    "credentials_file": (None, [], os.devnull, None),
}
# A function may take 15 minutes to answer.
_CONFIG = Config(
    retries={"total_max_attempts": 1},
    proxies={},
    parameter_validation=False,
    read_timeout=960,
    max_pool_connections=50,
)
_making = threading.Lock()


def client(service: str, region: str, endpoint: str, credentials: Credentials) -> Any:
    """A botocore client, kept for a while: making one takes 30 ms."""
    session = (credentials.access_key_id, credentials.secret_access_key, credentials.session_token)
    with _making:
        return _client(service, region, endpoint, *session)


@lru_cache(maxsize=16)
def _client(service: str, region: str, endpoint: str, key_id: str, secret: str, token: str) -> Any:
    return _session().create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=_CONFIG,
    )


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    return botocore.session.Session(session_vars=_NOTHING_OF_THE_USER)
