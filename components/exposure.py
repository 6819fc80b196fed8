"""What a sign-out does not reach, written down at deployment for the runbook, which may not look at the pool."""

from __future__ import annotations

import json

from signout.cognito.exposure import Settings, survivors

# Lambda takes 4 KiB of environment variables in all.
_MOST_BYTES = 3600


def document(settings: Settings) -> str:
    """What survives under these settings, as the runbook's EXPOSURE takes it; ValueError if it is too long for that."""
    text = json.dumps(
        {
            "appClients": [client.name for client in settings.clients],
            "survivors": [
                {
                    "kind": survivor.kind,
                    "of": survivor.of,
                    "seconds": survivor.seconds,
                    "renewable": survivor.renewable,
                    "sentence": survivor.sentence,
                    "endedBy": survivor.ended_by,
                }
                for survivor in survivors(settings)
            ],
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )
    if len(text.encode()) > _MOST_BYTES:
        raise ValueError(
            f"what a sign-out does not reach takes {len(text.encode())} bytes for {len(settings.clients)} app clients, "
            f"expected at most {_MOST_BYTES}: pass fewer app clients to the runbook"
        )
    return text
