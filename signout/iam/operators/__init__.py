"""Every condition operator of the IAM reference, one family a file.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

from __future__ import annotations

from signout.iam.operators import address, arn, binary, boolean, date, null, numeric, string
from signout.iam.operators.base import BadValue, Family, Operator, Test

ALL: tuple[Operator, ...] = (
    string.EQUALS,
    string.NOT_EQUALS,
    string.EQUALS_IGNORE_CASE,
    string.NOT_EQUALS_IGNORE_CASE,
    string.LIKE,
    string.NOT_LIKE,
    *numeric.OPERATORS,
    *date.OPERATORS,
    boolean.BOOL,
    binary.EQUALS,
    address.EQUALS,
    address.NOT_EQUALS,
    arn.EQUALS,
    arn.NOT_EQUALS,
    arn.LIKE,
    arn.NOT_LIKE,
    null.NULL,
)

OPERATORS: dict[str, Operator] = {operator.name: operator for operator in ALL}
"""By name, as the IAM reference spells it."""

__all__ = ["ALL", "OPERATORS", "BadValue", "Family", "Operator", "Test"]
