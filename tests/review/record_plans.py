"""Records the plans: previews by the real engine of every change that the program in `program` knows.

python -m tests.review.record_plans [NAME...]
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from signout.sandbox import lifecycle
from signout.sandbox.engine import Target
from signout.sandbox.state import StateFolder
from tests.sandbox.provider.deployment import Deployment
from tests.support.sandbox import REGION, Sandbox

FOLDER = Path(__file__).parent
PROGRAM, PLANS = FOLDER / "program", FOLDER / "plans"
MACHINE = ("stackTrace", "created", "modified", "duration", "secrets_providers")
STREAMING = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}


def changes():
    """The names of all changes, as the program spells them."""
    text = (PROGRAM / "__main__.py").read_text()
    named = set(re.findall(r'^    "([a-z-]+)": ', text, re.MULTILINE))
    for group in re.findall(r"is_\(([^)]*)\)", text):
        named.update(re.findall(r'"([a-z-]+)"', group))
    return sorted(named)


def record(names):
    """Writes a plan for each name."""
    with tempfile.TemporaryDirectory() as made:
        folder = StateFolder(Path(made) / "sandbox")
        lifecycle.start(folder, 0)
        try:
            keys = Sandbox(folder).administrator
            target = Target(Sandbox(folder).endpoint, keys.access_key_id, keys.secret_access_key, REGION)
            (Path(made) / "stack").mkdir()
            deployment = Deployment(Path(made) / "stack", target, PROGRAM)
            done = deployment.run("up", "--yes", "--skip-preview")
            assert done.code == 0, done.output
            state = without_machine(json.loads(ask(deployment, "stack", "export")))
            (FOLDER / "state.json").write_text(json.dumps(state) + "\n")
            events = ask(deployment, "preview", "--json", "--show-sames", CHANGE="widened-action", **STREAMING)
            lines = [without_machine(json.loads(line)) for line in events.splitlines()]
            (FOLDER / "streaming.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
            for name in ("unchanged", *names):
                (PLANS / f"{name}.json").write_text(preview(deployment, name))
        finally:
            lifecycle.stop(folder)


def ask(deployment, *arguments, **variables):
    """What the engine prints."""
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=deployment.project,
        env=deployment.environment | variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{variables} {done.stdout[-2000:]} {done.stderr}"
    return done.stdout


def preview(deployment, name):
    """What `pulumi preview --json --show-sames` prints, a line for each step."""
    plan = without_machine(json.loads(ask(deployment, "preview", "--json", "--show-sames", CHANGE=name)))
    steps = ",\n".join(json.dumps(step) for step in plan.pop("steps"))
    return f'{{"steps": [\n{steps}\n], {json.dumps(plan)[1:]}\n'


def without_machine(value):
    """The value without what is about the machine and the day of the recording."""
    if isinstance(value, list):
        return [without_machine(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: without_machine(item) for name, item in value.items() if name not in MACHINE}
    if "/../" in str(kept.get("sourcePosition")):
        del kept["sourcePosition"]
    return kept


if __name__ == "__main__":
    record(sys.argv[1:] or changes())
