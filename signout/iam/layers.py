"""All the policies that have a say in one request."""

from __future__ import annotations

from dataclasses import dataclass

from signout.iam.policy import Policy

Policies = tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class Layers:
    """The policies by layer. None: the layer does not exist. Empty: it exists and grants nothing."""

    identity: Policies = ()
    """Of the principal: inline, managed, and those of its groups."""
    boundary: Policies | None = None
    session: Policies | None = None
    scp: tuple[Policies, ...] | None = None
    """Of the principal's account, a tuple a level, root first."""
    rcp: tuple[Policies, ...] | None = None
    """Of the resource's account, a tuple a level, root first."""
    resource_policy: Policy | None = None
    """Of the resource: its own policy, a role's trust policy, or a KMS key's key policy."""
    endpoint: Policies | None = None
    """Of the VPC endpoint that the request comes through."""
