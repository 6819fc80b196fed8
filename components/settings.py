"""The stack's configuration: read and checked in one place, before anything is registered.

``Pulumi.yaml`` lists every key with its type, meaning and default. Everything wrong with the values is said at once, in
one line each: the key, the value, what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, fields
from functools import partial

from signout.cognito.limits import limit
from signout.cognito.validity import UNIT_SECONDS, Token

from . import trust_setting
from .account import Account
from .concurrency import MOST_INSTANCES, Concurrency, Reserved, Unreserved
from .config_values import ConfigValues
from .sign_out_access import SignOutAccessArgs
from .sign_out_runbook import SignOutRunbookArgs
from .trust import PermissionSet
from .user_directory import Life, UserDirectoryArgs

_ALIASES = ("email", "phone_number", "preferred_username")
# What CloudWatch Logs knows (PutRetentionPolicy).
_RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
)  # fmt: skip
# Cognito refuses these anywhere in a prefix (Developer Guide, Configuring a user pool domain).
_NOT_IN_A_DOMAIN = ("aws", "amazon", "cognito")
_LEAST_KEY_LENGTH = 16
_LONGEST_FUNCTION_NAME = 64
_POLICY = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/[\w+=,.@/-]+", re.ASCII)
_KMS_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[\w-]+", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FUNCTION_NAME = re.compile(rf"[\w-]{{1,{_LONGEST_FUNCTION_NAME}}}", re.ASCII)


# The keys of what makes a new pool.
_KEYS = {
    "protect": "protect",
    "tier": "tier",
    "mfa": "mfa",
    "aliases": "aliases",
    "password_length": "passwordLength",
    "access_token": "accessTokenValidity",
    "id_token": "idTokenValidity",
    "refresh_token": "refreshTokenValidity",
    "rotation_grace_seconds": "refreshTokenRotationGrace",
    "password_flows": "passwordFlows",
    "callback_urls": "callbackUrls",
    "logout_urls": "logoutUrls",
    "domain_prefix": "domainPrefix",
    "identity_pool": "identityPool",
}


class SettingsError(ValueError):
    """Wrong values in the configuration. ``faults`` has a line for each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True)
class Settings:
    """What the configuration decides of each component's arguments; the program adds what it has to wire."""

    user_pool_id: str | None
    """An existing pool to use in place of a new one."""
    directory: partial[UserDirectoryArgs]
    access: partial[SignOutAccessArgs]
    runbook: partial[SignOutRunbookArgs]
    concurrency: Concurrency


def read(
    get: Callable[[str], str | None], is_secret: Callable[[str], bool], stack: str, given: Iterable[str] = ()
) -> Settings:
    """Reads the configuration; raises SettingsError with everything that is wrong with it.

    ``get`` gives a key's value as Pulumi keeps it (lists and objects as JSON), ``is_secret`` tells whether it is kept
    encrypted. ``stack`` is the name of the stack, ``given`` the keys that have a value: any that is not the stack's is
    wrong.
    """
    values = ConfigValues(get, is_secret)
    boundary = values.matching("permissionsBoundary", _POLICY, "the ARN of a managed policy")
    concurrency = _concurrency(values)
    settings = Settings(
        user_pool_id=values.of_the_api("userPoolId", "AdminUserGlobalSignOut", "UserPoolId"),
        directory=_directory(values),
        access=_access(values, boundary),
        runbook=_runbook(values, boundary, concurrency, _log_key(values), stack),
        concurrency=concurrency,
    )
    if settings.user_pool_id:
        _check_unused(values, settings.directory)
    values.check_keys(given)
    if values.faults:
        raise SettingsError(tuple(values.faults))
    return settings


def check_place(settings: Settings, here: Account) -> None:
    """Raises SettingsError for what is of another account, Region or partition than AWS would have it."""
    faults = []
    boundary = settings.access.keywords["permissions_boundary"]
    if boundary and not _is_of(boundary, here.partition, {here.id, "aws"}):
        faults.append(f"permissionsBoundary is {boundary!r}; allowed: a managed policy of {here.id}")
    key = settings.runbook.keywords["log_kms_key_arn"]
    if key and (not _is_of(key, here.partition) or key.split(":")[3] != here.region):
        faults.append(f"logKmsKeyArn is {key!r}; allowed: a KMS key of {here.region}")
    for name in ("operator", "responder"):
        trust = settings.access.keywords[f"{name}_trust"]
        for arn in () if trust is None or isinstance(trust, PermissionSet) else trust.arns:
            if not _is_of(arn, here.partition):
                faults.append(f"{name}Trust.principals is {arn!r}; allowed: ARNs of the partition {here.partition}")
    if faults:
        raise SettingsError(tuple(faults))


def _is_of(arn: str, partition: str, accounts: Container[str] | None = None) -> bool:
    parts = arn.split(":")
    return parts[1] == partition and (accounts is None or parts[4] in accounts)


def _directory(values: ConfigValues) -> partial[UserDirectoryArgs]:
    rotation_grace = values.number("refreshTokenRotationGrace", 0, 60)
    callback_urls = values.urls("callbackUrls", "CallbackURLs")
    domain_prefix = _domain_prefix(values)
    if domain_prefix and not callback_urls:
        values.fault("callbackUrls", "empty", f"at least one URL, since domainPrefix is {domain_prefix!r}")
    args = partial(
        UserDirectoryArgs,
        protect=values.flag("protect"),
        tier=values.choice("tier", limit("cognito-idp:CreateUserPool", "UserPoolTier").allowed or ()),
        mfa=values.choice("mfa", limit("cognito-idp:CreateUserPool", "MfaConfiguration").allowed or ()),
        aliases=values.texts("aliases", _ALIASES.__contains__, f"some of {', '.join(_ALIASES)}"),
        password_length=values.number("passwordLength", 8, 99),
        access_token=values.life("accessTokenValidity", Token.ACCESS),
        id_token=values.life("idTokenValidity", Token.ID),
        refresh_token=values.life("refreshTokenValidity", Token.REFRESH),
        rotation_grace_seconds=rotation_grace if values.flag("refreshTokenRotation") else None,
        password_flows=values.flag("passwordFlows"),
        callback_urls=callback_urls,
        logout_urls=values.urls("logoutUrls", "LogoutURLs"),
        domain_prefix=domain_prefix,
        identity_pool=values.flag("identityPool"),
    )
    _check_lives(values, args)
    return args


def _check_lives(values: ConfigValues, args: partial[UserDirectoryArgs]) -> None:
    """Cognito refuses access and ID tokens that outlive the refresh token."""
    longest = _seconds(args.keywords["refresh_token"])
    for key, name in (("accessTokenValidity", "access_token"), ("idTokenValidity", "id_token")):
        if _seconds(args.keywords[name]) > longest:
            allowed = f"no longer than refreshTokenValidity, which is {values.text('refreshTokenValidity')!r}"
            values.fault(key, repr(values.text(key)), allowed)


def _check_unused(values: ConfigValues, args: partial[UserDirectoryArgs]) -> None:
    """Settings of a new pool beside an existing one would be taken for what holds there."""
    defaults = {each.name: each.default for each in fields(UserDirectoryArgs)}
    for name, value in args.keywords.items():
        if value != defaults[name]:
            key = "refreshTokenRotation" if name == "rotation_grace_seconds" and value is None else _KEYS[name]
            values.fault(key, repr(values.text(key)), "its default, since userPoolId is set: that pool keeps its own")


def _seconds(life: Life) -> int:
    return life.value * UNIT_SECONDS[life.unit]


def _domain_prefix(values: ConfigValues) -> str | None:
    prefix = values.of_the_api("domainPrefix", "CreateUserPoolDomain", "Domain")
    if prefix and any(word in prefix for word in _NOT_IN_A_DOMAIN):
        values.fault("domainPrefix", repr(prefix), f"a prefix without {', '.join(_NOT_IN_A_DOMAIN)} in it")
    return prefix


def _access(values: ConfigValues, boundary: str | None) -> partial[SignOutAccessArgs]:
    return partial(
        SignOutAccessArgs,
        operator_trust=trust_setting.read(values, "operatorTrust"),
        responder_trust=trust_setting.read(values, "responderTrust"),
        require_source_identity=values.flag("requireSourceIdentity"),
        session_seconds=60 * values.number("sessionMinutes", 60, 720),
        permissions_boundary=boundary,
    )


def _runbook(
    values: ConfigValues, boundary: str | None, concurrency: Concurrency, log_key: str | None, stack: str
) -> partial[SignOutRunbookArgs]:
    name = values.matching("runbookName", _FUNCTION_NAME, f"up to {_LONGEST_FUNCTION_NAME} letters, digits, - and _")
    return partial(
        SignOutRunbookArgs,
        function_name=name or _function_name(stack),
        concurrency=concurrency,
        log_retention_days=int(values.choice("logRetentionDays", [str(days) for days in _RETENTION_DAYS])),
        log_kms_key_arn=values.matching("logKmsKeyArn", _KMS_KEY, "the ARN of a KMS key"),
        log_usernames=values.flag("logUsernames"),
        log_key=log_key,
        alarm_email=values.matching("alarmEmail", _EMAIL, "an e-mail address"),
        users_per_hour_alarm=values.number("usersPerHourAlarm", 1, 1_000_000),
        permissions_boundary=boundary,
    )


def _concurrency(values: ConfigValues) -> Concurrency:
    instances = values.number("runbookConcurrency", 0, MOST_INSTANCES)
    reason = values.text("noConcurrencyReason").strip()
    if instances:
        return Reserved(instances)
    if not reason:
        values.fault("noConcurrencyReason", "empty", "a reason, since runbookConcurrency is 0")
    return Unreserved(reason or "none")


def _log_key(values: ConfigValues) -> str | None:
    """The key under which the log hashes user names. A line about it never shows it."""
    key = values.secret("logKey")
    if key and len(key) < _LEAST_KEY_LENGTH:
        values.fault("logKey", f"{len(key)} characters long", f"{_LEAST_KEY_LENGTH} or more")
    return key or None


def _function_name(stack: str) -> str:
    """A name of the stack's own; what Lambda does not take in a name becomes a hyphen."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", f"signout-runbook-{stack}")[:_LONGEST_FUNCTION_NAME]
