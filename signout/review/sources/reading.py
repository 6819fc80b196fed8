"""From bytes to JSON, whatever shell wrote the file: UTF-8, or the UTF-16 of a redirect in PowerShell."""

from __future__ import annotations

import codecs
import json
from typing import Any

from signout.iam import IamError, strict_json
from signout.review.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def loads(content: bytes, origin: str) -> Any:
    """The JSON value; of JSON lines a list of their values. Raises InputError with line and column."""
    text = _decoded(content, origin)
    if not text.strip():
        raise InputError(f"{origin}: is empty; expected JSON")
    try:
        return json.loads(text)
    except RecursionError:
        raise InputError(f"{origin}: is nested too deeply; expected a plan, a state, or a policy document") from None
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and (lines := _lines(text, origin)) is not None:
            return lines
        end = " (the file ends there: is it complete?)" if error.pos >= len(text.rstrip()) else ""
        place = f"{origin}: line {error.lineno} column {error.colno}"
        raise InputError(f"{place}: not JSON: {error.msg}{end}; expected JSON") from None
    except ValueError as error:  # a number of thousands of digits
        raise InputError(f"{origin}: not JSON that can be read: {error}; expected JSON") from None


def loads_policy(content: bytes, origin: str) -> Any:
    """The JSON value, read as IAM reads policies: a key that an object has twice is an error. Raises InputError."""
    try:
        return strict_json.loads(_decoded(content, origin), origin)
    except IamError as error:
        raise InputError(str(error)) from None


def _decoded(content: bytes, origin: str) -> str:
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), "")
    if not encoding:
        nulls = content[:2]
        encoding = "utf-16-le" if nulls[1:2] == b"\0" else "utf-16-be" if nulls[:1] == b"\0" else "utf-8"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{origin}: byte {error.start} is not {encoding.upper()}; expected JSON in UTF-8") from None


def _lines(text: str, origin: str) -> list[Any] | None:
    """The values of JSON lines; None where the first line is none. Raises InputError for a later one."""
    values: list[Any] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            values += [json.loads(line)] if line.strip() else []
        except (ValueError, RecursionError) as error:
            if not values:
                return None
            said = f"{origin}: line {number}: not JSON: {error}"
            raise InputError(f"{said} (is the file complete?); expected JSON, or JSON on every line") from None
    return values
