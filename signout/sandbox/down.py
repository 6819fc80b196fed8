"""`make down`: ends the sandbox and removes all that `make up` made."""

from __future__ import annotations

import shutil
import sys
from typing import Final

from . import lifecycle
from .lifecycle import LifecycleError
from .state import StateError, StateFolder

OURS: Final = (
    ".gitignore",
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
"""What a sandbox and a deployment on it leave in the state folder; see state.py and deployment.py."""


def main() -> int:
    """Exit code 0 also where there was nothing."""
    folder = StateFolder.of()
    try:
        ran = lifecycle.stop(folder)
    except (LifecycleError, StateError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    there = folder.path.is_dir()
    left = remove(folder)
    removed = f"removed {folder.path}" if there else "there was nothing to remove"
    print(f"{'stopped the sandbox' if ran else 'no sandbox ran'}; {removed}" + (f", but for {left}" if left else ""))
    return 0


def remove(folder: StateFolder) -> str:
    """Removes what the sandbox makes in its folder, and the folder if that was all; returns what else is in it.

    By name: the folder may be any that an environment variable names.
    """
    if not folder.path.is_dir():
        return ""
    for name in OURS:
        path = folder.path / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    left = ", ".join(sorted(path.name for path in folder.path.iterdir()))
    if not left:
        folder.path.rmdir()
    return left


if __name__ == "__main__":
    sys.exit(main())
