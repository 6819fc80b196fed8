"""What a Terraform plan's `configuration` says: which argument is made from which resources, through modules.

Source: Terraform documentation, "JSON Output Format", "Configuration Representation".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from signout.resource_types import ATTACHMENTS, ROLE
from signout.review.resource import Resource
from signout.values import UNKNOWN, is_secret

_DEEPEST = 20
"""Variables and outputs that are followed one after the other."""

Arguments = Mapping[str, tuple[str, ...]]
"""By argument, what it refers to."""


@dataclass(frozen=True, slots=True)
class _Module:
    prefix: str
    """"module.a.module.b.", without the keys of its instances."""
    content: Mapping[str, Any]
    inputs: Arguments
    parent: _Module | None


class Configuration:
    """The resources of a plan and what their arguments refer to."""

    def __init__(self, configuration: Any, changes: Iterable[Any]) -> None:
        self._modules: dict[str, _Module] = {}
        self._arguments: dict[str, Arguments] = {}
        self._instances: dict[str, list[str]] = {}
        self._read(_Module("", _mapping(_mapping(configuration).get("root_module")), {}, None))
        for change in changes:
            if isinstance(change, Mapping):
                address = str(change.get("address"))
                self._instances.setdefault(without_indexes(address), []).append(address)

    def _read(self, module: _Module) -> None:
        self._modules[module.prefix] = module
        for resource in _list(module.content.get("resources")):
            named = dict(_references(_mapping(resource).get("expressions")))
            if each := tuple(_of_expression(_mapping(resource).get("for_each_expression"))):
                named[_FOR_EACH] = each
            self._arguments[f"{module.prefix}{_mapping(resource).get('address')}"] = named
        for name, call in _mapping(module.content.get("module_calls")).items():
            inputs = dict(_references(_mapping(call).get("expressions")))
            content = _mapping(_mapping(call).get("module"))
            self._read(_Module(f"{module.prefix}module.{name}.", content, inputs, module))

    def sets(self, address: str, argument: str) -> bool | None:
        """Does the configuration give the argument? None where it does not have the resource."""
        named = self._arguments.get(without_indexes(address))
        return None if named is None else argument in named

    def arguments(self, address: str) -> Arguments:
        """By argument of the resource, what it refers to."""
        named = self._arguments.get(without_indexes(address), {})
        return {name: references for name, references in named.items() if name != _FOR_EACH}

    def made_from(self, address: str, references: Iterable[str]) -> Iterator[str]:
        """Addresses of the resources that an argument of the resource at this address is made from."""
        bare = without_indexes(address)
        module = self._modules.get(bare[: len(bare) - len(_last_two(bare))], self._modules[""])
        for_each = self._arguments.get(bare, {}).get(_FOR_EACH, ())
        found: dict[str, None] = {}
        for reference in references:
            if reference.startswith("each.value"):
                # Which of several is this instance's is not told.
                values = dict.fromkeys(one for each in for_each for one in self._resources(each, module, _DEEPEST))
                found.update(values if len(values) == 1 else {})
            else:
                found.update(dict.fromkeys(self._resources(reference, module, _DEEPEST)))
        for target in dict.fromkeys(map(without_indexes, found)):
            named = [each for each in found if without_indexes(each) == target and each != target]
            yield from _instances_for(address, named, self._instances.get(target, ()))

    def _resources(self, reference: str, module: _Module, depth: int) -> Iterator[str]:
        """The resources that a reference in a module leads to, with the keys that it names itself."""
        first, _, rest = _split(reference)
        if not depth or not rest:
            return
        if first == "var" and module.parent is not None:
            for each in module.inputs.get(without_indexes(rest).partition(".")[0], ()):
                yield from self._resources(each, module.parent, depth - 1)
        elif first == "module":
            name, _, output = _split(rest)
            called = self._modules.get(f"{module.prefix}module.{without_indexes(name)}.")
            outputs = _mapping(called.content.get("outputs")) if called is not None else {}
            said = _mapping(outputs.get(without_indexes(output).partition(".")[0]))
            for each in _of_expression(said.get("expression")) if called is not None else ():
                if called is not None:
                    yield from self._resources(each, called, depth - 1)
        elif first == "data" and rest.startswith("aws_"):
            type_, _, named = _split(rest)
            yield f"{module.prefix}data.{type_}.{_split(named)[0]}"
        elif first.startswith("aws_"):
            yield f"{module.prefix}{first}.{_split(rest)[0]}"


_FOR_EACH = "(for_each)"
"""Stands among a resource's arguments for what it is repeated over."""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _references(expressions: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every argument that is given; blocks too, whose own references do not matter."""
    for name, expression in _mapping(expressions).items():
        yield name, tuple(_of_expression(expression))


def _of_expression(expression: Any) -> Iterator[str]:
    yield from (str(each) for each in _list(_mapping(expression).get("references")))


def _split(text: str) -> tuple[str, str, str]:
    """At the first dot that is not within a key: "a[\"x.y\"].b" gives "a[\"x.y\"]", ".", "b"."""
    depth, quoted = 0, False
    for position, character in enumerate(text):
        quoted ^= character == '"' and depth > 0
        depth += 0 if quoted else (character == "[") - (character == "]")
        if character == "." and depth == 0:
            return text[:position], ".", text[position + 1 :]
    return text, "", ""


def _last_two(bare: str) -> str:
    """Type and name of an address without keys."""
    return ".".join(bare.split(".")[-2:])


def _instances_for(address: str, named: list[str], instances: Iterable[str]) -> Iterator[str]:
    """Of a resource's instances those that the one at `address` is made from: of the same instance of a module, with
    the keys that the reference names, else with its own keys; else all.
    """
    chosen = _closest(address, list(instances))
    if named:
        keys = {_key(each) for each in named}
        chosen = [each for each in chosen if _key(each) in keys] or chosen
    else:
        own = _key(address)
        chosen = [each for each in chosen if own and _key(each) == own] or chosen
    yield from chosen


def _closest(address: str, instances: list[str]) -> list[str]:
    """Those in the same instances of the modules that both are in, where there are any."""
    steps = _steps(address)

    def beside(other: str) -> bool:
        pairs = zip(steps, _steps(other), strict=False)
        shared = takewhile(lambda pair: without_indexes(pair[0]) == without_indexes(pair[1]), pairs)
        return all(own == its for own, its in shared if own.startswith("module."))

    return [each for each in instances if beside(each)] or instances


def _steps(address: str) -> list[str]:
    """The modules on the way, each with its key, and the resource."""
    steps, rest = [], address
    while rest.startswith("module."):
        name, _, rest = _split(rest.removeprefix("module."))
        steps.append(f"module.{name}")
    return [*steps, rest]


def _key(address: str) -> str:
    """The key of a resource's instance: `[0]`, `["a"]`; empty without one."""
    last = _steps(address)[-1]
    return last[last.index("[") :] if "[" in last else ""


def without_indexes(address: str) -> str:
    """ "module.a[0].aws_iam_role.b["x"]" as the configuration has it: "module.a.aws_iam_role.b"."""
    kept, depth, quoted = [], 0, False
    for character in address:
        quoted ^= character == '"' and depth > 0
        if not quoted and character == "[":
            depth += 1
        elif not quoted and character == "]":
            depth -= 1
        elif depth == 0:
            kept.append(character)
    return "".join(kept)


_ECHOES = {"inlinePolicies": "inline_policy", "managedPolicyArns": "managed_policy_arns"}
"""Attributes of a role in which the provider also shows what other resources give it."""


def without_echoes(
    before: list[Resource], after: list[Resource], configuration: Configuration
) -> tuple[list[Resource], list[Resource]]:
    """Both sides, where a role's own list of its policies is not what the program asks for.

    Without those that resources of the plan give it, and as it was where the plan says only that it will be known. What
    is left is there in AWS.
    """
    given = _given([*before, *after])
    old = {each.address: each for each in before if each.type == ROLE}

    def cleared(resource: Resource) -> Resource:
        props = dict(resource.props)
        for name, argument in _ECHOES.items():
            asked = configuration.sets(resource.address, argument)
            was = old[resource.address].given(name) if resource.address in old else None
            if name not in props or asked or (asked is None and resource.given(name) is UNKNOWN):
                continue
            if is_secret(props[name]) or (resource.address in old and is_secret(old[resource.address].props.get(name))):
                continue  # it stays marked as it is
            listed = was if resource.given(name) is UNKNOWN else resource.given(name)
            kept = [each for each in listed or () if (resource.text("name"), _said(each)) not in given]
            props[name] = kept
        return replace(resource, props=props)

    first, second = ([cleared(each) if each.type == ROLE else each for each in side] for side in (before, after))
    return first, second


def _said(item: Any) -> Any:
    return item.get("name") if isinstance(item, Mapping) else item


def _given(resources: Iterable[Resource]) -> set[tuple[Any, Any]]:
    """Roles by name, each with the name of an inline policy or the ARN of a managed one that a resource gives it."""
    found: set[tuple[Any, Any]] = set()
    for resource in resources:
        attachment = ATTACHMENTS.get(resource.type)
        roles = [path for path, type_ in attachment.targets if type_ == ROLE] if attachment is not None else []
        for path in roles:
            policies = attachment.policies if attachment is not None else ""
            for name in _texts(resource.given(path)):
                found.update((name, each) for each in _texts(resource.given(policies or "name")))
    return found


def _texts(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
