"""Amazon S3: buckets. In this version of the provider a bucket's settings are resources of their own."""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import ClientError

from signout.sandbox.provider.clients import Aws
from signout.sandbox.provider.resource import Autoname, Type, Update
from signout.sandbox.provider.wire import Props

_FIRST_REGION: Final = "us-east-1"
"""The one Region that CreateBucket takes no location for."""

_LARGEST_BATCH: Final = 1000


def _create(aws: Aws, inputs: Props) -> str:
    client = aws("s3")
    region = client.meta.region_name
    where = {} if region == _FIRST_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=inputs["bucket"], **where)
    return str(inputs["bucket"])


def _settle(aws: Aws, id: str, inputs: Props) -> None:
    _set_tags(aws("s3"), id, inputs["tags"])


def _set_tags(client: Any, bucket: str, tags: dict[str, str]) -> None:
    if tags:
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        client.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": pairs})
    else:
        client.delete_bucket_tagging(Bucket=bucket)


def _read(aws: Aws, id: str, known: Props) -> Props:
    client = aws("s3")
    client.head_bucket(Bucket=id)
    region = client.get_bucket_location(Bucket=id).get("LocationConstraint") or _FIRST_REGION
    return {
        "arn": f"arn:aws:s3:::{id}",
        "bucket": id,
        "bucketDomainName": f"{id}.s3.amazonaws.com",
        "bucketRegion": region,
        "bucketRegionalDomainName": f"{id}.s3.{region}.amazonaws.com",
        "tags": _tags(client, id),
    }


def _tags(client: Any, bucket: str) -> dict[str, str]:
    try:
        tags = client.get_bucket_tagging(Bucket=bucket)["TagSet"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchTagSet":
            return {}
        raise
    return {each["Key"]: each["Value"] for each in tags}


def _update(aws: Aws, id: str, update: Update) -> None:
    if update.touches("tags"):
        _set_tags(aws("s3"), id, update.new["tags"])


def _delete(aws: Aws, id: str, known: Props) -> None:
    client = aws("s3")
    if known.get("forceDestroy"):
        for page in client.get_paginator("list_object_versions").paginate(Bucket=id):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]
            for start in range(0, len(objects), _LARGEST_BATCH):
                client.delete_objects(Bucket=id, Delete={"Objects": objects[start : start + _LARGEST_BATCH]})
    client.delete_bucket(Bucket=id)


BUCKET = Type(
    token="aws:s3/bucket:Bucket",
    cloudformation="AWS::S3::Bucket",
    names={"bucket": "BucketName"},
    carries=("bucket", "forceDestroy", "tags"),
    autoname=Autoname("bucket", longest=63, finish=lambda name, inputs: name.lower()),
    defaults={"forceDestroy": False},
    kept=frozenset({"forceDestroy"}),
    create=_create,
    settle=_settle,
    read=_read,
    update=_update,
    delete=_delete,
)
