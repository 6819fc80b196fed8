"""An object that is not there: only who may list the bucket learns that."""

from __future__ import annotations

import pytest

from tests.support.sandbox import Sandbox, allow, code_of, error_of

OBJECTS, BUCKET = "arn:aws:s3:::missing-objects/*", "arn:aws:s3:::missing-objects"


@pytest.mark.parametrize(
    ("operation", "refused", "missing"), [("GetObject", "AccessDenied", "NoSuchKey"), ("HeadObject", "403", "404")]
)
def test_missing_object(sandbox: Sandbox, operation: str, refused: str, missing: str) -> None:
    """Without s3:ListBucket on the bucket the call is refused, with it the object is missing."""
    sandbox.client("s3").create_bucket(Bucket="missing-objects")
    reader = sandbox.user(allow("s3:GetObject", OBJECTS))
    lister = sandbox.user(allow("s3:GetObject", OBJECTS), allow("s3:ListBucket", BUCKET))
    wanted = {"Bucket": "missing-objects", "Key": "nothing"}

    assert code_of(error_of(sandbox.client("s3", reader), operation, wanted)) == refused
    assert code_of(error_of(sandbox.client("s3", lister), operation, wanted)) == missing


def test_present_object(sandbox: Sandbox) -> None:
    """An object that is there needs no permission to list."""
    sandbox.client("s3").create_bucket(Bucket="missing-objects")
    sandbox.client("s3").put_object(Bucket="missing-objects", Key="something", Body=b"a")
    reader = sandbox.user(allow("s3:GetObject", OBJECTS))

    answer = sandbox.client("s3", reader).get_object(Bucket="missing-objects", Key="something")
    assert answer["Body"].read() == b"a"
