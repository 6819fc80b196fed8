"""The bytes of Pulumi's archives: a zip whose bytes depend on nothing but names, contents and executable bits."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from signout.sandbox.provider.wire import ARCHIVE, ASSET, SIGNATURE, Asset, Props

EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the earliest that a zip can hold."""

Entry = tuple[str, bytes, bool]
"""Name, content, executable."""


class Unreadable(ValueError):
    """An archive or asset whose content cannot be had."""


def zipped(archive: Asset) -> bytes:
    """The archive as a zip; paths are relative to the working directory, which is the program's.

    A zip file that is the whole archive is passed on as it is. Raises Unreadable, naming the path.
    """
    path = archive.raw.get("path")
    if path and Path(path).suffix in (".zip", ".jar") and Path(path).is_file():
        return _content(path)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content, executable in sorted(_entries("", archive.raw)):
            info = zipfile.ZipInfo(name, EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix: only then do the permission bits count
            info.external_attr = (0o100755 if executable else 0o100644) << 16
            target.writestr(info, content)
    return buffer.getvalue()


def _entries(name: str, raw: Props) -> Iterator[Entry]:
    if raw.get("uri"):
        raise Unreadable(f"{raw['uri']} is on the network; the sandbox reads local files only")
    if raw.get(SIGNATURE) == ASSET:
        yield from _asset(name, raw)
    elif raw.get(SIGNATURE) != ARCHIVE:
        raise Unreadable(f"{name or 'the archive'} holds neither an asset nor an archive")
    elif raw.get("assets") is not None:
        for key, inner in raw["assets"].items():
            yield from _entries(_joined(name, key), inner)
    elif raw.get("path"):
        for inner, content, executable in _stored(Path(raw["path"])):
            yield _joined(name, inner), content, executable
    else:
        raise Unreadable(f"{name or 'the archive'} has neither a path nor assets")


def _asset(name: str, raw: Props) -> Iterator[Entry]:
    if raw.get("path"):
        yield name, _content(raw["path"]), os.access(raw["path"], os.X_OK)
    else:
        yield name, (raw.get("text") or "").encode(), False


def _stored(path: Path) -> Iterator[Entry]:
    """What is in a folder, a zip or a tar file."""
    if path.is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                yield file.relative_to(path).as_posix(), _content(file), os.access(file, os.X_OK)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as source:
            for info in source.infolist():
                if not info.is_dir():
                    yield info.filename, source.read(info), bool(info.external_attr >> 16 & 0o111)
    elif path.is_file() and tarfile.is_tarfile(path):
        with tarfile.open(path) as source:
            for tar_member in source:
                content = source.extractfile(tar_member) if tar_member.isfile() else None
                if content is not None:
                    yield tar_member.name.removeprefix("./"), content.read(), bool(tar_member.mode & 0o111)
    else:
        raise Unreadable(f"{path} is neither a folder nor a zip or tar file, seen from {Path.cwd()}")


def _content(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}, seen from {Path.cwd()}: {error.strerror}") from error


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}".lstrip("/")
