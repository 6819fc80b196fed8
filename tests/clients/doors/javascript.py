"""The AWS SDK for JavaScript, version 3."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.clients import programs
from tests.clients.doors.door import EMPTY, Call, Shown, environment

SCRIPT = Path(__file__).with_name("sign_out.mjs")


class JavaScript:
    """Node.js with sign_out.mjs."""

    name = "JavaScript SDK v3"
    nothing: object = EMPTY

    def missing(self) -> str | None:
        """Why it cannot be tried."""
        return programs.why_not(programs.nodejs) or programs.why_not(programs.javascript_sdk)

    def make(self, call: Call) -> Shown:
        """The script prints an error's name, or the answer without its metadata."""
        given = {"endpoint": call.endpoint, "operation": call.operation, "parameters": dict(call.parameters)}
        done = subprocess.run(
            [str(programs.nodejs() / "node"), str(SCRIPT)],
            input=json.dumps(given).encode(),
            capture_output=True,
            check=True,
            timeout=120,
            env=environment(call) | {"SDK": str(programs.javascript_sdk())},
        )
        answer = json.loads(done.stdout)
        return Shown(answer.get("error"), answer.get("output"))
