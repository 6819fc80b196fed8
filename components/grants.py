"""What a component lets its roles do: declared once, for the policy pack to read and for IAM to enforce.

A component hands its grants to the engine as its own inputs. There a policy rule sees each action and resource at
preview, where the policy document of a role is one unknown text as long as one ARN in it is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi


@dataclass(frozen=True, slots=True)
class Grant:
    """The role whose resource has this name in the stack may do these actions on these resources, and no others."""

    role: str
    actions: tuple[str, ...]
    resources: tuple[pulumi.Input[str], ...]


def as_inputs(grants: Sequence[Grant]) -> list[dict[str, Any]]:
    """The grants in the form in which a component hands them to the engine."""
    return [
        {"role": grant.role, "actions": list(grant.actions), "resources": list(grant.resources)} for grant in grants
    ]


def policy_document(grants: Sequence[Grant]) -> pulumi.Output[str]:
    """The identity policy that allows these grants and nothing else."""
    statements = [
        {"Effect": "Allow", "Action": list(grant.actions), "Resource": list(grant.resources)} for grant in grants
    ]
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements})
