"""How a resource type is declared. What follows from it for every type alike is in `lifecycle`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from signout.sandbox.provider.clients import Aws
from signout.sandbox.provider.names import Names
from signout.sandbox.provider.wire import Props


@dataclass(frozen=True, slots=True)
class Autoname:
    """The property that is named after the resource, with seven random digits, when the program gives no name."""

    property: str = "name"
    longest: int = 255
    finish: Callable[[str, Props], str] = lambda name, inputs: name
    """What a kind of resource demands of its names, as a suffix."""


@dataclass(frozen=True, slots=True)
class Update:
    """An update in place: the inputs as they were in AWS and as they shall be."""

    old: Props
    new: Props
    changed: frozenset[str]
    """The inputs of the first level that differ. None: what did not come to its end before is done again."""
    chosen: Props
    """What AWS chose where the program says nothing; calls that set everything at once have to repeat it."""

    def touches(self, *names: str) -> bool:
        return not self.changed or not self.changed.isdisjoint(names)

    @property
    def new_tags(self) -> dict[str, str]:
        old = self.old.get("tags", {})
        return {key: value for key, value in self.new.get("tags", {}).items() if old.get(key) != value}

    @property
    def dropped_tags(self) -> list[str]:
        return sorted(self.old.get("tags", {}).keys() - self.new.get("tags", {}).keys())


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A resource type: what it carries, and the calls that create, read, change and delete it.

    The calls raise botocore's ClientError; an error that says that the resource is not there is understood as such.
    """

    token: str
    carries: tuple[str, ...]
    """The inputs that reach AWS. Any other input is refused by name."""
    create: Callable[[Aws, Props], str]
    """Makes the resource and returns its id."""
    settle: Callable[[Aws, str, Props], None] | None = None
    """Calls that follow the creation; when one fails, the resource is there, and the state says so."""
    read: Callable[[Aws, str, Props], Props | None]
    """From the id and the last known state, which is empty at an import, the live state; None when it is gone."""
    update: Callable[[Aws, str, Update], object] | None = None
    """None: every change replaces the resource."""
    delete: Callable[[Aws, str, Props], object]
    identify: Callable[[Aws, str], tuple[str, Props]] = lambda aws, given: (given, {})
    """From what an import is given, the id and the state that `read` needs beside it."""

    cloudformation: str | None = None
    """The same resource's type there, for the values that properties may have and for what replaces it."""
    names: Names = field(default_factory=dict)
    autoname: Autoname | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Inputs that the provider fills in, as the real one does."""
    chosen: frozenset[str] = frozenset()
    """Inputs, also nested, whose value AWS chooses when the program gives none; a difference there is no change."""
    kept: frozenset[str] = frozenset()
    """Inputs that AWS does not give back: the state has what was last given."""
    documents: frozenset[str] = frozenset()
    """Inputs that hold JSON: compared by what it says, and accepted as objects."""
    ordered: frozenset[str] = frozenset()
    """Lists whose order counts; other lists are sets to AWS."""
    replaces: frozenset[str] = frozenset()
    """Inputs, also nested, whose change replaces, beside those that CloudFormation says."""
    delete_first: bool = False
    """Replaced only after it has been deleted, whatever its name: both would be the same thing in AWS."""
    moves: Callable[[Update], frozenset[str]] = lambda update: frozenset()
    """Outputs that an update gives another value; at a preview they are unknown."""
