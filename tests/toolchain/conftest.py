"""A home of the test's own, and executables that stand where real ones would."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; the cache folder is in it, and PATH has the system's basic tools only."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return folder


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No way out: every request meets a proxy that nobody listens on."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def heard() -> list[str]:
    """What set-up said: pass `heard.append`."""
    return []


def executable(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def put_pulumi() -> Callable[..., Path]:
    """Puts an executable that answers `pulumi version`, with or without a language host beside it."""

    def put(folder: Path, version: str, host: bool = True) -> Path:
        if host:
            executable(folder / "pulumi-language-python", "exit 0")
        return executable(folder / "pulumi", f"echo {version}")

    return put


@pytest.fixture
def put_first(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Puts a folder first on PATH."""
    return lambda folder: monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
