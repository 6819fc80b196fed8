"""The deployment package: the runbook and nothing else, the same bytes for the same source, and it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from components import runbook_zip
from signout import runbook

RUNBOOK = Path(runbook.__file__).parent


def test_what_is_in_it(tmp_path: Path) -> None:
    """Code and data of the runbook, under its own name; no compiled files, nothing of the rest of the project."""
    with zipfile.ZipFile(runbook_zip.build(tmp_path)) as archive:
        names = archive.namelist()

    assert names == sorted(f"runbook/{path.name}" for path in RUNBOOK.iterdir() if path.suffix in (".py", ".json"))
    assert "runbook/handler.py" in names
    assert "runbook/limits.json" in names


def test_the_same_bytes(tmp_path: Path) -> None:
    """Neither when nor where nor by whom it is built shows in it: not times, modes, order or compiled files."""
    first = runbook_zip.build(tmp_path / "a").read_bytes()
    os.utime(RUNBOOK / "pace.py")
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(RUNBOOK)], check=True)
    umask = os.umask(0o077)
    try:
        second = runbook_zip.build(tmp_path / "b").read_bytes()
    finally:
        os.umask(umask)

    assert first == second


def test_built_again(tmp_path: Path) -> None:
    """Building again replaces the file and leaves nothing half-written beside it."""
    runbook_zip.build(tmp_path).write_bytes(b"broken")
    path = runbook_zip.build(tmp_path)

    assert zipfile.is_zipfile(path)
    assert list(tmp_path.iterdir()) == [path]


PROGRAM = """
import json, sys

class NotInLambda:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"signout", "components", "pulumi", "pulumi_aws"}:
            raise ImportError(f"{name} is not there in Lambda")

class Context:
    aws_request_id, function_name, function_version = "lambda-request-1", "signout-test", "7"
    def get_remaining_time_in_millis(self):
        return 60_000

sys.meta_path.insert(0, NotInLambda())
sys.path.insert(0, sys.argv[1])
from importlib import import_module
module, function = sys.argv[2].rsplit(".", 1)
result = getattr(import_module(module), function)(json.loads(sys.argv[3]), Context())
print(json.dumps(result))
"""


def test_it_runs(tmp_path: Path) -> None:
    """The handler that the function names answers from the zip alone, with nothing of ours beside it."""
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "USER_POOL_ID": "eu-central-1_AbCdEf123",
        "CALLS_PER_SECOND": "5",
        "METRIC_NAMESPACE": "CognitoSignOut",
        "EXPOSURE": '{"appClients": [], "survivors": []}',
    }
    with zipfile.ZipFile(runbook_zip.build(tmp_path)) as archive:
        archive.extractall(tmp_path / "task")
    order = {"usernames": ["alice"], "incident": "INC-7", "reason": "drill", "dryRun": True}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "task"), runbook_zip.HANDLER, json.dumps(order)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    *lines, result = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [line["event"] for line in lines] == ["user", "order"]
    assert [user["outcome"] for user in result["users"]] == ["would-sign-out"]
    assert result["survives"]["asDeployedIn"] == "7"
