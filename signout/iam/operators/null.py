"""Null: is the key absent ("true") or present ("false")? The one operator that reads no value of the request."""

from __future__ import annotations

from collections.abc import Sequence

from signout.iam.operators.base import Family, Operator, Plain, Test
from signout.iam.operators.boolean import truth, truths


def _read(values: Sequence[str], variables: bool) -> Test:
    wanted = truths(values)
    return Plain(lambda absent: truth(absent) in wanted)


NULL = Operator("Null", Family.NULL, _read)
"""Its test is given the text "true" where the key is absent, and "false" where it has a value."""
