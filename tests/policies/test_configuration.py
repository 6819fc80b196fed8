"""Settings: what is set counts, and whatever is not understood is refused."""

import json
from pathlib import Path

import pytest

from policies.configuration import read_configuration
from policies.pack import RULES
from policies.rule import Level
from policies.settings import SettingsError, schema_of

NAMES = [rule.name for rule in RULES]
ENVIRONMENTS = sorted((Path(__file__).parents[2] / "policies" / "environments").glob("*.json"))
ENTRY = {"resource": "urn", "rule": "token-life", "reason": "r", "owner": "o", "expires": "2026-12-31"}


def test_defaults():
    """Without settings every rule has its own level, and settings that are fit for production."""
    configuration = read_configuration(RULES, {})

    assert configuration.levels == {rule.name: rule.level for rule in RULES}
    assert configuration.settings["token-life"].access_minutes == 60
    assert configuration.exemptions == ()


@pytest.mark.parametrize(
    ("given", "rule", "level"),
    [
        ({"token-life": "disabled"}, "token-life", Level.DISABLED),
        ({"token-life": {"enforcementLevel": "advisory"}}, "token-life", Level.ADVISORY),
        ({"token-life": {"accessMinutes": 15}}, "token-life", Level.MANDATORY),
        ({"token-life": "remediate"}, "token-life", Level.MANDATORY),
        ({"undecided": "mandatory"}, "undecided", Level.MANDATORY),
        ({"all": "advisory"}, "token-life", Level.ADVISORY),
        ({"all": "advisory", "token-life": "mandatory"}, "token-life", Level.MANDATORY),
    ],
    ids=["alone", "in an object", "settings only", "remediate", "a stricter one", "all", "all but one"],
)
def test_levels(given, rule, level):
    """A level can be set alone or beside settings, for one rule or for all."""
    assert read_configuration(RULES, given).levels[rule] is level


def test_settings():
    """The engine hands whole numbers over as fractions."""
    given = {"token-life": {"enforcementLevel": "mandatory", "accessMinutes": 15.0}}

    assert read_configuration(RULES, given).settings["token-life"].access_minutes == 15


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"token-lief": "mandatory"}, '"token-lief" is no rule of this pack; did you mean token-life?'),
        ({"x": "mandatory"}, f'"x" is no rule of this pack; expected one of {", ".join(sorted(NAMES))}'),
        ({"a": {}, "token-lief": {}}, '"a" is no rule of this pack; expected one of'),
        ({"token-life": "mandator"}, "token-life: is 'mandator'; expected advisory, mandatory, disabled"),
        ({"token-life": {"enforcementLevel": 1}}, "token-life.enforcementLevel: is 1; expected advisory"),
        ({"token-life": 5}, "token-life: is 5; expected an enforcement level, or an object of settings"),
        ({"token-life": {"minutes": 5}}, 'token-life: has "minutes"; expected accessMinutes, idMinutes'),
        ({"token-life": {"accessMinutes": 2}}, "token-life.accessMinutes: is 2; expected 5 to 1440"),
        ({"token-life": {"accessMinutes": "5"}}, "token-life.accessMinutes: is '5'; expected a whole number"),
        ({"token-life": {"accessMinutes": True}}, "token-life.accessMinutes: is True; expected a whole number"),
        ({"nobody-else": {"declared": 1}}, "nobody-else.declared: is 1; expected true or false"),
        ({"nobody-else": {"principals": "a"}}, "nobody-else.principals: is 'a'; expected a list"),
        ({"nobody-else": {"principals": [1]}}, "nobody-else.principals[0]: is 1; expected a text"),
        ({"nobody-else": {"means": ["any"]}}, 'nobody-else.means[0]: is "any"; expected one of equivalent, side-effe'),
        ({"all": {"enforcementLevel": "advisory", "a": 1}}, 'all: has "a"; expected enforcementLevel only'),
        ({"public-trust": {"a": 1}}, 'public-trust: has "a"; expected enforcementLevel only'),
        ({"exceptions": {"entries": [{**ENTRY, "owner": ""}]}}, "exceptions.entries[0].owner: is empty"),
        ({"exceptions": {"entries": [{**ENTRY, "rule": "exceptions"}]}}, 'exceptions.entries[0].rule: is "exceptions"'),
    ],
)
def test_refused(given, message):
    """Settings with anything wrong are refused with the place: a rule would otherwise seem to be set."""
    with pytest.raises(SettingsError) as refused:
        read_configuration(RULES, given)

    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_schemas(rule):
    """Every setting has a JSON schema with a type, what it means, and the default that is used."""
    configured = read_configuration(RULES, {}).settings[rule.name]
    for name, schema in schema_of(rule.settings).items():
        assert {"type", "description", "default"} <= schema.keys(), name
        again = read_configuration(RULES, {rule.name: {name: schema["default"]}}).settings[rule.name]
        assert again == configured


@pytest.mark.parametrize("file", ENVIRONMENTS, ids=lambda file: file.name)
def test_environments(file):
    """The files of settings that come with the pack can be read."""
    read_configuration(RULES, json.loads(file.read_text(encoding="utf-8")))
