"""What the runbook is told at deployment, so that it can say what a sign-out does not reach."""

from __future__ import annotations

import pytest

from components import exposure
from signout.cognito.exposure import AppClient, IdentityPool, Settings, survivors
from signout.runbook import exposure as runbook_exposure

SETTINGS = Settings(
    clients=(AppClient("shop", access_token=900),),
    domain="shop.auth.eu-central-1.amazoncognito.com",
    identity_pools=(IdentityPool("shop-identities", checks_sign_out=True),),
)


def test_the_runbook_reads_what_is_written() -> None:
    """Nothing is lost or changed on the way into the function."""
    read = runbook_exposure.parse(exposure.document(SETTINGS))

    assert read.app_clients == ("shop",)
    assert [(s.kind, s.of, s.seconds, s.renewable, s.sentence, s.ended_by) for s in read.survivors] == [
        (s.kind, s.of, s.seconds, s.renewable, s.sentence, s.ended_by) for s in survivors(SETTINGS)
    ]


def test_it_does_not_change_by_itself() -> None:
    """The same settings give the same text, so that deploying again changes nothing."""
    assert exposure.document(SETTINGS) == exposure.document(SETTINGS)


def test_too_much_to_say() -> None:
    """What does not fit into the function's environment is refused before it is deployed, never cut."""
    with pytest.raises(ValueError, match=r"bytes for 9 app clients, expected at most 3600: pass fewer app clients"):
        exposure.document(Settings(clients=tuple(AppClient(f"shop-{n}") for n in range(9))))
