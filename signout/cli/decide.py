"""`signout decide`: JSON lines in, one decision a line out, for scripts and other languages."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from signout.cli.errors import CommandError
from signout.cli.files import open_lines
from signout.iam import Decision, IamError, Kind, Layers, Policy, Request, RequestError, decide, parse
from signout.iam.effects import is_trust
from signout.iam.errors import shown
from signout.iam.strict_json import Number, loads

EXAMPLES = """
examples:
  signout decide requests.jsonl
  echo '{"request": {"principal": "arn:aws:iam::123456789012:role/ops", "action": "s3:GetObject",
         "resource": "arn:aws:s3:::bucket/key"}, "identity": [{"Version": "2012-10-17", "Statement":
         {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}]}' | tr -d '\\n' | signout decide

A line holds "request" (principal, action, resource, context) and the layers that exist: identity, boundary, session,
scp and rcp (a list of policies a level, root first), resource_policy, endpoint. A layer that is left out does not
exist; an empty list grants nothing. "assume_unknown" is "depends" (default) or "absent". "id" is given back.

exit code: 0, or 2 if a line could not be read; the others are answered all the same. docs/decide.md has the schema.
"""

LAYERS = ("identity", "boundary", "session", "scp", "rcp", "resource_policy", "endpoint")
ELEMENTS = ("id", "request", "assume_unknown", *LAYERS)
REQUEST_ELEMENTS = ("principal", "action", "resource", "context")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="JSON lines; default: standard input")


def run(arguments: argparse.Namespace) -> int:
    """Answers every line; exit 2 at the end if one was bad."""
    failed = False
    with open_lines(arguments.file) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            answer = answer_line(line, number)
            failed = failed or "error" in answer
            print(as_line(answer))
            sys.stdout.flush()
    return 2 if failed else 0


def as_line(answer: Mapping[str, Any]) -> str:
    """The answer as JSON, with the id as it was given."""
    rest = {name: value for name, value in answer.items() if name != "id"}
    return f'{{"id": {_as_given(answer["id"])}, {json.dumps(rest)[1:]}'


def _as_given(value: Any) -> str:
    """The JSON of what `loads` read: a number in the digits that it had, be they more than a float's."""
    match value:
        case Number():
            return str(value)
        case dict():
            return f"{{{', '.join([f'{json.dumps(key)}: {_as_given(item)}' for key, item in value.items()])}}}"
        case list():
            return f"[{', '.join([_as_given(item) for item in value])}]"
        case _:
            return json.dumps(value)


DEEPEST_ID = 100
"""Levels of lists and objects in an id, at most."""


def _identifier(item: Mapping[str, Any], number: int) -> Any:
    level = [identifier := item.get("id")]
    for _ in range(DEEPEST_ID):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [each for values in inner for each in values]
    if level:
        raise CommandError(f"line {number}: id is nested too deeply; expected at most {DEEPEST_ID} levels")
    return identifier


def answer_line(line: bytes, number: int) -> dict[str, Any]:
    """The answer to one line, or {"id", "error"} where it cannot be read."""
    identifier: Any = None
    try:
        item = loads(line.strip(), f"line {number}", expected="a JSON object with a request")
        if not isinstance(item, dict):
            raise CommandError(f"line {number}: is no JSON object; expected one with a request")
        identifier = _identifier(item, number)
        return {"id": identifier, **answer(item, number)}
    except (IamError, CommandError) as error:
        place, said = f"line {number}: ", str(error)
        return {"id": identifier, "error": said if said.startswith(place) else place + said}


def answer(item: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Decides the request of a line."""
    for element in item:
        if element not in ELEMENTS:
            raise CommandError(f"line {number}: {shown(element)} is not known; expected {', '.join(ELEMENTS)}")
    request = _request(item, number)
    return rendered(decide(request, _layers(item, request)))


def rendered(decision: Decision) -> dict[str, Any]:
    """The decision as the published JSON."""
    answer: dict[str, Any] = {
        "decision": decision.effect.value,
        "depends_on": list(decision.depends_on),
        "because": [
            {"layer": reason.layer.value, "policy": reason.policy, "statement": reason.statement, "why": reason.why}
            for reason in decision.because
        ],
    }
    if decision.examples:
        answer["examples"] = [
            {
                "decision": example.effect.value,
                "context": {key: list(values) for key, values in example.context.items()},
                **({"readings": dict(example.readings)} if example.readings else {}),
            }
            for example in decision.examples
        ]
    if decision.undetermined:
        answer["undetermined"] = decision.undetermined
    return answer


def _request(item: Mapping[str, Any], number: int) -> Request:
    value = item.get("request")
    if not isinstance(value, dict):
        found = f"request is {shown(value)}" if "request" in item else "has no request"
        raise CommandError(f"line {number}: {found}; expected an object with {', '.join(REQUEST_ELEMENTS)}")
    for element in value:
        if element not in REQUEST_ELEMENTS:
            raise CommandError(f"line {number}: request.{element} is not known; expected {', '.join(REQUEST_ELEMENTS)}")
    principal, action, resource = (_text(value, name, number) for name in ("principal", "action", "resource"))
    context = value.get("context", {})
    if not isinstance(context, dict):
        raise RequestError(f"line {number}: request.context", f"is {shown(context)}", "an object of keys and values")
    assumed = item.get("assume_unknown", "depends")
    if assumed not in ("depends", "absent"):
        raise RequestError(f"line {number}: assume_unknown", f"is {shown(assumed)}", '"depends" or "absent"')
    return Request(principal, action, resource, context, assumed)


def _text(request: Mapping[str, Any], name: str, number: int) -> str:
    text = request.get(name, "*" if name == "resource" else None)
    if not isinstance(text, str):
        raise RequestError(f"line {number}: request.{name}", f"is {shown(text)}", "a string")
    return text


def _layers(item: Mapping[str, Any], request: Request) -> Layers:
    trust_or_resource = Kind.TRUST if is_trust(request) else Kind.RESOURCE
    return Layers(
        identity=_policies(item, "identity", Kind.IDENTITY) or (),
        boundary=_policies(item, "boundary", Kind.BOUNDARY),
        session=_policies(item, "session", Kind.SESSION),
        scp=_levels(item, "scp", Kind.SCP),
        rcp=_levels(item, "rcp", Kind.RCP),
        resource_policy=_policy(item["resource_policy"], "resource_policy", trust_or_resource)
        if "resource_policy" in item
        else None,
        endpoint=_policies(item, "endpoint", Kind.ENDPOINT),
    )


def _policies(item: Mapping[str, Any], name: str, kind: Kind) -> tuple[Policy, ...] | None:
    if name not in item:
        return None
    value = item[name]  # null is refused: a limit that somebody failed to look up is not a limit that does not exist
    if not isinstance(value, list):
        raise CommandError(f"{name}: is {shown(value)}; expected a list of policies")
    return tuple(_policy(document, f"{name}[{index}]", kind) for index, document in enumerate(value))


def _levels(item: Mapping[str, Any], name: str, kind: Kind) -> tuple[tuple[Policy, ...], ...] | None:
    if name not in item:
        return None
    value = item[name]
    if not isinstance(value, list) or not all(isinstance(level, list) for level in value):
        raise CommandError(f"{name}: is {shown(value)}; expected a list of levels, each a list of policies, root first")
    return tuple(
        tuple(_policy(document, f"{name}[{number}][{index}]", kind) for index, document in enumerate(level))
        for number, level in enumerate(value)
    )


def _policy(document: Any, origin: str, kind: Kind) -> Policy:
    if not isinstance(document, dict | str):
        raise CommandError(f"{origin}: is {shown(document)}; expected a policy document")
    return parse(document, origin, kind)
