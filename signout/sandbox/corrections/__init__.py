"""Corrections to moto's Cognito, so that what the sandbox says about a sign-out is true.

Each file is one correction: what the service does, what moto does instead, and the source. A test shows each of them
needed, on moto as it comes, and says so once it is not; a correction that moto has made its own can then go.

Not corrections but shared by them: seams (where moto is changed), directory, identity_pools, clients, tokens, logins,
refusals. All state is part of moto's objects, and is reset with them; only the credentials that an identity pool vends
are kept where the sandbox keeps all credentials.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import moto

from . import (
    access_tokens,
    aliases,
    auth_flows,
    challenges,
    claims,
    client_settings,
    deletion_protection,
    disabled_users,
    domains,
    identities,
    identity_pool_roles,
    identity_pool_settings,
    limits,
    missing_pools,
    not_simulated,
    one_at_a_time,
    pool_settings,
    quotas,
    refresh_tokens,
    revoke_token,
    same_user,
    secret_hash,
    sign_in,
    sign_ins,
    tags,
    token_life,
    token_rotation,
    vended_credentials,
)

MOTO: Final = "5.2.5"
"""The version of moto that the corrections were checked against."""


class Correction(Protocol):
    """What each file of a correction offers."""

    def apply(self) -> None:
        """Change moto, in this process and for good."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a sandbox may choose about its Cognito."""

    throttle: bool = False
    """Turn away requests over the quota of their category."""


class WrongMoto(Exception):
    """The moto that is installed is not the one that the corrections were checked against."""


CORRECTIONS: Final[tuple[Correction, ...]] = (
    # What is checked before anything is done, in this order.
    limits,
    not_simulated,
    missing_pools,
    deletion_protection,
    auth_flows,
    secret_hash,
    sign_in,
    challenges,
    access_tokens,
    refresh_tokens,
    # What tokens hold. `claims` writes them, so that the other two come after it.
    claims,
    token_life,
    sign_ins,
    # Whom a call means, and what it does.
    aliases,
    same_user,
    disabled_users,
    revoke_token,
    token_rotation,
    pool_settings,
    client_settings,
    domains,
    tags,
    identity_pool_settings,
    identity_pool_roles,
    identities,
    vended_credentials,
    # Around all others.
    one_at_a_time,
)

_applied: Options | None = None


def apply(options: Options = Options()) -> None:
    """Correct moto's Cognito in this process, before the first call. A second time changes nothing.

    Raises WrongMoto for a version that the corrections were not checked against, and RuntimeError for other options
    than those already applied.
    """
    global _applied
    if _applied == options:
        return
    if _applied is not None:
        raise RuntimeError(f"moto is already corrected with {_applied}; {options} need a process of their own")
    if moto.__version__ != MOTO:
        raise WrongMoto(
            f"moto {moto.__version__} is installed; the sandbox's corrections are for {MOTO}. "
            f"Install moto=={MOTO}, or let the tests of the corrections say what {moto.__version__} needs."
        )
    if options.throttle:
        quotas.apply()
    for correction in CORRECTIONS:
        correction.apply()
    _applied = options
