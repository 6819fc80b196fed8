"""Who can do something in small accounts at random, against asking everyone about every role until nothing is new."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import Any

import pytest

from signout.iam import Effect, Layers, Request, decide
from signout.iam.account import Holder, holders
from signout.iam.who_can import who_can
from tests.iam.test_who_can import ACCOUNT, POOL, SIGN_OUT, arn, role, user

ACCOUNTS = 150
ROLES, USERS = ("r0", "r1", "t/r2", "r3"), ("u0", "x/u1")
TAG, EXTERNAL_ID = "aws:PrincipalTag/x", "sts:ExternalId"
PRINCIPALS: tuple[Any, ...] = (
    {"AWS": ACCOUNT},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    {"AWS": arn("r0")},
    {"AWS": [arn("t/r2"), f"arn:aws:iam::{ACCOUNT}:user/x/u1"]},
    {"Service": "ec2.amazonaws.com"},
)
"""Not `*`: everyone is listed as one."""
CONDITIONS: tuple[Any, ...] = (
    {"StringEquals": {TAG: "1"}},
    {"StringEquals": {EXTERNAL_ID: "1"}},
    {"ArnLike": {"aws:PrincipalArn": arn("r*")}},
)


def statement(chance: random.Random, **elements: Any) -> dict[str, Any]:
    """A statement, at times a Deny, at times under a condition."""
    found = {"Effect": chance.choice(("Allow", "Allow", "Allow", "Deny")), **elements}
    return {**found, "Condition": chance.choice(CONDITIONS)} if chance.random() < 0.2 else found


def own(chance: random.Random) -> dict[str, Any]:
    """A policy of a user or role."""
    statements = [
        statement(
            chance,
            **{
                chance.choice(("Action", "Action", "NotAction")): chance.choice(
                    ("sts:AssumeRole", SIGN_OUT, "*", "s3:*")
                )
            },
            **{
                chance.choice(("Resource", "Resource", "NotResource")): chance.choice(
                    ("*", arn("r*"), arn("t/r2"), POOL)
                )
            },
        )
        for _ in range(chance.randint(1, 2))
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def trusted(chance: random.Random) -> dict[str, Any]:
    """A trust policy."""
    statements = [
        statement(chance, Principal=chance.choice(PRINCIPALS), Action=chance.choice(("sts:AssumeRole", "sts:*")))
        for _ in range(chance.randint(1, 2))
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def effect(holder: Holder, action: str, resource: str, role: Holder | None = None) -> Effect | None:
    """ALLOWED, or DEPENDS where some values of the unknown keys allow it; None where none do."""
    layers = Layers(identity=holder.identity, resource_policy=role.trust if role is not None else None)
    found = {
        decide(Request(holder.principal, action, resource, {TAG: tag, EXTERNAL_ID: external}), layers).effect
        for tag, external in itertools.product(([], ["1"], ["2"]), repeat=2)
    }
    return None if Effect.ALLOWED not in found else Effect.ALLOWED if len(found) == 1 else Effect.DEPENDS


def by_asking(everybody: Sequence[Holder]) -> dict[str, Effect]:
    """Who can, by asking everyone about every role until nothing is new."""
    can = {each.principal.name: found for each in everybody if (found := effect(each, SIGN_OUT, POOL))}
    steps = {
        (each.principal.name, other.principal.name): step
        for each, other in itertools.permutations(everybody, 2)
        if other.trust is not None and (step := effect(each, "sts:AssumeRole", other.principal.name, other))
    }
    for _ in range(2 * len(everybody)):
        for (name, target), step in steps.items():
            if target in can and can.get(name) is not Effect.ALLOWED:
                sure = step is can[target] is Effect.ALLOWED
                can[name] = Effect.ALLOWED if sure else Effect.DEPENDS
    return can


@pytest.mark.parametrize("seed", range(3))
def test_small_accounts(seed: int) -> None:
    """Everyone who can, surely or perhaps, is listed so, and nobody else of the account."""
    chance = random.Random(seed)
    for _ in range(ACCOUNTS // 3):
        details = {
            "UserDetailList": [user(name, own(chance)) for name in USERS],
            "RoleDetailList": [role(name, own(chance), trusted(chance)) for name in ROLES],
        }
        everybody = holders(details)
        names = {holder.principal.name for holder in everybody}
        found = {each.principal: each.effect for each in who_can(SIGN_OUT, POOL, everybody).accesses}

        assert {name: found[name] for name in found if name in names} == by_asking(everybody), details
