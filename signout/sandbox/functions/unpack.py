"""A deployment package, checked and unpacked as Lambda does it."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import stat
import uuid
import zipfile
from pathlib import Path

# Source: Lambda Developer Guide, "Lambda quotas".
MAXIMUM_UNZIPPED_BYTES = 262_144_000


class BadPackage(Exception):
    """Lambda would refuse this package; the message is Lambda's where it has one."""


def check(package: bytes) -> None:
    """Raise BadPackage unless `package` is a zip file that can be unpacked here."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise BadPackage("Could not unzip uploaded file. Please check your file, then try to upload again.") from None
    if sum(entry.file_size for entry in entries) >= MAXIMUM_UNZIPPED_BYTES:
        raise BadPackage(f"Unzipped size must be smaller than {MAXIMUM_UNZIPPED_BYTES} bytes")
    for entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise BadPackage(f"{entry.filename}: the sandbox does not unpack symbolic links; put the file itself in")


def unpack(package: bytes, sha256: str, root: Path) -> Path:
    """The folder with the package's files, made once for each digest and read-only, as /var/task is."""
    folder = root / f"code-{sha256}"
    if folder.is_dir():
        return folder
    unfinished = root / f"unfinished-{uuid.uuid4().hex}"
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extractall(unfinished)
        for entry in archive.infolist():
            _set_mode(unfinished / entry.filename, entry.external_attr >> 16)
    _forbid_writing(unfinished)
    try:
        unfinished.rename(folder)
    except OSError:  # somebody else was faster
        remove(unfinished)
    return folder


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, read-only folders included."""
    for directory, _, _ in os.walk(folder):
        with contextlib.suppress(OSError):
            os.chmod(directory, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _set_mode(path: Path, mode: int) -> None:
    """Keep what the package says may be executed; everything may be read."""
    if path.is_file():
        path.chmod(0o444 | (mode & 0o111))


def _forbid_writing(folder: Path) -> None:
    for directory, _, _ in os.walk(folder):
        os.chmod(directory, 0o555)
