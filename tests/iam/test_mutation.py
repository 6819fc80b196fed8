"""Every small change to an operator fails a row, or is listed as one that changes nothing, with the reason."""

from __future__ import annotations

import os

import pytest

from tests.iam.mutation.run import FILES, ROOT, Mutant, equivalent, run, tried

LONG = os.environ.get("SIGNOUT_TESTS") == "long"


@pytest.mark.skipif(not LONG, reason="takes minutes: in the longer profile, SIGNOUT_TESTS=long")
def test_every_mutant_fails_a_row() -> None:
    """No mutant lives that is not listed, and the list holds none that is gone, or fails a row by now."""
    result = run()

    assert result.mutants > 500
    assert () == result.survivors
    assert () == result.outdated


def test_a_mutant_is_tried_in_a_copy() -> None:
    """A change that a row notices fails, one that nothing notices lives, and the file itself stays as it is."""
    file = "signout/iam/operators/numeric.py"
    source = (ROOT / file).read_text()
    changes = [("DIGITS = 100", "DIGITS = 101"), ("DIGITS = 100", "DIGITS = 50 + 50"), ("isascii()", "isasci()")]

    lives = tried([Mutant(file, new, source.replace(old, new)) for old, new in changes])

    assert [False, True, False] == lives
    assert source == (ROOT / file).read_text()


def test_the_list_is_of_lines_that_are_there() -> None:
    """Every entry has a reason, and names a file and what stands in it: a sign that it may be out of date, at once."""
    for name, reason in equivalent().items():
        file, _, change = name.partition(", ")
        before = change.partition(": ")[2].partition("  ->  ")[0]

        assert reason, name
        assert file in FILES, name
        assert before in " ".join(line.strip() for line in (ROOT / file).read_text().splitlines()), name
