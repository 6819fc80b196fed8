"""A second evaluator of policies, for tests only: written from the IAM User Guide, plain and slow, on bare documents.

It shares no code with the engine. Where AWS leaves open how a condition is read, it answers for every reading.
"""

from __future__ import annotations

import base64
import ipaddress
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

Document = Mapping[str, Any]
Context = Mapping[str, Sequence[str]]
"""By key, in lower case: its values. A key that is not there, or has none, is absent."""

ALLOWED, DENIED, IMPLICIT = "allowed", "explicitly-denied", "implicitly-denied"


class _Ambiguous(Exception):
    """A condition that AWS does not define was met, and no reading of it is chosen yet."""

    def __init__(self, condition: str) -> None:
        self.condition = condition


def effects(
    documents: Sequence[Document],
    principal: str,
    action: str,
    resource: str,
    context: Context,
    *,
    left_to_account: bool = False,
) -> set[str]:
    """What the identity policies make of a request, in every reading; only for operations that IAM decides.

    They alone give nobody access to another account's resource, unless that is left to the principal's account by a
    policy of the resource (`left_to_account`).
    """
    whole = {key.lower(): list(values) for key, values in context.items()}
    whole |= derived(principal, resource, whole)
    alone = left_to_account or whole["aws:resourceaccount"] == whole["aws:principalaccount"]
    found, pending = set(), [{}]
    while pending:
        readings: dict[str, bool] = pending.pop()
        try:
            effect = _effect(documents, action, resource, whole, readings)
            found.add(IMPLICIT if effect == ALLOWED and not alone else effect)
        except _Ambiguous as met:
            pending += [{**readings, met.condition: reading} for reading in (True, False)]
    return found


def derived(principal: str, resource: str, context: Context) -> dict[str, list[str]]:
    """The keys that follow from who asks for what."""
    account = principal.split(":")[4]
    is_user = ":user/" in principal
    found = {
        "aws:principalarn": [principal],
        "aws:principalaccount": [account],
        "aws:principaltype": ["User" if is_user else "AssumedRole"],
        "aws:username": [principal.split("/")[-1]] if is_user else [],
        "aws:principalisawsservice": ["false"],
    }
    sections = resource.split(":", 5)
    if len(sections) == 6 and sections[3]:
        found["aws:requestedregion"] = [sections[3]]
    if len(sections) == 6 and re.fullmatch(r"\d{12}", sections[4], re.ASCII):
        found["aws:resourceaccount"] = [sections[4]]
    elif not context.get("aws:resourceaccount"):
        found["aws:resourceaccount"] = [account]
    return found


def _effect(
    documents: Sequence[Document], action: str, resource: str, context: Context, readings: Mapping[str, bool]
) -> str:
    applying = {
        statement["Effect"]
        for document in documents
        for statement in _list(document["Statement"])
        if _applies(statement, _has_variables(document), action, resource, context, readings)
    }
    return DENIED if "Deny" in applying else ALLOWED if "Allow" in applying else IMPLICIT


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _has_variables(document: Document) -> bool:
    return document.get("Version") == "2012-10-17"


def _applies(
    statement: Document,
    variables: bool,
    action: str,
    resource: str,
    context: Context,
    readings: Mapping[str, bool],
) -> bool:
    for name, have, prepare in (("Action", action.lower(), str.lower), ("Resource", resource, str)):
        if name in statement and not any(_like(prepare(p), have, variables, context) for p in _list(statement[name])):
            return False
        if f"Not{name}" in statement and any(
            _like(prepare(p), have, variables, context) for p in _list(statement[f"Not{name}"])
        ):
            return False
    return all(
        _holds(operator, key, _list(values), variables, context, readings)
        for operator, block in statement.get("Condition", {}).items()
        for key, values in block.items()
    )


# Texts with wildcards and variables: a list of single characters, `ANY` and `ONE`

ANY, ONE = object(), object()
Token = Any


def _tokens(text: str, variables: bool, context: Context, *, wildcards: bool = True) -> list[Token] | None:
    """None for a text with a variable that has no value."""
    found: list[Token] = []
    while text:
        variable = re.match(r"\$\{([^},]*)(?:,\s*'([^']*)'\s*)?\}", text) if variables else None
        if variable:
            name, default = variable.group(1).strip(), variable.group(2)
            values = context.get(name.lower(), [])
            if name in ("*", "?", "$"):
                found += name
            elif len(values) == 1 or default is not None:
                found += values[0] if len(values) == 1 else str(default)
            else:
                return None
            text = text[variable.end() :]
        else:
            found.append({"*": ANY, "?": ONE}.get(text[0], text[0]) if wildcards else text[0])
            text = text[1:]
    return found


def _matches(tokens: Sequence[Token], text: str) -> bool:
    reachable = {0}
    for token in tokens:
        if token is ANY:
            reachable = set(range(min(reachable), len(text) + 1)) if reachable else set()
        else:
            reachable = {at + 1 for at in reachable if at < len(text) and (token is ONE or token == text[at])}
    return len(text) in reachable


def _like(pattern: str, text: str, variables: bool, context: Context) -> bool:
    tokens = _tokens(pattern, variables, context)
    return tokens is not None and _matches(tokens, text)


def _equals(wanted: str, text: str, variables: bool, context: Context) -> bool:
    tokens = _tokens(wanted, variables, context, wildcards=False)
    return tokens is not None and _matches(tokens, text)


def _equals_ignoring_case(wanted: str, text: str, variables: bool, context: Context) -> bool:
    tokens = _tokens(wanted, variables, context, wildcards=False)
    return tokens is not None and _matches([token.lower() for token in tokens], text.lower())


def _arn_like(pattern: str, text: str, variables: bool, context: Context) -> bool:
    wanted, have = pattern.split(":", 5), text.split(":", 5)
    if len(wanted) < 6:
        have = text.split(":", len(wanted) - 1)
    return len(wanted) == len(have) and all(
        _like(part, piece, variables, context) for part, piece in zip(wanted, have, strict=True)
    )


# Values


def _number(text: str) -> Fraction | None:
    return Fraction(text) if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) and len(text) <= 100 else None


def _date(text: str) -> Fraction | None:
    if re.fullmatch(r"\d{4}", text, re.ASCII):
        text += "-01-01"
    elif (number := _number(text)) is not None:
        return number
    match = re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:Z|\+00:00)?)?", text, re.ASCII
    )
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction = (group or "0" for group in match.groups())
    try:
        whole = datetime(*map(int, (year, month, day, hour, minute, second)), tzinfo=UTC)
    except ValueError:
        return None
    return Fraction(int(whole.timestamp())) + Fraction(int(fraction.ljust(6, "0")), 10**6)


def _ordered(read: Callable[[str], Fraction | None], holds: Callable[[Fraction, Fraction], bool]) -> Any:
    def test(wanted: str, text: str, variables: bool, context: Context) -> bool:
        have, bound = read(text), read(wanted)
        return have is not None and bound is not None and holds(have, bound)

    return test


def _in_block(wanted: str, text: str, variables: bool, context: Context) -> bool:
    try:
        return ipaddress.ip_address(text) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _same_boolean(wanted: str, text: str, variables: bool, context: Context) -> bool:
    return text.lower() in ("true", "false") and wanted.lower() == text.lower()


def _same_octets(wanted: str, text: str, variables: bool, context: Context) -> bool:
    try:
        return base64.b64decode(text, validate=True) == base64.b64decode(wanted, validate=True)
    except ValueError:
        return False


TESTS: dict[str, Any] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "IpAddress": _in_block,
    "Bool": _same_boolean,
    "BinaryEquals": _same_octets,
    "NumericEquals": _ordered(_number, lambda a, b: a == b),
    "NumericLessThan": _ordered(_number, lambda a, b: a < b),
    "NumericLessThanEquals": _ordered(_number, lambda a, b: a <= b),
    "NumericGreaterThan": _ordered(_number, lambda a, b: a > b),
    "NumericGreaterThanEquals": _ordered(_number, lambda a, b: a >= b),
    "DateEquals": _ordered(_date, lambda a, b: a == b),
    "DateLessThan": _ordered(_date, lambda a, b: a < b),
    "DateLessThanEquals": _ordered(_date, lambda a, b: a <= b),
    "DateGreaterThan": _ordered(_date, lambda a, b: a > b),
    "DateGreaterThanEquals": _ordered(_date, lambda a, b: a >= b),
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


def _holds(
    written: str, key: str, wanted: list[Any], variables: bool, context: Context, readings: Mapping[str, bool]
) -> bool:
    have = list(context.get(key.lower(), []))
    values = [str(value).lower() if isinstance(value, bool) else str(value) for value in wanted]
    if written == "Null":
        return ("false" if have else "true") in [value.lower() for value in values]
    qualifier, _, name = written.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negated = name in NEGATED
    test = TESTS[NEGATED.get(name, name)]
    if not have or (qualifier and not "".join(have)):
        return if_exists or qualifier == "ForAllValues" or (negated and not qualifier)
    each = [negated is not any(test(value, one, variables, context) for value in values) for one in have]
    if qualifier:
        return all(each) if qualifier == "ForAllValues" else any(each)
    if all(each) or not any(each):
        return all(each)
    condition = f"{written} {key.lower()} {values}"
    if condition not in readings:
        raise _Ambiguous(condition)
    return readings[condition]


def requests(**choices: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Every combination of the choices, by name."""
    for combination in itertools.product(*choices.values()):
        yield dict(zip(choices, combination, strict=True))
