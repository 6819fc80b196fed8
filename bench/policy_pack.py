"""The policy pack: what it adds to a preview, beside a pack of Pulumi's SDK that has one rule and finds nothing.

Both are started as the engine starts a pack and asked what the engine asks, over the same protocol: information,
settings, each resource as it is registered, the stack in the end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2 as pb
from pulumi.runtime.proto.analyzer_pb2_grpc import AnalyzerStub

from bench.measure import Figure, figure, times_of
from bench.tools import Peers

PACK = Path(__file__).resolve().parent.parent / "policies"
EMPTY = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def nothing(args, report_violation):
    pass

PolicyPack("empty", [ResourceValidationPolicy("nothing", "Finds nothing.", nothing)], EnforcementLevel.ADVISORY)
"""
TARGETS = {25: 0.3, 1000: 1.0}
"""Seconds that the pack may add to the preview of a stack with so many resources."""
ACCOUNT = "123456789012"


def measure(peers: Peers, folder: Path) -> Iterator[Figure]:
    """Both packs on a small and a large stack."""
    empty = folder / "empty"
    empty.mkdir()
    (empty / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (empty / "__main__.py").write_text(EMPTY)
    for size, target in TARGETS.items():
        resources = stack(size)
        runs = 7 if size < 100 else 5
        without = times_of(partial(ask, empty, resources), runs, warmup=1)
        with_pack = times_of(partial(ask, PACK, resources), runs, warmup=1)
        what = f"a preview of {size} resources"
        yield figure(what, "an empty pack", without)
        yield figure(what, "signout's pack", with_pack)
        added = [max(0.0, one - other) for one, other in zip(sorted(with_pack), sorted(without), strict=True)]
        yield figure(what, "added by signout's pack", added, target=target)


Asked = tuple[pb.AnalyzeRequest, pb.AnalyzerResource]


def ask(pack: Path, resources: list[Asked]) -> int:
    """Starts a pack, asks it everything about a stack, ends it; gives the number of findings."""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(pack)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=pack, env={**os.environ})
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        options = [("grpc.max_send_message_length", 400 << 20), ("grpc.max_receive_message_length", 400 << 20)]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
            analyzer = AnalyzerStub(channel)
            analyzer.GetAnalyzerInfo(Empty())
            analyzer.Configure(pb.ConfigureAnalyzerRequest())
            found = sum(len(analyzer.Analyze(request).diagnostics) for request, _ in resources)
            whole = pb.AnalyzeStackRequest(resources=[resource for _, resource in resources])
            return found + len(analyzer.AnalyzeStack(whole).diagnostics)
    finally:
        process.kill()
        process.wait()


def stack(size: int) -> list[Asked]:
    """A stack of so many resources: services, each with a role, its policies and a function; some with a user pool."""
    made: list[Asked] = []
    number = 0
    while len(made) < size:
        made += _service(number)
        number += 1
    return made[:size]


def _service(number: int) -> Iterator[Asked]:
    name = f"service-{number}"
    role = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    if number % 20 == 0:
        pool = f"arn:aws:cognito-idp:eu-west-1:{ACCOUNT}:userpool/eu-west-1_{number:09d}"
        yield _resource("aws:cognito/userPool:UserPool", name, {"name": name}, {"arn": pool})
    trusted = {"Service": "lambda.amazonaws.com"}
    trust = _document({"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"})
    policy = _document(
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": f"arn:aws:s3:::{name}/*"},
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Resource": f"arn:aws:iam::{ACCOUNT}:role/service-{number + 1}",
        },
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
    )
    basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    yield _resource("aws:iam/role:Role", name, {"name": name, "assumeRolePolicy": trust}, {"arn": role})
    yield _resource("aws:iam/rolePolicy:RolePolicy", name, {"role": name, "policy": policy})
    yield _resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", name, {"role": name, "policyArn": basic})
    yield _resource("aws:lambda/function:Function", name, {"name": name, "role": role, "runtime": "python3.13"})
    yield _resource("aws:s3/bucket:Bucket", name, {"bucket": name})


def _document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _resource(type_: str, name: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any] | None = None) -> Asked:
    urn = f"urn:pulumi:prod::shop::{type_}::{name}"
    request = pb.AnalyzeRequest(type=type_, urn=urn, name=name)
    request.properties.update(dict(inputs))
    resource = pb.AnalyzerResource(type=type_, urn=urn, name=name)
    resource.properties.update({**inputs, **(outputs or {})})
    return request, resource
