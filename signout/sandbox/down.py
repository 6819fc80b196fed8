"""`make down`: ends the sandbox and removes all that `make up` made."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import Final

from . import lifecycle
from .lifecycle import LifecycleError
from .state import StateError, StateFolder

OURS: Final = (
    ".gitignore",
    "calls.1.jsonl",
    "calls.jsonl",
    "credentials",
    "deployments",
    "pulumi-home",
    "server.json",
    "server.lock",
    "server.log",
    "start.lock",
    "up.lock",
)
"""What a sandbox, its record of calls and a deployment on it leave in the state folder."""


ENGINE_SECONDS: Final = 30
"""In which an engine ends whose sandbox is gone."""


def main() -> int:
    """Exit code 0 also where there was nothing."""
    folder = StateFolder.of()
    try:
        there = folder.path.is_dir() and not folder.is_foreign()
        ran = lifecycle.stop(folder)
        left = remove(folder) if there else ""
    except (LifecycleError, StateError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {error.filename or folder.path}: {error.strerror or error}", file=sys.stderr)
        return 1
    removed = f"removed {folder.path}" if there else "there was nothing to remove"
    print(f"{'stopped the sandbox' if ran else 'no sandbox ran'}; {removed}" + (f", but for {left}" if left else ""))
    return 0


def remove(folder: StateFolder) -> str:
    """Removes what the sandbox makes in its folder, and the folder if that was all; returns what else is in it.

    By name: the folder may be any that an environment variable names. Raises LifecycleError while an engine works on.
    """
    until = time.monotonic() + ENGINE_SECONDS
    while folder.is_held("up"):
        if time.monotonic() > until:
            raise LifecycleError(f"{folder.path}: a `make up` still works on it; end that one first")
        time.sleep(0.05)
    for path in _ours(folder.path):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    left = ", ".join(sorted(path.name for path in folder.path.iterdir()))
    if not left:
        folder.path.rmdir()
    return left


def _ours(folder: Path) -> list[Path]:
    """With those that were being written when their writer was killed, see `state.write`."""
    return [path for name in OURS for pattern in (name, f".{name}-*") for path in folder.glob(pattern)]


if __name__ == "__main__":
    sys.exit(main())
