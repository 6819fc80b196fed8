"""A stack as rules see it: its resources with what the program asked for and what the provider said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from signout.values import SHORTEST_SECRET, UNKNOWN, Props, is_unknown, revealed, secret_texts, without

_ALSO_OF_OTHERS = frozenset({"inlinePolicies", "managedPolicyArns"})
"""Properties of a role in which the provider also says what other resources attached to it, when it last looked."""


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One resource of a stack."""

    urn: str
    type: str
    """As Pulumi writes it, "aws:iam/role:Role"."""
    name: str
    """Its name in the program."""
    inputs: Props = field(default_factory=dict, repr=False)
    """What the program asked for, with the provider's defaults. Empty where the engine did not say."""
    outputs: Props = field(default_factory=dict, repr=False)
    """What the provider says that it is; at preview as far as that is known. Of a component what it registered."""
    parent: str | None = None
    protect: bool = False
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """By property, the URNs of the resources from whose outputs it is made."""

    @property
    def label(self) -> str:
        """What messages call it: "Role ci"."""
        return f"{self.type.rpartition(':')[2]} {self.name}"

    def raw(self, path: str) -> Any:
        """A property that programs may set, as it is or is going to be, with marks of secrets; None if nobody set it.

        What the provider says comes before what was asked for. UNKNOWN where neither is known.
        """
        if path in _ALSO_OF_OTHERS and self.inputs:
            return _dig(self.inputs, path)  # else what a program no longer attaches could never be taken away
        said = _dig(self.outputs, path)
        if said is not None and not is_unknown(said):
            return said
        asked = _dig(self.inputs, path)
        if asked is not None:
            return asked
        # A property that is not known though nobody set it is going to be the service's own default.
        return UNKNOWN if said is not None and path.partition(".")[0] in self.property_dependencies else None

    def given(self, path: str, default: Any = None) -> Any:
        """The same as `raw`, with secrets revealed, and `default` where nobody set the property."""
        value = revealed(self.raw(path))
        return default if value is None else value

    def known(self, path: str, default: Any = None) -> Any:
        """The same as `given`; raises NotKnown where the value, or a part of it, is not known."""
        value = self.given(path, default)
        if is_unknown(value):
            raise NotKnown(Awaited(self, path))
        return value

    def output(self, path: str) -> Any:
        """A property that the provider makes up, such as an ARN; UNKNOWN before it is made, None if there is none."""
        return revealed(_dig(self.outputs, path))


def _dig(props: Props, path: str) -> Any:
    value: Any = props
    for name in path.split("."):
        value = revealed(value) if not isinstance(value, Mapping) else value
        if value is UNKNOWN:
            return UNKNOWN
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


@dataclass(frozen=True, slots=True)
class Awaited:
    """A value that a rule needs and that is not known yet."""

    resource: Resource
    path: str
    """The property of the resource, "policy" or "tokenValidityUnits.idToken"."""
    elsewhere: str = ""
    """What is awaited, where no resource of the stack is going to say it: "the text of arn:aws:iam::..."."""
    supposition: str = field(default="", compare=False)
    """What the value may lead to, as a sentence."""


class NotKnown(Exception):
    """Raised by `Resource.known`."""

    def __init__(self, awaited: Awaited) -> None:
        super().__init__(f"{awaited.resource.label}: {awaited.path} is not known yet")
        self.awaited = awaited


class Stack:
    """The resources of a stack: all of them, or those that were registered so far."""

    def __init__(self, today: date, resources: Iterable[Resource] = ()) -> None:
        self.today = today
        """The day for which rules are asked."""
        self._by_urn: dict[str, Resource] = {}
        self._by_type: dict[str, dict[str, Resource]] = {}
        self._by_name: dict[tuple[str, str], Resource] = {}
        self._secrets: set[str] = set()
        self._not_searched: list[Resource] = []
        """Resources whose secrets are not in `_secrets` yet."""
        for resource in resources:
            self.add(resource)

    def add(self, resource: Resource) -> None:
        """Takes a resource in; one with the same URN is replaced."""
        self._by_urn[resource.urn] = resource
        self._by_type.setdefault(resource.type, {})[resource.urn] = resource
        self._not_searched.append(resource)
        name = resource.given("name")
        if isinstance(name, str):
            self._by_name[resource.type, name] = resource

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._by_urn.values())

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these types."""
        for each in types:
            yield from self._by_type.get(each, {}).values()

    def named(self, type_: str, name: object) -> Resource | None:
        """The resource of this type that AWS knows, or is going to know, by this name."""
        return self._by_name.get((type_, name)) if isinstance(name, str) else None

    def without_secrets(self, text: str) -> str:
        """The text, fit for messages and logs: nothing in it that the stack holds as a secret."""
        for resource in self._not_searched:
            for props in (resource.inputs, resource.outputs):
                self._secrets.update(each for each in secret_texts(props) if len(each) >= SHORTEST_SECRET)
        self._not_searched.clear()
        return without(self._secrets, text)

    def find(self, urn: str | None) -> Resource | None:
        """The resource with this URN."""
        return None if urn is None else self._by_urn.get(urn)

    def made_from(self, resource: Resource, path: str) -> tuple[Resource, ...]:
        """The resources from whose outputs a property is made."""
        urns = resource.property_dependencies.get(path.partition(".")[0].partition("[")[0], ())
        return tuple(found for urn in urns if (found := self._by_urn.get(urn)) is not None)

    def ancestor(self, resource: Resource, *types: str) -> Resource | None:
        """The nearest component of one of these types that the resource is a part of."""
        seen = {resource.urn}
        parent = self.find(resource.parent)
        while parent is not None and parent.urn not in seen:
            if parent.type in types:
                return parent
            seen.add(parent.urn)
            parent = self.find(parent.parent)
        return None

    def parts(self, component: Resource, *types: str) -> Iterator[Resource]:
        """The resources of these types that are a part of the component."""
        for resource in self.of_type(*types):
            if self.ancestor(resource, component.type) is component:
                yield resource


def stack_name(urn: str) -> str:
    """The name of the stack in a URN: "prod" in urn:pulumi:prod::shop::aws:iam/role:Role::ci."""
    return urn.removeprefix("urn:pulumi:").partition("::")[0]
