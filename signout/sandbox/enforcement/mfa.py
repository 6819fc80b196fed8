"""Codes of virtual MFA devices, verified: moto takes any six digits.

Source: RFC 6238, as IAM uses it: SHA-1, 30 seconds, six digits.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import threading
from typing import Final

STEP: Final = 30
"""Seconds for which a code is shown."""
_TOLERANCE: Final = (0, -1, 1)
"""Steps by which a device's clock may be off."""


def code_at(seed: str, step: int) -> str:
    """The code that a device with this base32 seed shows in the given step (Unix time over STEP)."""
    key = base64.b32decode(seed)
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def step_of(seed: str, code: str, now: float) -> int | None:
    """The step near `now` (Unix time) in which the device shows the code; None if there is none."""
    current = int(now) // STEP
    try:
        found = (step for step in (current + drift for drift in _TOLERANCE) if _same(code_at(seed, step), code))
        return next(found, None)
    except binascii.Error:
        return None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


class UsedCodes:
    """A code counts once: of each device the latest step that was used."""

    def __init__(self) -> None:
        self._latest: dict[str, int] = {}
        self._lock = threading.Lock()

    def use(self, serial: str, step: int) -> bool:
        """Is this the first use of the step, or a later one, on the device?"""
        with self._lock:
            fresh = step > self._latest.get(serial, -1)
            if fresh:
                self._latest[serial] = step
            return fresh
