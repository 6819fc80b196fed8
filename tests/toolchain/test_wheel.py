"""What the wheel holds, and that it collides with nobody."""

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RENAMED = {"components": "signout_components", "policies": "signout_policies"}
# An installed pack has its own description: the one in the checkout names the checkout's virtual environment.
MOVED = {"policies/wheel/PulumiPolicy.yaml": "policies/PulumiPolicy.yaml"}


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """The names in the wheel, as built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_top_level(names):
    """The wheel makes three names importable, none of them a word that others use."""
    top = {name.split("/")[0] for name in names}

    assert {"signout", *RENAMED.values()} == {name for name in top if not name.endswith(".dist-info")}


def test_complete(names):
    """Every file of the package and of both folders is in the wheel, data and types marker included."""
    listed = subprocess.run(
        ["git", "ls-files", "signout", *RENAMED], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    expected = set()
    for path in listed:
        room, _, rest = MOVED.get(path, path).partition("/")
        if (ROOT / path).exists():
            expected.add(f"{RENAMED.get(room, room)}/{rest}")

    assert "signout/py.typed" in expected
    assert set() == expected - set(names)
    assert [] == [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


@pytest.mark.parametrize("folder", RENAMED)
def test_relative_imports(folder):
    """Inside a folder that is renamed in the wheel, imports of each other are relative."""
    absolute = []
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module or ""]
            absolute += [f"{path}:{node.lineno}" for module in modules if module.split(".")[0] in RENAMED]

    assert [] == absolute
