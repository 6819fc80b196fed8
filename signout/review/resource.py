"""One resource of a plan or a state, whichever tool wrote it: typed and spelled as Pulumi's AWS package does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from signout.values import UNKNOWN, Props, revealed


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where in a program something is declared."""

    file: str
    """Relative to the project's folder."""
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A resource on one side of a change."""

    address: str
    """The URN, or Terraform's address."""
    type: str
    """"aws:iam/role:Role", for Terraform too."""
    name: str
    """Its name in the program."""
    props: Props = field(default_factory=dict, repr=False)
    """What it is asked to be, and what is known of what it is, with Pulumi's names."""
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """By property, the addresses of the resources that it is made from."""
    awaits: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By property that is not known, what is awaited, where the input says so itself: "aws_iam_role.ci.arn"."""
    bounded_by: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By property that is known in parts, what these are parts of, where it is not the property itself."""
    location: Location | None = None
    parent: str = ""
    """Address of the component that it is a part of; empty where it is not known to be part of one."""

    @property
    def label(self) -> str:
        """What reports call it: "Role ci"."""
        return f"{self.type.rpartition(':')[2]} {self.name}"

    def given(self, path: str) -> Any:
        """A property without marks of secrets; UNKNOWN where it is not known, None where nobody set it."""
        return revealed(self.props.get(path))

    def text(self, path: str) -> str | None:
        """A property that is a text, is known and is not empty."""
        value = self.given(path)
        return value if isinstance(value, str) and value else None

    def awaited(self, path: str) -> str:
        """In words, what a property that is not known hangs on."""
        if path in self.awaits:
            return f"awaits {self.awaits[path]}"
        sources = self.dependencies.get(path, ())
        named = [f"arn or id of {_type_in(urn)} {urn.rpartition('::')[2]}" for urn in sources]
        return f"awaits {' and '.join(named)}" if named else f"awaits {path} of {self.type} {self.name}"


def _type_in(urn: str) -> str:
    """The type in a URN, without those of the components that the resource is a part of."""
    return urn.rpartition("::")[0].rpartition("::")[2].rpartition("$")[2]


def is_known(value: Any) -> bool:
    """Is the value there, and known?"""
    return value is not None and value is not UNKNOWN
