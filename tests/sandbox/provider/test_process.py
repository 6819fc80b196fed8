"""The provider's process: where it is installed, and when it leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from signout.sandbox.engine import Target, environment
from signout.sandbox.provider.install import UsersOwn, install

PATIENCE = 20
"""Seconds after which a test gives up."""


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    target = Target("http://127.0.0.1:9", "AKIA", "secret", "us-east-1")
    return environment(target, tmp_path / "home", tmp_path, "-")


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return install(tmp_path / "home")


@pytest.fixture
def process(plugin: Path, surroundings: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([plugin], env=surroundings, stdout=subprocess.PIPE, text=True) as running:
        yield running
        running.kill()


def test_install(tmp_path: Path, plugin: Path) -> None:
    """It is in the plugin cache of the home that was given, under the version that programs ask for."""
    assert plugin == tmp_path / "home" / "plugins" / f"resource-aws-v{version('pulumi-aws')}" / "pulumi-resource-aws"
    assert os.access(plugin, os.X_OK)
    assert install(tmp_path / "home") == plugin
    assert [each.name for each in plugin.parent.iterdir()] == [plugin.name]


def test_users_own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not put where the user's own deployments to AWS would find it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "link").symlink_to(tmp_path / ".pulumi")

    for home in (tmp_path / ".pulumi", tmp_path / "link"):
        with pytest.raises(UsersOwn, match="is the user's own"):
            install(home)
    assert not (tmp_path / ".pulumi").exists()


def test_program_folder(tmp_path: Path, plugin: Path, surroundings: dict[str, str]) -> None:
    """Modules in the program's folder, where the engine starts it, are not taken for its own."""
    (tmp_path / "grpc.py").write_text("raise SystemExit('taken')")

    with subprocess.Popen([plugin], cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline().strip().isdecimal()
        running.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_signals(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Told to leave, it does, and as one that was told."""
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(number)

    assert process.wait(PATIENCE) == 0


ENGINE = """
import subprocess, sys, time
plugin = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, text=True)
print(plugin.pid, plugin.stdout.readline(), flush=True)
time.sleep(600)
"""


def test_killed_engine(plugin: Path, surroundings: dict[str, str]) -> None:
    """It does not outlive an engine that was killed."""
    command = [sys.executable, "-c", ENGINE, plugin]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        pid = int(engine.stdout.readline().split()[0])
        engine.kill()

    give_up = time.monotonic() + PATIENCE
    while _is_alive(pid) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    """A process that has ended and that nobody has asked about counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
