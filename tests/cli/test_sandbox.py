"""`signout sandbox --output json`: what a script needs to go on, and no key."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import signout


def test_answers_as_json(tmp_path: Path) -> None:
    """`start` says where it is and where its key is kept, `status` the same, `stop` what became of it."""
    here = ("--dir", str(tmp_path / "state"), "--output", "json")
    try:
        started = signout("sandbox", "start", "--port", "0", *here)
        again = signout("sandbox", "start", *here)
        status = signout("sandbox", "status", *here)
        kept = Path(json.loads(started.out)["credentials"]).read_text()
    finally:
        stopped = signout("sandbox", "stop", *here)
    gone = signout("sandbox", "status", *here)

    found = json.loads(started.out)
    assert (0, False, True) == (started.code, found["already"], found["running"])
    assert found["endpoint"] == f"http://127.0.0.1:{found['port']}"
    assert {**found, "already": True} == json.loads(again.out)
    assert found == {"already": False, **json.loads(status.out)}
    secrets = [line.partition("=")[2].strip() for line in kept.splitlines() if "=" in line]
    assert secrets
    assert not [secret for secret in secrets if secret in started.out + again.out + status.out]
    assert (0, {"stopped": True}) == (stopped.code, json.loads(stopped.out))
    assert (1, {"running": False}) == (gone.code, json.loads(gone.out))
