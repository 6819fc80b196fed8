"""What `aws.iam.get_policy_document` makes of its arguments: a policy as JSON, without a call to AWS."""

from __future__ import annotations

import json
import zlib
from typing import Any, Final

from signout.sandbox.provider.failure import Failure
from signout.sandbox.provider.wire import Props

VERSION: Final = "2012-10-17"
_ELEMENTS: Final = {
    "actions": "Action",
    "notActions": "NotAction",
    "resources": "Resource",
    "notResources": "NotResource",
}


def policy_document(args: Props) -> Props:
    """The arguments and, beside them, `json`, `minifiedJson` and `id`. Raises Failure, naming the place."""
    document: Props = {"Version": args.get("version", VERSION)}
    if args.get("policyId"):
        document["Id"] = args["policyId"]
    statements = [_statement(each, f"statements[{place}]") for place, each in enumerate(args.get("statements", []))]
    sources = list(filter(None, [args.get("sourceJson"), *args.get("sourcePolicyDocuments", [])]))
    overrides = list(filter(None, [*args.get("overridePolicyDocuments", []), args.get("overrideJson")]))
    merged = _joined([*_statements(sources, "sourcePolicyDocuments"), *statements])
    for override in _statements(overrides, "overridePolicyDocuments"):
        merged = _overridden(merged, override)
    document["Statement"] = merged
    minified = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return args | {
        "id": str(zlib.crc32(minified.encode())),
        "json": json.dumps(document, indent=2, ensure_ascii=False),
        "minifiedJson": minified,
        "version": document["Version"],
    }


def _statement(given: Props, place: str) -> Props:
    made: Props = {"Sid": given["sid"]} if given.get("sid") else {}
    made["Effect"] = given.get("effect", "Allow")
    if made["Effect"] not in ("Allow", "Deny"):
        raise Failure(f'{place}.effect is {made["Effect"]!r}; expected "Allow" or "Deny"')
    for name, element in _ELEMENTS.items():
        if given.get(name):
            made[element] = _one_or_many(sorted(set(map(_variables, given[name]))))
    for name, element in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if given.get(name):
            made[element] = _principals(given[name])
    if given.get("conditions"):
        made["Condition"] = _conditions(given["conditions"])
    return made


def _principals(given: list[Props]) -> Any:
    by_type: dict[str, set[str]] = {}
    for each in given:
        if each["type"] == "*" and each["identifiers"] == ["*"]:
            return "*"
        by_type.setdefault(each["type"], set()).update(map(_variables, each["identifiers"]))
    return {kind: _one_or_many(sorted(names)) for kind, names in sorted(by_type.items())}


def _conditions(given: list[Props]) -> Props:
    made: dict[str, dict[str, list[str]]] = {}
    for each in given:
        values = made.setdefault(each["test"], {}).setdefault(_variables(each["variable"]), [])
        values.extend(map(_variables, each["values"]))
    return {
        test: {variable: _one_or_many(values) for variable, values in sorted(operands.items())}
        for test, operands in sorted(made.items())
    }


def _variables(text: str) -> str:
    """IAM's variables are written &{...} where a program's own templates use ${...}."""
    return text.replace("&{", "${")


def _one_or_many(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else values


def _statements(documents: list[str], place: str) -> list[Props]:
    found: list[Props] = []
    for number, text in enumerate(documents):
        try:
            inner = json.loads(text)["Statement"]
        except (ValueError, KeyError, TypeError) as error:
            raise Failure(f"{place}[{number}] is no policy document: {error}") from error
        found += inner if isinstance(inner, list) else [inner]
    return found


def _joined(statements: list[Props]) -> list[Props]:
    named = [each["Sid"] for each in statements if each.get("Sid")]
    for sid in named:
        if named.count(sid) > 1:
            raise Failure(f"two statements have the sid {sid!r}; expected each once")
    return statements


def _overridden(statements: list[Props], override: Props) -> list[Props]:
    """A statement with the same sid is replaced; one with another, or none, is added."""
    places = [place for place, each in enumerate(statements) if each.get("Sid") and each["Sid"] == override.get("Sid")]
    if not places:
        return [*statements, override]
    return [override if place in places else each for place, each in enumerate(statements)]
