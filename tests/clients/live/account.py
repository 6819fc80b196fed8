"""An account of AWS's, as the tests speak to it, and what they make in it and remove."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.clients.cases import CASES
from tests.clients.directory import Directory, make_callers, make_directory
from tests.clients.stage import Stage
from tests.clients.wire import Unrecorded
from tests.support.sandbox import REGION, Keys, policy

PREFIX = "signout-test-"
"""With which the names of all that is made begin."""
GONE = frozenset({"NoSuchEntity", "ResourceNotFoundException"})


class Account:
    """The account of the credentials that boto3 finds."""

    def __init__(self, run: str) -> None:
        """`run`: in every name that is made up, so that two runs do not meet."""
        self.session = boto3.Session(region_name=REGION)
        self._run = run
        self._numbers = count(1)

    def client(self, service: str, keys: Keys | None = None, region: str = REGION) -> Any:
        """A client with these keys, by default with the credentials that boto3 finds."""
        given = (keys.access_key_id, keys.secret_access_key, keys.session_token) if keys else (None, None, None)
        return self.session.client(service, region, None, True, None, None, *given)

    def anonymous(self, service: str = "cognito-idp", region: str = REGION) -> Any:
        """A client without credentials."""
        return self.session.client(service, region, config=Config(signature_version=UNSIGNED))

    def name(self, prefix: str) -> str:
        """A name that nobody has used."""
        return f"{prefix}-{self._run}-{next(self._numbers)}"

    def user(self, *statements: Mapping[str, Any], name: str | None = None) -> Keys:
        """A new IAM user with these statements as its policy; the keys of it."""
        iam, name = self.client("iam"), name or self.name("user")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Keys(key["AccessKeyId"], key["SecretAccessKey"])


@dataclass(frozen=True)
class LiveStage(Stage):
    """The account; one pool for all tests, without users whenever a test begins."""

    kept: Directory

    def directory(self) -> Directory:
        """The pool, emptied."""
        cognito = self.aws.client("cognito-idp")
        pages = cognito.get_paginator("list_users").paginate(UserPoolId=self.kept.pool)
        for name in [user["Username"] for page in pages for user in page["Users"]]:
            cognito.admin_delete_user(UserPoolId=self.kept.pool, Username=name)
        return self.kept


@contextmanager
def made(account: Account, name: str, endpoint: str | None, say: Callable[[str], None]) -> Iterator[LiveStage]:
    """A user pool, an identity pool and two IAM users, which are removed however the block ends."""
    try:
        kept = make_directory(account, name)
        callers = make_callers(account, pools_of_cases(account, kept.pool), callers_of(name))
        yield LiveStage(account, Unrecorded(endpoint), callers, kept)
    finally:
        with undisturbed():
            say("removing what was made")
            remove(account, name)


def callers_of(name: str) -> tuple[str, str]:
    """The names of the two IAM users."""
    return f"{name}-operator", f"{name}-bystander"


def pools_of_cases(account: Account, pool: str) -> list[str]:
    """The ARNs of the pool and of those that the cases make up: the operator may sign out nobody else's users."""
    number = account.client("sts").get_caller_identity()["Account"]
    directory = Directory(account, pool, "", "")
    absent: Any = None  # where a case names its own pool, neither user nor token is looked at
    ids = {pool}
    for case in CASES:
        if "pool" in case.name:
            ids.add(case.parameters(directory, _Nobody(), absent)["UserPoolId"])  # type: ignore[arg-type]
    return [f"arn:aws:cognito-idp:{REGION}:{number}:userpool/{each}" for each in sorted(ids)]


class _Nobody:
    name = "nobody"


def remove(account: Account, name: str) -> None:
    """Removes whatever goes by the name; each part is tried, and the first error raised at the end."""
    errors: list[Exception] = []
    for part in (_remove_identity_pools, _remove_pools, _remove_users):
        try:
            part(account, name)
        except (BotoCoreError, ClientError) as error:
            errors.append(error)
    if errors:
        raise errors[0]


def _remove_pools(account: Account, name: str) -> None:
    cognito = account.client("cognito-idp")
    for page in cognito.get_paginator("list_user_pools").paginate(MaxResults=60):
        for pool in page["UserPools"]:
            if pool["Name"] == name:
                cognito.delete_user_pool(UserPoolId=pool["Id"])


def _remove_identity_pools(account: Account, name: str) -> None:
    identity = account.client("cognito-identity")
    for page in identity.get_paginator("list_identity_pools").paginate(MaxResults=60):
        for pool in page["IdentityPools"]:
            if pool["IdentityPoolName"] == name:
                identity.delete_identity_pool(IdentityPoolId=pool["IdentityPoolId"])


def _remove_users(account: Account, name: str) -> None:
    iam = account.client("iam")
    for user in callers_of(name):
        try:
            for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]:
                iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
            for document in iam.list_user_policies(UserName=user)["PolicyNames"]:
                iam.delete_user_policy(UserName=user, PolicyName=document)
            iam.delete_user(UserName=user)
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C and a request to end wait until the block is done."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
