"""JSON as IAM reads it: no duplicate keys, no NaN; numbers keep the text they were written with."""

from __future__ import annotations

from typing import Any

from signout.iam.errors import PolicyError, shown


class _Duplicate(ValueError):
    """A key that its object has already."""


class _Constant(ValueError):
    """NaN or Infinity, which Python reads and JSON does not have."""


class Number(str):
    """A JSON number, as its text: IAM compares `1.10` in a condition as it was written."""

    __slots__ = ()


def loads(text: str | bytes, origin: str, expected: str = "a policy document") -> Any:
    """The JSON value of the text. Raises PolicyError with line and column, or naming the duplicate key."""
    import json  # at the first policy, not when the package is imported

    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise PolicyError(origin, f"byte {error.start} is not UTF-8", "JSON in UTF-8") from None
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_no_constant,
        )
    except _Duplicate as error:
        raise PolicyError(origin, f"key {shown(str(error))} is there twice in one object", "each key once") from None
    except _Constant as error:
        raise PolicyError(origin, f"not JSON: {error}", expected) from None
    except json.JSONDecodeError as error:
        place = f"{origin}: line {error.lineno} column {error.colno}"
        raise PolicyError(place, f"not JSON: {error.msg}", expected) from None
    except RecursionError:
        raise PolicyError(origin, "is nested too deeply", "the few levels that a policy has") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Duplicate(key)
        found[key] = value
    return found


def _no_constant(text: str) -> Any:
    raise _Constant(text)
