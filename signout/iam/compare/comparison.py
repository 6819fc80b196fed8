"""What a comparison found: how two sets of policies relate, and each difference with a request that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from signout.iam.decision import Effect
from signout.iam.request import Request

FURTHER: Final = {
    Effect.EXPLICITLY_DENIED: 0,
    Effect.IMPLICITLY_DENIED: 0,
    Effect.NOT_IAM: 1,
    Effect.ALLOWED: 2,
}
"""How far a request gets: refused; passed on to what else authorizes it; allowed. More of it is access added."""


class Relation(Enum):
    """How the second set of policies relates to the first."""

    EQUAL = "equal"
    """Proven: every request is decided alike."""
    WIDER = "wider"
    """It allows more, and proven: nothing less."""
    NARROWER = "narrower"
    """It allows less, and proven: nothing more."""
    DIFFERENT = "different"
    """It allows both more and less."""
    UNDETERMINED = "undetermined"
    """At least one direction could not be worked out; `Comparison.undetermined` says why."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A region of requests in which access was added or removed, with one request that shows it.

    The region is where the difference lies, in the words of the policies: not every request in it has to differ.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    """As policies write them; `"* except a, b"` for NotAction and NotResource. Empty for a trust policy: its role."""
    principals: tuple[str, ...]
    """Empty where the policies are attached to whom they are about."""
    conditions: tuple[str, ...]
    """What has to hold beyond that: `"StringEquals aws:RequestedRegion: eu-west-1"`, `"not Bool ...: true"`."""
    witness: Request
    """A request that `decide` lets pass under one set of policies and not under the other."""
    before: Effect
    after: Effect
    known_action: bool
    """Is the action of the witness a known one? If not, only an action that is not known today would show it."""
    statement: str
    """Where the statement stands that makes the difference; empty where a whole layer does."""
    assuming: str = ""
    """What the witness takes for granted beyond the two sets of policies."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The relation of two sets of policies. It is no boolean: compare `relation`, or ask for `holds`."""

    added: tuple[Difference, ...]
    removed: tuple[Difference, ...]
    meaning: str
    """Over which requests the relation is meant."""
    open_added: tuple[str, ...] = ()
    """Why something may have been added that is not in `added`; empty where that is certainly all."""
    open_removed: tuple[str, ...] = ()
    """The same of `removed`."""
    without_effect: tuple[str, ...] = ()
    """Actions that only one side names, to no effect: something else than IAM authorizes them."""

    @property
    def relation(self) -> Relation:
        """How the second set of policies relates to the first."""
        match _state(self.added, self.open_added), _state(self.removed, self.open_removed):
            case False, False:
                return Relation.EQUAL
            case True, False:
                return Relation.WIDER
            case False, True:
                return Relation.NARROWER
            case True, True:
                return Relation.DIFFERENT
            case _:
                return Relation.UNDETERMINED

    @property
    def undetermined(self) -> str:
        """What could not be worked out, and why; empty where everything was."""
        return "; ".join(dict.fromkeys((*self.open_added, *self.open_removed)))

    @property
    def holds(self) -> bool | None:
        """Of `within`: is the policy within the limit? None: that could not be worked out."""
        added = _state(self.added, self.open_added)
        return None if added is None else not added

    def __bool__(self) -> bool:
        raise TypeError("a comparison is no yes or no: compare its relation, or ask for `holds`")


def _state(found: tuple[Difference, ...], open_: tuple[str, ...]) -> bool | None:
    return True if found else None if open_ else False
