"""KMS: keys under id, ARN or alias, and the key policy, without which no identity policy counts.

Source: Service Authorization Reference, "AWS Key Management Service"; KMS Developer Guide, "Key policies".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from moto.kms.models import kms_backends

from ...account import ACCOUNT, PARTITION
from ..faults import Fault, Refusal
from ..table import ANY, Call, KeyOf, Needs, Operation, Resource, Service, Tags, Values, by_name, each, parameter, rows


def key_arn(call: Call, text: str) -> str:
    """The ARN of the key under any of its names; refuses one that is not there, as KMS does."""
    kept = kms_backends[ACCOUNT][call.region]
    start = f"arn:{PARTITION}:kms:{call.region}:{ACCOUNT}:"
    if text.startswith("arn:") and not text.startswith(start):
        raise Refusal(Fault.INVALID, f"Invalid arn {text[:200]}", code="NotFoundException")
    name = text.removeprefix(start)
    key_id = kept.get_key_id_from_alias(name) if name.startswith("alias/") else name.removeprefix("key/")
    if key_id is None or key_id not in kept.keys:
        kind = "Alias" if name.startswith("alias/") else "Key"
        raise Refusal(Fault.INVALID, f"{kind} '{start}{name}' does not exist", code="NotFoundException")
    return f"{start}key/{key_id}"


def _key(name: str) -> Resource:
    return Resource(lambda call: (key_arn(call, call.text(name)),), frozenset({name}))


def _alias(call: Call) -> tuple[str, ...]:
    return (f"arn:{PARTITION}:kms:{call.region}:{ACCOUNT}:{call.text('AliasName')}",)


KEY: Final = _key("KeyId")
ALIAS: Final = Resource(_alias, frozenset({"AliasName"}))
ALIASED: Final = _key("AliasName")
TARGET: Final = _key("TargetKeyId")


def _encrypted_under(call: Call) -> tuple[str, ...]:
    """Decrypt may leave the key out: a symmetric ciphertext names it. The sandbox wants it named."""
    if not call.parameters.get("KeyId"):
        raise Refusal(
            Fault.NOT_SIMULATED, f"The sandbox needs the KeyId for kms:{call.operation}: it does not read ciphertexts."
        )
    return tuple(KEY.arns(call))


def _request_alias(call: Call) -> Values:
    name = str(call.parameters.get("KeyId", ""))
    return "alias/" + name.partition("alias/")[2] if "alias/" in name else None


def _encryption_context(call: Call) -> Values:
    context = call.parameters.get("EncryptionContext")
    return context if isinstance(context, Mapping) else {}


COMMON: Final[dict[str, KeyOf]] = {"kms:CallerAccount": lambda call: ACCOUNT, "kms:ViaService": lambda call: None}
CRYPTOGRAPHY: Final[dict[str, KeyOf]] = {
    **COMMON,
    "kms:RequestAlias": _request_alias,
    "kms:EncryptionAlgorithm": lambda call: str(call.parameters.get("EncryptionAlgorithm", "SYMMETRIC_DEFAULT")),
    "kms:EncryptionContext:": _encryption_context,
    "kms:EncryptionContextKeys": lambda call: list(call.parameters.get("EncryptionContext") or ()),
}
CREATION: Final[dict[str, KeyOf]] = {
    **COMMON,
    "kms:KeySpec": lambda call: str(call.parameters.get("KeySpec", "SYMMETRIC_DEFAULT")),
    "kms:KeyUsage": lambda call: str(call.parameters.get("KeyUsage", "ENCRYPT_DECRYPT")),
    "kms:KeyOrigin": lambda call: str(call.parameters.get("Origin", "AWS_KMS")),
    "kms:MultiRegion": lambda call: bool(call.parameters.get("MultiRegion", False)),
    "kms:BypassPolicyLockoutSafetyCheck": lambda call: bool(
        call.parameters.get("BypassPolicyLockoutSafetyCheck", False)
    ),
}


def _kept(resource: str) -> Any:
    region, key_id = resource.split(":")[3], resource.rpartition("/")[2]
    return kms_backends[ACCOUNT][region].keys.get(key_id) if ":key/" in resource else None


def _policy(resource: str) -> str | None:
    key = _kept(resource)
    policy: str | None = key.policy if key is not None else None
    return policy


def _tags(call: Call, resource: str) -> Tags:
    tags: dict[str, str] = kms_backends[ACCOUNT][call.region].tagger.get_tag_dict_for_resource(
        resource.rpartition("/")[2]
    )
    return tags


SERVICE: Final = Service(
    "kms",
    by_name(
        (
            Operation(
                "CreateKey",
                ANY,
                request_tags="Tags",
                keys=CREATION,
                existing=False,
                needs=(
                    Needs(
                        "kms:TagResource",
                        ANY,
                        lambda call: bool(call.parameters.get("Tags")),
                        COMMON,
                        same_resource=True,
                    ),
                ),
            ),
            Operation("CreateAlias", each(ALIAS, TARGET), keys=COMMON),
            Operation("DeleteAlias", each(ALIAS, ALIASED), keys=COMMON),
            Operation(
                "UpdateAlias",
                each(ALIAS, ALIASED),
                keys=COMMON,
                needs=(Needs("kms:UpdateAlias", TARGET, keys=COMMON, same_resource=True),),
            ),
            *rows(
                """CancelKeyDeletion DisableKey DisableKeyRotation EnableKey GetKeyPolicy GetKeyRotationStatus
                ListKeyPolicies ListKeyRotations ListResourceTags RotateKeyOnDemand UpdateKeyDescription""",
                KEY,
                keys=COMMON,
            ),
            Operation(
                "EnableKeyRotation", KEY, keys={**COMMON, "kms:RotationPeriodInDays": parameter("RotationPeriodInDays")}
            ),
            Operation(
                "PutKeyPolicy",
                KEY,
                keys={
                    **COMMON,
                    "kms:BypassPolicyLockoutSafetyCheck": CREATION["kms:BypassPolicyLockoutSafetyCheck"],
                },
            ),
            Operation(
                "ScheduleKeyDeletion",
                KEY,
                keys={
                    **COMMON,
                    "kms:ScheduleKeyDeletionPendingWindowInDays": lambda call: call.parameters.get(
                        "PendingWindowInDays", 30
                    ),
                },
            ),
            *rows("DescribeKey GetPublicKey", KEY, keys={**COMMON, "kms:RequestAlias": _request_alias}),
            *rows("Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext", KEY, keys=CRYPTOGRAPHY),
            Operation("Decrypt", Resource(_encrypted_under, frozenset({"KeyId"})), keys=CRYPTOGRAPHY),
            Operation("TagResource", KEY, request_tags="Tags", keys=COMMON),
            Operation("UntagResource", KEY, tag_keys="TagKeys", keys=COMMON),
            *rows("GenerateRandom ListAliases ListKeys", ANY),
        )
    ),
    resource_tags=_tags,
    resource_policy=_policy,
    pretended={
        "CreateGrant": "the sandbox decides by policies, and does not evaluate grants.",
        "ListGrants": "there are no grants.",
        "RetireGrant": "there are no grants.",
        "RevokeGrant": "there are no grants.",
    },
)
