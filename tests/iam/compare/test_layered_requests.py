"""Comparisons of sets of layers, and of policies that name principals, against deciding many requests."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from signout.iam import Effect, Kind, Layers, Policy, Request, decide, parse
from signout.iam.compare import Comparison, compare
from signout.iam.compare.comparison import FURTHER
from signout.iam.principal import PrincipalKind
from signout.iam.spaces.derived import OF_RESOURCE, OWNER
from tests.iam.small_world import ACCOUNT, ACTIONS, OTHER, PLAIN, PRINCIPALS, RESOURCES, VALUES, VERSION, statements
from tests.iam.unknown.test_brute_force import keys_of

EXAMPLES = settings.default.max_examples // 10
"""A comparison of whole sets of layers takes long beside the others."""

REQUESTS = 100
"""Requests of the small world to try for one pair, at random."""

NAMED: tuple[Any, ...] = (
    "*",
    {"AWS": ACCOUNT},
    {"AWS": f"arn:aws:iam::{OTHER}:root"},
    {"AWS": list(PRINCIPALS[:2])},
    {"AWS": [PRINCIPALS[2], f"arn:aws:sts::{ACCOUNT}:assumed-role/ab/s"]},
    {"Service": "sns.amazonaws.com"},
)
ASKING = (*PRINCIPALS, f"arn:aws:sts::{ACCOUNT}:assumed-role/ab/s", f"arn:aws:iam::{OTHER}:root", "sns.amazonaws.com")
ASKING += ("anonymous",)
Document = dict[str, Any]


def small() -> Any:
    """A document of one or two statements."""
    some = st.lists(statements(PLAIN), min_size=1, max_size=2)
    return some.map(lambda found: {"Version": VERSION, "Statement": found})


@st.composite
def naming(draw: Any) -> Document:
    """A document whose statements name principals."""
    document = draw(small())
    named = [{draw(st.sampled_from(("Principal", "Principal", "NotPrincipal"))): draw(st.sampled_from(NAMED)), **each}
             for each in document["Statement"]]  # fmt: skip
    for each in named:
        if "NotPrincipal" in each:
            each["Effect"] = "Deny"
    return {**document, "Statement": named}


def shown_alike(found: Comparison, before: list[Effect], after: list[Effect], request: Request) -> None:
    """A request that is let further is no surprise: it is in a difference, or its direction was left open."""
    if Effect.DEPENDS in (*before, *after):
        return
    gains = [FURTHER[new] - FURTHER[old] for old, new in zip(before, after, strict=True)]
    assert found.added or found.open_added or max(gains) <= 0, request
    assert found.removed or found.open_removed or min(gains) >= 0, request


def requests(read: list[Document], seed: int) -> list[Request]:
    """Requests of the small world, with the keys that the documents read."""
    keys = sorted(set().union(*map(keys_of, read)) & VALUES.keys())
    chance, found = random.Random(seed), []
    for _ in range(REQUESTS):
        resource = chance.choice(RESOURCES)
        fixed = OF_RESOURCE if resource.count(":r") else frozenset()
        context = {key: chance.choice(values(key)) for key in keys if key not in fixed}
        found.append(Request(chance.choice(ASKING), chance.choice(ACTIONS), resource, context, "absent"))
    return found


def values(key: str) -> list[tuple[str, ...]]:
    """What a request may have for a key: each resource has an owner, other keys may be absent."""
    return [*((value,) for value in VALUES[key]), *([] if key == OWNER else [()])]


@settings(max_examples=EXAMPLES)
@given(naming(), naming(), st.integers(0, 1000))
def test_resource_policies(before: Document, after: Document, seed: int) -> None:
    """No request is let further than is said, whatever the principal's own policies are."""
    one, other = parse(before, "before", Kind.RESOURCE), parse(after, "after", Kind.RESOURCE)
    everything = parse({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, "everything")
    around: list[dict[str, Any]] = [{"identity": ()}, {"identity": (), "boundary": ()}, {"identity": (everything,)}]
    found = compare(one, other)
    for request in requests([before, after], seed):
        effects = [
            [decide(request, Layers(**layers, resource_policy=each)).effect for layers in around]
            for each in (one, other)
        ]
        shown_alike(found, *effects, request)


@st.composite
def layered(draw: Any) -> dict[str, Any]:
    """The documents of a set of layers, by layer."""
    some = st.lists(small(), max_size=1)
    found: dict[str, Any] = {"identity": draw(st.lists(small(), max_size=2))}
    if draw(st.booleans()):
        found["boundary"] = draw(some)
    if draw(st.integers(0, 3)) == 0:
        found["scp"] = draw(some)
    if draw(st.booleans()):
        found["resource_policy"] = draw(naming())
    return found


def layers_of(written: dict[str, Any]) -> Layers:
    """The layers of the documents."""

    def policies(name: str, kind: Kind) -> tuple[Policy, ...]:
        return tuple(parse(each, f"{name}{place}", kind) for place, each in enumerate(written[name]))

    return Layers(
        policies("identity", Kind.IDENTITY),
        policies("boundary", Kind.BOUNDARY) if "boundary" in written else None,
        scp=(policies("scp", Kind.SCP),) if "scp" in written else None,
        resource_policy=parse(written["resource_policy"], "resource", Kind.RESOURCE)
        if "resource_policy" in written
        else None,
    )


def documents_of(written: dict[str, Any]) -> list[Document]:
    """All of its documents."""
    return [each for layer in written.values() for each in (layer if isinstance(layer, list) else [layer])]


@settings(max_examples=EXAMPLES)
@given(layered(), layered(), st.integers(0, 1000))
def test_layers(one: dict[str, Any], other: dict[str, Any], seed: int) -> None:
    """No request is let further than is said by the layers together, and every witness shows its difference."""
    before, after = layers_of(one), layers_of(other)
    found = compare(before, after)
    for request in requests([*documents_of(one), *documents_of(other)], seed):
        if request.principal.account is not None and request.principal.kind is not PrincipalKind.ROOT:
            effects = [[decide(request, layers).effect] for layers in (before, after)]
            shown_alike(found, *effects, request)
    for each in (*found.added, *found.removed):
        assert decide(each.witness, before).effect is each.before
        assert decide(each.witness, after).effect is each.after
