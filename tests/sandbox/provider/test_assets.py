"""Archives become the same bytes for the same content."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from signout.sandbox.provider.assets import Unreadable, zipped
from signout.sandbox.provider.wire import ARCHIVE, ASSET, SIGNATURE, Asset


def archive(**raw: Any) -> Asset:
    return Asset("archive", "h", {SIGNATURE: ARCHIVE, **raw})


def entries(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program's folder, in which the provider works."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "code" / "inner").mkdir(parents=True)
    (tmp_path / "code" / "b.py").write_text("b")
    (tmp_path / "code" / "inner" / "a.py").write_text("a")
    return tmp_path


def test_folder(program: Path) -> None:
    """A folder's files are under their names in it."""
    assert {"b.py": "b", "inner/a.py": "a"} == entries(zipped(archive(path="./code")))


def test_assets(program: Path) -> None:
    """An archive may be put together of texts, files and other archives."""
    mixed = archive(
        assets={
            "settings.json": {SIGNATURE: ASSET, "text": "{}"},
            "main.py": {SIGNATURE: ASSET, "path": "code/b.py"},
            "lib": {SIGNATURE: ARCHIVE, "path": "code"},
        }
    )

    assert {"lib/b.py": "b", "lib/inner/a.py": "a", "main.py": "b", "settings.json": "{}"} == entries(zipped(mixed))


def test_same_bytes(program: Path) -> None:
    """Neither time nor order nor the umask count; whether a file can be run does."""
    before = zipped(archive(path="code"))
    os.utime(program / "code" / "b.py", (1, 1))
    (program / "code" / "b.py").chmod(0o600)

    assert before == zipped(archive(path="code"))
    (program / "code" / "b.py").chmod(0o700)
    assert before != zipped(archive(path="code"))


def test_order(program: Path) -> None:
    """Nor does the order in which a program names the parts."""
    parts = {name: {SIGNATURE: ASSET, "text": name} for name in ("b", "a", "c")}

    assert zipped(archive(assets=parts)) == zipped(archive(assets=dict(sorted(parts.items()))))


def test_zip_file(program: Path) -> None:
    """A zip file that is the archive goes to AWS as it is; inside another its files do."""
    with zipfile.ZipFile("made.zip", "w") as made:
        made.writestr("x.py", "x")

    assert Path("made.zip").read_bytes() == zipped(archive(path="made.zip"))
    assert {"lib/x.py": "x"} == entries(zipped(archive(assets={"lib": {SIGNATURE: ARCHIVE, "path": "made.zip"}})))


def test_tar_file(program: Path) -> None:
    """A tar file's files become a zip's."""
    with tarfile.open("made.tar.gz", "w:gz") as made:
        made.add("code", ".")

    assert {"b.py": "b", "inner/a.py": "a"} == entries(zipped(archive(path="made.tar.gz")))


UNREADABLE = [
    ("missing folder", {"path": "nowhere"}, "nowhere is neither a folder nor"),
    ("missing file", {"assets": {"a": {SIGNATURE: ASSET, "path": "nowhere.py"}}}, "nowhere.py, seen from"),
    ("plain file", {"path": "code/b.py"}, "code/b.py is neither a folder nor"),
    ("on the network", {"uri": "https://example.com/a.zip"}, "https://example.com/a.zip is on the network"),
    ("nothing", {}, "the archive has neither a path nor assets"),
]


@pytest.mark.parametrize(("raw", "message"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_unreadable(program: Path, raw: dict[str, Any], message: str) -> None:
    """What cannot be read is named."""
    with pytest.raises(Unreadable, match=message):
        zipped(archive(**raw))
