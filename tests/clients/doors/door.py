"""What the tests ask of every client."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from tests.support.sandbox import REGION, Keys

EMPTY: Mapping[str, object] = MappingProxyType({})
"""An empty answer, as an object."""


@dataclass(frozen=True)
class Call:
    """One call, for a client to make."""

    operation: str
    parameters: Mapping[str, str] = field(repr=False)
    endpoint: str | None
    """None: the client finds AWS by itself."""
    keys: Keys | None
    """None: the client finds no credentials."""
    attempts: int = 1
    """How often it may try."""

    @property
    def address(self) -> str:
        """Where the call goes, for a client that has to be told in any case."""
        return self.endpoint or f"https://cognito-idp.{REGION}.amazonaws.com"


@dataclass(frozen=True)
class Shown:
    """What a client showed for it."""

    error: str | None
    """The type of the service's error, or the client's own name for its own; None: it worked."""
    output: object = None
    """What it gave back: an object, or text on standard output."""
    exit_code: int | None = None
    """Of a command line."""


class Door(Protocol):
    """A client program."""

    @property
    def name(self) -> str:
        """As the tests name it."""

    @property
    def nothing(self) -> object:
        """What it gives back for a call that worked: both answers are empty."""

    def missing(self) -> str | None:
        """Why it cannot be tried on this machine; None where it can."""

    def make(self, call: Call) -> Shown:
        """Make the call."""


def environment(call: Call) -> dict[str, str]:
    """All that a client program gets to see: the keys and the Region, and no settings of the user's own."""
    found = {name: os.environ[name] for name in ("LANG", "LC_ALL", "PATH") if name in os.environ}
    found |= {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        # Or a client without credentials asks an address on the network for some.
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": str(call.attempts),
        "AWS_REGION": REGION,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "HOME": os.devnull,
    }
    if call.keys:
        found |= {"AWS_ACCESS_KEY_ID": call.keys.access_key_id, "AWS_SECRET_ACCESS_KEY": call.keys.secret_access_key}
    return found
