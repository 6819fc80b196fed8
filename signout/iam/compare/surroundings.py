"""What stands around the policies that are compared, so that `decide` shows what they do."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from signout.iam.layers import Layers
from signout.iam.parse import VERSION, parse
from signout.iam.policy import Kind, Policy

if TYPE_CHECKING:
    from signout.iam.compare.layered import Case

ATTACHED = frozenset({Kind.IDENTITY, Kind.BOUNDARY, Kind.SESSION, Kind.SCP})
"""Kinds that are attached to whom they are about, directly or by account, and so name no principal."""


@lru_cache(maxsize=1024)
def delegation(account: str) -> Policy:
    """A resource policy that leaves the decision to the account, as key policies and trust policies do by default."""
    return _allow_all("delegation to the account", Kind.RESOURCE, {"AWS": account})


@lru_cache(maxsize=1)
def everyone() -> Policy:
    """A resource policy that allows everyone everything."""
    return _allow_all("everyone", Kind.RESOURCE, "*")


@lru_cache(maxsize=1)
def everything() -> Policy:
    """An identity policy that allows everything."""
    return _allow_all("everything", Kind.IDENTITY, None)


def _allow_all(origin: str, kind: Kind, principal: object) -> Policy:
    statement: dict[str, object] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if principal is not None:
        statement["Principal"] = principal
    return parse({"Version": VERSION, "Statement": statement}, origin, kind)


def around(policy: Policy, kind: Kind, account: str) -> Layers:
    """The policy as a layer of the kind, for a principal of the account; nothing else limits or grants anything."""
    resource_policy = delegation(account)
    match kind:
        case Kind.BOUNDARY:
            return Layers((everything(),), boundary=(policy,), resource_policy=resource_policy)
        case Kind.SESSION:
            return Layers((everything(),), session=(policy,), resource_policy=resource_policy)
        case Kind.SCP:
            return Layers((everything(),), scp=((policy,),), resource_policy=resource_policy)
        case _:
            return Layers((policy,), resource_policy=resource_policy)


def cases(before: Policy, after: Policy) -> list[Case]:
    """Two policies that name principals, in the surroundings in which what they do shows."""
    from signout.iam.compare.layered import Case  # most comparisons are of attached policies

    return [
        Case(one, other, assuming) for (one, assuming), (other, _) in zip(_layers(before), _layers(after), strict=True)
    ]


def _layers(policy: Policy) -> list[tuple[Layers, str]]:
    all_allowed = (everything(),)
    match policy.kind:
        case Kind.ENDPOINT:
            around = Layers(all_allowed, endpoint=(policy,), resource_policy=everyone())
            return [(around, "everything else allows it")]
        case Kind.RCP:
            around = Layers(all_allowed, rcp=((policy,),), resource_policy=everyone())
            return [(around, "everything else allows it")]
        case _:
            return [
                (Layers((), resource_policy=policy), "the principal's own policies allow nothing"),
                (Layers((), (), resource_policy=policy), "the principal's own policies and boundary allow nothing"),
                (Layers(all_allowed, resource_policy=policy), "the principal's own policies allow everything"),
            ]


MEANINGS = {
    Kind.RESOURCE: "over requests to a resource with the policy, by anyone, whose own policies and permissions boundary"
    " allow everything or nothing, from the resource's account or another; service-linked roles are left out",
    Kind.TRUST: "over requests to a role with the trust policy, by anyone, whose own policies and permissions boundary"
    " allow everything or nothing, from the role's account or another; service-linked roles are left out",
    Kind.ENDPOINT: "over requests through an endpoint with the policy that everything else allows, by anyone;"
    " service-linked roles are left out",
    Kind.RCP: "over requests to resources under the policy that everything else allows, by anyone;"
    " service-linked roles are left out",
}
