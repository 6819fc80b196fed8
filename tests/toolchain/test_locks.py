"""The lock files: complete, pinned, and free of where they were made."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = ROOT / "requirements-dev.txt"
LOCKS = [
    EVERYTHING,
    ROOT / "requirements.txt",
    ROOT / "signout" / "sandbox" / "lambda-requirements.txt",
    ROOT / "toolchain" / "language-host.txt",
]
ID = [path.name for path in LOCKS]


def entries(lock: Path) -> list[str]:
    """The requirements with their hashes, one a line."""
    joined = lock.read_text().replace("\\\n", " ")
    return [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: Path) -> set[tuple[str, str]]:
    found = (re.match(r"([\w.-]+)(?:\[[\w,]+\])?==(\S+)", entry) for entry in entries(lock))
    return {(canonical(match[1]), match[2]) for match in found if match}


@pytest.mark.parametrize("lock", LOCKS, ids=ID)
def test_pinned_with_hashes(lock):
    """Every entry is one version with at least one hash."""
    assert entries(lock)
    assert [] == [entry for entry in entries(lock) if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)]


@pytest.mark.parametrize("lock", LOCKS, ids=ID)
def test_says_nothing_of_its_maker(lock):
    """No index, no host, no path: whoever installs decides where from."""
    assert [] == re.findall(r".*(?:://|--index|--find-links|--trusted-host| /).*", lock.read_text())


@pytest.mark.parametrize("lock", LOCKS[1:], ids=ID[1:])
def test_same_versions(lock):
    """The smaller locks take their versions from the large one, so that what is tested is what is deployed."""
    large = dict(pins(EVERYTHING))

    assert {(name, version) for name, version in pins(lock) if name in large} <= pins(EVERYTHING)


def test_covers_the_project():
    """Every direct dependency is in the lock; one that is added without `make lock` is noticed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["project"]["dependencies"], *extras["deploy"], *extras["sandbox"]]
    wanted += project["dependency-groups"]["dev"]
    locked = {name for name, _ in pins(EVERYTHING)}

    assert set() == {canonical(re.match(r"[\w.-]+", requirement)[0]) for requirement in wanted} - locked


def test_pulumi_takes_none_for_an_order():
    """No file here makes Pulumi choose uv or Poetry in place of the virtual environment."""
    assert [] == [name for name in ("uv.lock", "poetry.lock", "Pipfile") if (ROOT / name).exists()]
