"""The programs that these tests install into the user's cache folder, once, or find on PATH."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

from signout.sandbox import virtualenv
from signout.sandbox.cache import becoming, folder

HERE = Path(__file__).parent
AWS_CLI_1 = HERE / "aws-cli-1.txt"
JAVASCRIPT = HERE / "package-lock.json"


class NotInstalled(Exception):
    """A program could not be installed; the text says why."""


@cache
def aws_cli_1() -> Path:
    """The virtual environment that holds `aws` of version 1. Raises NotInstalled."""
    final = _place("aws-cli-1", AWS_CLI_1)
    with becoming(final) as work:
        if work:
            try:
                virtualenv.make(work, AWS_CLI_1)
            except virtualenv.InstallFailed as error:
                raise NotInstalled(str(error)) from error
    return final


@cache
def aws_cli_2() -> Path | None:
    """The first `aws` on PATH that says that it is version 2."""
    for directory in os.get_exec_path():
        program = Path(directory) / "aws"
        if os.access(program, os.X_OK):
            said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)
            if said.stdout.startswith("aws-cli/2."):
                return program
    return None


@cache
def javascript_sdk() -> Path:
    """The folder that the SDK is installed in. Raises NotInstalled."""
    final = _place("javascript-sdk", JAVASCRIPT)
    with becoming(final) as work:
        if work:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, work)
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
            if done.returncode:
                raise NotInstalled(f"`{' '.join(command)}`: {(done.stderr or done.stdout).strip()[-200:]}")
    return final


def why_not(install: Callable[[], Path]) -> str | None:
    """Why a program could not be installed; None where it is."""
    try:
        install()
    except NotInstalled as error:
        return str(error)
    return None


def _place(name: str, lock: Path) -> Path:
    return folder() / f"{name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
