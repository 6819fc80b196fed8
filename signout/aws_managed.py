"""The texts of AWS's own managed policies, which no plan has, as of a date.

The file has a line of JSON, with the date and the first name and the length of every block, and then the blocks: each
a few policies by name, as JSON, compressed. So one policy is read without the other thousand.
"""

from __future__ import annotations

import json
import os
from bisect import bisect_right
from functools import cache
from typing import Any

_PREFIX = ":iam::aws:policy/"
_FILE = os.path.join(os.path.dirname(__file__), "aws_managed.blocks")


def is_aws_managed(arn: str) -> bool:
    """Is it the ARN of a policy that AWS itself keeps?"""
    return _PREFIX in arn


def aws_managed(arn: str) -> str | None:
    """The document of the policy as JSON; None for one that the stored file does not know."""
    name = arn.partition(_PREFIX)[2]
    index = bisect_right([first for first, _ in _header()["blocks"]], name) - 1
    document = _block(index).get(name) if index >= 0 else None
    return None if document is None else json.dumps(document)


def as_of() -> str:
    """The date of the newest policy that is stored, 2026-11-20."""
    date: str = _header()["date"]
    return date


@cache
def _header() -> dict[str, Any]:
    """The first line, with the place at which the blocks begin. It is read only for an input with such a policy."""
    with open(_FILE, "rb") as file:
        line = file.readline()
    return {**json.loads(line), "begin": len(line)}


@cache
def _block(index: int) -> dict[str, Any]:
    import zlib

    header = _header()
    with open(_FILE, "rb") as file:
        file.seek(header["begin"] + sum(length for _, length in header["blocks"][:index]))
        content: dict[str, Any] = json.loads(zlib.decompress(file.read(header["blocks"][index][1])))
    return content
