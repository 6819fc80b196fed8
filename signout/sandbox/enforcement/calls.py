"""The record of calls: the latest in memory, and all as JSON lines in the state folder, the oldest dropped in time.

A record says who asked for what and what came of it. It never holds a parameter other than the resource, and no
secret, token or password.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

LATEST: Final = 100
"""Records that a question gives, unless it asks for another number."""
REMEMBERED: Final = 5000
"""Records in memory."""
LONGEST_FILE: Final = 32 * 1024 * 1024
"""Bytes after which the file is set aside, in place of the one set aside before."""


@dataclass(frozen=True, slots=True)
class Record:
    """One call."""

    time: str
    """ISO 8601, UTC, with milliseconds."""
    request_id: str
    """As the response gives it."""
    who: str
    """The caller's ARN or an AWS service's name; `anonymous` without a valid signature."""
    action: str
    """As a policy writes it, `cognito-idp:AdminUserGlobalSignOut`; `?` where none could be read."""
    resource: str
    """The ARN, several with blanks between; empty where IAM is not asked."""
    region: str
    verdict: str
    """allowed, denied, not-iam, unconditional, not-authenticated, not-simulated, invalid, failed or control."""
    because: str
    """The statement that decided, or why the call was refused."""
    signed: bool
    status: int
    """HTTP status of the answer; 0 for what was no request, such as a delivery by SNS."""

    def to_json(self) -> dict[str, Any]:
        """The record as the file and the command line give it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Query:
    """Which records are wanted."""

    user: str = ""
    """Part of the caller's ARN."""
    action: str = ""
    """Part of the action, case ignored."""
    denied: bool = False
    """Only calls that did not pass."""
    last: int = LATEST
    """At most so many, the latest."""

    def matches(self, record: Record) -> bool:
        """Is the record wanted?"""
        if self.denied and record.verdict in PASSED:
            return False
        return self.user in record.who and self.action.lower() in record.action.lower()


PASSED: Final = frozenset({"allowed", "not-iam", "unconditional", "control"})


class CallLog:
    """Takes records from many threads. A disk that is full costs the file, not the call."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._records: deque[Record] = deque(maxlen=REMEMBERED)
        self._lock = threading.Lock()
        self._file = -1 if path is None else _open(path)
        self._length = 0 if path is None else os.fstat(self._file).st_size
        self._complained = False

    def add(self, record: Record) -> None:
        """Keep the record."""
        self._records.append(record)
        if self._path is None:
            return
        line = (json.dumps(record.to_json()) + "\n").encode()
        with self._lock:
            try:
                self._length += os.write(self._file, line)
                if self._length > LONGEST_FILE:
                    self._set_aside(self._path)
            except OSError as error:
                self._complain(error)

    def _set_aside(self, path: Path) -> None:
        os.replace(path, _aside(path))
        os.close(self._file)
        self._file, self._length = _open(path), 0

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            print(
                f"{self._path}: cannot write the record of calls: {error.strerror}; it goes on in memory",
                file=sys.stderr,
            )

    def find(self, query: Query) -> list[Record]:
        """The records in memory that are wanted, oldest first."""
        wanted = (record for record in reversed(tuple(self._records)) if query.matches(record))
        return list(_first(wanted, query.last))[::-1]


def latest(path: Path, query: Query) -> list[Record]:
    """The wanted records of a file, and of the one set aside before it, oldest first."""
    lines: list[str] = []
    for file in (_aside(path), path):
        if file.exists():
            lines += file.read_text().splitlines()
    wanted = (record for record in map(_record, reversed(lines)) if record is not None and query.matches(record))
    return list(_first(wanted, query.last))[::-1]


def _record(line: str) -> Record | None:
    """The record of a line; None for one that a full disk or a killed server cut short."""
    try:
        return Record(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _aside(path: Path) -> Path:
    return path.with_suffix(".1.jsonl")


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _first(records: Iterator[Record], most: int) -> Iterator[Record]:
    for _, record in zip(range(most), records, strict=False):
        yield record
