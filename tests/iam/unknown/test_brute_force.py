"""Decisions on requests of which something is not known, against trying every value in a second evaluator."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from signout.iam import Decision, Effect, Layers, Request, decide, parse
from tests.iam import brute_force
from tests.iam.small_world import ACTIONS, PLAIN, PRINCIPALS, QUALIFIED, RESOURCES, TIED, VALUES, documents

MOST = 400
"""Settings to try for one request."""


def keys_of(document: dict[str, Any]) -> set[str]:
    """The keys in the document's conditions and variables, in lower case."""
    text = str(document).lower()
    read = {
        key.lower() for each in document["Statement"] for block in each.get("Condition", {}).values() for key in block
    }
    return read | {key for key in VALUES if "${" + key in text}


def qualified(document: dict[str, Any]) -> set[str]:
    """The keys that a set qualifier is used on."""
    blocks = (item for each in document["Statement"] for item in each.get("Condition", {}).items())
    return {key.lower() for operator, block in blocks for key in block if ":" in operator}


def admissible(key: str, several: bool) -> list[tuple[str, ...]]:
    """What a request may have for a key."""
    one = [(value,) for value in VALUES[key]]
    pairs = [*itertools.combinations(VALUES[key][:5], 2)] if several else []
    return [(), *one, *pairs]


def spell(context: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The context with its keys in lower case."""
    return {key.lower(): tuple(values) for key, values in context.items()}


@given(st.data())
def test_decisions_agree_with_trying_everything(data: st.DataObject) -> None:
    """A plain effect is that of every setting; DEPENDS has two settings that differ, on just the keys that matter."""
    kind = data.draw(st.sampled_from((PLAIN, st.one_of(PLAIN, TIED), st.one_of(PLAIN, QUALIFIED))))
    document = data.draw(documents(kind))
    principal, action = data.draw(st.sampled_from(PRINCIPALS)), data.draw(st.sampled_from(ACTIONS))
    resource = data.draw(st.sampled_from(RESOURCES))
    fixed = brute_force.derived(principal, resource, {})
    unknown = sorted(keys_of(document) - fixed.keys())
    known = set(data.draw(st.lists(st.sampled_from(unknown), unique=True))) if unknown else set()
    pools = {key: admissible(key, key in qualified(document)) for key in unknown}
    context = {key: data.draw(st.sampled_from(pools[key])) for key in sorted(known)}
    open_keys = [key for key in unknown if key not in known]
    request = Request(principal, action, resource, {key: list(values) for key, values in context.items()})
    decision = decide(request, Layers((parse(document),)))
    tried = {}
    for choice in itertools.islice(itertools.product(*(pools[key] for key in open_keys)), MOST):
        setting = dict(zip(open_keys, choice, strict=True))
        tried[choice] = brute_force.effects([document], principal, action, resource, {**context, **setting})
    check(decision, open_keys, tried)
    for example in decision.examples:
        if example.effect is not Effect.DEPENDS and not example.readings:
            check_example(document, request, context, decision, spell(dict(example.context)), example.effect)


def check(decision: Decision, keys: list[str], tried: dict[tuple[Any, ...], set[str]]) -> None:
    """The decision against the effects of the settings that were tried."""
    if decision.effect is not Effect.DEPENDS:
        assert all(effects == {decision.effect.value} for effects in tried.values())
        return
    assume(not decision.undetermined)
    named = {key.lower() for key in decision.depends_on}
    for place, key in enumerate(keys):
        if key in named:
            continue
        groups: dict[Any, set[frozenset[str]]] = {}
        for choice, effects in tried.items():
            groups.setdefault(choice[:place] + choice[place + 1 :], set()).add(frozenset(effects))
        assert all(len(group) == 1 for group in groups.values()), f"{key} matters"


def check_example(
    document: dict[str, Any], request: Request, known: Any, decision: Decision, values: Any, effect: Effect
) -> None:
    """The example has the effect that it says, whatever else is not known."""
    rest = dict.fromkeys(keys_of(document) - values.keys() - known.keys(), ())
    context = {**rest, **known, **values}
    found = brute_force.effects([document], request.principal.name, request.action, request.resource, context)

    assert effect.value in found
    assert set(values) <= {key.lower() for key in decision.depends_on}
