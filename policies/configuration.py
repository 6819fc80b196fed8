"""The settings of the whole pack, as one file has them for an environment (`--policy-pack-config`).

{"token-life": {"enforcementLevel": "mandatory", "accessMinutes": 15}, "refresh-rotation": "disabled",
 "exceptions": {"entries": [...]}}
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signout.findings import Exemption, ExemptionError, Severity, read_exemptions

from .rule import Level, Rule
from .settings import SettingsError, read_settings, setting

LEVEL = "enforcementLevel"
REMEDIATE = "remediate"
"""Pulumi's level for policies that repair resources; these rules repair nothing, so it is as mandatory."""
ALL = "all"
"""In place of a rule's name, for every rule that has no level of its own in the file."""


_ENTRY = {
    "type": "object",
    "required": ["resource", "rule", "reason", "owner", "expires"],
    "additionalProperties": False,
    "properties": {name: {"type": "string"} for name in ("resource", "rule", "reason", "owner", "expires")},
}


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What the exceptions' entry in the settings holds."""

    entries: tuple[Mapping[str, Any], ...] = setting(
        (),
        "Each with the URN of a resource, a rule, a reason, an owner, and the last day on which it holds (2026-12-31).",
        items=_ENTRY,
    )


EXCEPTIONS = Rule(
    name="exceptions",
    description="Exceptions have not expired, and are still needed.",
    why="An exception is a risk that somebody took for a time.",
    change="Remove the exception, or have its owner renew it.",
    severity=Severity.MEDIUM,
    settings=Exceptions,
)
"""Its findings are about the settings themselves."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is set about each rule, by the rule's name."""

    levels: Mapping[str, Level]
    settings: Mapping[str, Any]
    exemptions: tuple[Exemption, ...]


def read_configuration(rules: Sequence[Rule[Any]], given: Mapping[str, Any]) -> Configuration:
    """The configuration, with the rules' own levels and settings where it says nothing. Raises SettingsError."""
    by_name = {rule.name: rule for rule in rules}
    unknown = [name for name in given if name not in by_name and name != ALL]
    if unknown:
        raise SettingsError("; ".join(_no_such_rule(name, by_name) for name in unknown))
    everywhere, others = _taken_apart(given.get(ALL, {}), ALL)
    if others:
        raise SettingsError(f'{ALL}: has "{next(iter(others))}"; expected {LEVEL} only')
    levels, settings = {}, {}
    for rule in rules:
        level, properties = _taken_apart(given.get(rule.name, {}), rule.name)
        levels[rule.name] = level or everywhere or rule.level
        settings[rule.name] = read_settings(rule.settings, properties, rule.name)
    return Configuration(levels, settings, _exemptions(settings, by_name))


def _no_such_rule(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1)
    return f'"{name}" is no rule of this pack; ' + (
        f"did you mean {near[0]}?" if near else f"expected one of {', '.join(sorted(names))}"
    )


def _taken_apart(value: Any, name: str) -> tuple[Level | None, dict[str, Any]]:
    """The level and the other settings of an entry, which may be the level alone."""
    if isinstance(value, str):
        return _level(value, name), {}
    if not isinstance(value, Mapping):
        raise SettingsError(f"{name}: is {value!r}; expected an enforcement level, or an object of settings")
    properties = dict(value)
    level = properties.pop(LEVEL, None)
    return None if level is None else _level(level, f"{name}.{LEVEL}"), properties


def _level(value: Any, place: str) -> Level:
    if value == REMEDIATE:
        return Level.MANDATORY
    try:
        return Level(value)
    except ValueError:
        raise SettingsError(f"{place}: is {value!r}; expected {', '.join(Level)}") from None


def _exemptions(settings: Mapping[str, Any], rules: Iterable[str]) -> tuple[Exemption, ...]:
    given = settings.get(EXCEPTIONS.name, Exceptions())
    try:
        return read_exemptions(given.entries, f"{EXCEPTIONS.name}.entries", set(rules) - {EXCEPTIONS.name})
    except ExemptionError as error:
        raise SettingsError(str(error)) from None
