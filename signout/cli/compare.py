"""`signout compare`: what access does one policy give that another does not, each with a request that shows it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from typing import Any

from signout.cli.errors import CommandError
from signout.cli.files import read_bytes
from signout.iam import IamError, Kind, Policy, Request, parse
from signout.iam.compare import Comparison, Difference, Relation, compare
from signout.iam.strict_json import loads

EXAMPLES = """
examples:
  signout compare before.json after.json
  signout compare allowed.json policy.json --format json    # is policy.json no more than allowed.json?
  signout compare old-trust.json new-trust.json --kind trust

exit code: 0 nothing was added; 1 access was added; 2 bad input; 3 it could not be worked out
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    parser.add_argument("before", metavar="BEFORE", help="a policy document; - for standard input")
    parser.add_argument("after", metavar="AFTER", help="the one to compare it with")
    parser.add_argument(
        "--kind", choices=[kind.value for kind in Kind], help="what the policies are; default: told by their elements"
    )
    parser.add_argument("--format", "--output", choices=("text", "json"), default="text", help="default: text")


def run(arguments: argparse.Namespace) -> int:
    """Prints the differences."""
    if arguments.before == arguments.after == "-":
        raise CommandError("both BEFORE and AFTER are -; expected one of them to be a file")
    documents = [read_bytes(arguments.before), read_bytes(arguments.after)]
    try:
        values = [loads(text, path) for text, path in zip(documents, (arguments.before, arguments.after), strict=True)]
        kind = Kind(arguments.kind) if arguments.kind else kind_of(values)
        before, after = (
            parse(value, path, kind) for value, path in zip(values, (arguments.before, arguments.after), strict=True)
        )
        found = compare(before, after)
    except (IamError, TypeError) as error:
        raise CommandError(str(error)) from None
    print(json.dumps(as_json(found), indent=2) if arguments.format == "json" else as_text(found, before, after))
    if found.added:
        return 1
    return 3 if found.relation is Relation.UNDETERMINED else 0


def kind_of(documents: list[Any]) -> Kind:
    """Identity policies have no principal, trust policies have one and no resource; told by all statements."""
    statements = [statement for document in documents for statement in _statements(document)]
    if not any("Principal" in statement or "NotPrincipal" in statement for statement in statements):
        return Kind.IDENTITY
    resources = any("Resource" in statement or "NotResource" in statement for statement in statements)
    return Kind.RESOURCE if resources else Kind.TRUST


def _statements(document: Any) -> Iterator[Mapping[str, Any]]:
    found = document.get("Statement", ()) if isinstance(document, Mapping) else ()
    for statement in found if isinstance(found, list) else [found]:
        if isinstance(statement, Mapping):
            yield statement


def as_json(found: Comparison) -> dict[str, Any]:
    """The comparison as the published JSON."""
    return {
        "relation": found.relation.value,
        "added": [_difference(item) for item in found.added],
        "removed": [_difference(item) for item in found.removed],
        "undetermined": found.undetermined,
        "without_effect": list(found.without_effect),
        "meaning": found.meaning,
    }


def _difference(item: Difference) -> dict[str, Any]:
    return {
        "actions": list(item.actions),
        "resources": list(item.resources),
        "principals": list(item.principals),
        "conditions": list(item.conditions),
        "statement": item.statement,
        "witness": {**_request(item.witness), "before": item.before.value, "after": item.after.value},
        "known_action": item.known_action,
        "assuming": item.assuming,
    }


def _request(request: Request) -> dict[str, Any]:
    """The witness in the form that `signout decide` takes, without the keys that follow from the rest."""
    context = {request.names.get(key, key): list(values) for key, values in request.given().items()}
    return {
        "principal": request.principal.name,
        "action": request.action,
        "resource": request.resource,
        "context": context,
    }


HEADLINES = {
    Relation.EQUAL: "the same access, proven",
    Relation.WIDER: "more access, and nothing less",
    Relation.NARROWER: "less access, and nothing more",
    Relation.DIFFERENT: "both more access and less",
    Relation.UNDETERMINED: "not determined",
}


def as_text(found: Comparison, before: Policy, after: Policy) -> str:
    """The comparison for people."""
    lines = [f"{after.origin} against {before.origin}: {HEADLINES[found.relation]}"]
    for sign, word, items in (("+", "added", found.added), ("-", "removed", found.removed)):
        for item in items:
            lines.append(f"{sign} {word}: {', '.join(item.actions)} on {', '.join(item.resources) or 'the role'}")
            lines += [f"    {what}" for what in _details(item)]
    if found.undetermined:
        lines.append(f"? {found.undetermined}")
    for action in found.without_effect:
        lines.append(f"  {action} is named by one side only, to no effect: IAM does not decide it")
    lines.append(f"meant {found.meaning}")
    return "\n".join(lines)


def _details(item: Difference) -> Iterator[str]:
    if item.principals:
        yield f"for {', '.join(item.principals)}"
    for condition in item.conditions:
        yield f"where {condition}"
    if item.statement:
        yield f"by {item.statement}"
    witness = item.witness
    given = "".join(f", {witness.names.get(k, k)}={'/'.join(v) or 'absent'}" for k, v in witness.given().items())
    yield f"such as {witness.principal.name}: {witness.action} on {witness.resource}{given}"
    yield f"    before: {item.before.value}; after: {item.after.value}"
    if not item.known_action:
        yield "    no action known today shows this; one that AWS adds under this name would"
    if item.assuming:
        yield f"    assuming {item.assuming}"
