"""The people whom the stack's roles trust: IAM users with a second factor, as those on call have it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from ..account import ACCOUNT
from ..enforcement.mfa import STEP, code_at
from ..state import Connection
from .clients import Clients, Keys
from .expectations import expect, refused

RESPONDER: Final = f"arn:aws:iam::{ACCOUNT}:user/responder"
OPERATOR: Final = f"arn:aws:iam::{ACCOUNT}:user/operator"
_SECONDS_TO_USE_A_CODE: Final = 1


@dataclass(frozen=True, slots=True)
class Person:
    """An IAM user with access key and second factor."""

    keys: Keys
    device: str
    """Serial number of the second factor."""
    seed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RoleSession:
    """A session of a role that a person assumed."""

    keys: Keys
    until: datetime
    refused_before: str
    """Error code of the attempt without the second factor."""


def prepare(connection: Connection) -> None:
    """Makes the IAM users, without keys: they have to exist before the stack that trusts them is deployed."""
    iam = Clients(connection).of("iam")
    for arn in (RESPONDER, OPERATOR):
        try:
            iam.create_user(UserName=_name(arn))
        except iam.exceptions.EntityAlreadyExistsException:
            continue


def equip(clients: Clients, arn: str, run_id: str) -> Person:
    """Gives the IAM user a new access key and a new second factor; those of an earlier demonstration go."""
    iam, name = clients.of("iam"), _name(arn)
    _take_away(iam, name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=f"{name}-{run_id}")["VirtualMFADevice"]
    seed, step = device["Base32StringSeed"].decode(), _step()
    codes = {"AuthenticationCode1": code_at(seed, step - 1), "AuthenticationCode2": code_at(seed, step)}
    iam.enable_mfa_device(UserName=name, SerialNumber=device["SerialNumber"], **codes)
    return Person(Keys(key["AccessKeyId"], key["SecretAccessKey"]), device["SerialNumber"], seed)


def _take_away(iam: Any, name: str) -> None:
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    for device in iam.list_mfa_devices(UserName=name)["MFADevices"]:
        iam.deactivate_mfa_device(UserName=name, SerialNumber=device["SerialNumber"])
        iam.delete_virtual_mfa_device(SerialNumber=device["SerialNumber"])


def assume(clients: Clients, person: Person, role: str) -> RoleSession:
    """Opens a session of the role with the second factor, after AWS refused one without it."""
    open_session = partial(clients.of("sts", person.keys).assume_role, RoleArn=role, RoleSessionName="demonstration")
    code, _ = refused(f"a session of {role} without a second factor", open_session)
    expect(code == "AccessDenied", f"a session of {role} without a second factor: {code}")
    # Of the codes of this step and the one before, each has been used.
    second_factor = {"SerialNumber": person.device, "TokenCode": code_at(person.seed, _step() + 1)}
    opened = open_session(**second_factor)["Credentials"]
    keys = Keys(opened["AccessKeyId"], opened["SecretAccessKey"], opened["SessionToken"])
    return RoleSession(keys, opened["Expiration"], code)


def _step() -> int:
    """The step that a second factor is in, for a code that arrives within it: the last moments are waited out."""
    left = STEP - time.time() % STEP
    if left < _SECONDS_TO_USE_A_CODE:
        time.sleep(left)
    return int(time.time()) // STEP


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]
