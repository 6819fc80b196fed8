"""The ways to Pulumi, in their order."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from signout.sandbox import engine
from toolchain import ways

ROOT = Path(__file__).resolve().parents[2]


def missing(_):
    raise engine.EngineMissing("not here")


def test_order():
    """The cheap ways come first, and the build from source last."""
    names = [name for name, _ in ways.WAYS]

    assert ["on PATH", "in the cache folder", "by the official installer", "built from its Go module"] == names


def test_first_that_works(home, heard):
    """The first way that works is taken, and said."""
    here, other = (engine.Pulumi(home / name, "3.259.0", f"by {name}") for name in ("here", "other"))

    taken = ways.take((("a", missing), ("b", lambda _: here), ("c", lambda _: other)), heard.append)

    assert here == taken
    assert [f"Pulumi 3.259.0, by here: {home / 'here'}"] == heard


def test_path_before_cache(home, put_pulumi, put_first, heard):
    """A good pulumi on PATH is taken before the copy in the cache folder, a bad one is not."""
    copy = put_pulumi(engine.cached() / "bin", "v3.259.0")
    on_path = put_pulumi(home / "bin", "v3.260.0")
    put_first(on_path.parent)
    assert on_path == ways.take(ways.WAYS, heard.append).path

    put_pulumi(home / "bin", "v3.100.0")
    assert copy == ways.take(ways.WAYS, heard.append).path


@pytest.mark.usefixtures("offline")
def test_broken_copy_makes_room(home, put_pulumi, heard):
    """A copy in the cache folder that no longer runs is removed, so that the next way can make a new one."""
    copy = put_pulumi(engine.cached() / "bin", "not a version")

    with pytest.raises(engine.EngineMissing):
        ways.take(ways.WAYS, heard.append)

    assert not copy.exists()


@pytest.mark.usefixtures("offline")
def test_none(home):
    """With no Pulumi, no internet access and no Go, one error says what was tried and what to install."""
    command = [sys.executable, "-m", "toolchain"]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)

    assert 1 == done.returncode
    assert "" == done.stdout
    assert 1 == done.stderr.count("error: ")
    error = done.stderr[done.stderr.index("error: ") :].splitlines()
    assert "error: there is no usable Pulumi command line" == error[0]
    assert [f"  {name}:" for name, _ in ways.WAYS] == [line.partition(":")[0] + ":" for line in error[1:5]]
    assert "Install one of these, then run `make setup` again:" == error[5]
    assert "Pulumi 3.259.0 or newer" in error[6]
    assert "Go 1.26 or newer" in error[7]
