"""S3: buckets and objects; several operations share an action. Source: Service Authorization Reference, "Amazon S3"."""

from __future__ import annotations

from typing import Any, Final

from moto.s3.models import s3_backends

from ...account import ACCOUNT, PARTITION
from ..faults import S3, Fault, Refusal
from ..table import ANY, Call, KeyOf, Needs, Operation, Resource, Service, Values, arn, by_name, parameter, rows, within

BUCKET: Final = arn("s3:::{Bucket}")
OBJECT: Final = arn("s3:::{Bucket}/{Key}")


def _objects(call: Call) -> tuple[str, ...]:
    """DeleteObjects asks for every object on its own."""
    keys = (call.parameters.get("Delete") or {}).get("Objects") or ()
    return tuple(f"arn:{PARTITION}:s3:::{call.text('Bucket')}/{item.get('Key', '')}" for item in keys)


def _no_versions(call: Call) -> None:
    if any(within(call.parameters, "Delete.Objects.*.VersionId")):
        raise Refusal(Fault.NOT_SIMULATED, "The sandbox does not delete versions of objects: VersionId is refused.")


def _bucket(resource: str) -> Any:
    name = resource.removeprefix(f"arn:{PARTITION}:s3:::").partition("/")[0]
    return s3_backends[ACCOUNT][PARTITION].buckets.get(name)


def _policy(resource: str) -> str | None:
    bucket = _bucket(resource)
    policy = bucket.policy if bucket is not None else None
    return policy.decode() if isinstance(policy, bytes) else policy


ALL: Final[dict[str, KeyOf]] = {
    "s3:ResourceAccount": lambda call: ACCOUNT,
    "s3:authType": lambda call: "REST-HEADER",
    "s3:signatureversion": lambda call: "AWS4-HMAC-SHA256",
    "s3:TlsVersion": lambda call: None,
    "s3:DataAccessPointArn": lambda call: None,
    "s3:DataAccessPointAccount": lambda call: None,
    "s3:AccessPointNetworkOrigin": lambda call: None,
}
LISTING: Final[dict[str, KeyOf]] = {
    **ALL,
    "s3:prefix": lambda call: call.parameters.get("Prefix"),
    "s3:delimiter": lambda call: call.parameters.get("Delimiter"),
    "s3:max-keys": lambda call: call.parameters.get("MaxKeys"),
}


def _region(call: Call) -> Values:
    configuration = call.parameters.get("CreateBucketConfiguration") or {}
    region: Values = configuration.get("LocationConstraint")
    return region


WRITING: Final[dict[str, KeyOf]] = {
    **ALL,
    "s3:x-amz-acl": parameter("ACL"),
    "s3:x-amz-server-side-encryption": parameter("ServerSideEncryption"),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": parameter("SSEKMSKeyId"),
    "s3:x-amz-storage-class": parameter("StorageClass"),
    "s3:if-match": parameter("IfMatch"),
    "s3:if-none-match": parameter("IfNoneMatch"),
    "s3:ObjectCreationOperation": lambda call: call.operation in ("PutObject", "CompleteMultipartUpload"),
}
"""Object tags given while writing would need s3:PutObjectTagging as well: that parameter is refused."""
UNTAGGED: Final = frozenset({"Tagging"})
VERSIONED: Final = frozenset({"VersionId"})
"""A version asks for an action of its own, such as s3:GetObjectVersion."""
SETTINGS: Final = {
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketPolicy": "DeleteBucketPolicy",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketLocation": "GetBucketLocation",
    "GetBucketOwnershipControls": "GetBucketOwnershipControls",
    "GetBucketPolicy": "GetBucketPolicy",
    "GetBucketTagging": "GetBucketTagging",
    "GetBucketVersioning": "GetBucketVersioning",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketOwnershipControls": "PutBucketOwnershipControls",
    "PutBucketPolicy": "PutBucketPolicy",
    "PutBucketTagging": "PutBucketTagging",
    "PutBucketVersioning": "PutBucketVersioning",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
"""Operations on a bucket's settings, and the action that each asks for."""


def _is_missing(call: Call) -> bool:
    bucket = s3_backends[ACCOUNT][PARTITION].buckets.get(call.text("Bucket"))
    return bucket is not None and call.text("Key") not in bucket.keys


LOOKING: Final = Needs("s3:ListBucket", BUCKET, when=_is_missing, keys=LISTING)
"""Only who may list a bucket learns that it does not have an object. Source: S3 API Reference, GetObject."""

SERVICE: Final = Service(
    "s3",
    by_name(
        (
            Operation(
                "CreateBucket", BUCKET, keys={**ALL, "s3:x-amz-acl": parameter("ACL"), "s3:locationconstraint": _region}
            ),
            Operation("DeleteBucket", BUCKET, keys=ALL),
            Operation("HeadBucket", BUCKET, action="ListBucket", keys=LISTING),
            Operation("ListBuckets", ANY, action="ListAllMyBuckets", keys=ALL),
            *rows("ListObjects ListObjectsV2", BUCKET, action="ListBucket", keys=LISTING),
            Operation("ListObjectVersions", BUCKET, action="ListBucketVersions", keys=LISTING),
            *(Operation(name, BUCKET, action=action, keys=ALL) for name, action in SETTINGS.items()),
            *rows("PutObject CreateMultipartUpload", OBJECT, action="PutObject", keys=WRITING, missing=UNTAGGED),
            *rows("CompleteMultipartUpload UploadPart", OBJECT, action="PutObject", keys=WRITING),
            Operation("AbortMultipartUpload", OBJECT, keys=ALL),
            Operation("GetObject", OBJECT, keys=ALL, missing=VERSIONED, needs=(LOOKING,)),
            Operation("HeadObject", OBJECT, action="GetObject", keys=ALL, missing=VERSIONED, needs=(LOOKING,)),
            Operation("DeleteObject", OBJECT, keys=ALL, missing=VERSIONED),
            Operation(
                "DeleteObjects",
                Resource(_objects, frozenset({"Bucket", "Delete"})),
                action="DeleteObject",
                keys=ALL,
                check=_no_versions,
            ),
        )
    ),
    resource_policy=_policy,
    forms=S3,
    shown_resource='on resource: "{}"',
    one_at_a_time=False,
)
