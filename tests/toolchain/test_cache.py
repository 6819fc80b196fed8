"""What takes long to make appears whole, or not at all."""

import subprocess
import sys
from pathlib import Path

import pytest

from signout.sandbox import cache

KILLED_HALFWAY = """
import sys, time
from pathlib import Path
from signout.sandbox import cache
with cache.becoming(Path(sys.argv[1])) as new:
    (new / "half").touch()
    print("halfway", flush=True)
    time.sleep(600)
"""

ONE_AT_A_TIME = """
import sys, time
from pathlib import Path
from signout.sandbox import cache
with cache.becoming(Path(sys.argv[1])) as new:
    print("mine" if new else "theirs")
    time.sleep(0.2)
"""


def test_folder(monkeypatch):
    """XDG_CACHE_HOME decides where; an empty one does not."""
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert Path("/elsewhere/cognito-signout") == cache.folder()

    monkeypatch.setenv("XDG_CACHE_HOME", "")
    assert Path.home() / ".cache" / "cognito-signout" == cache.folder()


def test_made_once(tmp_path):
    """What a block made gets the final name; a later block is told that it is there."""
    final = tmp_path / "deep" / "thing"

    with cache.becoming(final) as new:
        assert new is not None
        (new / "file").write_text("whole")
        assert not final.exists()

    assert "whole" == (final / "file").read_text()
    with cache.becoming(final) as again:
        assert again is None


def test_error_leaves_nothing(tmp_path):
    """After an error in the block neither the final nor a temporary folder is there."""
    with pytest.raises(KeyboardInterrupt), cache.becoming(tmp_path / "thing") as new:
        assert new is not None
        (new / "half").touch()
        raise KeyboardInterrupt

    assert [] == [path for path in tmp_path.iterdir() if path.is_dir()]


def test_killed_halfway(tmp_path):
    """A process killed in the middle leaves nothing under the final name, and the next one clears up after it."""
    final = tmp_path / "thing"
    with subprocess.Popen([sys.executable, "-c", KILLED_HALFWAY, str(final)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"halfway\n" == process.stdout.readline()
        process.kill()
    assert not final.exists()
    assert 1 == len(list(tmp_path.glob(".thing.unfinished-*")))

    with cache.becoming(final):
        pass

    assert ["thing"] == [path.name for path in tmp_path.iterdir() if path.is_dir()]


def test_two_at_once(tmp_path):
    """Of several processes that make the same thing at the same time, one makes it, and the others find it made."""
    command = [sys.executable, "-c", ONE_AT_A_TIME, str(tmp_path / "thing")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]

    assert ["mine\n", "theirs\n", "theirs\n"] == sorted(process.communicate()[0] for process in running)
