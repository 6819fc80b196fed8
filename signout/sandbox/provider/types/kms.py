"""AWS KMS: keys and aliases."""

from __future__ import annotations

from typing import Any, Final

from signout.sandbox.provider.clients import Aws
from signout.sandbox.provider.names import parameters, state
from signout.sandbox.provider.resource import Autoname, Type, Update
from signout.sandbox.provider.wire import Props

_KEY_NAMES: Final = {
    "bypassPolicyLockoutSafetyCheck": "BypassPolicyLockoutSafetyCheck",
    "customerMasterKeySpec": "KeySpec",
    "isEnabled": "Enabled",
}
LONGEST_WAIT: Final = 30
"""Days until a key that is deleted is gone, when nothing else is said."""


def _create_key(aws: Aws, inputs: Props) -> str:
    client = aws("kms")
    return str(client.create_key(**parameters(client, "CreateKey", inputs, _KEY_NAMES))["KeyMetadata"]["KeyId"])


def _settle_key(aws: Aws, id: str, inputs: Props) -> None:
    if inputs["enableKeyRotation"]:
        _rotate(aws("kms"), id, inputs)
    if not inputs["isEnabled"]:
        aws("kms").disable_key(KeyId=id)


def _rotate(client: Any, id: str, inputs: Props) -> None:
    days = inputs.get("rotationPeriodInDays")
    client.enable_key_rotation(KeyId=id, **({"RotationPeriodInDays": days} if days else {}))


def _read_key(aws: Aws, id: str, known: Props) -> Props | None:
    client = aws("kms")
    key = client.describe_key(KeyId=id)["KeyMetadata"]
    if key["KeyState"] == "PendingDeletion":
        return None
    rotation = client.get_key_rotation_status(KeyId=id)
    tags = client.list_resource_tags(KeyId=id).get("Tags", [])
    return state("aws:kms/key:Key", key, _KEY_NAMES) | {
        "enableKeyRotation": rotation["KeyRotationEnabled"],
        "policy": client.get_key_policy(KeyId=id, PolicyName="default")["Policy"],
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays"),
        "tags": {each["TagKey"]: each["TagValue"] for each in tags},
    }


def _update_key(aws: Aws, id: str, update: Update) -> None:
    client, new = aws("kms"), update.new
    if update.touches("isEnabled") and new["isEnabled"]:
        client.enable_key(KeyId=id)  # first, as a disabled key takes no other change
    if update.touches("description"):
        client.update_key_description(KeyId=id, Description=new.get("description", ""))
    if update.touches("policy") and "policy" in new:
        unsafe = new["bypassPolicyLockoutSafetyCheck"]
        client.put_key_policy(
            KeyId=id, PolicyName="default", Policy=new["policy"], BypassPolicyLockoutSafetyCheck=unsafe
        )
    if update.touches("enableKeyRotation", "rotationPeriodInDays"):
        if new["enableKeyRotation"]:
            _rotate(client, id, new)
        else:
            client.disable_key_rotation(KeyId=id)
    if update.new_tags:
        pairs = [{"TagKey": key, "TagValue": value} for key, value in update.new_tags.items()]
        client.tag_resource(KeyId=id, Tags=pairs)
    if update.dropped_tags:
        client.untag_resource(KeyId=id, TagKeys=update.dropped_tags)
    if update.touches("isEnabled") and not new["isEnabled"]:
        client.disable_key(KeyId=id)


def _delete_key(aws: Aws, id: str, known: Props) -> None:
    days = known.get("deletionWindowInDays", LONGEST_WAIT)
    aws("kms").schedule_key_deletion(KeyId=id, PendingWindowInDays=days)


KEY = Type(
    token="aws:kms/key:Key",
    cloudformation="AWS::KMS::Key",
    names={"customerMasterKeySpec": "KeySpec", "deletionWindowInDays": "PendingWindowInDays", "isEnabled": "Enabled"},
    carries=(
        "bypassPolicyLockoutSafetyCheck",
        "customerMasterKeySpec",
        "deletionWindowInDays",
        "description",
        "enableKeyRotation",
        "isEnabled",
        "keyUsage",
        "multiRegion",
        "policy",
        "rotationPeriodInDays",
        "tags",
    ),
    defaults={
        "bypassPolicyLockoutSafetyCheck": False,
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "enableKeyRotation": False,
        "isEnabled": True,
        "keyUsage": "ENCRYPT_DECRYPT",
    },
    chosen=frozenset({"description", "multiRegion", "policy", "rotationPeriodInDays"}),
    kept=frozenset({"bypassPolicyLockoutSafetyCheck", "deletionWindowInDays"}),
    documents=frozenset({"policy"}),
    replaces=frozenset({"customerMasterKeySpec", "keyUsage", "multiRegion"}),
    create=_create_key,
    settle=_settle_key,
    read=_read_key,
    update=_update_key,
    delete=_delete_key,
)


def _create_alias(aws: Aws, inputs: Props) -> str:
    aws("kms").create_alias(AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
    return str(inputs["name"])


def _read_alias(aws: Aws, id: str, known: Props) -> Props | None:
    pages = aws("kms").get_paginator("list_aliases").paginate()
    alias = next((each for page in pages for each in page["Aliases"] if each["AliasName"] == id), None)
    if alias is None:
        return None
    key_arn = f"{alias['AliasArn'].rpartition(':')[0]}:key/{alias['TargetKeyId']}"
    written = known.get("targetKeyId")
    return {
        "arn": alias["AliasArn"],
        "name": id,
        "targetKeyArn": key_arn,
        "targetKeyId": written if written == key_arn else alias["TargetKeyId"],
    }


def _update_alias(aws: Aws, id: str, update: Update) -> None:
    aws("kms").update_alias(AliasName=id, TargetKeyId=update.new["targetKeyId"])


def _alias_name(name: str, inputs: Props) -> str:
    return name if name.startswith("alias/") else f"alias/{name}"


ALIAS = Type(
    token="aws:kms/alias:Alias",
    cloudformation="AWS::KMS::Alias",
    names={"name": "AliasName"},
    carries=("name", "targetKeyId"),
    autoname=Autoname(longest=256, finish=_alias_name),
    create=_create_alias,
    read=_read_alias,
    update=_update_alias,
    delete=lambda aws, id, known: aws("kms").delete_alias(AliasName=id),
)
