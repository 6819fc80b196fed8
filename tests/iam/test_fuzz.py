"""Whatever comes in, only the documented error comes out, soon; what is accepted prints as it parsed and can decide.

20,000 inputs; with SIGNOUT_TESTS=long 200,000.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from typing import Any

import pytest

from signout.iam import Effect, IamError, Layers, PolicyError, Request, decide, parse
from signout.iam.document import document_of
from signout.iam.operators import ALL
from tests.iam.managed import documents
from tests.iam.processor_time import processor_time

INPUTS = 200_000 if os.environ.get("SIGNOUT_TESTS") == "long" else 20_000
SECONDS = 1.0
"""Processor time that one input may take."""

WORDS = [
    "Version",
    "Statement",
    "Effect",
    "Allow",
    "Deny",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
]
WORDS += [
    "NotPrincipal",
    "Condition",
    "Sid",
    "Id",
    "2012-10-17",
    "2008-10-17",
    "*",
    "s3:*",
    "arn:aws:s3:::b/${aws:username}",
]
WORDS += [
    "AWS",
    "Service",
    "Federated",
    "lambda.amazonaws.com",
    "123456789012",
    "${",
    "${*}",
    "a" * 50 + "*" * 20,
    "é",
    "\ud800",
]
WORDS += [
    f"{prefix}{operator.name}{suffix}"
    for operator in ALL
    for prefix in ("", "ForAnyValue:")
    for suffix in ("", "IfExists")
]
REQUEST = Request("arn:aws:iam::123456789012:role/ops", "s3:GetObject", "arn:aws:s3:::b/ops", assume_unknown="absent")

Fuzzer = Callable[[random.Random], Any]


def some_bytes(rng: random.Random) -> bytes:
    """Bytes, some of them JSON's own."""
    alphabet = b'{}[]:,"\\ \n\t0123456789eE+-.truefalsn\xef\xbb\xbf\xff\x00'
    return bytes(rng.choice(alphabet) for _ in range(rng.randrange(60)))


def some_tree(rng: random.Random, depth: int = 0) -> Any:
    """A JSON value of the words that policies are made of."""
    kind = rng.randrange(10) if depth < 6 else rng.randrange(4)
    if kind < 3:
        return rng.choice(WORDS)
    if kind == 3:
        return rng.choice([None, True, False, 0, -1, 1.5, 10**30, ""])
    if kind < 6:
        return [some_tree(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {rng.choice(WORDS): some_tree(rng, depth + 1) for _ in range(rng.randrange(6))}


def some_mutation(rng: random.Random) -> Any:
    """A managed policy with a part of it replaced, removed or doubled."""
    document = json.loads(json.dumps(rng.choice(SMALL)))
    for _ in range(rng.randrange(1, 4)):
        _mutate(document, rng)
    return document


SMALL = [document for document in documents().values() if len(json.dumps(document)) < 3000]


def _mutate(value: Any, rng: random.Random) -> None:
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = rng.choice(keys)
        if isinstance(value[key], dict | list) and rng.random() < 0.8:
            value = value[key]
            continue
        break
    match rng.randrange(4):
        case 0:
            del value[key]
        case 1:
            value[key] = some_tree(rng, 4)
        case 2 if isinstance(value[key], str):
            text = value[key]
            place = rng.randrange(len(text) + 1)
            value[key] = (
                text[:place] + rng.choice(["*", "?", "${", "}", "", ":", "é"]) + text[place + rng.randrange(2) :]
            )
        case _ if isinstance(value, dict):
            value[rng.choice(WORDS)] = value[key]
        case _:
            value.append(value[key])


def try_one(document: Any) -> bool:
    """Parses, and if that succeeds prints, parses and decides. Returns whether it was a policy."""
    try:
        policy = parse(document, "fuzzed")
    except PolicyError as error:
        refused = str(error)
    else:
        refused = ""
    if refused:
        assert refused.startswith("fuzzed")
        assert "\n" not in refused
        return False
    assert policy == parse(document_of(policy), "fuzzed")
    try:
        assert decide(REQUEST, Layers(identity=(policy,))).effect is not Effect.DEPENDS or "ForA" in repr(policy)
    except IamError:
        pytest.fail("a policy that parses decides")
    return True


@pytest.mark.parametrize(("fuzzer", "share"), [(some_bytes, 4), (some_tree, 4), (some_mutation, 2)])
def test_only_the_documented_error_comes_out(fuzzer: Fuzzer, share: int) -> None:
    """No input brings another exception, or takes a second."""
    accepted = 0
    for seed in range(INPUTS // share):
        document = fuzzer(random.Random(seed))
        with processor_time(SECONDS):
            try:
                accepted += try_one(document)
            except Exception as error:
                raise AssertionError(f"{fuzzer.__name__} with seed {seed}: {document!r}") from error

    if fuzzer is some_mutation:
        assert accepted > INPUTS // 20, "most mutations are refused: the fuzzer no longer reaches the evaluator"


DEEP = '{"Statement":' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.mark.parametrize("document", [DEEP, DEEP.encode(), b"\xff\xfe{", b"\xef\xbb\xbf[]", "NaN", "1e999", "1" * 5000])
def test_hostile_texts(document: str | bytes) -> None:
    """Depth, encodings and numbers beyond JSON are refused like any other fault."""
    with processor_time(SECONDS), pytest.raises(PolicyError):
        parse(document, "hostile")


def test_a_large_policy_parses() -> None:
    """Ten megabytes are read, with a warning about IAM's limit."""
    resources = [f"arn:aws:s3:::bucket-{number}/*" for number in range(250_000)]
    document = json.dumps({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": resources}})

    policy = parse(document, "large")

    assert "IAM stores at most" in policy.warnings[0].message
