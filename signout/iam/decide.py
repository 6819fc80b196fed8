"""Decide a request: its effect, and the reasons, told when they are asked for."""

from __future__ import annotations

from functools import partial

from signout.iam.decision import Decision, Effect, Reason
from signout.iam.effects import Trail, possible
from signout.iam.layers import Layers
from signout.iam.request import Request


def decide(request: Request, layers: Layers) -> Decision:
    """The decision on one request, with its reasons."""
    trail = Trail(request, [])
    effects = possible(request, layers, trail)
    if len(effects) == 1:
        effect = effects[0]
        return Decision(effect, partial(_reasons, trail, effect))
    from signout.iam.unknown import resolve  # exploring needs what few decisions do

    return resolve(request, layers, trail.scans, partial(_reasons, trail, Effect.DEPENDS))


def verdict(request: Request, layers: Layers) -> Effect:
    """The effect alone; the same answer as `decide`, for callers that want no reasons."""
    return decide(request, layers).effect


def _reasons(trail: Trail, effect: Effect) -> tuple[Reason, ...]:
    from signout.iam.explain import reasons  # telling the reasons is not part of deciding

    return reasons(trail, effect)
