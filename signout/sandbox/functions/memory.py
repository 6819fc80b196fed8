"""How much memory a process and its children hold.

Lambda bounds an execution environment by a control group, which a program without privileges cannot make.
So memory is measured instead: the highest the process ever reached, which the kernel keeps, and its children's share.
Only Linux tells; elsewhere the answer is None, and the limit is not enforced.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path


def used_mb(pid: int) -> int | None:
    """Most memory held by the process `pid` so far, or by it and its children now, in MB."""
    if sys.platform != "linux":
        return None
    used = _field(pid, "status", "VmHWM:")
    if family := _children(pid):
        used = max(used, sum(_field(member, "smaps_rollup", "Pss:") for member in (pid, *family)))
    return used // 1024


def _field(pid: int, file: str, name: str) -> int:
    """A size in kB from a file under /proc; 0 when the process is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    return 0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (thread / "children").read_text().split()]
    return found + [below for child in found for below in _children(child)]
