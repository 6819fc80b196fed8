"""The folder in which functions run: nobody else's start takes it away."""

from __future__ import annotations

import fcntl
import tempfile
from pathlib import Path
from typing import Any

import pytest

from signout.sandbox.functions import workspace


def test_two_starts_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is being made is not taken for one that a killed server left, at whatever step the other looks."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    looks: list[Path] = []

    def after_a_look(original: Any) -> Any:
        def step(*arguments: Any, **named: Any) -> Any:
            if not looks:
                looks.append(tmp_path)
                other = workspace.Workspace()
                other.close()
                looks.clear()
            return original(*arguments, **named)

        return step

    with monkeypatch.context() as patched:
        patched.setattr(fcntl, "flock", after_a_look(fcntl.flock))
        made = workspace.Workspace()
    assert [made.path] == list(tmp_path.iterdir())
    made.close()
    assert list(tmp_path.iterdir()) == []
