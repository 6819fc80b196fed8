"""Reports as they are read, word for word. After a change that is meant: python -m tests.review.test_golden"""

import json
import os
from contextlib import chdir

import pytest

from tests.review.reviewing import FOLDER, PLANS, review

GOLDEN = FOLDER / "golden"
ENDINGS = {"text": "txt", "markdown": "md", "json": "json", "sarif": "sarif"}
CASES = [(path.stem, format_) for path in sorted(PLANS.glob("*.json")) for format_ in ENDINGS]


def report(name, format_):
    """The report on a plan, without the version that SARIF has in it."""
    with chdir(PLANS):
        _, out, _ = review(f"{name}.json", "--format", format_)
    if format_ != "sarif":
        return out
    log = json.loads(out)
    log["runs"][0]["tool"]["driver"].pop("version", None)
    return json.dumps(log, indent=1) + "\n"


@pytest.mark.parametrize(("name", "format_"), CASES, ids=[f"{name}-{format_}" for name, format_ in CASES])
def test_report(name, format_):
    """The report is the one that was read and agreed to."""
    assert report(name, format_) == (GOLDEN / f"{name}.{ENDINGS[format_]}").read_text(encoding="utf-8")


def test_the_documented_report():
    """docs/review.md shows a report as it is, but for rows that it leaves out."""
    page = (FOLDER.parents[1] / "docs" / "review.md").read_text(encoding="utf-8")
    block = next(each for each in page.split("```") if each.strip().startswith("a Pulumi preview"))
    beginning, end = block.strip("\n").split("\n  ...\n")
    text = report("trust-without-mfa", "text").rstrip("\n")

    assert beginning == text[: len(beginning)]
    assert end == text[-len(end) :]


if __name__ == "__main__":
    os.makedirs(GOLDEN, exist_ok=True)
    for name, format_ in CASES:
        (GOLDEN / f"{name}.{ENDINGS[format_]}").write_text(report(name, format_), encoding="utf-8")
