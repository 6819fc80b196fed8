"""A request that shows a difference: a real action, a resource that looks like one, no more context than needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Final

from signout.cognito.operations import Governed, operation
from signout.iam.compare.grid import Spot, governed
from signout.iam.compare.rows import Place, Row
from signout.iam.compare.texts import Universe, filled, literal_of
from signout.iam.compare.worlds import World
from signout.iam.decision import Effect
from signout.iam.errors import RequestError
from signout.iam.fold import fold
from signout.iam.pattern import Part, Pattern, Wild, matcher
from signout.iam.policy import Statement
from signout.iam.principal import Principal, PrincipalKind
from signout.iam.request import SESSION_NAME, Request, arn_account
from signout.iam.spaces.derived import OF_PRINCIPAL

ACCOUNT: Final = "111122223333"
REGION: Final = "us-east-1"
"""An account and a Region for ARNs whose pattern leaves them open; the account is one that AWS uses in examples."""

Confirm = Callable[[Request], tuple[Effect, Effect] | None]
"""The effects of a request before and after, if they differ in the wanted way."""

TRIES: Final = 12
"""Combinations of actions and places that are tried to find one with a real action."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A request, and what becomes of it before and after."""

    request: Request
    effects: tuple[Effect, Effect]
    known_action: bool


def witness(
    row: Row,
    world: World,
    statements: Sequence[Statement],
    universe: Universe,
    names: Mapping[str, str],
    confirm: Confirm,
) -> Witness | None:
    """A request in the row that `confirm` accepts; None if none of those tried is.

    The statements are those of the world as they are outside it; `names` spells condition keys.
    """
    fallback = None
    for name, is_known, place in islice(_tries(row, statements), TRIES):
        for resource, principal in product(_resources(place, name, universe), _people(world)):
            found = _confirmed(name, resource, principal, place, world, names, confirm)
            if found is not None and is_known:
                return Witness(*found, is_known)
            if found is not None:
                fallback = fallback or Witness(*found, is_known)
                break
    return fallback


def _tries(row: Row, statements: Sequence[Statement]) -> Iterator[tuple[str, bool, Place]]:
    """Actions with places, real actions first, and those of the resource's service before others."""
    services = dict.fromkeys(_service(place.spot.text) for place in row.places)
    candidates = list(islice(_actions(row, statements, [each for each in services if each]), TRIES))
    candidates.sort(key=lambda each: (not each[1], governed(each[0]) is not Governed.IAM))
    for name, is_known in candidates:
        service = name.partition(":")[0].lower()
        for place in sorted(row.places, key=lambda place: _service(place.spot.text) not in (service, ""))[:3]:
            yield name, is_known, place


def _service(resource: str) -> str:
    return resource.split(":")[2] if resource.count(":") > 2 else ""


def _actions(row: Row, statements: Sequence[Statement], services: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Names of actions, each with whether it is known. Literals as the policy has them, for patterns a real name."""
    from signout.iam import catalogue  # read only where there is a difference to show

    for bits, spot in row.actions:
        if (named := _as_written(spot.text, spot.pattern)) is not None:
            yield named, catalogue.known(named) is not None
            continue
        covers = _covers(bits, spot, statements)
        head = spot.pattern.parts[0] if spot.pattern.parts and isinstance(spot.pattern.parts[0], str) else ""
        if ":" in head:
            real = next((each for each in catalogue.actions(head.partition(":")[0]) if covers(each.name)), None)
        else:
            real = catalogue.real_action(covers, [*services, spot.text.partition(":")[0]])
        yield (real.name, True) if real is not None else (spot.text, False)


def _covers(bits: int, spot: Spot, statements: Sequence[Statement]) -> Callable[[str], bool]:
    """Does an action, by its name, stand for the same as the spot?"""
    matches = matcher(spot.pattern.parts)
    wanted = bits & ((1 << len(statements)) - 1)

    def covers(name: str) -> bool:
        text = fold(name)
        return matches(text) and governed(text) is Governed.IAM and _standing(text, statements) == wanted

    return covers


def _as_written(text: str, pattern: Pattern) -> str | None:
    """An action that stands for itself, in its usual spelling; None for one that stands for others."""
    if literal_of(pattern.parts) == text:
        return pattern.source
    found = operation(text)
    return found.action if found is not None else None


def _standing(text: str, statements: Sequence[Statement]) -> int:
    bits = 0
    for place, each in enumerate(statements):
        if each.actions.matches(text) is not each.negated_actions:
            bits |= 1 << place
    return bits


def _resources(place: Place, action: str, universe: Universe) -> Iterator[str]:
    """A resource that looks natural, and the one that is certainly in the place."""
    natural = _natural(place.spot.pattern.parts, action)
    fits = universe.admits(natural) and matcher(place.spot.pattern.parts)(natural)
    if fits and natural != place.spot.text:
        yield natural
    yield place.spot.text


def _natural(parts: tuple[Part, ...], action: str) -> str:
    """The pattern with its wildcards filled in as is usual in their part of an ARN."""
    usual = ("arn", "aws", action.partition(":")[0].lower(), REGION, ACCOUNT, "example")
    text = ""
    for place, part in enumerate(parts):
        section = min(text.count(":"), len(usual) - 1)
        if part is not Wild.ANY:
            text += filled((part,), "", "1" if section == ACCOUNT_SECTION else "x")
        elif place == len(parts) - 1 and text.endswith(":"):
            text += ":".join(usual[section:])
        elif section == len(usual) - 1:
            text += f"{REGION}_Example" if text.endswith(":userpool/") else "example"
        elif text.endswith(":"):
            text += usual[section]
    return text or "*"


ACCOUNT_SECTION: Final = 4
"""Of an ARN: arn:partition:service:region:account:resource."""


def _confirmed(
    action: str,
    resource: str,
    principal: Principal | None,
    place: Place,
    world: World,
    names: Mapping[str, str],
    confirm: Confirm,
) -> tuple[Request, tuple[Effect, Effect]] | None:
    values = {key: have for setting in place.path for key, have in setting.values.items()}
    values.update((key, have) for key, have in world.scene.context.items() if key not in OF_PRINCIPAL)
    if (
        principal is not None
        and principal.kind is PrincipalKind.ROLE
        and (session := world.scene.context.get(SESSION_NAME))
    ):
        values[SESSION_NAME] = session
    context = {names.get(key, key): list(have) for key, have in sorted(values.items())}
    try:
        who = principal if principal is not None else f"arn:aws:iam::{arn_account(resource) or ACCOUNT}:role/example"
        request = Request(who, action, resource, context)
    except RequestError:
        return None
    effects = confirm(request)
    return None if effects is None else (request, effects)


def _people(world: World) -> list[Principal | None]:
    """Any role, if that will do, and whoever asks in the world."""
    return [None] if world.scene.principal is None else [None, world.scene.principal]
