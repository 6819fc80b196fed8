"""What AWS's own managed policies say about ending sessions, becoming a role, and invoking a function.

Their texts are in no stack. The stored file has those that say something about it, cut down to the statements and
actions in question, and the names of all others, as of a date.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from signout.iam import Kind, Policy, parse

_PREFIX = ":iam::aws:policy/"


def is_aws_managed(arn: str) -> bool:
    """Is it the ARN of a policy that AWS itself keeps?"""
    return _PREFIX in arn


def aws_managed(arn: str, kind: Kind = Kind.IDENTITY) -> Policy | None:
    """The policy, as far as it is about what this pack asks; None for one that the stored file does not know."""
    name = arn.partition(_PREFIX)[2]
    stored = _stored()
    if name in stored["policies"]:
        return parse(stored["policies"][name], arn, kind)
    return _NOTHING if name in stored["others"] else None


_NOTHING = parse(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "none:None", "Resource": "*"}]},
    origin="nothing that matters here",
)


@cache
def _stored() -> dict[str, Any]:
    import json  # only for a stack that attaches such a policy

    with open(os.path.join(os.path.dirname(__file__), "aws_managed.json"), encoding="utf-8") as file:
        stored: dict[str, Any] = json.load(file)
    stored["others"] = frozenset(stored["others"].split(" "))
    return stored
