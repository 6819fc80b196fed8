"""The answer to a request, and why it is that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NoReturn

from signout.iam.request import Values


class Effect(Enum):
    """What becomes of a request. Only ALLOWED is a yes; only the two denials are a no."""

    ALLOWED = "allowed"
    EXPLICITLY_DENIED = "explicitly-denied"
    IMPLICITLY_DENIED = "implicitly-denied"
    DEPENDS = "depends"
    """Two admissible values of something that is not known lead to different answers."""
    NOT_IAM = "not-iam"
    """No identity policy governs the operation, and no other layer refuses it: something else authorizes it."""


class Layer(Enum):
    """A kind of policy in a decision, under the name that input and output of `signout decide` use."""

    ENDPOINT = "endpoint"
    RCP = "rcp"
    SCP = "scp"
    RESOURCE_POLICY = "resource_policy"
    IDENTITY = "identity"
    BOUNDARY = "boundary"
    SESSION = "session"
    OPERATION = "operation"
    """Not a policy: what the service itself says about who authorizes the operation."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a decision: a statement that matched or missed, or a layer without one that matters."""

    layer: Layer
    policy: str | None
    """Origin of the policy; None where the reason is the layer as a whole."""
    statement: str | None
    """Sid or position of the statement; None where the reason is the layer as a whole."""
    why: str


@dataclass(frozen=True, slots=True)
class Example:
    """Values of what is not known, and the answer that they lead to."""

    effect: Effect
    context: Mapping[str, Values]
    """By key; an empty tuple means the key is absent."""
    readings: Mapping[str, bool] = field(default_factory=dict)
    """By place of the condition: does a condition hold that AWS leaves ambiguous?"""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer. It is no boolean: compare `effect`, since "depends" is neither yes nor no."""

    effect: Effect
    _explain: Callable[[], tuple[Reason, ...]] = field(compare=False, repr=False)
    depends_on: tuple[str, ...] = ()
    """What the answer hangs on: context keys as the policies spell them, sorted. Empty unless effect is DEPENDS."""
    examples: tuple[Example, ...] = ()
    """For DEPENDS two settings of what is not known that lead to different answers."""
    undetermined: str = ""
    """Why the answer could not be worked out exactly, where it could not; then DEPENDS lists all that is not known."""
    denied_anyhow: bool = False
    """For DEPENDS: is it certain that it is denied, and only not known whether explicitly or implicitly?"""

    @property
    def because(self) -> tuple[Reason, ...]:
        """The reasons, the deciding ones first; rendered from what the decision recorded."""
        return self._explain()

    @property
    def allowed(self) -> bool:
        """Is the answer a plain yes?"""
        return self.effect is Effect.ALLOWED

    @property
    def may_be_allowed(self) -> bool:
        """Is it allowed, or could what is not known allow it? A denial of which only the kind is open is none."""
        return self.allowed or (self.effect is Effect.DEPENDS and not self.denied_anyhow)

    def __bool__(self) -> NoReturn:
        raise TypeError("a decision is no yes or no: compare its effect, or ask for `allowed`")
