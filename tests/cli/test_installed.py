"""The wheel without extras, in a virtual environment with what it declares alone, away from the repository."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

from signout.cli.main import COMMANDS
from tests.cli.command import Ran, run

ROOT = Path(__file__).resolve().parents[2]
EXTRAS = ("moto", "pulumi", "pulumi_aws", "pulumi_policy", "cfnlint", "semver", "werkzeug")
URN = "urn:pulumi:dev::shop::aws:sqs/queue:Queue::orders"
POLICY = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


def declared(found: Distribution, seen: set[str]) -> Iterator[Distribution]:
    """The distributions that one needs without its extras, and those that they need."""
    for line in found.requires or []:
        required = re.match(r"[\w.-]+", line)
        if required and "extra ==" not in line and required[0] not in seen:
            seen.add(required[0])
            yield (needed := distribution(required[0]))
            yield from declared(needed, seen)


Command = Callable[..., Ran]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The interpreter of such an environment, in a folder that has nothing to do with the repository."""
    folder = tmp_path_factory.mktemp("core")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    venv.create(folder / "venv", symlinks=True)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder / "venv")}))
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (description,) = packages.glob("cognito_signout-*.dist-info")
    for needed in declared(Distribution.at(description), set()):
        for top in {file.parts[0] for file in needed.files or [] if file.parts[0] != ".."}:
            if not (packages / top).exists():
                (packages / top).symlink_to(Path(str(needed.locate_file(top))))
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def python(*arguments: str, stdin: str = "") -> Ran:
        command = ["env", "-C", str(elsewhere), str(folder / "venv" / "bin" / "python"), *arguments]
        return run(command, stdin, {"PATH": "/usr/bin:/bin"})

    return python


@pytest.fixture(scope="module")
def installed(python: Command) -> Command:
    """Its `signout`."""
    return partial(python, "-m", "signout.cli.main")


def test_light(python: Command) -> None:
    """Neither Pulumi nor moto comes with it, nor anything else of the extras; and nothing of the repository."""
    asked = (*EXTRAS, "boto3", "signout", "signout_policies", "policies", "tests")
    shown = f"import importlib.util as u; print(*(name for name in {asked} if u.find_spec(name)))"

    assert ["boto3", "signout", "signout_policies"] == python("-c", shown).out.split()


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_help(name: str, installed: Command) -> None:
    """Every command says what it is for, its extra or not."""
    ran = installed(name, "--help")

    assert (ran.code, ran.err) == (0, "")
    assert "examples:" in ran.out


def test_core(installed: Command) -> None:
    """Reasoning needs no extra."""
    request = {
        "principal": "arn:aws:iam::111122223333:role/r",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k",
    }
    decided = installed("decide", stdin=json.dumps({"request": request, "identity": [POLICY]}) + "\n")
    state = {"version": 3, "deployment": {"resources": [{"urn": URN, "type": URN.split("::")[2], "custom": True}]}}
    checked = installed("policies", "check", "--stack", "-", "--output", "json", stdin=json.dumps(state))

    assert (0, "") == (decided.code, decided.err)
    assert "allowed" == json.loads(decided.out)["decision"]
    assert (0, "[]\n", "") == (checked.code, checked.out, checked.err)
    assert "not IAM" in installed("explain", "GlobalSignOut").out
    assert "_shtab_signout" in installed("completion", "bash").out


MISSING = [
    # command                 on standard error
    (("sandbox", "start"), "error: this command needs moto, of the extra 'sandbox': pip install '.[sandbox]' in a "),
    (("stack", "up"), "error: the policy pack needs pulumi, of the extra 'deploy': pip install '.[deploy]' in a "),
]


@pytest.mark.parametrize(("command", "said"), MISSING, ids=[" ".join(row[0]) for row in MISSING])
def test_extra(command: tuple[str, ...], said: str, installed: Command) -> None:
    """A command whose extra is missing says in one line which it is."""
    ran = installed(*command)

    assert (2, "", f"{said}checkout of cognito-signout\n") == (ran.code, ran.out, ran.err)


def test_demonstration(python: Command) -> None:
    """So does what `make up` runs."""
    ran = python("-m", "signout.sandbox.up")

    assert (1, "") == (ran.code, ran.out)
    assert re.fullmatch("error: needs [a-z]+: `make up` in a checkout brings it, as do the extras .+\n", ran.err)


def test_path_of_the_pack(installed: Command) -> None:
    """The pack is in the wheel; what it lacks to run is said beside its path."""
    ran = installed("policies", "path")

    assert ran.code == 0
    assert (Path(ran.out.strip()) / "PulumiPolicy.yaml").is_file()
    assert ran.err.startswith("warning: the pack needs pulumi, of the extra 'deploy': ")
