"""Comparisons against trying every request of a small world in a second evaluator."""

from __future__ import annotations

import itertools
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from signout.iam import Effect, Request, parse
from signout.iam.compare import Comparison, Relation, compare
from signout.iam.compare.comparison import FURTHER
from tests.iam import brute_force
from tests.iam.small_world import ACTIONS, PLAIN, PRINCIPALS, QUALIFIED, RESOURCES, TIED, VALUES, changed, documents
from tests.iam.unknown.test_brute_force import admissible, keys_of, qualified

REQUESTS = 150
"""Requests of the small world to try for one pair of policies, at random."""


def requests(before: dict[str, Any], after: dict[str, Any], seed: int) -> Any:
    """Requests of the small world, with the keys that the policies read."""
    several = qualified(before) | qualified(after)
    pools = {key: admissible(key, key in several) for key in sorted((keys_of(before) | keys_of(after)) & VALUES.keys())}
    chance = random.Random(seed)
    for _ in range(REQUESTS):
        principal, resource = chance.choice(PRINCIPALS), chance.choice(RESOURCES)
        context = {key: chance.choice(pool) for key, pool in pools.items()}
        sections = resource.split(":")
        if len(sections) > 3 and sections[3]:
            context.pop("aws:requestedregion", None)
        if len(sections) > 4 and sections[4]:
            context.pop("aws:resourceaccount", None)
        yield principal, chance.choice(ACTIONS), resource, context


def effects(document: dict[str, Any], request: Any) -> set[str]:
    """What the second evaluator makes of it, where the resource leaves the decision to the principal's account."""
    return brute_force.effects([document], *request, left_to_account=True)


def of_witness(request: Request) -> Any:
    """A witness as the second evaluator takes a request."""
    return request.principal.name, request.action, request.resource, dict(request.context)


def by_policies(effect: Effect) -> set[str]:
    """What policies alone make of a request with this effect: what is not IAM's to decide they do not allow."""
    return {brute_force.IMPLICIT if effect is Effect.NOT_IAM else effect.value}


def check(before: dict[str, Any], after: dict[str, Any], found: Comparison, seed: int) -> None:
    """The comparison against every request tried, and its witnesses."""
    proven_not_added = not found.added and not found.open_added
    proven_not_removed = not found.removed and not found.open_removed
    for request in requests(before, after, seed):
        old, new = effects(before, request), effects(after, request)
        if "allowed" not in old and new == {"allowed"}:
            assert not proven_not_added, request
        if "allowed" not in new and old == {"allowed"}:
            assert not proven_not_removed, request
    for difference in (*found.added, *found.removed):
        assert effects(before, of_witness(difference.witness)) == by_policies(difference.before)
        assert effects(after, of_witness(difference.witness)) == by_policies(difference.after)
    assert all(FURTHER[each.before] < FURTHER[each.after] for each in found.added)
    assert all(FURTHER[each.before] > FURTHER[each.after] for each in found.removed)


KINDS = {
    "plain": PLAIN,
    "tied": st.one_of(PLAIN, TIED),
    "several values": st.one_of(PLAIN, QUALIFIED),
}


@given(st.data(), st.sampled_from(sorted(KINDS)), st.integers(0, 1000))
def test_changed_policies_compare_as_every_request_does(data: st.DataObject, kind: str, seed: int) -> None:
    """No request is let further where that is proven not to happen, and every witness shows its difference."""
    before = data.draw(documents(KINDS[kind]))
    after = data.draw(changed(before))

    check(before, after, compare(parse(before, "before"), parse(after, "after")), seed)


@given(documents(), documents(), st.integers(0, 1000))
def test_any_policies_compare_as_every_request_does(before: dict[str, Any], after: dict[str, Any], seed: int) -> None:
    """The same for policies that have nothing to do with each other."""
    check(before, after, compare(parse(before, "before"), parse(after, "after")), seed)


@given(documents())
def test_a_policy_is_equal_to_itself(document: dict[str, Any]) -> None:
    """Also when its statements are turned round and its lists sorted."""
    turned = [
        {key: sorted(value) if isinstance(value, list) else value for key, value in statement.items()}
        for statement in reversed(document["Statement"])
    ]
    found = compare(parse(document), parse({**document, "Statement": turned}))

    assert found.relation is Relation.EQUAL


@given(documents(PLAIN), st.data())
def test_comparing_the_other_way_round(document: dict[str, Any], data: st.DataObject) -> None:
    """What is added one way is removed the other."""
    one, other = parse(document), parse(data.draw(changed(document)))
    forward, back = compare(one, other), compare(other, one)

    assert (bool(forward.added), bool(forward.removed)) == (bool(back.removed), bool(back.added))


def test_undetermined_is_rare() -> None:
    """On policies that mix everything, nearly all comparisons are worked out."""
    chance, open_ = random.Random(3), 0
    operators = itertools.cycle(({"StringLike": {"k": "a*"}}, {"NumericLessThan": {"n": 2}}, {"Bool": {"yes": "true"}}))
    for _ in range(60):
        one, other = (
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": chance.choice(("Allow", "Allow", "Deny")),
                        "Action": chance.sample(("a:x", "a:*", "b:x", "*"), 2),
                        "Resource": chance.choice(
                            ("*", "arn:aws:s:::p*", "arn:aws:s:::${aws:username}", "arn:aws:s:*:*:ab")
                        ),
                        "Condition": next(operators),
                    }
                    for _ in range(3)
                ],
            }
            for _ in range(2)
        )
        open_ += compare(parse(one), parse(other)).relation is Relation.UNDETERMINED

    assert open_ <= 2
