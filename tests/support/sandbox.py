"""A real sandbox for tests: its own process, a free port, a state folder of its own; spoken to with boto3's clients."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from signout.sandbox import lifecycle
from signout.sandbox.enforcement.calls import Query, Record
from signout.sandbox.state import StateFolder

ACCOUNT = "123456789012"
REGION = "us-east-1"

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Keys:
    """An access key, or a session's."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def statement(effect: str, action: str | list[str], resource: str | list[str] = "*", **condition: Any) -> Document:
    """One statement of a policy; keyword arguments are condition operators."""
    document = {"Effect": effect, "Action": action, "Resource": resource}
    return {**document, "Condition": condition} if condition else document


def allow(action: str | list[str], resource: str | list[str] = "*", **condition: Any) -> Document:
    """An Allow statement."""
    return statement("Allow", action, resource, **condition)


def deny(action: str | list[str], resource: str | list[str] = "*", **condition: Any) -> Document:
    """A Deny statement."""
    return statement("Deny", action, resource, **condition)


def policy(*statements: Document) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal: Document | str, action: str | list[str] = "sts:AssumeRole", **condition: Any) -> str:
    """A trust policy that lets the principal in."""
    document = {"Effect": "Allow", "Action": action, "Principal": principal}
    return policy({**document, "Condition": condition} if condition else document)


ACCOUNT_ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


PLAIN = Config(retries={"total_max_attempts": 1}, max_pool_connections=20, parameter_validation=False)
"""Nothing is retried, and what is wrong with a parameter is for the sandbox to say."""


class Sandbox:
    """A running sandbox, and short ways to do as its users do."""

    def __init__(self, folder: StateFolder) -> None:
        self.folder = folder
        connection = folder.connection()
        self.endpoint = connection.endpoint
        self.administrator = Keys(connection.access_key_id, connection.secret_access_key)
        self._session = botocore.session.get_session()
        self._clients: dict[Any, Any] = {}
        self._lock = threading.Lock()
        self._numbers = count(1)

    def client(self, service: str, keys: Keys | None = None, region: str = REGION) -> Any:
        """A client with these keys, the administrator's by default."""
        keys = keys or self.administrator
        return self._client(
            service,
            region,
            Config(),
            aws_access_key_id=keys.access_key_id,
            aws_secret_access_key=keys.secret_access_key,
            aws_session_token=keys.session_token,
        )

    def anonymous(self, service: str = "cognito-idp", region: str = REGION) -> Any:
        """A client without credentials."""
        return self._client(service, region, Config(signature_version=UNSIGNED))

    def _client(self, service: str, region: str, config: Config, **keys: Any) -> Any:
        key = (service, region, *sorted(keys.items()))
        config = PLAIN.merge(config)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._session.create_client(
                    service, region_name=region, endpoint_url=self.endpoint, config=config, **keys
                )
            return self._clients[key]

    def name(self, prefix: str) -> str:
        """A name that nobody has used."""
        return f"{prefix}-{next(self._numbers)}"

    def user(self, *statements: Document, name: str | None = None, **created: Any) -> Keys:
        """A new IAM user with these statements as its policy; the keys of it."""
        iam, name = self.client("iam"), name or self.name("user")
        iam.create_user(UserName=name, **created)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Keys(key["AccessKeyId"], key["SecretAccessKey"])

    def role(
        self, *statements: Document, trust: str = trust(ACCOUNT_ROOT), name: str | None = None, **created: Any
    ) -> str:
        """A new role with these statements as its policy; the ARN of it."""
        iam, name = self.client("iam"), name or self.name("role")
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **created)["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy(*statements))
        return arn

    def assume(self, role: str, keys: Keys | None = None, session: str = "session", **given: Any) -> Keys:
        """A session of the role; raises ClientError where that is refused."""
        answer = self.client("sts", keys).assume_role(RoleArn=role, RoleSessionName=session, **given)
        made = answer["Credentials"]
        return Keys(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])

    def calls(self, **query: Any) -> list[Record]:
        """The recorded calls, oldest first."""
        return lifecycle.calls(self.folder, Query(**query))


def error_of(client: Any, operation: str, parameters: Mapping[str, Any]) -> ClientError | None:
    """Make a call by the operation's name; the error that it raises, or None."""
    try:
        client._make_api_call(operation, dict(parameters))
    except ClientError as error:
        return error
    return None


def code_of(error: ClientError | None) -> str | None:
    """The error code that a caller would compare."""
    return None if error is None else str(error.response["Error"]["Code"])


@contextmanager
def running_sandbox(path: Path, **options: Any) -> Iterator[Sandbox]:
    """A sandbox in a process of its own, on a free port, that ends with the block."""
    folder = StateFolder(path)
    lifecycle.start(folder, 0, **options)
    try:
        yield Sandbox(folder)
    finally:
        lifecycle.stop(folder)
