"""The page docs/operations.md: for each operation what authorizes it, by which source, and where sources disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from signout.cognito.operations import PREFIXES, Credential, Governed, Operation

_WORDS = {
    Credential.IAM: "IAM",
    Credential.ACCESS_TOKEN: "access token",
    Credential.REFRESH_TOKEN: "refresh token",
    Credential.SESSION: "session of a sign-in under way",
    Credential.FEEDBACK_TOKEN: "one-time feedback token",
    Credential.LOGINS: "identity provider's token",
    Credential.CLIENT: "app client's id and secret",
    Credential.NOTHING: "nothing",
}

_INTRODUCTION = """\
# What authorizes each operation

<!-- Written by `make model`. Changes made here are lost; change signout/cognito/operations_page.py. -->

| the caller's IAM policies | operations |
|---|---|
| decide | {iam} |
| do not: a token, a session or nothing authorizes the call | {not_iam} |
| are one way among others | {either} |
| decide or not: the sources disagree | {disputed} |

To name an operation that IAM does not decide in an identity policy grants nothing, and to deny it there stops nobody.
VPC endpoint policies and resource control policies do count for it.

Operations that take an app client's id also want the client's secret, or its hash, where the client has one.

Sources: the API model in botocore {botocore} (whether a call is signed, and the API reference that it contains), and
the Developer Guide's [{section}]({source}), read {read}.
"""


def render(operations: Sequence[Operation], *, botocore: str, guide: Mapping[str, Any]) -> str:
    """The page in Markdown."""
    counts = {governed: sum(o.governed is governed for o in operations) for governed in Governed}
    parts = [
        _INTRODUCTION.format(
            total=len(operations),
            iam=counts[Governed.IAM],
            not_iam=counts[Governed.NOT_IAM],
            either=counts[Governed.EITHER],
            disputed=counts[Governed.DISPUTED],
            botocore=botocore,
            **{key: guide[key] for key in ("section", "source", "read")},
        ),
        "## Where the sources disagree\n\n" + "\n".join(_disagreements(operations)) + "\n",
    ]
    for service in PREFIXES:
        own = [operation for operation in operations if operation.service == service]
        others = [operation for operation in own if operation.governed is not Governed.IAM]
        governed = [operation for operation in own if operation.governed is Governed.IAM]
        parts.append(f"## {service}: not IAM's alone\n\n" + _table(others))
        parts.append(f"## {service}: IAM\n\n" + _table(governed))
    return "\n".join(parts)


def _disagreements(operations: Iterable[Operation]) -> Iterable[str]:
    for operation in operations:
        for conflict in operation.conflicts:
            yield f"- `{operation.action}`: {conflict}"


def _table(operations: Iterable[Operation]) -> str:
    rows = ["| operation | authorized by | given in | pool or ARN in | sources |", "|---|---|---|---|---|"]
    rows.extend(_row(operation) for operation in operations)
    return "\n".join(rows) + "\n"


def _row(operation: Operation) -> str:
    by = " or ".join(_WORDS[credential] for credential in operation.authorized_by)
    carried = ", ".join(f"`{parameter}`" for parameter in operation.parameters)
    if operation.scope:
        carried += f" with scope `{operation.scope}`"
    resource = f"`{operation.resource}`" if operation.resource else ""
    return f"| {operation.name} | {by} | {carried} | {resource} | {'; '.join(operation.sources)} |"
