"""Whole requests: each is decided like the one that stands for its class in action, resource and every key."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from signout.iam import Kind, Policy, Request, decide, parse
from signout.iam.compare.surroundings import around
from signout.iam.compare.texts import ACTIONS, EVERYTHING, RESOURCES, Element, Preference, representatives, standing
from signout.iam.document import document_of
from signout.iam.evaluate import holds
from signout.iam.policy import Condition
from signout.iam.spaces.keys import settings
from tests.iam import small_world
from tests.iam.small_world import ACCOUNT, PLAIN, VALUES, documents


def without_variables(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a text in place of each policy variable: what they tie together is compared elsewhere."""
    found: dict[str, Any] = json.loads(re.sub(r"\$\{[^}]*\}", "v", json.dumps(document)))
    return found


def stand_in(text: str, elements: list[Element], universe: Any) -> str:
    """The representative that the same elements match."""
    texts = representatives((EVERYTHING,), elements, universe, Preference())
    (mine,) = standing([text], elements, 0).values()
    return next(other for other, bits in standing(texts, elements, 0).items() if bits == mine)


def stand_in_value(conditions: list[Condition], request: Request) -> list[str]:
    """The setting of the key for which the conditions come out the same."""
    key = conditions[0].key
    wanted = [holds(each, request) for each in conditions]
    for setting in settings(conditions):
        if [holds(each, request.with_context({key: setting.values})) for each in conditions] == wanted:
            return list(setting.values)
    raise AssertionError(f"nothing stands for {request.context.get(key)} of {key}")


def class_of(request: Request, policy: Policy) -> Request:
    """The request that stands for all that are decided like it."""
    statements = policy.statements
    actions = [Element(each.actions, each.negated_actions, 1 << n) for n, each in enumerate(statements)]
    resources = [
        Element(each.resources, each.negated_resources, 1 << n) for n, each in enumerate(statements) if each.resources
    ]
    by_key: dict[str, list[Condition]] = {}
    for condition in (condition for each in statements for condition in each.conditions):
        by_key.setdefault(condition.key, []).append(condition)
    context = {key: stand_in_value(conditions, request) for key, conditions in by_key.items()}
    action = stand_in(request.folded_action, actions, ACTIONS)
    resource = stand_in(request.resource, resources, RESOURCES)
    return Request(request.principal, action, resource, context, "absent")


@given(documents(PLAIN).map(without_variables), st.data())
def test_any_request_is_decided_like_the_one_that_stands_for_it(document: dict[str, Any], data: st.DataObject) -> None:
    """Whatever a request is, there is one for its class, made of texts and values that stand for others."""
    policy = parse(document)
    keys = sorted({condition.key for each in policy.statements for condition in each.conditions} & VALUES.keys())
    context = {key: data.draw(st.sampled_from([[], *([value] for value in VALUES[key])])) for key in keys}
    action, resource = (
        data.draw(st.sampled_from(small_world.ACTIONS)),
        data.draw(st.sampled_from(small_world.RESOURCES)),
    )
    request = Request(f"arn:aws:iam::{ACCOUNT}:role/ab", action, resource, context, "absent")
    layers = around(policy, Kind.IDENTITY, ACCOUNT)

    assert decide(request, layers).effect is decide(class_of(request, policy), layers).effect


@given(documents())
def test_any_policy_prints_as_it_parsed(document: dict[str, Any]) -> None:
    """Parsing what was printed gives the same policy, from an object and from text."""
    policy = parse(document)

    assert policy == parse(document_of(policy))
    assert policy == parse(json.dumps(document_of(policy)))
