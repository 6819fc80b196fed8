"""Shared by the programs here: read the input, time the call on each policy, print JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(call: Callable[[Any], object], prepare: Callable[[Any], Any] = lambda item: item) -> None:
    """Times `call` on every item of the file named on the command line, after one run that does not count."""
    times, faults = [], 0
    for item in json.loads(Path(sys.argv[1]).read_text()):
        try:
            ready = prepare(item)
            call(ready)
            begun = time.perf_counter()
            call(ready)
            times.append(time.perf_counter() - begun)
        except Exception:
            faults += 1
    print(json.dumps({"times": times, "faults": faults}))
