"""`make bench`: measures, and writes docs/benchmarks.md. `python -m bench SUITE ...` measures some suites only."""

from __future__ import annotations

import importlib
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import report, tools
from bench.measure import Figure, machine

SUITES: tuple[tuple[str, str], ...] = (
    ("iam", "Reasoning about policies"),
    ("policy_pack", "The policy pack"),
    ("review", "Reviewing changes"),
    ("sandbox", "The sandbox"),
    ("stack", "The stack on the sandbox"),
    ("clone", "From a clean clone"),
)
"""Module and title of every suite, in the order of the report."""


def main() -> int:
    """Measures the suites that are asked for; the others keep the figures of their last run."""
    wanted = sys.argv[1:] or [name for name, _ in SUITES]
    if unknown := [name for name in wanted if name not in dict(SUITES)]:
        print(f"error: {unknown[0]} is no suite; expected {', '.join(dict(SUITES))}", file=sys.stderr)
        return 2
    peers = tools.install()
    for name in wanted:
        print(f"measuring {name}", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            figures: list[Figure] = []
            for figure in importlib.import_module(f"bench.{name}").measure(peers, Path(folder)):
                print(f"  {report.line(figure)}", file=sys.stderr)
                figures.append(figure)
        report.keep(name, figures, machine(), datetime.now(UTC))
    report.write(SUITES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
