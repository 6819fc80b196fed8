"""Virtual environments of our own, made from a lock file."""

import subprocess
import sys
from pathlib import Path


class InstallFailed(Exception):
    """A virtual environment could not be made; the text holds the step and the last line that it wrote."""


def make(where: Path, lock: Path) -> None:
    """A virtual environment with what `lock` names, hashes checked, bytecode compiled; its folder may be renamed.

    Raises InstallFailed.
    """
    interpreter = str(where / "bin" / "python")
    for step in (
        [sys.executable, "-m", "venv", str(where)],
        [interpreter, "-m", "pip", "install", "--quiet", "--no-compile", "--require-hashes", "-r", str(lock)],
        # Explicitly, since Python may have been told to write no bytecode; without it every start takes a second.
        [interpreter, "-m", "compileall", "-q", str(where / "lib")],
    ):
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()[-1]
            raise InstallFailed(f"`{' '.join(step)}` exited with {done.returncode}: {said}")
