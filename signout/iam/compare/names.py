"""Names for the actions of a difference: real ones, wherever a real action makes the difference too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from signout.cognito.operations import Governed, operation
from signout.iam.compare.grid import Spot, governed
from signout.iam.compare.texts import literal_of
from signout.iam.fold import fold
from signout.iam.pattern import Part, matcher
from signout.iam.policy import Statement


@dataclass(frozen=True, slots=True)
class Name:
    """An action of a witness."""

    text: str
    known: bool
    """Is it in the catalogue?"""


@dataclass(frozen=True, slots=True)
class Names:
    """Finds names of actions among those that some statements tell apart."""

    statements: Sequence[Statement]
    found: dict[tuple[tuple[Part, ...], int], Name] = field(default_factory=dict)
    """By pattern and statements the name that was found; to find that there is none takes looking at all."""

    def of(self, bits: int, spot: Spot, services: Iterable[str]) -> Name:
        """A name that stands for the same as the spot, of these services if there is one. The spot's text else."""
        from signout.iam import catalogue  # read only where there is a difference to show

        if literal_of(spot.pattern.parts) == spot.text:
            return Name(spot.pattern.source, catalogue.known(spot.text) is not None)
        if (apart := operation(spot.text)) is not None:
            return Name(apart.action, known=True)
        wanted = bits & ((1 << len(self.statements)) - 1)
        key = (spot.pattern.parts, wanted)
        if key not in self.found:
            real = next(self._real(spot, wanted, services), None)
            self.found[key] = Name(spot.text, known=False) if real is None else Name(real, known=True)
        return self.found[key]

    def _real(self, spot: Spot, wanted: int, services: Iterable[str]) -> Iterator[str]:
        """The names of the catalogue to which just the wanted statements apply, as far as actions go."""
        from signout.iam import catalogue

        matches = matcher(spot.pattern.parts)
        within = self._services(spot, wanted)
        if within is None:
            within = dict.fromkeys(chain(map(fold, services), [spot.text.partition(":")[0]], catalogue.prefixes()))
        for action in chain.from_iterable(map(catalogue.actions, within)):
            text = fold(action.name)
            if matches(text) and governed(text) is Governed.IAM and self._standing(text) == wanted:
                yield action.name

    def _services(self, spot: Spot, wanted: int) -> dict[str, None] | None:
        """The only services that can have such a name; None if the statements do not limit it."""
        limits = [_services_of([spot.pattern.parts])]
        for place, each in enumerate(self.statements):
            if wanted >> place & 1 and not each.negated_actions:
                limits.append(_services_of(pattern.parts for pattern in each.actions.patterns))
        known = [limit for limit in limits if limit is not None]
        return min(known, key=len) if known else None

    def _standing(self, text: str) -> int:
        bits = 0
        for place, each in enumerate(self.statements):
            if each.actions.matches(text) is not each.negated_actions:
                bits |= 1 << place
        return bits


def _services_of(patterns: Iterable[tuple[Part, ...]]) -> dict[str, None] | None:
    """The service prefixes that the patterns name; None if one of them leaves it open."""
    found: dict[str, None] = {}
    for parts in patterns:
        head = parts[0] if parts and isinstance(parts[0], str) else ""
        service, colon, _ = head.partition(":")
        if not colon:
            return None
        found[service] = None
    return found
