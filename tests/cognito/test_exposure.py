"""What a sign-out does not reach, and for how long."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from signout.cognito.exposure import AppClient, IdentityPool, Kind, Settings, Survivor, at_most, survivors

WEB = AppClient("web", access_token=600, id_token=1200)
ALONE = Settings(
    clients=(WEB,), domain="", identity_pools=(), identity_providers=(), authorizer_cache=0, load_balancer_session=0
)
"""Nothing but one client: no domain, no identity pool, no provider, nobody who keeps verdicts."""


def of_kind(settings: Settings, kind: Kind) -> list[Survivor]:
    return [survivor for survivor in survivors(settings) if survivor.kind is kind]


SECONDS = [
    # name, settings, kind, [(of what, seconds, renewable)]
    ("access token", ALONE, Kind.ACCESS_TOKEN, [("web", 600, False)]),
    ("id token", ALONE, Kind.ID_TOKEN, [("web", 1200, False)]),
    (
        "defaults of the service",
        replace(ALONE, clients=(AppClient("a"), AppClient("b", access_token=300))),
        Kind.ACCESS_TOKEN,
        [("a", 3600, False), ("b", 300, False)],
    ),
    ("no domain, no managed login", ALONE, Kind.MANAGED_LOGIN, []),
    ("managed login", replace(ALONE, domain="auth.example.com"), Kind.MANAGED_LOGIN, [("web", 3600, True)]),
    ("domain not known", replace(ALONE, domain=None), Kind.MANAGED_LOGIN, [("web", 3600, True)]),
    (
        "client without managed login",
        replace(ALONE, domain="auth.example.com", clients=(replace(WEB, managed_login=False),)),
        Kind.MANAGED_LOGIN,
        [],
    ),
    (
        "client that never reuses a session",
        replace(ALONE, domain="auth.example.com", clients=(replace(WEB, session_reuse=0),)),
        Kind.MANAGED_LOGIN,
        [],
    ),
    (
        "reuse not known",
        replace(ALONE, domain="auth.example.com", clients=(replace(WEB, session_reuse=None),)),
        Kind.MANAGED_LOGIN,
        [("web", None, True)],
    ),
    (
        "90 days of reuse",
        replace(ALONE, domain="auth.example.com", clients=(replace(WEB, session_reuse=7_776_000),)),
        Kind.MANAGED_LOGIN,
        [("web", 7_776_000, True)],
    ),
    ("no identity pool", ALONE, Kind.CREDENTIALS, []),
    ("identity pools not known", replace(ALONE, identity_pools=None), Kind.CREDENTIALS, [("", None, False)]),
    (
        "identity pool that checks",
        replace(ALONE, identity_pools=(IdentityPool("pool", checks_sign_out=True),)),
        Kind.CREDENTIALS,
        [("pool", 3600, False)],
    ),
    (
        "identity pool that does not check: ID token, then credentials",
        replace(ALONE, identity_pools=(IdentityPool("pool", checks_sign_out=False),)),
        Kind.CREDENTIALS,
        [("pool", 1200 + 3600, False)],
    ),
    (
        "check not known counts as none",
        replace(ALONE, identity_pools=(IdentityPool("pool", checks_sign_out=None),)),
        Kind.CREDENTIALS,
        [("pool", 1200 + 3600, False)],
    ),
    (
        "basic flow, roles not known",
        replace(ALONE, identity_pools=(IdentityPool("pool", checks_sign_out=True, basic_flow=True),)),
        Kind.CREDENTIALS,
        [("pool", 12 * 3600 + 600, False)],
    ),
    (
        "basic flow not known",
        replace(ALONE, identity_pools=(IdentityPool("pool", checks_sign_out=True, basic_flow=None),)),
        Kind.CREDENTIALS,
        [("pool", 12 * 3600 + 600, False)],
    ),
    (
        "basic flow, role of two hours",
        replace(ALONE, identity_pools=(IdentityPool("pool", True, basic_flow=True, role_session=7200),)),
        Kind.CREDENTIALS,
        [("pool", 7200 + 600, False)],
    ),
    (
        "role session counts in the basic flow only",
        replace(ALONE, identity_pools=(IdentityPool("pool", True, basic_flow=False, role_session=7200),)),
        Kind.CREDENTIALS,
        [("pool", 3600, False)],
    ),
    (
        "no client known: how long an unchecked pool goes on is not known",
        replace(ALONE, clients=(), identity_pools=(IdentityPool("pool", checks_sign_out=False),)),
        Kind.CREDENTIALS,
        [("pool", None, False)],
    ),
    ("no authorizer cache", ALONE, Kind.AUTHORIZER, []),
    ("authorizer cache", replace(ALONE, authorizer_cache=300), Kind.AUTHORIZER, [("", 1500, False)]),
    ("authorizer cache not known", replace(ALONE, authorizer_cache=None), Kind.AUTHORIZER, [("", None, False)]),
    ("no load balancer", ALONE, Kind.LOAD_BALANCER, []),
    ("load balancer", replace(ALONE, load_balancer_session=900), Kind.LOAD_BALANCER, [("", 900, False)]),
    ("load balancer not known", replace(ALONE, load_balancer_session=None), Kind.LOAD_BALANCER, [("", None, False)]),
    ("no provider", replace(ALONE, domain="auth.example.com"), Kind.IDENTITY_PROVIDER, []),
    (
        "providers",
        replace(ALONE, domain="auth.example.com", identity_providers=("Okta", "Google")),
        Kind.IDENTITY_PROVIDER,
        [("Okta", None, True), ("Google", None, True)],
    ),
    (
        "providers not known",
        replace(ALONE, domain="auth.example.com", identity_providers=None),
        Kind.IDENTITY_PROVIDER,
        [("", None, True)],
    ),
    (
        "providers are out of reach without a domain",
        replace(ALONE, identity_providers=("Okta",)),
        Kind.IDENTITY_PROVIDER,
        [],
    ),
    ("other clients are never covered", ALONE, Kind.OTHER_CLIENTS, [("", None, True)]),
]


@pytest.mark.parametrize(("settings", "kind", "want"), [row[1:] for row in SECONDS], ids=[row[0] for row in SECONDS])
def test_how_long(settings: Settings, kind: Kind, want: list[tuple[str, int | None, bool]]) -> None:
    """Each survivor has the longest time that the settings allow; what they do not say is unknown, never zero."""
    assert [(s.of, s.seconds, s.renewable) for s in of_kind(settings, kind)] == want


def test_nothing_known_leaves_nothing_out() -> None:
    """Of a pool of which nothing is known, every kind of survivor that does not need a client is named as unknown."""
    found = survivors(Settings(clients=()))

    assert {survivor.kind for survivor in found} == set(Kind) - {Kind.ACCESS_TOKEN, Kind.ID_TOKEN, Kind.MANAGED_LOGIN}
    assert {survivor.seconds for survivor in found} == {None}


def test_sentence_says_what_and_how_long() -> None:
    """The sentence names the client and the time; the logout address is that of the pool's domain."""
    settings = replace(ALONE, domain="auth.example.com")

    assert "web" in of_kind(settings, Kind.ACCESS_TOKEN)[0].sentence
    assert "10 minutes" in of_kind(settings, Kind.ACCESS_TOKEN)[0].sentence
    assert "https://auth.example.com/logout" in of_kind(settings, Kind.MANAGED_LOGIN)[0].ended_by
    assert "covered here: web." in of_kind(settings, Kind.OTHER_CLIENTS)[0].sentence


def test_every_survivor_is_sourced() -> None:
    """Each has a sentence that ends, and a source."""
    everything = Settings(clients=(WEB,), identity_pools=(IdentityPool("pool", None),))

    assert all(survivor.sentence.endswith(".") and survivor.source for survivor in survivors(everything))
    assert {survivor.kind for survivor in survivors(everything)} == set(Kind)


def test_until() -> None:
    """A survivor's end is that long after the sign-out; not known stays not known."""
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)

    assert of_kind(ALONE, Kind.ACCESS_TOKEN)[0].until(at) == datetime(2026, 3, 1, 12, 10, tzinfo=UTC)
    assert of_kind(ALONE, Kind.OTHER_CLIENTS)[0].until(at) is None


def test_at_most() -> None:
    """The longest of several counts; one that is unknown or can be renewed leaves no end to name."""
    tokens = [*of_kind(ALONE, Kind.ACCESS_TOKEN), *of_kind(ALONE, Kind.ID_TOKEN)]
    cookie = of_kind(replace(ALONE, domain="auth.example.com"), Kind.MANAGED_LOGIN)

    assert at_most(tokens) == 1200
    assert at_most([*tokens, *cookie]) is None
    assert at_most(survivors(ALONE)) is None
    assert at_most([]) == 0


def test_survivors_travel_as_json() -> None:
    """Survivors are plain data: a component can hand them to the function as JSON."""
    carried = json.loads(json.dumps([asdict(survivor) for survivor in survivors(ALONE)]))

    assert carried[0]["kind"] == "access-token"
    assert carried[0]["seconds"] == 600
