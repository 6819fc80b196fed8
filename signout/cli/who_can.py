"""`signout who-can`: who in an account can do an action on a resource, and through which roles."""

from __future__ import annotations

import argparse
import json
from typing import Any

from signout.cli.decide import rendered
from signout.cli.errors import CommandError
from signout.cli.files import read_bytes
from signout.iam import IamError
from signout.iam.account import holders
from signout.iam.strict_json import loads
from signout.iam.who_can import Access, Answer, who_can

EXAMPLES = """
examples:
  aws iam get-account-authorization-details > details.json
  signout who-can cognito-idp:AdminUserGlobalSignOut \\
      arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI --account details.json

The answer covers users and roles of the account by their own policies and by roles they can assume, and whom the roles
let in from outside. It names the layers that the input does not have.

exit code: 0, or 2 for input that cannot be read
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = EXAMPLES
    parser.add_argument("action", metavar="ACTION", help="such as cognito-idp:AdminUserGlobalSignOut")
    parser.add_argument("resource", metavar="RESOURCE", help="an ARN, or * for an action that has none")
    parser.add_argument(
        "--account", required=True, metavar="FILE", help="output of `aws iam get-account-authorization-details`"
    )
    parser.add_argument("--format", "--output", choices=("text", "json"), default="text", help="default: text")


def run(arguments: argparse.Namespace) -> int:
    """Prints who can."""
    try:
        details = loads(read_bytes(arguments.account), arguments.account, "get-account-authorization-details")
        if not isinstance(details, dict):
            raise CommandError(f"{arguments.account}: is no JSON object; expected get-account-authorization-details")
        found = who_can(arguments.action, arguments.resource, holders(details))
    except IamError as error:
        raise CommandError(str(error)) from None
    if arguments.format == "json":
        print(json.dumps(as_json(arguments.action, arguments.resource, found), indent=2))
    else:
        print(as_text(arguments.action, arguments.resource, found))
    return 0


def as_json(action: str, resource: str, found: Answer) -> dict[str, Any]:
    """The answer as the published JSON."""
    return {
        "action": action,
        "resource": resource,
        "not_iam": rendered(found.not_governed) if found.not_governed is not None else None,
        "can": [
            {
                "principal": access.principal,
                "decision": access.effect.value,
                "via": list(access.via),
                "depends_on": list(access.depends_on),
                "because": rendered(access.decision)["because"],
            }
            for access in found.accesses
        ],
        "not_given": list(found.not_given),
    }


def as_text(action: str, resource: str, found: Answer) -> str:
    """The answer for a terminal."""
    if found.not_governed is not None:
        return "\n".join(reason.why for reason in found.not_governed.because)
    lines = [f"{action} on {resource}"]
    lines += [_line(access) for access in found.accesses] or ["  nobody, by the policies given"]
    lines.append("not given, so not part of the answer: " + "; ".join(found.not_given))
    return "\n".join(lines)


def _line(access: Access) -> str:
    via = "".join(f" -> {role}" for role in access.via)
    hangs_on = f"  if {', '.join(access.depends_on)} allows it" if access.depends_on else ""
    return f"  {access.principal}{via}{hangs_on}"
