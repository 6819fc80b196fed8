"""The components under the name that they have in the wheel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import components

PROGRAM = """
import importlib, pkgutil, sys
sys.modules["components"] = None
import signout_components
for module in pkgutil.iter_modules(signout_components.__path__):
    print(importlib.import_module(f"signout_components.{module.name}").__name__)
"""


def test_another_name(tmp_path: Path) -> None:
    """Every module imports as signout_components where nothing is called components."""
    (tmp_path / "signout_components").symlink_to(Path(components.__file__).parent)
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{PROGRAM}"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "signout_components.sign_out_runbook" in ran.stdout.splitlines()
