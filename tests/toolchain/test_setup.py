"""`make setup`, in a copy of the checkout's own set-up files."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from toolchain import setup

ROOT = Path(__file__).resolve().parents[2]


def run(command, checkout, **environment):
    settings = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **environment}
    return subprocess.run(command, cwd=checkout, env=settings, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path):
    """A checkout with what set-up is made from, not set up yet."""
    for path in (*setup.input_files(), ROOT / "Makefile"):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return tmp_path


@pytest.fixture
def done(checkout, outside):
    """The same, as a set-up leaves it: an interpreter, and the stamp."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    stamp(checkout, outside)
    return checkout


@pytest.fixture
def outside(tmp_path_factory):
    """A file outside the checkout that has to stay in place, as the Pulumi command line has."""
    path = tmp_path_factory.mktemp("outside") / "pulumi"
    path.touch()
    return path


def stamp(checkout, outside):
    content = {"inputs": ask(checkout, "fingerprint"), "in_place": [str(outside)]}
    (checkout / ".venv" / "setup.json").write_text(json.dumps(content))


def is_done(checkout):
    return {"True": True, "False": False}[ask(checkout, "is_done")]


def ask(checkout, function):
    """What a function of the checkout's own setup.py answers."""
    program = f"import toolchain.setup as s; print(s.{function}())"
    return run([sys.executable, "-c", program], checkout, PYTHONPATH=str(checkout)).stdout.strip()


def test_second_setup_does_nothing(done):
    """When everything is in place, `make setup` writes nothing, neither on the screen nor on disk."""
    before = {path: path.lstat().st_mtime_ns for path in (done / ".venv").rglob("*")}

    again = run(["make", "setup"], done)

    assert (0, "", "") == (again.returncode, again.stdout, again.stderr)
    assert before == {path: path.lstat().st_mtime_ns for path in (done / ".venv").rglob("*")}


CHANGES = [
    "pyproject.toml",
    "requirements-dev.txt",
    "signout/sandbox/engine.py",
    "signout/sandbox/lambda-requirements.txt",
    "toolchain/go.sum",
    "toolchain/language-host.txt",
    "toolchain/language_host.py",
    "toolchain/setup.py",
]


@pytest.mark.parametrize("name", CHANGES)
def test_change_sets_up_again(done, name):
    """A change of anything that set-up is made from calls for a new one."""
    assert is_done(done)

    with (done / name).open("a") as file:
        file.write("\n")

    assert not is_done(done)


@pytest.mark.parametrize("name", [".venv/bin/python", ".venv/setup.json", "outside"])
def test_loss_sets_up_again(done, outside, name):
    """So does the loss of something that set-up made, in the checkout or outside."""
    assert is_done(done)

    (outside if name == "outside" else done / name).unlink()

    assert not is_done(done)


def test_move_sets_up_again(done, tmp_path_factory):
    """So does a checkout in another place: the scripts in .venv name the old one."""
    moved = tmp_path_factory.mktemp("elsewhere") / "checkout"
    shutil.move(done, moved)

    assert not is_done(moved)


def test_interrupted_stamp(done):
    """A stamp that was cut short counts as none."""
    (done / ".venv" / "setup.json").write_text('{"inputs": "')

    assert not is_done(done)


def test_old_python(checkout):
    """Where every Python is too old, the error says which is needed and how to choose one."""
    tools = checkout / "tools"
    tools.mkdir()
    for tool in ("sh", "dirname", "make"):
        (tools / tool).symlink_to(shutil.which(tool))
    old = tools / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit\nexit 1\n')
    old.chmod(0o755)

    failed = run(["make", "setup"], checkout, PATH=str(tools))

    assert 0 != failed.returncode
    assert "error: Python 3.11 or newer is needed, and python3 is Python 3.9.2" in failed.stderr
    assert "PYTHON=/path/to/python make setup" in failed.stderr


def test_wrong_choice(checkout):
    """A PYTHON that will not do is named; no other is taken in its place."""
    failed = run(["make", "setup"], checkout, PYTHON="/nowhere/python")

    assert 0 != failed.returncode
    assert 'error: PYTHON is "/nowhere/python"; expected the path of a Python 3.11 or newer' in failed.stderr


def test_no_venv_module(checkout):
    """Debian ships venv without the part that makes pip: the error names the package that has it."""
    site = checkout / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None")

    failed = run(["make", "setup"], checkout, PYTHONPATH=str(site), PYTHON=sys.executable)

    assert 0 != failed.returncode
    errors = [line for line in failed.stderr.splitlines() if line.startswith("error: ")]
    release = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert [f"error: {sys.executable} has no venv module"] == [line.partition(";")[0] for line in errors]
    assert f"apt install python{release}-venv" in errors[0]
    assert not (checkout / ".venv").exists()


def test_no_disk(checkout):
    """Too little disk is noticed before anything is made."""
    module = checkout / "toolchain" / "setup.py"
    module.write_text(module.read_text().replace("NEEDED_BYTES = 1 << 30", "NEEDED_BYTES = 1 << 60"))

    failed = run(["make", "setup"], checkout, PYTHON=sys.executable)

    assert 0 != failed.returncode
    assert f"MB of disk left; set-up needs {1 << 40} MB there" in failed.stderr
    assert not (checkout / ".venv").exists()


def test_failed_install(checkout, outside):
    """When pip fails its own error is shown on one line, and what was set up before no longer counts as whole."""
    run([sys.executable, "-m", "venv", ".venv"], checkout)
    stamp(checkout, outside)
    lock = checkout / "requirements-dev.txt"
    good = lock.read_text()
    lock.write_text(f"./no-such-wheel.whl --hash=sha256:{'0' * 64}\n")

    failed = run(["make", "setup"], checkout, PYTHON=sys.executable)

    assert 0 != failed.returncode
    errors = [line for line in failed.stderr.splitlines() if line.startswith("error: ")]
    assert 1 == len(errors)
    assert "no-such-wheel" in errors[0].partition("exited with")[2]
    lock.write_text(good)
    assert not is_done(checkout)
