"""Reading what the user names: a file, or standard input as `-`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from signout.cli.errors import CommandError


def read_bytes(path: str) -> bytes:
    """The content of the file, or of standard input for `-`."""
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}; expected a file that can be read") from None


def open_lines(path: str) -> IO[bytes]:
    """The file, or standard input for `-`, to be read line by line."""
    try:
        return sys.stdin.buffer if path == "-" else open(path, "rb")  # closed by the caller's `with`
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}; expected a file that can be read") from None
