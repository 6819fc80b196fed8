"""The pack as others use it: from the wheel, on a project that knows nothing of this repository."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from signout.sandbox.engine import Target
from tests.policies.engine import Governed, mandatory
from tests.support.sandbox import REGION

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A virtual environment with the wheel in it, and what the wheel needs; its `bin` folder."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    venv.create(folder / "venv", symlinks=True)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder / "venv")}))
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    # A folder named in a .pth file is searched last, and .pth files in it, such as that of an editable install, do not
    # count: what the wheel needs is found there, and nothing of the repository.
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "venv" / "bin"


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A folder that has nothing to do with the repository, as the current one."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_names(installed, outside):
    """The wheel's packages are importable, and folders of the user's own that have common names stay the user's."""
    for name in ("policies", "components"):
        (outside / f"{name}.py").write_text("MINE = True\n")
    shown = "import policies, components, signout; print(policies.MINE, components.MINE, signout.__file__)"

    assert run(str(installed / "python"), "-c", shown) == f"True True {package(installed, 'signout/__init__.py')}"


def package(installed, name):
    return next(installed.parent.glob("lib/python*/site-packages")) / name


def test_path(installed, outside):
    """The command says where the installed pack is."""
    printed = run(str(installed / "python"), "-m", "signout.cli.main", "policies", "path")

    assert printed == str(package(installed, "signout_policies"))


PROGRAM = """
import pulumi_aws as aws

aws.cognito.UserPool("users")
"""
NAMESAKES = ("policies.py", "signout_policies.py", "pack.py", "analyzer.py", "rules.py", "values.py", "stack.py")


@pytest.mark.parametrize("program", ["", PROGRAM], ids=["empty", "with a mistake"])
def test_on_a_project(installed, outside, sandbox, program):
    """It judges a project in another folder, whatever that project calls its own modules."""
    keys = sandbox.administrator
    target = Target(sandbox.endpoint, keys.access_key_id, keys.secret_access_key, REGION)
    pack = Path(run(str(installed / "python"), "-m", "signout.cli.main", "policies", "path"))
    project = Governed(outside / "deployment", target, program, pack)
    for name in NAMESAKES:
        (project.project / name).write_text("raise RuntimeError('the user\\'s own module')\n")

    result, found = project.governed("preview")

    assert mandatory(found) == ({"deletion-protection"} if program else set()), result.output
    assert "cognito-signout@v" in result.output
    assert (result.code == 0) is (program == ""), result.output
