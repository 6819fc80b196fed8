"""How a figure is taken: several runs, the median to quote, and the machine it was taken on."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One row of a table: times in seconds over `count` items or runs."""

    what: str
    who: str
    count: int
    median: float
    p99: float
    total: float
    note: str = ""
    target: float | None = None
    """Seconds that the median should not exceed, where one was set."""

    def as_json(self) -> dict[str, Any]:
        """For the results file."""
        return asdict(self)


def figure(what: str, who: str, times: Sequence[float], *, note: str = "", target: float | None = None) -> Figure:
    """The figure for these times."""
    ordered = sorted(times)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return Figure(what, who, len(ordered), statistics.median(ordered), p99, sum(ordered), note, target)


def times_of(call: Callable[[], object], runs: int, warmup: int = 2) -> list[float]:
    """Wall-clock seconds of each run, after some that do not count."""
    for _ in range(warmup):
        call()
    found = []
    for _ in range(runs):
        begun = time.perf_counter()
        call()
        found.append(time.perf_counter() - begun)
    return found


def process_times(
    command: Sequence[str], runs: int = 15, *, ok: Sequence[int] = (0,), cwd: Path | None = None
) -> list[float]:
    """Wall-clock seconds of a whole process, from start to end, output thrown away."""

    def once() -> None:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, cwd=cwd)
        if done.returncode not in ok:
            raise RuntimeError(f"{' '.join(command)} exited with {done.returncode}")

    return times_of(once, runs, warmup=2)


def peak_memory_mb() -> float:
    """The largest memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def machine() -> str:
    """The machine in one line, and whether others were at work on it."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    busy = f"; load {load:.1f}, so times are longer than on an idle machine" if load > cores else ""
    return f"{model}, {cores} cores, {memory} GB; {platform.system()}, Python {platform.python_version()}{busy}"
