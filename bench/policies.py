"""The input that every tool gets: the AWS managed policies that moto carries, and slightly changed copies of them."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

Document = dict[str, Any]


def managed() -> dict[str, Document]:
    """Documents by name."""
    return {name: policy["Document"] for name, policy in json.loads(aws_managed_policies_data).items()}


def changed(document: Document, seed: int) -> Document:
    """A copy with one small change: an action added or dropped, a resource narrowed, a statement turned into a Deny."""
    rng = random.Random(seed)
    copied = copy.deepcopy(document)
    statements = copied["Statement"] if isinstance(copied["Statement"], list) else [copied["Statement"]]
    statement = rng.choice(statements)
    element = "Action" if "Action" in statement else "NotAction"
    actions = statement[element] if isinstance(statement[element], list) else [statement[element]]
    match rng.randrange(4):
        case 0:
            actions = [*actions, "cognito-idp:AdminUserGlobalSignOut"]
        case 1 if len(actions) > 1:
            actions = actions[1:]
        case 2 if "Resource" in statement:
            statement["Resource"] = "arn:aws:s3:::narrowed/*"
        case _:
            statement["Effect"] = "Deny" if statement["Effect"] == "Allow" else "Allow"
    statement[element] = actions
    return copied
