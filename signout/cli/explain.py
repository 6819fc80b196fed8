"""`signout explain`: what authorizes an operation of Cognito, with the source, and the least policy that grants it."""

from __future__ import annotations

import argparse
import difflib
import json
from typing import Any

from signout.cli.aws import add_output
from signout.cli.errors import CommandError
from signout.cognito.operations import PREFIXES, Governed, Operation, operations
from signout.cognito.sessions import session_ender

EXAMPLES = """
examples:
  signout explain GlobalSignOut
  signout explain cognito-identity:GetId --output json

exit code: 0, or 2 for an operation that is not known
"""

ANSWERS = {
    Governed.IAM: "IAM: the caller's policies decide.",
    Governed.NOT_IAM: "not IAM: no identity policy is evaluated; a grant has no effect, and a Deny none either.",
    Governed.EITHER: "IAM or something else: without a grant, the call may still succeed in the other way.",
    Governed.DISPUTED: "disputed: the sources disagree, so neither is claimed here.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    parser.add_argument("operation", metavar="OPERATION", help="such as AdminUserGlobalSignOut, in any case")
    add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints what is known of the operation."""
    found = find(arguments.operation)
    if arguments.output == "json":
        print(json.dumps(as_json(found), indent=2))
    else:
        print("\n".join(as_text(found)))
    return 0


def find(name: str) -> Operation:
    """The operation of this name, with or without its service. Raises CommandError, with the nearest name."""
    known = operations()
    for candidate in (name.lower(), *(f"{prefix}:{name.lower()}" for prefix in PREFIXES)):
        if candidate in known:
            return known[candidate]
    names = {operation.name.lower(): operation.name for operation in known.values()}
    near = difflib.get_close_matches(name.lower().rpartition(":")[2], names, n=1)
    hint = f"; did you mean {names[near[0]]}?" if near else ""
    raise CommandError(f"{name}: no operation of {' or '.join(PREFIXES)}{hint}")


def least_policy(operation: Operation) -> dict[str, Any] | None:
    """The least identity policy that grants the operation; None where a policy grants nothing."""
    if operation.governed in (Governed.NOT_IAM, Governed.DISPUTED):
        return None
    statement = {"Effect": "Allow", "Action": operation.action, "Resource": _resource(operation)}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _resource(operation: Operation) -> str:
    if operation.resource is None:
        return "*"
    kind, name = (
        ("userpool", "UserPoolId") if operation.service == "cognito-idp" else ("identitypool", "IdentityPoolId")
    )
    return f"arn:aws:{operation.service}:REGION:ACCOUNT:{kind}/{name}"


def as_json(operation: Operation) -> dict[str, Any]:
    """All that is known, as JSON."""
    ender = session_ender(operation.action)
    return {
        "operation": operation.action,
        "governed": operation.governed.value,
        "authorized_by": [credential.value for credential in operation.authorized_by],
        "parameters": list(operation.parameters),
        "scope": operation.scope,
        "sources": list(operation.sources),
        "conflicts": list(operation.conflicts),
        "least_policy": least_policy(operation),
        "ends_sessions": None
        if ender is None
        else {"means": ender.means.value, "reach": ender.reach.value, "why": ender.why},
    }


def as_text(operation: Operation) -> list[str]:
    """The same for people."""
    by = " or ".join(credential.value for credential in operation.authorized_by)
    carried = f", in {' or '.join(operation.parameters)}" if operation.parameters else ""
    lines = [operation.action, f"  authorized by {by}{carried}", f"  {ANSWERS[operation.governed]}"]
    if operation.scope:
        lines.append(f"  the access token has to carry the scope {operation.scope}")
    if operation.governed is not Governed.IAM:
        lines.append("  VPC endpoint policies and resource control policies are evaluated all the same.")
    lines += [f"  source: {source}" for source in operation.sources]
    lines += [f"  conflict: {conflict}" for conflict in operation.conflicts]
    if (ender := session_ender(operation.action)) is not None:
        lines.append(f"  ends sessions ({ender.means.value}, {ender.reach.value}): {ender.why}")
    policy = least_policy(operation)
    if policy is not None:
        lines.append("  the least policy that grants it:")
        lines += [f"    {line}" for line in json.dumps(policy, indent=2).splitlines()]
    return lines
