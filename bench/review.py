"""The review of changes: a small plan from a cold start, beside tools that read policies; a large plan; an account."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.iam import account
from bench.measure import Figure, figure, process_times, times_of
from bench.tools import Peers

SIGNOUT = (sys.executable, "-m", "signout.cli.main", "review")
REVIEWED, FOUND = 0, 1
"""What `signout review` exits with where it has done its work."""
ACCOUNT = "123456789012"
POOL = f"arn:aws:cognito-idp:eu-west-1:{ACCOUNT}:userpool/eu-west-1_AbCdEfGhI"
RESOURCES, CHANGED = 1000, 20
MEMORY = 1024
"""MB that the review of an account may take."""


def measure(peers: Peers, folder: Path) -> Iterator[Figure]:
    """Every figure of the review."""
    yield from small_plan(peers, folder)
    yield large_plan(folder)
    yield from whole_account(folder)


def small_plan(peers: Peers, folder: Path) -> Iterator[Figure]:
    """One role with one policy that grows by a sign-out: the whole process, from start to exit."""
    old = _policy("s3:GetObject", "arn:aws:s3:::reports/*")
    new = _policy(["s3:GetObject", "cognito-idp:AdminUserGlobalSignOut"], "*")
    plan = _written(folder / "small.json", {"steps": list(_service("reports", old, new))})
    yield figure("review a small plan, whole process", "signout", _review(plan), target=0.15)
    policy = _written(folder / "policy.json", new)
    terraform = _written(folder / "terraform" / "tfplan.json", _terraform(old, new))
    parliament = [str(peers.script("parliament")), "--string", policy.read_text()]
    yield figure("lint the new policy, whole process", "parliament", process_times(parliament, 5, ok=(0, 1)))
    cloudsplaining = [str(peers.script("cloudsplaining")), "scan-policy-file", "--input-file", str(policy)]
    yield figure("scan the new policy, whole process", "cloudsplaining", process_times(cloudsplaining, 5, ok=(0, 1)))
    checkov = [str(peers.checkov), "--file", str(terraform), "--framework", "terraform_plan", "--quiet"]
    what = "scan a Terraform plan with the same change, whole process"
    yield figure(what, "checkov", process_times([*checkov, "--skip-download"], 5, ok=(0, 1)))


def large_plan(folder: Path) -> Figure:
    """Services with a role, its policy, and a managed policy attached; some of them change."""
    steps: list[dict[str, Any]] = []
    number = 0
    while len(steps) < RESOURCES:
        old = _policy(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::service-{number}/*")
        new = _policy(["s3:*", "cognito-idp:AdminUserGlobalSignOut"], "*") if number < CHANGED else old
        steps += _service(f"service-{number}", old, new)
        number += 1
    plan = _written(folder / "large.json", {"steps": steps[:RESOURCES]})
    what = f"review a plan of {RESOURCES:,} IAM resources, {CHANGED} changed"
    return figure(what, "signout", _review(plan, runs=5), target=1.5)


def whole_account(folder: Path) -> Iterator[Figure]:
    """An account as generated for the engine, and the same after a few roles were given more."""
    old, new = account(), account()
    rng = random.Random(11)
    for role in rng.sample(new["RoleDetailList"], CHANGED):
        role["RolePolicyList"] = [{"PolicyName": "more", "PolicyDocument": _policy("cognito-idp:Admin*", POOL)}]
    before, after = _written(folder / "before.json", old), _written(folder / "after.json", new)
    times, memory = [], 0.0
    for _ in range(3):
        seconds, peak = _with_memory([*SIGNOUT, "--before", str(before), "--after", str(after)])
        times.append(seconds)
        memory = max(memory, peak)
    principals = len(old["RoleDetailList"])
    within = "within" if memory <= MEMORY else "**more than**"
    note = f"peak memory of the process {memory:.0f} MB, {within} {MEMORY} MB"
    what = f"review an account of {principals:,} principals against itself before, {CHANGED} changed"
    yield figure(what, "signout", times, note=note, target=5)


_MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def _with_memory(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory in MB of a process. A process between it and us keeps the peaks of others out."""
    answers: list[list[str]] = []

    def once() -> None:
        done = subprocess.run([sys.executable, "-c", _MEASURED, *command], capture_output=True, text=True, check=True)
        answers.append(done.stdout.split())

    (seconds,) = times_of(once, runs=1, warmup=0)
    code, memory = answers[-1]
    if int(code) not in (REVIEWED, FOUND):
        raise RuntimeError(f"{' '.join(command)} exited with {code}")
    return seconds, float(memory)


def _review(plan: Path, runs: int = 15) -> list[float]:
    return process_times([*SIGNOUT, str(plan)], runs, ok=(FOUND,))


def _written(path: Path, content: Mapping[str, Any]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def _policy(action: str | list[str], on: str) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": on}]}


def _trust() -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _service(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The steps of a preview for one service."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    logs = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    yield _step("role:Role", name, {"name": name, "assumeRolePolicy": json.dumps(_trust())}, arn=arn)
    policy = {"name": "own", "role": name, "policy": json.dumps(old)}
    yield _step("rolePolicy:RolePolicy", name, policy, {**policy, "policy": json.dumps(new)})
    yield _step("rolePolicyAttachment:RolePolicyAttachment", name, {"role": name, "policyArn": logs})


def _step(
    type_: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any] | None = None, **outputs: str
) -> dict[str, Any]:
    urn = f"urn:pulumi:prod::shop::aws:iam/{type_}::{name}"
    state = {"urn": urn, "type": f"aws:iam/{type_}"}
    before = {**state, "inputs": old, "outputs": {**old, **outputs}}
    op = "same" if new is None or new == old else "update"
    return {"op": op, "urn": urn, "oldState": before, "newState": {**state, "inputs": new or old}}


def _terraform(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The small plan as Terraform prints it."""
    type_, name = "aws_iam_role_policy", "reports"
    head = {"address": f"{type_}.{name}", "mode": "managed", "type": type_, "name": name}
    provider = "registry.terraform.io/hashicorp/aws"
    before, after = ({"name": "own", "role": name, "policy": json.dumps(each)} for each in (old, new))
    planned = {**head, "provider_name": provider, "schema_version": 0, "values": after}
    change = {"actions": ["update"], "before": before, "after": after, "after_unknown": {}}
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [planned]}},
        "resource_changes": [{**head, "provider_name": provider, "change": change}],
        "configuration": {"root_module": {"resources": [{**head, "provider_config_key": "aws", "expressions": {}}]}},
    }
