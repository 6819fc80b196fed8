"""The inputs that a resource gets in the end, and what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from signout.sandbox.account import A_REGION, is_region
from signout.sandbox.provider.resource import Type
from signout.sandbox.provider.schema import Problem, has_unknown, problems, schema
from signout.sandbox.provider.values import wrong_values
from signout.sandbox.provider.wire import UNKNOWN, Props

DEFAULTS: Final = "__defaults"
"""The names of the inputs that the provider filled in; the real provider keeps the same list in the same place."""

RANDOM_DIGITS: Final = 7


@dataclass(frozen=True, slots=True)
class Naming:
    """What a name is made from where the program gives none."""

    resource: str
    seed: bytes
    proposed: str | None = None
    """A name by the rules of the project's `pulumi:autonaming`."""
    forbidden: bool = False
    """The project's rules want every name given."""


def checked(type: Type, given: Props, old: Props, naming: Naming) -> Props:
    """The inputs with those filled in that the provider sets: a name kept from before, else made anew, and defaults."""
    inputs = {name: value for name, value in given.items() if name != DEFAULTS}
    for name in type.documents & inputs.keys():
        if isinstance(inputs[name], (dict, list)):
            # As the real provider does: a document with something unknown in it is unknown as a whole.
            inputs[name] = UNKNOWN if has_unknown(inputs[name]) else json.dumps(inputs[name])
    filled: Props = {name: value for name, value in type.defaults.items() if name not in inputs}
    if type.autoname and type.autoname.property not in inputs and not naming.forbidden:
        filled[type.autoname.property] = _name(type, inputs, old, naming)
    return inputs | filled | {DEFAULTS: sorted(filled)}


def _name(type: Type, inputs: Props, old: Props, naming: Naming) -> str:
    assert type.autoname is not None
    property = type.autoname.property
    if property in old.get(DEFAULTS, []) and isinstance(old.get(property), str):
        return str(old[property])
    made = naming.proposed or f"{naming.resource}-{naming.seed.hex()[:RANDOM_DIGITS]}"
    return type.autoname.finish(made, inputs)


def faults(type: Type, given: Props, inputs: Props) -> list[Problem]:
    """Everything that is wrong: `given` is what the program said, `inputs` what `checked` made of it."""
    found = problems(schema(type.token).inputs, given)
    found += [
        Problem(name, "is not carried out by the stand-in provider; leave it out, or deploy to AWS with the real one")
        for name in sorted(given.keys() & schema(type.token).inputs.properties.keys() - set(type.carries) - {"region"})
    ]
    if found:
        return found  # values of a wrong type say nothing about ranges
    found = [*_wrong_region(given), *_wrong_values(type, given), *_wrong_documents(type, given)]
    named = type.autoname and type.autoname.property in [problem.path for problem in found]
    return found if named else [*found, *_wrong_name(type, inputs)]


def _wrong_region(given: Props) -> Iterator[Problem]:
    region = given.get("region", UNKNOWN)
    if region is not UNKNOWN and not is_region(region):
        yield Problem("region", f"is {region!r}; expected {A_REGION}")


def _wrong_values(type: Type, given: Props) -> Iterator[Problem]:
    if type.cloudformation is None:
        return
    told = {
        name: value
        for name, value in given.items()
        if name not in type.documents and name not in ("tags", DEFAULTS) and value != type.defaults.get(name)
    }  # a default such as "never expires: 0" may be none of CloudFormation's values
    yield from wrong_values(type.cloudformation, told, type.names)


def _wrong_documents(type: Type, given: Props) -> Iterator[Problem]:
    for name in sorted(type.documents & given.keys()):
        text = given[name]
        if isinstance(text, str) and text:
            try:
                json.loads(text)
            except ValueError as error:
                yield Problem(name, f"is no JSON: {error}")


def _wrong_name(type: Type, inputs: Props) -> Iterator[Problem]:
    if type.autoname is None:
        return
    name = inputs.get(type.autoname.property)
    if name is None:
        yield Problem(type.autoname.property, "is required: this project's settings rule out generated names")
    elif name is not UNKNOWN and len(name) > type.autoname.longest:
        longest = type.autoname.longest
        yield Problem(type.autoname.property, f"is {name!r}, {len(name)} characters; expected at most {longest}")
