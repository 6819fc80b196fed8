"""The engine: deciding, parsing, comparing, who-can, importing; beside the tools that do something of the kind."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import signout
from bench.measure import Figure, figure, process_times
from bench.policies import Document, changed, managed
from bench.tools import Peers
from signout.iam import Layers, Request, decide, parse
from signout.iam.compare import compare

ROLE = "arn:aws:iam::123456789012:role/ops"
REQUEST = Request(ROLE, "s3:GetObject", "arn:aws:s3:::bucket/key", assume_unknown="absent")
POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI"
PRINCIPALS, POLICIES_EACH = 10_000, 5


def measure(peers: Peers, folder: Path) -> Iterator[Figure]:
    """Every figure of the engine."""
    documents = managed()
    yield from deciding(documents)
    yield from peers_deciding(documents, peers, folder)
    yield from comparing(documents, peers, folder)
    yield who_can_over_an_account(folder)
    yield importing()


def deciding(documents: dict[str, Document]) -> Iterator[Figure]:
    """One decision on each managed policy, warm; and parsing before it."""
    texts = [json.dumps(document) for document in documents.values()]
    verdicts, reasons, first = [], [], []
    for text in texts:
        begun = time.perf_counter()
        decide(REQUEST, Layers(identity=(parse(text),)))
        first.append(time.perf_counter() - begun)
    for text in texts:
        layers = Layers(identity=(parse(text),))
        decide(REQUEST, layers)
        begun = time.perf_counter()
        decide(REQUEST, layers)
        middle = time.perf_counter()
        decision = decide(REQUEST, layers)
        decision.because  # noqa: B018 - it is the telling of the reasons that is timed
        verdicts.append(middle - begun)
        reasons.append(time.perf_counter() - middle)
    yield figure("one decision, the verdict", "signout", verdicts, target=10e-6)
    yield figure("one decision, with reasons", "signout", reasons, target=50e-6)
    yield figure("parse and first decision", "signout", first, target=100e-6)


PROGRAMS = (
    ("moto", "one decision, policy parsed before", "moto_decide.py"),
    ("iam-simulate (Node.js)", "one decision, with reasons", "iam_simulate.mjs"),
    ("policyuniverse", "expand the actions", "policyuniverse_expand.py"),
    ("policy_sentry", "expand the actions", "policy_sentry_expand.py"),
    ("cloudsplaining", "scan", "cloudsplaining_scan.py"),
    ("parliament", "lint", "parliament_lint.py"),
)


def peers_deciding(documents: dict[str, Document], peers: Peers, folder: Path) -> Iterator[Figure]:
    """What the other tools do with one policy."""
    for who, what, program in PROGRAMS:
        if program.endswith(".mjs") and peers.node is None:
            continue
        times, faults = peers.times(program, list(documents.values()), folder)
        yield figure(what, who, times, note=f"{faults} policies failed" if faults else "")


def comparing(documents: dict[str, Document], peers: Peers, folder: Path) -> Iterator[Figure]:
    """A policy against a slightly changed copy of itself."""
    pairs = [(document, changed(document, seed)) for seed, document in enumerate(documents.values())]
    times, undetermined = [], 0
    for before, after in pairs:
        old, new = parse(before, "before"), parse(after, "after")
        compare(old, new)
        begun = time.perf_counter()
        comparison = compare(old, new)
        times.append(time.perf_counter() - begun)
        undetermined += comparison.relation.value == "undetermined"
    yield figure("compare with a changed copy", "signout", times, note=f"{undetermined} undetermined", target=0.5e-3)
    sample = random.Random(1).sample(pairs, 200)
    times, gave_up = peers.times("z3_compare.py", sample, folder)
    note = f"on 200 of the pairs; {gave_up} not answered within a second; conditions left out"
    yield figure("is the changed copy no more than the policy", "z3, plain encoding", times, note=note)


ACCOUNT = """
import json, sys, time
from signout.iam.account import holders
from signout.iam.who_can import who_can
details = json.load(open(sys.argv[1]))
begun = time.perf_counter()
answer = who_can(sys.argv[2], sys.argv[3], holders(details))
print(json.dumps([time.perf_counter() - begun, len(answer.accesses)]))
"""


def who_can_over_an_account(folder: Path) -> Figure:
    """A generated account: users and roles with managed policies, attached and shared as in real ones."""
    file = folder / "account.json"
    file.write_text(json.dumps(account()))
    times, listed = [], 0
    for _ in range(5):
        command = [sys.executable, "-c", ACCOUNT, str(file), "cognito-idp:AdminUserGlobalSignOut", POOL]
        seconds, listed = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        times.append(seconds)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    note = f"{listed} listed; peak memory of the process {memory:.0f} MB, reading the file included"
    return figure(
        f"who can, over {PRINCIPALS:,} principals with {POLICIES_EACH} policies each",
        "signout",
        times,
        note=note,
        target=2,
    )


def account() -> dict[str, Any]:
    """An account as get-account-authorization-details prints it."""
    rng = random.Random(7)
    documents = managed()
    names = sorted(documents)
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}]}
    trust["Statement"][0]["Action"] = "sts:AssumeRole"  # type: ignore[index]
    arn = "arn:aws:iam::aws:policy/"
    roles = [
        {
            "Arn": f"arn:aws:iam::123456789012:role/role-{number}",
            "AssumeRolePolicyDocument": trust,
            "AttachedManagedPolicies": [{"PolicyArn": arn + name} for name in rng.sample(names, POLICIES_EACH)],
        }
        for number in range(PRINCIPALS)
    ]
    policies = [
        {"Arn": arn + name, "PolicyVersionList": [{"Document": documents[name], "IsDefaultVersion": True}]}
        for name in names
    ]
    return {"RoleDetailList": roles, "Policies": policies}


def importing() -> Figure:
    """`import signout.iam`, less what starting Python costs; compiled before, as an installed package is."""
    subprocess.run([sys.executable, "-m", "compileall", "-q", *signout.__path__], check=True, stdout=subprocess.DEVNULL)
    bare = process_times([sys.executable, "-c", "pass"])
    full = process_times([sys.executable, "-c", "import signout.iam"])
    less = sorted(bare)[len(bare) // 2]
    return figure("import signout.iam", "signout", [seconds - less for seconds in full], target=30e-3)
