"""The runbook's deployment package: ``signout/runbook`` and nothing else, the same bytes for the same source."""

from __future__ import annotations

import os
import zipfile
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

HANDLER = "runbook.handler.handle"
_ROOT = "runbook"
_SUFFIXES = (".py", ".json")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can state
_UNIX = 3
_READABLE_FILE = 0o100644 << 16


def build(folder: Path) -> Path:
    """Writes ``runbook.zip`` into the folder, which is made if it is not there, and answers its path.

    Names are sorted, times and modes fixed. Files are stored as they are: what compression makes of them differs from
    one version of zlib to the next.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "runbook.zip"
    half_written = folder / f"runbook.zip.{os.getpid()}"
    with zipfile.ZipFile(half_written, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(_source().items()):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE_FILE
            archive.writestr(entry, content)
    half_written.replace(path)
    return path


def _source() -> dict[str, bytes]:
    runbook: Traversable = files("signout") / "runbook"
    return {
        f"{_ROOT}/{entry.name}": entry.read_bytes()
        for entry in runbook.iterdir()
        if entry.is_file() and entry.name.endswith(_SUFFIXES)
    }
