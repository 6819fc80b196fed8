"""The models' regular expressions, matched without ``re``."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signout.cognito.patterns import PatternError, pattern
from signout.cognito.stored import load

STORED = sorted(
    {
        shape["pattern"]
        for service in load("limits.json")["services"].values()
        for shape in service["shapes"].values()
        if "pattern" in shape
    }
)
USERNAME = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+"


@pytest.mark.parametrize("text", STORED)
def test_every_pattern_of_the_models_is_understood(text: str) -> None:
    """No pattern that is stored is out of the part of Java's dialect that is known."""
    assert pattern(text).text == text


CASES = [
    # pattern, value, index of the first character that cannot stand there
    (USERNAME, "diego@example.com", None),
    (USERNAME, "Ελένη", None),
    (USERNAME, "李四", None),
    (USERNAME, "e\u0301t\u00e9", None),
    (USERNAME, "😀", None),
    (USERNAME, "½€§_", None),
    (USERNAME, "", 0),
    (USERNAME, "two words", 3),
    (USERNAME, "line\n", 4),
    (USERNAME, "no\u00a0break", 2),
    (USERNAME, "zero\u200bwidth", 4),
    (USERNAME, "nul\x00", 3),
    (USERNAME, "private\ue000", 7),
    (USERNAME, "surrogate\ud800", 9),
    (r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_Abc123", None),
    (r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_", 10),
    (r"[\w-]+_[0-9a-zA-Z]+", "us-east-1", 9),
    (r"[\w-]+_[0-9a-zA-Z]+", "us-eást-1_Abc", 4),
    (r"[\w-z]+", "a-z", None),
    (r"[\w-]+_[0-9a-zA-Z]+", "a_b_c", None),
    (r"^(tkn|sso)[a-z0-9]{25}$", "sso" + "a" * 25, None),
    (r"^(tkn|sso)[a-z0-9]{25}$", "sso" + "a" * 26, 28),
    (r"^(tkn|sso)[a-z0-9]{25}$", "sto" + "a" * 25, 1),
    (r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$", "a", None),
    (r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$", "a" * 63, None),
    (r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$", "a" * 64, 63),
    (r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$", "ab-", 3),
    (r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+", "abc", None),
    (r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+", "_bc", 0),
    (r".*\{####\}.*", "code {####}.", None),
    (r".*\{####\}.*", "code\n{####}", 4),
    (r"(?s).*", "a\nb", None),
    (r"[A-Za-z0-9-_=.]+", "a-b_c=.", None),
    (r"[\x21\x23-\x2E]+", '!#."', 3),
    (r"\p{Lu}\p{Ll}+", "Ab", None),
    (r"\p{Lu}\p{Ll}+", "ab", 0),
    (r"a{2,}", "a", 1),
    (r"a{2,}", "aaaa", None),
    (r"(a?b?){2}", "abab", None),
    (r"(a?b?){2}", "ababa", 4),
]


@pytest.mark.parametrize(("text", "value", "place"), CASES)
def test_match(text: str, value: str, place: int | None) -> None:
    """The whole value has to match, and a mismatch names the character."""
    assert pattern(text).mismatch(value) == place


@pytest.mark.parametrize(
    "text",
    [
        "(?=a)",
        "(?<name>a)",
        r"\p{Greek}",
        r"\p{Lx}",
        r"\bword\b",
        r"(a)\1",
        "a*?",
        "a**",
        "[a",
        "(a",
        "a)",
        "[z-a]",
        "[a&&b]",
        "[[a]]",
        "*a",
        "a{2",
        "a{x}",
        "a{3,2}",
        "a^b",
        "a$b",
        "\\",
        r"\xgg",
    ],
)
def test_what_is_not_known_is_refused(text: str) -> None:
    """Syntax outside the known part is an error that quotes the expression, never a guess."""
    with pytest.raises(PatternError, match=re.escape(repr(text))):
        pattern(text)


PLAIN = [text for text in STORED if r"\p" not in text]


@given(st.sampled_from(PLAIN), st.data())
def test_agrees_with_re(text: str, data: st.DataObject) -> None:
    """Where Python's ``re`` knows a pattern too, both agree, on matching texts and on others."""
    expected = re.compile(text, re.ASCII)
    value = data.draw(st.one_of(st.from_regex(expected, fullmatch=True), st.text("ab-_19:/.{#} \né", max_size=8)))

    assert pattern(text).matches(value) == (expected.fullmatch(value) is not None)


def test_no_backtracking() -> None:
    """A pattern that is exponential for a backtracking matcher answers on a long text."""
    assert pattern(r"(a|a)*(a|a)*b").mismatch("a" * 20_000) == 20_000


def test_memory_is_bounded() -> None:
    """A text of very many different characters does not fill the memory of results."""
    checked = pattern(USERNAME)
    text = "".join(chr(code) for code in range(0x4E00, 0x9FFF))

    assert checked.matches(text)
    assert len(checked._masks) <= 4096
