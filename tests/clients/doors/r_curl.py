"""R with its curl package: libcurl signs the request itself."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.clients.doors.door import EMPTY, Call, Shown, environment

SCRIPT = Path(__file__).with_name("sign_out.R")


class RCurl:
    """Rscript with sign_out.R."""

    name = "R curl"
    nothing: object = EMPTY

    def missing(self) -> str | None:
        """Why it cannot be tried."""
        if not shutil.which("Rscript"):
            return "no Rscript is on PATH"
        has = subprocess.run(["Rscript", "-e", "library(curl)"], capture_output=True, check=False)
        return None if has.returncode == 0 else "R's package curl is not installed"

    def make(self, call: Call) -> Shown:
        """The script prints the status and the body."""
        command = ["Rscript", str(SCRIPT), call.address, call.operation]
        body = json.dumps(dict(call.parameters), ensure_ascii=False).encode()
        done = subprocess.run(
            command,
            input=body,
            capture_output=True,
            check=True,
            timeout=120,
            env=environment(call) | {"LC_ALL": "C.UTF-8"},
        )
        status, _, answer = done.stdout.decode().partition("\n")
        parsed = json.loads(answer or "{}")
        return Shown(None, parsed) if status == "200" else Shown(parsed["__type"])
