"""The virtual environment in which Lambda functions run: AWS's runtime client and SDK, and nothing of this project.

A package that a function's zip lacks is then missing here as it would be on AWS.
"""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

from signout.sandbox import cache, virtualenv

LOCK = Path(__file__).with_name("lambda-requirements.txt")


class RuntimeMissing(Exception):
    """The functions' virtual environment is not there."""


def python() -> Path:
    """The functions' Python interpreter.

    Raises RuntimeMissing where `prepare` has not run.
    """
    found = _folder() / "bin" / "python"
    if not found.exists():
        raise RuntimeMissing(f"{found}: the Python that runs Lambda functions is missing; run `make setup`")
    return found


def prepare(say: Callable[[str], None]) -> Path:
    """Makes the environment from its lock file unless it is there; returns its interpreter.

    Raises virtualenv.InstallFailed, with pip's own last line.
    """
    with cache.becoming(_folder()) as new:
        if new is not None:
            say("Installing the Lambda runtime client into an environment of its own")
            virtualenv.make(new, LOCK)
    return python()


def _folder() -> Path:
    kind = f"{sys.version_info.major}.{sys.version_info.minor} {sys.platform} {LOCK.read_text()}"
    return cache.folder() / f"lambda-runtime-{hashlib.sha256(kind.encode()).hexdigest()[:12]}"
