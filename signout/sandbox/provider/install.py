"""Puts the provider where Pulumi looks for its plugins, under the version that programs ask for."""

from __future__ import annotations

import os
import shlex
import sys
from importlib.metadata import version
from pathlib import Path

import signout


class UsersOwn(ValueError):
    """The folder is the user's own PULUMI_HOME; a later deployment to AWS would take the stand-in for the real one."""


def install(home: Path, python: str = sys.executable) -> Path:
    """Puts an executable into the plugin cache of a PULUMI_HOME of the sandbox's own, and returns its path.

    It runs `python -m signout.sandbox.provider`, by default with the interpreter that runs now. What is there already
    is replaced in one step, so that an engine that starts meanwhile finds the one or the other. Raises UsersOwn.
    """
    if home.resolve() == (Path.home() / ".pulumi").resolve():
        raise UsersOwn(f"{home} is the user's own; expected a folder of the sandbox's")
    plugin = home / "plugins" / f"resource-aws-v{version('pulumi-aws')}" / "pulumi-resource-aws"
    plugin.parent.mkdir(parents=True, exist_ok=True)
    partial = plugin.with_name(f".{plugin.name}.{os.getpid()}")
    partial.write_text(_script(python), encoding="utf-8")
    partial.chmod(0o755)
    partial.replace(plugin)
    return plugin


def _script(python: str) -> str:
    """`-P`: the engine starts a provider in the program's folder, whose modules are not to be taken for ours."""
    packages = str(Path(signout.__file__).resolve().parent.parent)
    return f"""#!/bin/sh
export PYTHONPATH={shlex.quote(packages)}${{PYTHONPATH:+":$PYTHONPATH"}}
exec {shlex.quote(python)} -P -m signout.sandbox.provider "$@"
"""
