"""The folder in which functions are unpacked and write: temporary, locked as long as its server lives.

A server that was killed leaves its folder; the next one finds it unlocked, and removes it.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from pathlib import Path

from signout.sandbox.functions.unpack import remove

_PREFIX = "signout-functions-"
_LOCK = "lock"


class Workspace:
    """A fresh folder; `close` removes it."""

    def __init__(self) -> None:
        _remove_abandoned()
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        unlocked = self.path / f".{_LOCK}"
        self._lock = os.open(unlocked, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unlocked.rename(self.path / _LOCK)  # only now, or a server that starts could take it for abandoned

    def close(self) -> None:
        remove(self.path)
        os.close(self._lock)


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue  # another user's, or one that is being made just now
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(folder)
        except BlockingIOError:
            pass  # its server lives
        finally:
            os.close(lock)
