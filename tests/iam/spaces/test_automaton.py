"""The automaton meets every way in which a text can match a number of patterns."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signout.iam.automaton import OTHER_CASES, Shape, TooComplex, Wanted, cases, texts
from signout.iam.fold import fold
from signout.iam.pattern import Pattern

LETTERS = "abAB:*?"
PATTERNS = st.lists(st.tuples(st.text(LETTERS, max_size=5), st.booleans()), min_size=1, max_size=4, unique=True)


def matched(patterns: list[tuple[str, bool]], text: str) -> tuple[bool, ...]:
    """By pattern: does it match the text?"""
    return tuple(
        Pattern.of(written, ignore_case=ignore_case).matches(fold(text) if ignore_case else text)
        for written, ignore_case in patterns
    )


def shapes(patterns: list[tuple[str, bool]]) -> list[Shape]:
    """The patterns as the automaton takes them."""
    return [
        Shape.of(Pattern.of(written, ignore_case=ignore_case).parts, ignore_case=ignore_case)
        for written, ignore_case in patterns
    ]


@given(PATTERNS, st.text("abABxK\u212a:", max_size=6))
def test_any_text_is_matched_like_a_representative(patterns: list[tuple[str, bool]], text: str) -> None:
    """Whatever patterns match a text match one of the representatives, and no other does."""
    found = {matched(patterns, one) for one in texts(shapes(patterns), "patterns")}

    assert matched(patterns, text) in found


@given(PATTERNS)
def test_representatives_differ(patterns: list[tuple[str, bool]]) -> None:
    """There is one representative for each way of matching, and no two for the same."""
    found = [matched(patterns, one) for one in texts(shapes(patterns), "patterns")]

    assert len(found) == len(set(found))


@given(PATTERNS, st.text("abABx:", max_size=6), st.sets(st.integers(0, 3)))
def test_preferred_representatives_do_for_all(patterns: list[tuple[str, bool]], text: str, more: set[int]) -> None:
    """For any text that matches the first pattern one is found that matches no more unwanted, no fewer wanted."""
    more = {place for place in more if 0 < place < len(patterns)}
    fewer = set(range(1, len(patterns))) - more
    wanted = Wanted((0,), tuple(fewer), (0, *more))
    have = matched(patterns, text)
    if not have[0]:
        return
    found = [matched(patterns, one) for one in texts(shapes(patterns), "patterns", wanted)]

    assert any(
        one[0] and all(have[at] or not one[at] for at in fewer) and all(one[at] or not have[at] for at in more)
        for one in found
    )


def test_case_folded_and_exact_patterns_share_one_automaton() -> None:
    """Between `ab`, `AB` and `ab` in any case lies `aB`: the first false proof of an earlier version."""
    found = texts([Shape(("ab",)), Shape(("AB",)), Shape(("ab",), ignore_case=True)], "patterns")

    assert "aB" in found or "Ab" in found


def test_every_character_that_folds_to_another_is_known() -> None:
    """The Kelvin sign is a `k` to an operator that ignores case, so is every other such character what it is."""
    folding: dict[str, set[str]] = {}
    for character in map(chr, range(sys.maxunicode + 1)):
        if character != character.lower() and (low := fold(character)) != character:
            folding.setdefault(low, {low}).add(character)

    assert all(set(cases(low)) == every for low, every in folding.items())
    assert all(low in folding for low in OTHER_CASES)


def test_stars_cost_no_more_than_their_length() -> None:
    """Sixty stars in a pattern are walked like any other."""
    assert "a" * 60 in texts([Shape.of(Pattern.of("*a" * 60).parts)], "patterns")


def test_too_many_ways_are_refused_by_name() -> None:
    """Past the budget the walk ends with what made it so."""
    patterns = [Shape.of(Pattern.of(f"*{letter}*").parts) for letter in "abcdefghijklmnop"]

    with pytest.raises(TooComplex, match="things: 16 patterns that overlap in more than 500 ways"):
        texts(patterns, "things", budget=500)
