"""BinaryEquals: bytes, written in base64 on both sides."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from signout.iam.operators.base import BadValue, Family, Operator, Plain, Test


def octets(text: str) -> bytes | None:
    """The bytes that the text encodes; None where it is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def _read(values: Sequence[str], variables: bool) -> Test:
    wanted: set[bytes] = set()
    for value in values:
        if (read := octets(value)) is None:
            raise BadValue(value, 'base64 such as "QmluYXJ5"')
        wanted.add(read)
    return Plain(lambda have: octets(have) in wanted, tuple(sorted(wanted)))


EQUALS = Operator("BinaryEquals", Family.BINARY, _read)
