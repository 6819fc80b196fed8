"""The tools to measure against, each installed for the benchmark's own run into the user's cache folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "peers"


@dataclass(frozen=True)
class Peers:
    """Where the tools are. `node` is None where Node.js or npm is missing: then its tools are left out, and named."""

    python: Path
    checkov: Path
    """The command: it does not go into one environment with the others."""
    node: Path | None

    def times(self, program: str, items: Sequence[Any], folder: Path) -> tuple[list[float], int]:
        """Runs one of the programs beside this file on the items: seconds per item, and how many it failed on."""
        given = folder / f"{program}.json"
        given.write_text(json.dumps(items))
        script = HERE / program
        command = ["node", str(script)] if program.endswith(".mjs") else [str(self.python), str(script)]
        env = {**os.environ, "PEERS_NODE": str(self.node)}
        done = subprocess.run([*command, str(given)], capture_output=True, text=True, env=env, check=True)
        answer = json.loads(done.stdout.splitlines()[-1])
        return answer["times"], answer["faults"]

    def script(self, name: str) -> Path:
        """A command that came with one of the Python tools."""
        return self.python.parent / name


def install() -> Peers:
    """The tools, installed if this is the first time."""
    wanted = b"".join((HERE / name).read_bytes() for name in ("requirements.txt", "checkov.txt", "package.json"))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "cognito-signout" / f"bench-{hashlib.sha256(wanted).hexdigest()[:12]}"
    python = folder / "python" / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"installing the tools to measure against into {folder} (once)", file=sys.stderr)
        for name, requirements in (("python", "requirements.txt"), ("checkov", "checkov.txt")):
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder / name)], check=True)
            pip = [str(folder / name / "bin" / "pip"), "install", "--quiet", "-r", str(HERE / requirements)]
            subprocess.run(pip, check=True)
        if shutil.which("npm"):
            shutil.copy(HERE / "package.json", folder)
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
        (folder / "complete").touch()
    return Peers(python, folder / "checkov" / "bin" / "checkov", folder if (folder / "node_modules").exists() else None)
