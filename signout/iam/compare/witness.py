"""A request that shows a difference: a real action, a resource that looks like one, no more context than needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from signout.cognito.operations import Governed
from signout.iam.compare.grid import governed
from signout.iam.compare.names import Name, Names
from signout.iam.compare.rows import Place, Row
from signout.iam.compare.texts import Universe, filled
from signout.iam.compare.worlds import World
from signout.iam.decision import Effect
from signout.iam.errors import RequestError
from signout.iam.pattern import Part, Wild, matcher
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
    row: Row, world: World, names: Names, universe: Universe, keys: Mapping[str, str], confirm: Confirm
) -> Witness | None:
    """A request in the row that `confirm` accepts; None if none of those tried is. `keys` spells condition keys."""
    fallback = None
    for name, place in _tries(row, names):
        for resource, principal in product(_resources(place, name.text, universe), _people(world)):
            found = _confirmed(name.text, resource, principal, place, world, keys, confirm)
            if found is not None and name.known:
                return Witness(*found, known_action=True)
            if found is not None:
                fallback = fallback or Witness(*found, known_action=False)
                break
    return fallback


def _tries(row: Row, names: Names) -> Iterator[tuple[Name, Place]]:
    """Actions with places, real actions first, and those of the resource's service before others."""
    services = dict.fromkeys(service for place in row.places if (service := _service(place.spot.text)))
    candidates: list[Name] = []
    for bits, spot in row.actions[:TRIES]:
        candidates.append(names.of(bits, spot, services))
        if candidates[-1].known and governed(candidates[-1].text) is Governed.IAM:
            break
    for name in reversed(candidates):
        service = name.text.partition(":")[0].lower()
        for place in sorted(row.places, key=lambda place: _service(place.spot.text) not in (service, ""))[:3]:
            yield name, place


def _service(resource: str) -> str:
    return resource.split(":")[2] if resource.count(":") > 2 else ""


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
    keys: Mapping[str, str],
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
    context = {keys.get(key, key): list(have) for key, have in sorted(values.items())}
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
