"""The texts of AWS's own managed policies, which no plan has, as of a date."""

from __future__ import annotations

import json
import os
import zlib
from functools import cache
from typing import Any

_PREFIX = ":iam::aws:policy/"
_FILE = os.path.join(os.path.dirname(__file__), "aws_managed.zlib")


def is_aws_managed(arn: str) -> bool:
    """Is it the ARN of a policy that AWS itself keeps?"""
    return _PREFIX in arn


def aws_managed(arn: str) -> str | None:
    """The document of the policy as JSON; None for one that the stored file does not know."""
    document = stored()["policies"].get(arn.partition(_PREFIX)[2])
    return None if document is None else json.dumps(document)


def as_of() -> str:
    """The date of the newest policy that is stored, 2026-11-20."""
    date: str = stored()["date"]
    return date


@cache
def stored() -> dict[str, Any]:
    """What the file has. It is opened only for an input that attaches such a policy."""
    with open(_FILE, "rb") as file:
        content: dict[str, Any] = json.loads(zlib.decompress(file.read()))
    return content
