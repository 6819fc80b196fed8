"""The figures of every suite's last run, kept beside the code and written as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bench.measure import Figure

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

INTRODUCTION = """# Benchmarks

Written by `make bench`, which installs the other tools for its own run. Medians over many runs or items; the machine is
named at each table, and figures of different tables need not be from the same day. The tools do different things: what
each was asked to do is in the table.
"""


def seconds(value: float) -> str:
    """A time with the unit that suits it."""
    if value < 1e-3:
        return f"{value * 1e6:.1f} µs"
    return f"{value * 1e3:.2f} ms" if value < 1 else f"{value:.2f} s"


def line(figure: Figure) -> str:
    """A figure in a line, for the terminal."""
    return f"{figure.who}: {figure.what}: median {seconds(figure.median)}, 99% {seconds(figure.p99)}"


def keep(suite: str, figures: Sequence[Figure], machine: str, when: datetime) -> None:
    """Keeps a run's figures."""
    RESULTS.mkdir(exist_ok=True)
    content = {"machine": machine, "date": when.date().isoformat(), "figures": [figure.as_json() for figure in figures]}
    (RESULTS / f"{suite}.json").write_text(json.dumps(content, indent=2) + "\n")


def write(suites: Sequence[tuple[str, str]]) -> None:
    """Writes the page from what was kept."""
    parts = [INTRODUCTION]
    for name, title in suites:
        file = RESULTS / f"{name}.json"
        if file.exists():
            content = json.loads(file.read_text())
            figures = [Figure(**row) for row in content["figures"]]
            parts.append(f"## {title}\n\n{content['date']}, {content['machine']}\n\n{_table(figures)}")
    PAGE.write_text("\n".join(parts))


def _table(figures: Sequence[Figure]) -> str:
    rows = ["| who | what | n | median | 99% | total | target | note |", "|---|---|--:|--:|--:|--:|---|---|"]
    for figure in figures:
        times = " | ".join(seconds(value) for value in (figure.median, figure.p99, figure.total))
        rows.append(f"| {figure.who} | {figure.what} | {figure.count} | {times} | {_target(figure)} | {figure.note} |")
    return "\n".join(rows) + "\n"


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    wanted = seconds(figure.target)
    if figure.median <= figure.target:
        return f"{wanted}: met"
    return f"{wanted}: **missed by {figure.median / figure.target - 1:.0%}**"
