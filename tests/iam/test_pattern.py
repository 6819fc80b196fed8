"""Patterns match as written, in time linear in the text."""

from __future__ import annotations

import signal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signout.iam.fold import fold
from signout.iam.pattern import BadVariable, Pattern, PatternSet, Variable, Wild
from tests.iam.processor_time import processor_time

CASES = [
    # pattern         text             matches
    ("", "", True),
    ("", "a", False),
    ("*", "", True),
    ("**", "anything", True),
    ("?", "", False),
    ("?", "é", True),
    ("a*b", "ab", True),
    ("a*b", "aXXb", True),
    ("a*b", "aXXbX", False),
    ("a*ab", "ab", False),
    ("a*ab", "aab", True),
    ("*a*b*", "xbxa", False),
    ("?*?", "a", False),
    ("?*?", "ab", True),
    ("a?c", "abc", True),
    ("a?c", "ac", False),
    ("*?b*c", "abc", True),
    ("*?b*c", "bc", False),
    ("[a]*", "[a]b", True),
    ("a.c", "abc", False),
    ("a\nb*", "a\nbc", True),
]


@pytest.mark.parametrize(("pattern", "text", "matches"), CASES)
def test_match(pattern: str, text: str, matches: bool) -> None:
    """Stars are any text, question marks any one character, all else is itself."""
    assert matches is Pattern.of(pattern).matches(text)


def by_definition(pattern: str, text: str) -> bool:
    """The same by the definition of the wildcards, character by character."""

    @cache
    def at(i: int, j: int) -> bool:
        if i == len(pattern):
            return j == len(text)
        if pattern[i] == "*":
            return at(i + 1, j) or (j < len(text) and at(i, j + 1))
        return j < len(text) and pattern[i] in ("?", text[j]) and at(i + 1, j + 1)

    return at(0, 0)


@given(st.text("ab*?", max_size=9), st.text("abc", max_size=9))
def test_match_by_definition(pattern: str, text: str) -> None:
    """The quick way agrees with the definition."""
    assert by_definition(pattern, text) is Pattern.of(pattern).matches(text)


@given(st.lists(st.text("ab*?", max_size=6), min_size=1, max_size=5), st.text("ab", max_size=6))
def test_a_set_matches_if_one_does(patterns: list[str], text: str) -> None:
    """A set of patterns is the same as each in turn."""
    several = PatternSet(tuple(Pattern.of(pattern) for pattern in patterns))

    assert several.matches(text) is any(by_definition(pattern, text) for pattern in patterns)


SLOW = [
    ("stars and letters", "*a" * 60, "a" * 9_999 + "b"),
    ("stars and gaps", "*?a" * 60 + "*", "a" * 10_000),
    ("gaps that never close", "*" + "?a?b" * 60 + "*", "ab" * 5_000),
    ("a long piece that nearly fits", "*" + "a" * 500 + "b*" + "a" * 500 + "b*", "a" * 10_000),
]


@pytest.mark.parametrize(("pattern", "text"), [case[1:] for case in SLOW], ids=[case[0] for case in SLOW])
def test_no_pattern_is_slow(pattern: str, text: str) -> None:
    """A hundred matches of 10,000 characters end within seconds, where backtracking would take centuries for one."""
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    with processor_time(30):
        for _ in range(100):
            Pattern.of(pattern).matches(text)


def test_parts() -> None:
    """Variables, defaults and escapes are told apart; keys are in lower case, literals as written."""
    pattern = Pattern.of("a/${aws:UserName}/${k, 'd}*'}${*}${?}${$}*", variables=True)

    assert pattern.parts == ("a/", Variable("aws:username"), "/", Variable("k", "d}*"), "*?$", Wild.ANY)
    assert pattern.variables == {"aws:username", "k"}


def test_without_variables_a_dollar_is_a_dollar() -> None:
    """In policies of the old version `${...}` is text."""
    assert Pattern.of("${aws:username}").matches("${aws:username}")


@pytest.mark.parametrize("text", ["${", "${}", "${a", "${a b}", "${a, b}", "${a, 'b}", "${*a}", "x${ }y"])
def test_bad_variables(text: str) -> None:
    """What begins like a variable and is none is refused."""
    with pytest.raises(BadVariable):
        Pattern.of(text, variables=True)


BINDINGS = [
    # pattern                 value   text      matches (None: unresolved)
    ("u/${k}", "ann", "u/ann", True),
    ("u/${k}", "ann", "u/bob", False),
    ("u/${k}", "*", "u/ann", False),
    ("u/${k}", "a?n", "u/ann", False),
    ("u/${k}*", "a", "u/abc", True),
    ("u/${k}", "${k}", "u/${k}", True),
    ("u/${k}", None, "u/", None),
    ("u/${k, 'none'}", None, "u/none", True),
    ("u/${k, 'none'}", "ann", "u/none", False),
    ("${k}${k}", "ab", "abab", True),
]


@pytest.mark.parametrize(("pattern", "value", "text", "matches"), BINDINGS)
def test_bind(pattern: str, value: str | None, text: str, matches: bool | None) -> None:
    """A variable's value stands for itself, wildcards in it included; without value or default nothing matches."""
    bound = Pattern.of(pattern, variables=True).bind(lambda key: value)

    assert matches is (bound.matches(text) if bound else None)


def test_an_unbound_pattern_does_not_match_by_accident() -> None:
    """A pattern with variables that nobody bound raises; it is never a silent no."""
    with pytest.raises(TypeError):
        Pattern.of("${k}*", variables=True).matches("x")


@given(st.text(max_size=20))
def test_fold_keeps_the_length(text: str) -> None:
    """Folding changes no position: as many characters as before, and folding again changes nothing."""
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
