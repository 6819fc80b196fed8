"""From a clean clone, on a machine that has never seen the project: its home, and with that every cache, is empty."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, figure, times_of
from bench.tools import Peers

PROJECT = Path(__file__).resolve().parent.parent
TEST_SECONDS = 300
"""`make test` should not take longer, set-up not counted."""
OUTPUT_CHARACTERS = 20_000
"""Of a failed run, the last so many are shown."""


def measure(peers: Peers, folder: Path) -> Iterator[Figure]:
    """Once each: set-up downloads or builds everything it needs. What is committed is what is measured."""
    clone, home = folder / "clone", folder / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(clone)], check=True)
    environment = {**os.environ, "HOME": str(home)}
    for name in ("XDG_CACHE_HOME", "PYTHONDONTWRITEBYTECODE"):  # another cache, and none
        environment.pop(name, None)

    def make(target: str) -> None:
        ran = subprocess.run(
            ["make", target], cwd=clone, env=environment, stdout=subprocess.PIPE, text=True, check=False
        )
        if ran.returncode:
            raise RuntimeError(f"`make {target}` failed in a clean clone:\n{ran.stdout[-OUTPUT_CHARACTERS:]}")

    yield figure("`make up`, the first time", "signout", times_of(lambda: make("up"), 1, warmup=0), note="with set-up")
    make("down")
    times = times_of(lambda: make("test"), 1, warmup=0)
    yield figure("`make test`", "signout", times, note="every check and test", target=TEST_SECONDS)
