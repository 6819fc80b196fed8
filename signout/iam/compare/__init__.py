"""Compare policies exactly: access added, access removed, each with a request that shows it, or a proof of neither.

In every part of a request its value matters only through which patterns of the policies it matches. So each part has a
few values that stand for all others, and a comparison asks the evaluator about each combination that can differ.
"""

from __future__ import annotations

from signout.iam.compare.attached import compare_attached
from signout.iam.compare.comparison import Comparison, Difference, Relation
from signout.iam.compare.surroundings import ATTACHED, MEANINGS, cases
from signout.iam.effects import excepts_nobody_bounded
from signout.iam.layers import Layers
from signout.iam.policy import Policy

MEANING = (
    "over requests by whoever has the layers, on resources of any account; resources are ARNs, *, or what a policy"
    " names; service-linked roles are left out"
)


def compare(before: Policy | Layers, after: Policy | Layers) -> Comparison:
    """What `after` allows and `before` does not, and the other way round.

    Two policies of one kind, or two sets of layers. Policies may be of different kinds if both are attached to whom
    they are about (identity, boundary, session, SCP); they are then compared as identity policies. Raises TypeError
    for any other pair.
    `Comparison.meaning` says over which requests it is meant.
    """
    if isinstance(before, Policy) and isinstance(after, Policy) and {before.kind, after.kind} <= ATTACHED:
        return compare_attached(before, after)
    from signout.iam.compare.layered import Case, compare_cases  # most comparisons are of attached policies

    if isinstance(before, Policy) and isinstance(after, Policy) and before.kind is after.kind:
        return compare_cases(cases(before, after), MEANINGS[before.kind])
    if isinstance(before, Layers) and isinstance(after, Layers):
        if before != after and (open_question := _not_compared(before) or _not_compared(after)):
            return Comparison((), (), MEANING, (open_question,), (open_question,))
        return compare_cases([Case(before, after)], MEANING)
    raise TypeError(f"cannot compare {_what(before)} with {_what(after)}")


def _not_compared(layers: Layers) -> str:
    """What of the layers cannot be compared: whom NotPrincipal excepts hangs on who has a permissions boundary."""
    named = (*(layers.endpoint or ()), *((layers.resource_policy,) if layers.resource_policy is not None else ()))
    places = [each.place for policy in named for each in policy.statements if excepts_nobody_bounded(each)]
    if layers.boundary is None or not places:
        return ""
    return f"{places[0]}: NotPrincipal in a Deny excepts nobody who has a permissions boundary, as one side has"


def within(policy: Policy, limit: Policy) -> Comparison:
    """Does the policy allow no more than the limit? `holds` answers; `added` shows what is beyond the limit."""
    return compare(limit, policy)


def _what(side: Policy | Layers) -> str:
    return f"a policy of kind {side.kind.value}" if isinstance(side, Policy) else "layers"


__all__ = ["Comparison", "Difference", "Relation", "compare", "within"]
