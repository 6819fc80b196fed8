"""Attributes of a user pool that a program describes in as few words as it may."""

from __future__ import annotations

from typing import Any

import pytest

from signout.sandbox.provider.clients import Clients
from signout.sandbox.provider.failure import Failure
from signout.sandbox.provider.lifecycle import Lifecycle
from signout.sandbox.provider.types.cognito import USER_POOL
from signout.sandbox.provider.wire import Props

TEAM: Props = {"name": "team", "attributeDataType": "String"}
SHIFT: Props = {"name": "shift", "attributeDataType": "Number", "mutable": True}


@pytest.fixture
def pools(clients: Clients) -> Lifecycle:
    return Lifecycle(USER_POOL, clients)


def pool(*attributes: Props) -> Props:
    return {**USER_POOL.defaults, "name": "with-attributes", "schemas": list(attributes)}


def own_attributes(pools: Lifecycle, id: str) -> list[dict[str, Any]]:
    """Those that Cognito has, without the ones of every pool."""
    found = pools.clients.at()("cognito-idp").describe_user_pool(UserPoolId=id)["UserPool"]["SchemaAttributes"]
    return [each for each in found if each["Name"].startswith("custom:")]


def test_settings_left_out(pools: Lifecycle) -> None:
    """What a program does not say of an attribute is false, as with the real provider, and nothing is left to do."""
    id, live = pools.create(pool(TEAM))

    assert pools.difference(live, pool(TEAM)).changes == ()
    (attribute,) = own_attributes(pools, id)
    assert (attribute["Mutable"], attribute["Required"], attribute["DeveloperOnlyAttribute"]) == (False, False, False)


def test_added(pools: Lifecycle) -> None:
    """An attribute can be added to a pool; the ones before stay as they are."""
    id, live = pools.create(pool(TEAM))

    pools.update(id, live, pool(TEAM, SHIFT))

    mutable = {each["Name"]: each["Mutable"] for each in own_attributes(pools, id)}
    assert mutable == {"custom:team": False, "custom:shift": True}


@pytest.mark.parametrize("wanted", [TEAM | {"mutable": True}, SHIFT], ids=["changed", "removed"])
def test_neither_changed_nor_removed(pools: Lifecycle, wanted: Props) -> None:
    """Cognito can do neither, and the refusal says so."""
    id, live = pools.create(pool(TEAM))

    with pytest.raises(Failure, match="schemas: an attribute of a user pool cannot be changed or removed"):
        pools.update(id, live, pool(wanted))
