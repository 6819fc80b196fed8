"""The page on the rules."""

from pathlib import Path

from policies.pack import RULES
from policies.page import page

PAGE = Path(__file__).parents[2] / "docs" / "policies.md"


def test_current():
    """docs/policies.md is what the rules make."""
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m policies.page"


def test_complete():
    """Every rule is on it, with its reason."""
    text = page()

    assert all(f"### {rule.name}\n" in text and rule.why in text for rule in RULES)


def test_sentences():
    """What a rule says of itself are sentences, since a finding is put together from them."""
    for rule in RULES:
        for text in (rule.description, rule.why, rule.change):
            assert text[0].isupper(), rule.name
            assert text[-1] == ".", rule.name


def test_names():
    """Each rule has a name of its own, in the form in which Pulumi shows names."""
    names = [rule.name for rule in RULES]

    assert len(set(names)) == len(names)
    assert all(name == name.lower() and " " not in name for name in names)
