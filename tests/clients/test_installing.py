"""`.ci/clients`: installs what is missing, or says which clients are not tried; on machines that are made up."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALL = {
    "aws": "echo aws-cli/2.9.19",
    "Rscript": "exit 0",
    "id": "echo 0",
    "make": 'echo "make $* with REQUIRE=${REQUIRE:-}"',
    "apt-get": 'echo "apt-get $*"',
}
"""The programs of a machine on which nothing is missing; `make` and `apt-get` say what they are asked for."""
TRIED = "make test-clients ARGS=-m programs with REQUIRE="


@dataclass(frozen=True)
class Ran:
    """What the script left behind."""

    code: int
    out: str
    err: str


def clients(folder: Path, doors: str = "exit 0", env: dict[str, str] | None = None, **programs: str | None) -> Ran:
    """Runs the script on a machine with these programs; None takes one away. `doors` names the missing clients."""
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "clients", folder / ".ci")
    place = folder / "bin"
    for path, text in {
        **{place / name: text for name, text in {**ALL, **programs}.items() if text is not None},
        folder / ".venv" / "bin" / "python": doors,
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    for name in ("bash", "dirname", "env", "grep", "timeout", "true"):
        (place / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [place / "bash", folder / ".ci" / "clients"],
        env={"PATH": str(place), **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_nothing_missing(tmp_path: Path) -> None:
    """Nothing is installed, and no client may be left out."""
    ran = clients(tmp_path)

    assert (0, f"{TRIED}all\n", "") == (ran.code, ran.out, ran.err)


MISSING = [
    # name               programs                                 packages
    ("no CLI", {"aws": None}, ["awscli"]),
    ("only the CLI v1", {"aws": "echo aws-cli/1.46.2"}, ["awscli"]),
    ("no R", {"Rscript": None}, ["r-base-core", "r-cran-curl"]),
    ("R without curl", {"Rscript": "exit 1"}, ["r-cran-curl"]),
]


@pytest.mark.parametrize(("name", "programs", "packages"), MISSING, ids=[row[0] for row in MISSING])
def test_installs(name: str, programs: dict[str, str | None], packages: list[str], tmp_path: Path) -> None:
    """What is missing is installed from the distribution, and nothing that comes recommended."""
    ran = clients(tmp_path, **programs)

    asked = [line.partition("Use-Pty=0 ")[2] for line in ran.err.splitlines() if line.startswith("apt-get ")]
    assert ["update", *(f"install --yes --no-install-recommends {package}" for package in packages)] == asked
    assert (0, f"{TRIED}all\n") == (ran.code, ran.out)


IMPOSSIBLE = [
    # name               programs                         environment      said
    ("not root", {"id": "echo 1000"}, {}, "not root: awscli cannot be installed"),
    ("no sudo", {"id": "echo 1000", "sudo": "exit 1"}, {"CI": "true"}, "not root: awscli cannot be installed"),
    ("no apt-get", {"apt-get": None}, {}, "no apt-get: awscli cannot be installed"),
    ("no such package", {"apt-get": "exit 100"}, {}, "awscli could not be installed"),
]


@pytest.mark.parametrize(("name", "programs", "env", "said"), IMPOSSIBLE, ids=[row[0] for row in IMPOSSIBLE])
def test_cannot_install(
    name: str, programs: dict[str, str | None], env: dict[str, str], said: str, tmp_path: Path
) -> None:
    """The client that is not tried is named, loudly, with what stood in the way; the others are tried."""
    doors = 'echo "AWS CLI v2: no aws of version 2 is on PATH"; exit 1'
    ran = clients(tmp_path, doors, env, **{"aws": None, **programs})

    assert (0, f"{TRIED}\n") == (ran.code, ran.out)
    assert f"clients: {said}\n" in ran.err
    assert "clients: NOT TRIED on this machine:\nclients:   AWS CLI v2: no aws of version 2 is on PATH\n" in ran.err


def test_through_sudo_where_there_are_only_tests(tmp_path: Path) -> None:
    """In CI, whose machines are thrown away, sudo is used."""
    ran = clients(tmp_path, env={"CI": "true"}, aws=None, id="echo 1000", sudo='shift; exec "$@"')

    assert "install --yes --no-install-recommends awscli" in ran.err
    assert f"{TRIED}all\n" == ran.out


def test_a_failure_fails(tmp_path: Path) -> None:
    """A client that was tried and failed fails the script."""
    assert 7 == clients(tmp_path, make="exit 7").code


def test_ci_tries_the_clients() -> None:
    """`.ci/run` ends with this script."""
    assert os.access(ROOT / ".ci" / "clients", os.X_OK)
    assert "exec .ci/clients" == (ROOT / ".ci" / "run").read_text().splitlines()[-1]
