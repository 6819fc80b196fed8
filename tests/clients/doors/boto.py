"""boto3, with its own checks and its own retries."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.clients.doors.door import EMPTY, Call, Shown
from tests.support.sandbox import REGION, Keys

METHODS = {"AdminUserGlobalSignOut": "admin_user_global_sign_out", "GlobalSignOut": "global_sign_out"}


class Boto3:
    """A boto3 client made for the caller."""

    name = "boto3"
    nothing: object = EMPTY

    def missing(self) -> None:
        """It is a dependency of the product."""

    def make(self, call: Call) -> Shown:
        """The output is what the method returns, but for what botocore adds to each answer."""
        try:
            answer = getattr(client(call), METHODS[call.operation])(**call.parameters)
            return Shown(None, {name: value for name, value in answer.items() if name != "ResponseMetadata"})
        except ClientError as error:
            return Shown(error.response["Error"]["Code"])
        except BotoCoreError as error:
            return Shown(type(error).__name__)


def client(call: Call) -> Any:
    """A client for the call."""
    return _client(call.endpoint, call.keys, call.attempts)


@cache
def _client(endpoint: str | None, keys: Keys | None, attempts: int) -> Any:
    session = botocore.session.get_session()
    # Only keys that are given count: no file, environment or metadata service of this machine.
    session.get_component("credential_provider").providers.clear()
    session.set_config_variable("config_file", os.devnull)
    given = (keys.access_key_id, keys.secret_access_key) if keys else (None, None)
    return boto3.Session(*given, botocore_session=session).client(
        "cognito-idp",
        region_name=REGION,
        endpoint_url=endpoint,
        config=Config(retries={"total_max_attempts": attempts}),
    )
