"""What a sign-out does not reach, and until when.

The function may not read the settings of the pool. They are read at deployment and come in the environment variable
EXPOSURE:

    {"appClients": ["shop"],
     "survivors": [{"kind": "access-token", "of": "shop", "seconds": 3600, "renewable": false,
                    "sentence": "...", "endedBy": "..."}]}

``seconds`` is how long after the sign-out it lasts at most, null where that is not known; ``renewable`` says that using
it makes it last longer. It holds for these app clients, as they were set at that deployment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Survivor:
    """Something that goes on working for a user who was signed out."""

    kind: str
    of: str
    seconds: int | None
    renewable: bool
    sentence: str
    ended_by: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """What was known at deployment."""

    app_clients: tuple[str, ...]
    survivors: tuple[Survivor, ...]

    def after(self, at: datetime, function_version: str) -> dict[str, Any]:
        """What survives a sign-out at that time, for a result; the version says which deployment knew it."""
        return {
            "asDeployedIn": function_version,
            "appClients": list(self.app_clients),
            "survivors": [_survivor(survivor, at) for survivor in self.survivors],
        }


def parse(text: str) -> Exposure:
    """Reads EXPOSURE; raises ValueError that says what is wrong with it."""
    try:
        stated: Mapping[str, Any] = json.loads(text)
        return Exposure(
            app_clients=tuple(stated["appClients"]),
            survivors=tuple(
                Survivor(
                    kind=survivor["kind"],
                    of=survivor["of"],
                    seconds=survivor["seconds"],
                    renewable=survivor["renewable"],
                    sentence=survivor["sentence"],
                    ended_by=survivor["endedBy"],
                )
                for survivor in stated["survivors"]
            ),
        )
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"environment variable EXPOSURE: {type(error).__name__} at {error}") from error


def _survivor(survivor: Survivor, at: datetime) -> dict[str, Any]:
    until = UNKNOWN
    if survivor.seconds is not None:
        until = (at + timedelta(seconds=survivor.seconds)).isoformat(timespec="seconds")
    return {
        "kind": survivor.kind,
        "of": survivor.of,
        "until": until,
        "renewable": survivor.renewable,
        "sentence": survivor.sentence,
        "endedBy": survivor.ended_by,
    }
