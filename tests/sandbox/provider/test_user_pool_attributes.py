"""Attributes of a user pool that a program describes in as few words as it may."""

from __future__ import annotations

import pytest

from signout.sandbox.engine import Target
from signout.sandbox.provider.clients import Clients, settings
from signout.sandbox.provider.failure import Failure
from signout.sandbox.provider.lifecycle import Lifecycle
from signout.sandbox.provider.types.cognito import USER_POOL
from signout.sandbox.provider.wire import Props

TEAM: Props = {"name": "team", "attributeDataType": "String"}
SHIFT: Props = {"name": "shift", "attributeDataType": "Number", "mutable": True}


@pytest.fixture
def pools(target: Target) -> Lifecycle:
    environment = {
        "AWS_ENDPOINT_URL": target.endpoint,
        "AWS_ACCESS_KEY_ID": target.access_key,
        "AWS_SECRET_ACCESS_KEY": target.secret_key,
        "AWS_REGION": target.region,
    }
    return Lifecycle(USER_POOL, Clients(settings({}, environment)))


def pool(*attributes: Props) -> Props:
    return {**USER_POOL.defaults, "name": "with-attributes", "schemas": list(attributes)}


def test_settings_left_out(pools: Lifecycle) -> None:
    """What a program does not say of an attribute is false, as with the real provider, and nothing is left to do."""
    _, live = pools.create(pool(TEAM))

    assert pools.difference(live, pool(TEAM)).changes == ()
    (attribute,) = live["schemas"]
    assert (attribute["mutable"], attribute["required"], attribute["developerOnlyAttribute"]) == (False, False, False)


def test_added(pools: Lifecycle) -> None:
    """An attribute can be added to a pool; the ones before stay as they are."""
    id, live = pools.create(pool(TEAM))

    live = pools.update(id, live, pool(TEAM, SHIFT))

    assert {each["name"]: each["mutable"] for each in live["schemas"]} == {"team": False, "shift": True}


@pytest.mark.parametrize("wanted", [TEAM | {"mutable": True}, SHIFT], ids=["changed", "removed"])
def test_neither_changed_nor_removed(pools: Lifecycle, wanted: Props) -> None:
    """Cognito can do neither, and the refusal says so."""
    id, live = pools.create(pool(TEAM))

    with pytest.raises(Failure, match="schemas: an attribute of a user pool cannot be changed or removed"):
        pools.update(id, live, pool(wanted))
