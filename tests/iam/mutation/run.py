"""Tries the mutants: which of them does no row fail, and which entries of the list are out of date?

The checkout is never touched: each worker has a copy. What makes the mutants is installed for this alone, into the
user's cache folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
FILES = tuple(sorted(str(file.relative_to(ROOT)) for file in (ROOT / "signout/iam/operators").glob("*.py")))
WORKERS = 2


@dataclass(frozen=True)
class Mutant:
    """A source file with one change."""

    file: str
    name: str
    code: str


@dataclass(frozen=True)
class Result:
    """What came of a run: how many mutants there were, and what is to be done."""

    mutants: int
    survivors: tuple[str, ...]
    """Names of mutants that no row fails, and that are not listed as equivalent."""
    outdated: tuple[str, ...]
    """Names of listed mutants that are not among the survivors."""


def equivalent() -> dict[str, str]:
    """The mutants that are listed as equivalent, each with the reason."""
    listed = tomllib.loads((HERE / "equivalent.toml").read_text())
    return {name: group["reason"] for group in listed["equivalent"] for name in group["mutants"]}


def run(files: tuple[str, ...] = FILES) -> Result:
    """Tries every mutant of these files, given by their paths from the root of the checkout."""
    mutants = made(files)
    survivors = {mutant.name for mutant, lives in zip(mutants, tried(mutants), strict=True) if lives}
    listed = [name for name in equivalent() if name.partition(",")[0] in files]
    return Result(
        len(mutants),
        tuple(sorted(survivors.difference(listed))),
        tuple(name for name in listed if name not in survivors),
    )


def made(files: tuple[str, ...]) -> list[Mutant]:
    """The mutants of the files."""
    command = [str(maker()), str(HERE / "mutants.py"), *files]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [Mutant(**json.loads(line)) for line in done.stdout.splitlines()]


def maker() -> Path:
    """A Python with what makes mutants, installed if this is the first time."""
    wanted = HERE / "requirements.txt"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "cognito-signout" / f"mutation-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", str(wanted)], check=True)
        (folder / "complete").touch()
    return python


def tried(mutants: list[Mutant]) -> list[bool]:
    """Whether each mutant lives: no row fails."""
    lives = [False] * len(mutants)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        copies = [Path(folder) / str(number) for number in range(WORKERS)]
        shares = [mutants[number::WORKERS] for number in range(WORKERS)]
        for number, share in enumerate(pool.map(tried_in, copies, shares)):
            lives[number::WORKERS] = share
    return lives


def tried_in(copy: Path, mutants: list[Mutant]) -> list[bool]:
    """The same in one copy of what the rows need, in which they pass as it is."""
    for name in ("signout", "tests/iam"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests/__init__.py", copy / "tests")
    unchanged = Mutant(FILES[0], "", (copy / FILES[0]).read_text())
    lines = [json.dumps({"file": mutant.file, "code": mutant.code}) for mutant in (unchanged, *mutants)]
    # -B: what is compiled would be told apart by time and size alone, and mutants come quickly and are alike.
    command = [sys.executable, "-B", "-m", "tests.iam.mutation.rows"]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(
        command, cwd=copy, env=environment, input="\n".join(lines), capture_output=True, text=True, check=False
    )
    passed, *lives = [json.loads(line) for line in done.stdout.splitlines()] or [False]
    if not passed or len(lives) != len(mutants):
        raise RuntimeError(f"the rows fail, or stop, without any mutation: {done.stderr[-2000:]}")
    return lives
