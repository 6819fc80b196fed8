"""How a user is named in the log: as in the order only if the deployment says so, else by a keyed hash.

The hash lets whoever has the key find a user's lines from the name, and lets nobody else find the name from the lines.
Without a key of the deployment each instance makes one up: then equal hashes mean equal names within one instance's
lines, and no more. A plain hash would do neither: the names of users can be guessed one by one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

_HEX_DIGITS = 32


def as_given(username: str) -> str:
    """The name itself."""
    return username


def hashed(key: bytes) -> Callable[[str], str]:
    """Names by HMAC-SHA256 under this key, cut to 128 bits."""

    def name(username: str) -> str:
        # A checked name has no lone surrogates; should one come anyway, a log line must still be written.
        digest = hmac.new(key, username.encode("utf-8", "backslashreplace"), hashlib.sha256).hexdigest()
        return f"hmac-sha256:{digest[:_HEX_DIGITS]}"

    return name
